"""An uploaded workbook as rows of plain values, or refused before it costs anything. Nothing in it is ever computed.

A workbook is a zip of XML. How large each part would be unpacked is looked at before any is (package); then a child
process with little memory and time reads what is left (sheet_child), however it was made to swell.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from stations.refusals import Refused
from volunteers.importing import package
from volunteers.importing.package import BROKEN, SWOLLEN
from volunteers.importing.sheet_child import MOST_ROWS, UNREADABLE

WALL_SECONDS = 20
CHILD = Path(__file__).with_name("sheet_child.py")
AT_ONCE = threading.BoundedSemaphore(2)

TOO_BUSY = "现在读表的人多，请过一会儿再传。"
TOO_MANY = f"一次最多{MOST_ROWS}行，请分成几张表。"
ODD = {
    "many": TOO_MANY,
    "far": "名单下面还有很多行，没有读。请新建一张表，只把名单粘贴进去再传。",
    "formula": "第{}行有公式，没有读。请选中整张表，复制，再“选择性粘贴”成数值后传。",
    "long": "第{}行有一格文字太长，像是粘错了。",
}


@dataclass(frozen=True)
class Unread:
    """A cell of which no value could be made: #REF!, a date that is none; `why`: a formula, a text too long."""

    text: str
    why: str = ""


def as_text(value: Any) -> str:
    """A cell as it is seen: 13800138000.0 is 13800138000, and what could not be read is not taken for empty."""
    if value is None:
        return ""
    if isinstance(value, Unread):
        return value.text or "#"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


Row = tuple[int, tuple[Any, ...]]


def rows(file: BinaryIO, *, size: int) -> list[Row]:
    """(row number, values) of the first sheet's rows that hold anything. Refused with the sentence for the lead.

    Values are text, numbers, yes or no, dates, None and Unread.
    """
    package.check(file, size=size)
    with reading():
        return told(stream(file))


@contextmanager
def reading() -> Iterator[None]:
    """No more workbooks at once than this machine has memory for."""
    if not AT_ONCE.acquire(timeout=WALL_SECONDS):
        raise Refused(TOO_BUSY, "file")
    try:
        yield
    finally:
        AT_ONCE.release()


def told(lines: Iterable[Any]) -> list[Row]:
    """What the child has said of a list of people, in which no time of day means anything."""
    return [(number, tuple(_day(value) for value in values)) for number, values in plain(lines, ODD)]


def plain(lines: Iterable[Any], odd: Mapping[str, str]) -> Iterator[Row]:
    """The rows among what the child says; refused with the sentence of `odd` where it read no further."""
    for line in lines:
        if isinstance(line, dict):
            if "refused" in line:
                why, number = line["refused"]
                raise Refused(odd[why].format(number), "file")
            return
        number, values = line
        yield number, tuple(_value(value) for value in values)


def stream(
    file: BinaryIO,
    *,
    seconds: float = WALL_SECONDS,
    swollen: str = SWOLLEN,
    limits: Mapping[str, int] | None = None,
) -> Iterator[Any]:
    """What the child says of a workbook that was checked, line by line, however long it is.

    Its crash, its hanging, its end for want of memory are refusals.
    """
    file.seek(0)
    with tempfile.TemporaryFile() as copied:
        shutil.copyfileobj(file, copied)
        copied.seek(0)
        child = _child(copied, limits or {})
    alarm = threading.Timer(seconds, child.kill)
    alarm.start()
    try:
        assert child.stdout is not None
        yield from (json.loads(line) for line in child.stdout if line.endswith(b"\n"))
        child.wait()
    finally:
        alarm.cancel()
        child.kill()
        child.communicate()
    if child.returncode != 0:
        raise Refused(BROKEN if child.returncode == UNREADABLE else swollen, "file")


def _child(file: BinaryIO, limits: Mapping[str, int]) -> subprocess.Popen[bytes]:
    """No environment: nothing of ours is there to be read, and the locale maps no memory."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-B", str(CHILD), json.dumps(dict(limits))],
            stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
        )  # fmt: skip
    except OSError:
        raise Refused(SWOLLEN, "file") from None


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _value(value: Any) -> Any:
    match value:
        case {"date": day}:
            return date.fromisoformat(day)
        case {"at": moment}:
            return datetime.fromisoformat(moment)
        case {"error": text, **rest}:
            return Unread(text, str(rest.get("why", "")))
        case {"other": text}:
            return text
    return value
