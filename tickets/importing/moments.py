"""Dates and times as people and spreadsheets in China write them, read as Shanghai wall clock.

Knows no field and no ticket. What can be read in two ways (5/3/2026, 05/3/6, a day without its year) is not read at
all: a wrong day would judge a clock wrongly and nobody would notice. Midnight is a day without its time: so a
spreadsheet writes one that shows only days, as a cell and as text alike.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from stations.workdays import SHANGHAI

NOON = time(12)  # of a day without a time: two of them are a whole number of working days apart
FIRST_YEAR, LAST_YEAR = 1949, 2100
SERIAL_FROM = datetime(1899, 12, 30)  # as Excel counts since its leap year that never was
SERIALS = range(18_264, 73_415)  # 1950 to 2100
HALF_SECOND = timedelta(milliseconds=500)

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_WEEKDAY = re.compile(r"[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?")
_DAY = re.compile(
    r"(\d{4}|\d{2})(?:\s*[-/.]\s*|\s*年\s*)(\d{1,2})(?:\s*[-/.]\s*|\s*月\s*)(\d{1,2})\s*[日号]?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2}):?(\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_PART = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|晚|AM|PM|A\\.M\\.|P\\.M\\."
_CLOCK = re.compile(
    rf"(?P<before>{_PART})?\s*(?P<hour>\d{{1,2}})\s*(?::|[点时]钟?)\s*"
    rf"(?:(?P<half>半|整)|(?P<quarter>[13])刻|(?P<minute>\d{{1,2}})\s*(?:(?::|分)\s*(?:(?P<second>\d{{1,2}})(?:[.,]\d+)?\s*秒?)?)?)?"
    rf"\s*(?P<after>AM|PM|A\.M\.|P\.M\.)?\s*(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?"
)
_NIGHT = {"夜里": (0, 1, 2, 3, 4, 5, 6, 12), "晚上": (0, 1, 2, 3, 4, 12), "晚": (0, 1, 2, 3, 4, 12)}
_LATER = ("下午", "傍晚", "晚上", "夜里", "晚", "PM")


class Moment(NamedTuple):
    """`at` is naive Shanghai wall clock; without a time of day it is noon and `has_time` is false."""

    at: datetime
    has_time: bool


def read(value: Any) -> Moment | None:
    """A cell as a moment; None where it is empty. ValueError where it cannot be read, or not in one way only."""
    if isinstance(value, datetime):
        return _known(value.replace(tzinfo=None), has_time=value.time() != time(0))
    if isinstance(value, date):
        return _known(datetime.combine(value, NOON), has_time=False)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.9f}".rstrip("0").rstrip(".")
    text = _plain(str(value or ""))
    return _read(text) if text else None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u00a0", " ").strip()
    if "年" in text or "月" in text or "点" in text:
        text = _TENS.sub(_ten, _WEEKDAY.sub(" ", text)).translate(_DIGITS)
    return " ".join(_WEEKDAY.sub(" ", text).split())


def _ten(found: re.Match[str]) -> str:
    """十 is 10, 二十 20, 十五 15, 二十五 25."""
    tens, ones = found.groups()
    return f"{tens or '一'}{ones or '〇'}"


def _read(text: str) -> Moment:
    if _SERIAL.fullmatch(text):
        return _serial(float(text))
    if packed := _PACKED.fullmatch(text):
        year, month, mday, *clock = packed.groups()
        packed_clock = _clock_of(*clock) if clock[0] else (0, 0, 0)
        return _made(int(year), int(month), int(mday), packed_clock if any(packed_clock) else None)
    found = _DAY.match(text)
    if not found:
        raise ValueError("看不懂")
    year, month, mday = found.groups()
    return _with_clock(_year(year), int(month), int(mday), text[found.end() :].strip(" ,T"))


def _year(text: str) -> int:
    """26 is 2026. 05 might as well be a day or a month, and stays unread."""
    if len(text) == 2 and int(text) <= 12:
        raise ValueError("年份只有两位，分不清")
    return int(text) + 2000 if len(text) == 2 else int(text)


def _with_clock(year: int, month: int, mday: int, rest: str) -> Moment:
    if not rest:
        return _made(year, month, mday, None)
    found = _CLOCK.fullmatch(rest.upper())
    if not found:
        raise ValueError("时间看不懂")
    zone, clock = found["zone"], _clock(found)
    is_said = zone or found["before"] or found["after"]
    at = _made(year, month, mday, clock if is_said or any(clock) else None)
    return _in_shanghai(at, zone) if zone else at


def _clock(found: re.Match[str]) -> tuple[int, int, int]:
    hour = int(found["hour"])
    minute = 30 if found["half"] == "半" else 15 * int(found["quarter"] or 0) or int(found["minute"] or 0)
    part = (found["before"] or found["after"] or "").replace(".", "")
    if hour in _NIGHT.get(part, ()):
        raise ValueError("分不清是哪一天的夜里")
    if part in _LATER and hour < 12:
        hour += 12
    elif part == "中午" and hour < 3:
        hour += 12
    elif part in ("AM", "凌晨") and hour == 12:
        hour = 0
    return hour, minute, int(found["second"] or 0)


def _clock_of(hour: str, minute: str, second: str | None) -> tuple[int, int, int]:
    return int(hour), int(minute), int(second or 0)


def _made(year: int, month: int, mday: int, clock: tuple[int, int, int] | None) -> Moment:
    try:
        if clock == (24, 0, 0):  # the end of the day
            return _known(datetime(year, month, mday) + timedelta(days=1), has_time=True)
        at = datetime(year, month, mday, *clock) if clock else datetime.combine(date(year, month, mday), NOON)
    except ValueError:
        raise ValueError("没有这一天或这个钟点") from None
    return _known(at, has_time=clock is not None)


def _serial(number: float) -> Moment:
    if int(number) not in SERIALS:
        raise ValueError("看不懂")
    at = SERIAL_FROM + timedelta(days=number) + HALF_SECOND
    at = at.replace(microsecond=0)
    has_time = not number.is_integer()
    return _known(at if has_time else datetime.combine(at.date(), NOON), has_time=has_time)


def _in_shanghai(moment: Moment, zone: str) -> Moment:
    aware = datetime.fromisoformat(moment.at.isoformat() + zone.replace("Z", "+00:00"))
    return Moment(aware.astimezone(SHANGHAI).replace(tzinfo=None), has_time=True)


def _known(at: datetime, *, has_time: bool) -> Moment:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError("年份不对")
    if not has_time:
        at = datetime.combine(at.date(), NOON)
    return Moment(at.replace(microsecond=0), has_time)
