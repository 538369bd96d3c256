"""A file of rows, however Excel in China wrote it: CSV in UTF-8 (with a mark or without), UTF-16 or GB18030, or XLSX.

Rows come one by one, numbered as the spreadsheet numbers them, so that a file of any length costs no more memory than
a short one. A workbook is read by the limited child process; nothing in it is ever computed.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from stations.refusals import Refused
from tickets.importing.columns import MOST_COLUMNS
from volunteers.importing import package, sheet
from volunteers.importing.package import MB, Most
from volunteers.importing.sheet import Row

CSV, XLSX = "CSV", "XLSX"
BLOCK = 1 << 20
MOST_ROWS = 500_000
MOST_CHARACTERS = 4_000_000  # of a line and of a cell; more is a quotation mark that was never closed
WORKBOOK = Most(
    size=20 * MB,
    unpacked=260 * MB,
    sheet=160 * MB,
    strings=90 * MB,
    too_big="工作簿超过20 MB。请删掉图片，或另存为CSV（UTF-8）再传。",
    swollen="这个工作簿解开以后太大，没有读。请另存为CSV（UTF-8）再传，或分成几张表。",
)
CHILD = {
    "memory": 700 * MB, "seconds": 170, "rows": 200_000, "last_row": 250_000, "columns": MOST_COLUMNS,
    "longest": 20_000, "lenient": 1,
}  # fmt: skip
CHILD_SECONDS = 1_800.0  # it may wait for who writes what it reads; its own work is limited by CHILD
XML_PER_TEXT = 8  # a workbook unpacked, against the same as text
ODD = {
    "many": "一个工作簿最多20万行，请分成几张表，或另存为CSV（UTF-8）再传。",
    "far": "台账下面还有很多空行，没有读。请新建一张表，只把台账粘贴进去再传。",
}
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SAID = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}
DELIMITERS = (",", "\t", ";")

EMPTY = "文件是空的。"
NO_TEXT = "文字的编码认不出来。请在表格软件里另存为“CSV UTF-8”或xlsx再传。"
NO_TABLE = "这不是CSV，也不是xlsx表格。"
QUOTES = "从第{}行起引号对不上，没有读。请用表格软件打开这一行看看，另存一次再传。"
TOO_LONG = "第{}行太长，不像台账的一行，没有读。请用表格软件打开看看，另存一次再传。"
TOO_MANY = f"一个文件最多{MOST_ROWS // 10_000}万行，请分成几张表再传。"

csv.field_size_limit(MOST_CHARACTERS)  # for all of the process, which reads no other CSV


@dataclass
class Source:
    """`file` is read from its beginning each time; `how` says as what it was read, after the first row."""

    file: BinaryIO
    size: int
    how: str = field(default="", init=False)

    def rows(self) -> Iterator[Row]:
        """(row number, values) of every row that holds anything. Refused with the sentence for whoever sent it.

        Values of a CSV are text; of a workbook also numbers, yes or no, dates, None and Unread.
        """
        self.file.seek(0)
        start = self.file.read(8)
        self.file.seek(0)
        if not start:
            raise Refused(EMPTY, "file")
        is_book = start.startswith((b"PK\x03\x04", package.OLD_XLS))
        return self._of_book() if is_book else self._of_text(start)

    def _of_book(self) -> Iterator[Row]:
        package.check(self.file, size=self.size, most=WORKBOOK)
        self.how = XLSX
        with sheet.reading():
            lines = sheet.stream(self.file, seconds=CHILD_SECONDS, swollen=WORKBOOK.swollen, limits=CHILD)
            yield from sheet.plain(lines, ODD)

    def _of_text(self, start: bytes) -> Iterator[Row]:
        encoding = _encoding(self.file, start)
        self.how = f"{CSV}（{SAID[encoding]}）"
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding, newline="")
        try:
            yield from _records(text)
        finally:
            text.detach()


def weight(file: BinaryIO, size: int) -> int:
    """As many bytes of text as there are to read: half a megabyte of a workbook holds fifty thousand rows."""
    if not file.read(4).startswith(b"PK\x03\x04"):
        return size
    try:
        with zipfile.ZipFile(file) as package:
            return sum(member.file_size for member in package.infolist()) // XML_PER_TEXT
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return 0  # refused as soon as it is read


def _encoding(file: BinaryIO, start: bytes) -> str:
    """What the whole file can be read as: a mark tells; else UTF-8, which hardly anything else passes for."""
    for mark, name in MARKS:
        if start.startswith(mark):
            return _fitting(file, name)
    return _fitting(file, "utf-8", "gb18030")


def _fitting(file: BinaryIO, *names: str) -> str:
    for name in names:
        try:
            _decode(file, name)
        except UnicodeDecodeError:
            continue
        return name
    raise Refused(NO_TEXT, "file")


def _decode(file: BinaryIO, name: str) -> None:
    decoder = codecs.getincrementaldecoder(name)()
    file.seek(0)
    while block := file.read(BLOCK):
        if "\0" in decoder.decode(block):
            raise Refused(NO_TABLE, "file")
    decoder.decode(b"", final=True)


def _records(text: io.TextIOWrapper) -> Iterator[Row]:
    """An empty line is a row of the spreadsheet too: its number is not given to the next one.

    What stands to the right of as many columns as are read is put together in one more cell: it is seen, no more.
    """
    head = text.read(4096)
    text.seek(0)
    reader = csv.reader(_lines(text), delimiter=_delimiter(head), strict=True)
    number = 0
    while True:
        number += 1
        try:
            values: list[Any] = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused(QUOTES.format(number), "file") from None
        if number > MOST_ROWS:
            raise Refused(TOO_MANY, "file")
        if any(value.strip() for value in values):
            beyond = "".join(values[MOST_COLUMNS:])[:MOST_COLUMNS]
            yield number, (*values[:MOST_COLUMNS], *([beyond] if beyond else []))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """None of them takes more memory than it may: lines beyond all measure are refused."""
    number = 0
    while line := text.readline(MOST_CHARACTERS + 1):
        number += 1
        if len(line) > MOST_CHARACTERS:
            raise Refused(TOO_LONG.format(number), "file")
        yield line


def _delimiter(head: str) -> str:
    """What stands most often in the first line that has any of them."""
    for line in head.splitlines():
        if any(mark in line for mark in DELIMITERS):
            return max(DELIMITERS, key=line.count)
    return ","
