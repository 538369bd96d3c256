"""An uploaded workbook as rows of plain values, or refused before it costs anything. Nothing in it is ever computed.

A workbook is a zip of XML: size, number and unpacked size of its members are looked at before any is unpacked, XML is
read by defusedxml, which openpyxl uses when it is there, and reading stops at the row that is one too many.
"""

import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import defusedxml  # noqa: F401  openpyxl reads XML by it only when it is installed: a machine without it must not start
from openpyxl import DEFUSEDXML, load_workbook

from stations.refusals import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 12 * 1024 * 1024
MOST_MEMBERS = 200
MOST_ROWS = 2_000
LAST_ROW = 10_000  # blank rows in between included
MOST_COLUMNS = 40
LONGEST = 300  # characters of a cell
OLD_XLS = bytes.fromhex("d0cf11e0a1b11ae1")

TOO_BIG = "文件超过2 MB。请只留姓名、手机号这些列，删掉图片再传。"
OLD = "这是旧的xls格式（或加了密码的表）。请在表格软件里另存为不加密的xlsx再传。"
NO_XLSX = "这不是xlsx表格。请在表格软件里另存为xlsx再传。"
SWOLLEN = "这个文件解开以后太大，不像一张名单，没有读。请新建一张表，把名单粘贴进去再传。"
MACROS = "表里带宏，没有读。请另存为不带宏的xlsx再传。"
BROKEN = "这个文件读不出来。请用表格软件打开看看，另存为xlsx再传。"
TOO_MANY = f"一次最多{MOST_ROWS}行，请分成几张表。"
TOO_LONG = "名单下面还有很多行，没有读。请新建一张表，只把名单粘贴进去再传。"
FORMULA = "第{}行有公式，没有读。请选中整张表，复制，再“选择性粘贴”成数值后传。"
LONG_CELL = "第{}行有一格文字太长，像是粘错了。"

Row = tuple[int, tuple[Any, ...]]


def rows(file: BinaryIO, *, size: int) -> list[Row]:
    """(row number, values) of the first sheet's rows that hold anything. Refused with the sentence for the lead."""
    _refuse_package(file, size)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions of Excel that are left out
            return list(_rows(file))
    except Refused:
        raise
    except Exception:  # noqa: BLE001  whatever a hostile file makes the reader stumble over, it is not read
        raise Refused(BROKEN, "file") from None


def _refuse_package(file: BinaryIO, size: int) -> None:
    if size > MOST_BYTES:
        raise Refused(TOO_BIG, "file")
    if file.read(len(OLD_XLS)) == OLD_XLS:
        raise Refused(OLD, "file")
    try:
        with zipfile.ZipFile(file) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused(NO_XLSX, "file") from None
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise Refused(NO_XLSX, "file")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused(MACROS, "file")
    # zipfile never hands out more of a member than it says here; the check sum then finds the lie.
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused(SWOLLEN, "file")
    if len(names) < len(members) or any(member.flag_bits & 1 for member in members):
        raise Refused(BROKEN, "file")


def _rows(file: BinaryIO) -> Iterator[Row]:
    """With formulas as formulas, so that they are seen; a stored result may be of any time."""
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl does not read by defusedxml")
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    try:
        count = 0
        for number, cells in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS), start=1):
            if number > LAST_ROW:
                raise Refused(TOO_LONG, "file")
            if any(cell.value is not None for cell in cells):
                count += 1
                if count > MOST_ROWS + 10:  # headings and notes above them
                    raise Refused(TOO_MANY, "file")
                yield number, _values(number, cells)
    finally:
        book.close()


def _values(number: int, cells: Any) -> tuple[Any, ...]:
    if any(cell.data_type == "f" for cell in cells):
        raise Refused(FORMULA.format(number), "file")
    values = tuple(None if cell.data_type == "e" else cell.value for cell in cells)
    if any(isinstance(value, str) and len(value) > LONGEST for value in values):
        raise Refused(LONG_CELL.format(number), "file")
    return values
