"""Available times as people say them: parts of a day, else from when to when. Minutes since midnight, 1440 is 24:00.

Pure: turns what is ticked or typed into stretches, and stretches into ticks and words. Decides nothing about shifts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

DAYS = "一二三四五六日"
LAST = 24 * 60
PARTS: dict[str, tuple[str, int, int]] = {
    "am": ("上午", 9 * 60, 12 * 60 + 30),
    "pm": ("下午", 12 * 60 + 30, 16 * 60 + 30),
    "eve": ("晚上", 16 * 60 + 30, 20 * 60),
}
WHOLE_DAY = "全天"
EXAMPLE = "周一上午、周三14:00-17:00、周六全天"
_ITEM = re.compile(
    r"(?:周|星期|礼拜)(?P<days>[一二三四五六日天末至到\-–—、]+?)"
    r"(?P<what>上午|下午|晚上|全天|整天|\d{1,2}[:：]\d{2}\s*[-–—~至到]\s*\d{1,2}[:：]\d{2})"
)


@dataclass(frozen=True, order=True)
class Stretch:
    """A stretch of a weekday, Monday 0."""

    weekday: int
    from_minute: int
    until_minute: int
    is_wished: bool = False


@dataclass
class Day:
    """What is ticked for one weekday; `other` is a stretch that the parts do not make up."""

    parts: list[str] = field(default_factory=list)
    other: tuple[int, int] | None = None
    is_wished: bool = False


class Unreadable(ValueError):
    """Carries the sentence that the lead reads."""


def stretches(weekday: int, day: Day) -> list[Stretch]:
    """What was ticked, those that touch made one."""
    spans = [PARTS[key][1:] for key in PARTS if key in day.parts] + ([day.other] if day.other else [])
    return [Stretch(weekday, *span, day.is_wished) for span in _joined(spans)]


def days(found: Iterable[Stretch]) -> list[Day]:
    """Seven days as the ticks show them: the opposite of `stretches`."""
    week = [Day() for _ in DAYS]
    for one in found:
        day = week[one.weekday]
        parts, rest = _parted(one)
        day.parts += parts
        day.other = rest or day.other
        day.is_wished |= one.is_wished
    return week


def words(found: Iterable[Stretch]) -> list[str]:
    """周一上午、下午; 周三14:00–17:00（最想来）: one line a day."""
    return [f"周{DAYS[n]}{_said(day)}" for n, day in enumerate(days(found)) if day.parts or day.other]


def clock(minute: int) -> str:
    """14:00; 24:00 for the end of a day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read(text: str) -> list[Stretch]:
    """周一上午、周三14:00-17:00、周六全天 as stretches; Unreadable where a bit of it says nothing."""
    week = [Day() for _ in DAYS]
    left = _ITEM.sub(lambda found: _take(week, found), "".join(text.split()))
    if left.strip("，,；;、。和及"):
        raise Unreadable(f"看不懂“{left.strip('，,；;、。')[:20]}”，写成：{EXAMPLE}")
    return [one for n, day in enumerate(week) for one in stretches(n, day)]


def _take(week: list[Day], found: re.Match[str]) -> str:
    for n in _weekdays(found["days"]):
        if found["what"] in (WHOLE_DAY, "整天"):
            week[n].parts = list(PARTS)
        elif key := next((key for key, part in PARTS.items() if part[0] == found["what"]), ""):
            week[n].parts.append(key)
        elif week[n].other:
            raise Unreadable(f"周{DAYS[n]}写了两段几点到几点，只能写一段")
        else:
            week[n].other = _minutes(found["what"])
    return ""


def _weekdays(text: str) -> list[int]:
    """一、三; 一至五; 末 for Saturday and Sunday."""
    plain = text.replace("天", "日").replace("末", "六日")
    span = re.fullmatch(r"([一二三四五六日])[至到\-–—]([一二三四五六日])", plain)
    if span:
        first, last = (DAYS.index(one) for one in span.groups())
        if first <= last:
            return list(range(first, last + 1))
    if re.search(r"[至到\-–—]", plain):
        raise Unreadable(f"看不懂“周{text}”，写成：{EXAMPLE}")
    return [DAYS.index(one) for one in plain if one in DAYS]


def _minutes(text: str) -> tuple[int, int]:
    hours = [int(one) for one in re.findall(r"\d+", text)]
    first, last = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if max(hours[1], hours[3]) > 59 or not first < last <= LAST:
        raise Unreadable(f"“{text}”不是一段时间，写成：14:00-17:00")
    return first, last


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1]:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made


def _parted(one: Stretch) -> tuple[list[str], tuple[int, int] | None]:
    """The parts that a stretch is made of, and what is left of it; all of it where two ends would be left."""
    whole = (one.from_minute, one.until_minute)
    inside = [key for key, (_, first, last) in PARTS.items() if whole[0] <= first and last <= whole[1]]
    if not inside:
        return [], whole
    before, after = (whole[0], PARTS[inside[0]][1]), (PARTS[inside[-1]][2], whole[1])
    left = [span for span in (before, after) if span[0] < span[1]]
    return ([], whole) if len(left) == 2 else (inside, left[0] if left else None)


def _said(day: Day) -> str:
    bits = [WHOLE_DAY] if len(set(day.parts)) == len(PARTS) else [PARTS[key][0] for key in day.parts]
    if day.other:
        bits.append(f"{clock(day.other[0])}–{clock(day.other[1])}")
    return "、".join(bits) + ("（最想来）" if day.is_wished else "")
