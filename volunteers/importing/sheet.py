"""An uploaded workbook as rows of plain values, or refused before it costs anything. Nothing in it is ever computed.

A workbook is a zip of XML. How large each part would be unpacked is looked at before any is (package); then a child
process with little memory and time reads what is left (sheet_child), however it was made to swell.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
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
    """A cell that holds something of which no value could be made: #REF!, or a date that is none."""

    text: str


Row = tuple[int, tuple[Any, ...]]


def rows(file: BinaryIO, *, size: int) -> list[Row]:
    """(row number, values) of the first sheet's rows that hold anything. Refused with the sentence for the lead.

    Values are text, numbers, yes or no, dates, None and Unread.
    """
    package.check(file, size=size)
    file.seek(0)
    if not AT_ONCE.acquire(timeout=WALL_SECONDS):
        raise Refused(TOO_BUSY, "file")
    try:
        return told(json.loads(_run(file.read())))
    finally:
        AT_ONCE.release()


def told(answer: dict[str, Any]) -> list[Row]:
    """What the child has said."""
    if "refused" in answer:
        why, number = answer["refused"]
        raise Refused(ODD[why].format(number), "file")
    return [(number, tuple(_value(value) for value in values)) for number, values in answer["rows"]]


def _run(data: bytes) -> bytes:
    """Its crash, its hanging, its end for want of memory are refusals."""
    try:
        # No environment: nothing of ours is there to be read, and the locale maps no memory.
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(CHILD)],
            input=data, capture_output=True, timeout=WALL_SECONDS, env={}, cwd="/", check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        raise Refused(SWOLLEN, "file") from None
    if done.returncode != 0:
        raise Refused(BROKEN if done.returncode == UNREADABLE else SWOLLEN, "file")
    return done.stdout


def _value(value: Any) -> Any:
    match value:
        case {"date": day}:
            return date.fromisoformat(day)
        case {"error": text}:
            return Unread(text)
        case {"other": text}:
            return text
    return value
