"""Whether a file is a package that may be opened at all: how large it and each part of it are. Nothing is unpacked.

zipfile never hands out more of a member than the directory says, and the check sum then finds the lie, so that what
is read here holds for whoever unpacks it.
"""

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from stations.refusals import Refused

MOST_MEMBERS = 200
KB = 1024
MB = 1024 * KB
MOST_BYTES = 2 * MB
SHEETS, STRINGS = "xl/worksheets", "xl/sharedStrings.xml"
MOST_OF_STYLES, MOST_OF_OTHERS = 512 * KB, 128 * KB
MEDIA = (".png", ".jpeg", ".jpg", ".gif", ".bmp", ".emf", ".wmf")  # never opened, whoever points at them
MOST_RATIO, SMALL = 200, 64 * KB  # XML packs to a tenth, empty rows to a fiftieth
OLD_XLS = bytes.fromhex("d0cf11e0a1b11ae1")

TOO_BIG = "文件超过2 MB。请只留姓名、手机号这些列，删掉图片再传。"
OLD = "这是旧的xls格式（或加了密码的表）。请在表格软件里另存为不加密的xlsx再传。"
NO_XLSX = "这不是xlsx表格。请在表格软件里另存为xlsx再传。"
SWOLLEN = "这个文件解开以后太大，不像一张名单，没有读。请新建一张表，把名单粘贴进去再传。"
MACROS = "表里带宏，没有读。请另存为不带宏的xlsx再传。"
BROKEN = "这个文件读不出来。请用表格软件打开看看，另存为xlsx再传。"


@dataclass(frozen=True)
class Most:
    """How many bytes a file may have, all of it unpacked, a sheet of it and its table of strings.

    `too_big` and `swollen` are said of one that has more.
    """

    size: int = MOST_BYTES
    unpacked: int = 12 * MB
    sheet: int = 4 * MB
    strings: int = MB
    too_big: str = TOO_BIG
    swollen: str = SWOLLEN

    def of_part(self, path: PurePosixPath) -> int:
        if str(path.parent) == SHEETS:
            return self.sheet
        return {STRINGS: self.strings, "xl/styles.xml": MOST_OF_STYLES}.get(str(path), MOST_OF_OTHERS)


# A part costs fifty times its size in memory once it is parsed; a list of 2,000 people needs a fifth of this.
PEOPLE = Most()


def check(file: BinaryIO, *, size: int, most: Most = PEOPLE) -> None:
    """Refused with the sentence for whoever sent it; `size` in bytes, as the upload says."""
    if size > most.size:
        raise Refused(most.too_big, "file")
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
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(MACROS, "file")
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > most.unpacked:
        raise Refused(most.swollen, "file")
    if any(is_swollen(member, most) for member in members):
        raise Refused(most.swollen, "file")
    if len(names) < len(members) or any(member.flag_bits & 1 for member in members):
        raise Refused(BROKEN, "file")


def is_swollen(member: zipfile.ZipInfo, most: Most) -> bool:
    """Larger than a part of that name needs to be, or packed closer than any list is."""
    path = PurePosixPath(member.filename)
    if path.suffix.lower() in MEDIA:
        return False
    is_dense = member.file_size > max(SMALL, MOST_RATIO * member.compress_size)
    return member.file_size > most.of_part(path) or is_dense
