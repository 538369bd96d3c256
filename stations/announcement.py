"""Reads the State Council's yearly notice (国务院办公厅关于……年部分节假日安排的通知) from pasted text.

Decides which days the text gives off and which weekends it makes working days, and whether the text agrees with
itself: 共N天, the printed weekdays, all seven holidays, as many weekends worked as working days are off beyond the
law's. Knows no database and applies nothing.
Understands the layouts of 2018–2026 (tests/stations/announcements/); amendments of a single holiday are refused.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from stations import statutory
from stations.workdays import DAY, WEEKDAYS

# As the notice prints them → as the calendar names them, in the order of the year.
HOLIDAYS = {
    "元旦": "元旦",
    "春节": "春节",
    "清明节": "清明",
    "劳动节": "劳动节",
    "端午节": "端午",
    "中秋节": "中秋",
    "国庆节": "国庆节",
}
CERTAIN = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}  # what needs no table
LONGEST_BREAK = 15
# What lies so far from its holiday is the date under the notice or of the page around it.
FARTHEST_WORKED = 14 * DAY
AMENDMENT = (
    "这是调整个别假期的通知，不是全年的安排，软件读不了。请各社区的派单员在“日历”里定：点多放的第一天，"
    "从那天到哪天定为不办公；补班的周末定为加开。"
)
FULL_WIDTH = str.maketrans(",:;()", "，：；（）")
LONGEST_TEXT = 20_000
LONGEST_QUOTE = 120
SATURDAY = 5

_NAME = "|".join(f"{name[:2]}节?" for name in HOLIDAYS)
# Nothing in a heading repeats without end: what it begins with is looked for anew at every character.
_NUMBER = r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]?[、.．]"
_NAMES = rf"(?:{_NAME})(?:[、和与及](?:{_NAME})){{0,6}}(?:假期)?"
_HEADING = re.compile(rf"(?P<number>{_NUMBER})?(?:\d{{4}}年)?(?P<names>{_NAMES})(?P<colon>:)?(?![、和与及])")
_TITLE = re.compile(r"关于(\d{4})年(?:部分)?节假日安排的通知|现将(\d{4})年元旦")
_AMENDED = re.compile(r"关于(?:调整|延长)\d{4}年")
# Without its title, or as papers tell it: 春节假期延长至2020年2月2日.
_SEVEN = "|".join(HOLIDAYS)
_AMENDED_UNTITLED = re.compile(rf"(?:调整|延长)(?:\d{{4}}年)?(?:{_SEVEN})|(?:{_SEVEN})假期(?:调整|延长)")
_DOCUMENT = re.compile(r"国办发(?:明电)?[〔\[(]\d{4}[〕\])]\d{1,4}号")
_DATE = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?"
_TOKEN = re.compile(
    rf"(?P<dates>{_DATE}(?:(?:至|到|—+|–|-|~){_DATE})?)"
    r"|(?:共|放假(?:调休)?)(?P<count>\d{1,2}|[一二三四五六七八九十])天"
    r"|(?P<off>放假|补休)|(?P<work>上班)|(?P<joined>与周末连休)|(?P<end>[。;])"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")


@dataclass(frozen=True, slots=True)
class Break:
    """One holiday's line: `label` as printed (国庆节、中秋节), the days it gives off, the weekends it takes."""

    label: str
    line: str
    names: tuple[str, ...]
    days_off: tuple[dt.date, ...]
    worked: tuple[dt.date, ...]

    def name_of(self, date: dt.date) -> str:
        """The holiday that a day off belongs to: in a joined break the one day of 中秋 is named apart."""
        if len(self.names) == 1:
            return self.names[0]
        return "中秋" if date == self._mid_autumn() else "国庆节"

    def _mid_autumn(self) -> dt.date | None:
        known = _statutory_days(self.days_off[0].year, "中秋")
        if known:
            return known[0]
        return self.days_off[0] if self.names[0] == "中秋" else None


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed check in a Chinese sentence, and the line it is about (empty: the whole text)."""

    sentence: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a text says. Sound only without faults; `remarks` forbid nothing, but somebody has to look at them."""

    year: int | None
    document: str
    breaks: tuple[Break, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]

    @property
    def days_off(self) -> dict[dt.date, str]:
        """Every day off with its holiday, in order; days of the year before among them (12月31日)."""
        return dict(sorted((day, one.name_of(day)) for one in self.breaks for day in one.days_off))

    @property
    def worked(self) -> dict[dt.date, str]:
        """Every Saturday and Sunday that is worked, with the holiday it is worked for."""
        return dict(sorted((day, one.label) for one in self.breaks for day in one.worked))


@dataclass(slots=True)
class _Line:
    """One holiday's line while it is read."""

    label: str
    text: str
    year: int
    days_off: list[dt.date] = field(default_factory=list)
    worked: list[dt.date] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    count: int | None = None
    is_joined: bool = False
    ranges: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(HOLIDAYS[name] for name in _printed_names(self.label))


def read(text: str) -> Announcement:
    """What the pasted text of a yearly notice says, with every fault found; never an exception.

    Dates are those of Asia/Shanghai. Spaces and line breaks, wherever copying left them, do not matter; digits
    and brackets may be full or half width.
    """
    clean = _clean(text)
    year, faults = _year(clean)
    if year is None:
        return Announcement(None, _document(clean), (), tuple(faults), ())
    lines = [_read_line(label, body, year) for label, body in _lines(clean)]
    faults += _missing(lines)
    faults += [Fault(words, line.text) for line in lines for words in (*line.faults, *_faults_of(line))]
    breaks = tuple(_break(line) for line in lines if line.days_off)
    faults += _collisions(breaks)
    remarks = [Fault(words, line.text) for line in lines for words in line.remarks]
    remarks += [*_against_the_table(breaks, year), *_out_of_balance(breaks, year)]
    return Announcement(year, _document(clean), breaks, tuple(faults), tuple(remarks))


def _clean(text: str) -> str:
    """Half width throughout, without anything that is not seen."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char)[0] != "C")


def _document(clean: str) -> str:
    found = _DOCUMENT.search(clean)
    return found.group() if found else ""


def _year(clean: str) -> tuple[int | None, list[Fault]]:
    if _AMENDED.search(clean):
        return None, [Fault(AMENDMENT)]
    found = {int(one or other) for one, other in _TITLE.findall(clean)}
    if not found and _AMENDED_UNTITLED.search(clean):
        return None, [Fault(AMENDMENT)]
    if not found:
        return None, [
            Fault("没有找到是哪一年的通知。请连同标题“国务院办公厅关于……年部分节假日安排的通知”一起粘贴。")
        ]
    if len(found) > 1:
        years = "、".join(f"{year}年" for year in sorted(found))
        return None, [Fault(f"文字里有不止一年的通知（{years}）。请一次只粘贴一年的。")]
    year = found.pop()
    return (year, []) if 2000 <= year < 2100 else (None, [Fault(f"通知的年份读成了{year}年，请核对。")])


def _lines(clean: str) -> Iterator[tuple[str, str]]:
    """(label, the line's text after it) of each holiday: numbered, or followed by a colon."""
    heads = [m for m in _HEADING.finditer(clean) if m["number"] or m["colon"]]
    for head, following in zip_longest(heads, heads[1:]):
        yield head["names"].removesuffix("假期"), clean[head.end() : following.start() if following else None]


def _printed_names(label: str) -> list[str]:
    return [next(name for name in HOLIDAYS if name[:2] == part[:2]) for part in re.split("[、和与及]", label)]


def _read_line(label: str, body: str, year: int) -> _Line:
    """Dates wait until a word says what they are: 放假 or 上班."""
    line = _Line(label, _up_to_the_end(f"{label}:{body}"), year)
    waiting: list[dt.date] = []
    for token in _TOKEN.finditer(body):
        if token["dates"]:
            waiting += _dates(token, line, waiting)
        elif token["count"]:
            line.count = line.count or _number(token["count"])
        elif token["joined"]:
            line.is_joined = True
        elif token["end"]:
            _leave_unused(line, waiting, body[: token.end()])
        if token["off"] or (token["count"] and token.group().startswith("放假")):
            _move(waiting, line.days_off)
        elif token["work"]:
            _move(waiting, line.worked)
    _leave_unused(line, _near(line, waiting), f"{body}。")
    return line


def _up_to_the_end(text: str) -> str:
    """The line as it is quoted: its sentences about 放假 and 上班, not the closing words of the notice."""
    said = [part for part in re.findall("[^。;]+[。;]?", text) if re.search("放假|上班|补休|共", part)]
    return "".join(said or [text])[:LONGEST_QUOTE].translate(FULL_WIDTH)


def _move(waiting: list[dt.date], to: list[dt.date]) -> None:
    to += waiting
    waiting.clear()


def _near(line: _Line, days: list[dt.date]) -> list[dt.date]:
    """Those near the holiday: what an unfinished sentence names there is a working weekend lost."""
    return [day for day in days if any(abs(day - off) <= FARTHEST_WORKED for off in line.days_off)]


def _leave_unused(line: _Line, waiting: list[dt.date], so_far: str) -> None:
    """A sentence with dates that are neither 放假 nor 上班, such as the advice to take leave on 除夕."""
    if waiting:
        sentence = re.split("[。;]", so_far)[-2][:LONGEST_QUOTE]
        line.remarks.append(
            f"“{line.label}”里这一句没有写放假或上班，没有算进去：{sentence.translate(FULL_WIDTH)}。"
        )
        waiting.clear()


def _dates(token: re.Match[str], line: _Line, waiting: list[dt.date]) -> list[dt.date]:
    """The day, or every day from the first to the last."""
    parts = re.findall(_DATE, token["dates"])
    before = waiting or line.worked or line.days_off
    first = _date(parts[0], line, before[-1] if before else None)
    if first is None or len(parts) == 1:
        return [first] if first else []
    last = _date(parts[1], line, first)
    if last is None:
        return []
    if not 0 < (last - first).days < LONGEST_BREAK:
        line.faults.append(f"“{line.label}”的{_said(first)}至{_said(last)}不像一段假期，请核对。")
        return []
    line.ranges += 1
    return [first + n * DAY for n in range((last - first).days + 1)]


def _date(part: tuple[str, ...], line: _Line, before: dt.date | None) -> dt.date | None:
    """One printed date; what is not printed of it comes from the date before and from the notice's year."""
    year, month, day, aside = part
    in_month = int(month) if month else before.month if before else 0
    try:
        date = dt.date(int(year) if year else _year_of(in_month, line, before), in_month, int(day))
    except ValueError:
        line.faults.append(f"“{line.label}”里没有这一天：{month and f'{month}月'}{day}日。")
        return None
    _check_weekday(date, aside, line)
    return date


def _year_of(month: int, line: _Line, before: dt.date | None) -> int:
    """元旦 may begin in the year before; from there on time runs forward."""
    if before and before.month == month:
        return before.year
    return line.year - 1 if month == 12 and line.names == ("元旦",) else line.year


def _check_weekday(date: dt.date, aside: str, line: _Line) -> None:
    printed = _WEEKDAY.search(aside)
    if printed and printed[1].replace("天", "日") != WEEKDAYS[date.weekday()]:
        line.faults.append(
            f"“{line.label}”的{date.month}月{date.day}日写的是周{printed[1]}，"
            f"{date.year}年这一天是周{WEEKDAYS[date.weekday()]}。"
        )


def _missing(lines: list[_Line]) -> Iterator[Fault]:
    """Each of the seven once."""
    found = [name for line in lines for name in _printed_names(line.label)]
    lacking = [f"“{name}”" for name in HOLIDAYS if name not in found]
    if lacking:
        yield Fault(
            f"没有找到{'、'.join(lacking)}这{'一' if len(lacking) == 1 else len(lacking)}行。请把通知从头到尾粘贴过来。"
        )
    for name in HOLIDAYS:
        if found.count(name) > 1:
            yield Fault(f"“{name}”出现了{found.count(name)}次。请只粘贴一份通知。")


def _faults_of(line: _Line) -> Iterator[str]:
    """What of one line does not agree with the rest of it."""
    if not line.days_off:
        yield f"“{line.label}”这一行没有读到放假的日期。"
        return
    if line.count and line.count not in (len(set(line.days_off)), len(_with_weekend(line))):
        yield f"“{line.label}”写的是共{line.count}天，按日期数是{len(set(line.days_off))}天。"
    if not line.count and line.ranges:
        line.remarks.append(f"“{line.label}”没有写共几天，请核对日期。")
    first, last = min(line.days_off), max(line.days_off)
    if (last - first).days >= LONGEST_BREAK:
        yield f"“{line.label}”从{_said(first)}放到{_said(last)}，不像一段假期，请核对。"
    for day in line.worked:
        if day.weekday() < SATURDAY:
            yield f"“{line.label}”的{_said(day)}本来就上班，不会是调休上班日。"
    for day in sorted({*line.worked}.difference(_near(line, line.worked))):
        line.remarks.append(f"“{line.label}”的{_said(day)}上班，离假期很远，请核对月份。")
    yield from _misses_its_day(line)


def _misses_its_day(line: _Line) -> Iterator[str]:
    """A break without any day that the law gives it has the wrong month."""
    off = set(line.days_off)
    for name in line.names:
        days = _statutory_days(line.year, name)
        if days and off.isdisjoint(days):
            yield f"“{line.label}”的假期里没有{_said(days[0])}，{name}就在那天。"


def _with_weekend(line: _Line) -> set[dt.date]:
    """The break with the weekend it joins (与周末连休)."""
    days = set(line.days_off)
    for start, step in ((min(days), -DAY), (max(days), DAY)):
        day = start + step
        while line.is_joined and day.weekday() >= SATURDAY:
            days.add(day)
            day += step
    return days


def _collisions(breaks: tuple[Break, ...]) -> Iterator[Fault]:
    """A day can be given or taken only once."""
    said: dict[dt.date, str] = {}
    for one in breaks:
        for day, what in (*((d, "放假") for d in one.days_off), *((d, "上班") for d in one.worked)):
            before = said.setdefault(day, f"“{one.label}”{what}")
            if before != f"“{one.label}”{what}":
                yield Fault(f"{_said(day)}前后不一：{before}，“{one.label}”{what}。", one.line)


def _against_the_table(breaks: tuple[Break, ...], year: int) -> Iterator[Fault]:
    """Statutory days that the text does not give off: to be looked at, no more, since the law may have changed."""
    off = {day for one in breaks for day in one.days_off}
    for one in breaks:
        for name in one.names:
            lacking = [_said(day) for day in _statutory_days(year, name) if day not in off]
            if lacking:
                yield Fault(f"{name}的法定假日{'、'.join(lacking)}，通知里没有放假，请核对。", one.line)


def _out_of_balance(breaks: tuple[Break, ...], year: int) -> Iterator[Fault]:
    """A break takes the working days of the law, and every further one for a weekend worked.

    Every notice of 2018–2026 does. Remarked only, since a change of the law comes with the notice (2025).
    """
    for one in breaks:
        taken, worked = sum(day.weekday() < SATURDAY for day in one.days_off), len(one.worked)
        law = sum(statutory.days_by_law(name, year) for name in one.names)
        if taken - worked != law:
            less = f"少了{law - taken}天" if taken < law else "不用周末上班来补"
            owed = f"多出的{taken - law}天要用周末上班来补" if taken > law else less
            said = f"“{one.label}”在周一到周五里放{taken}天，法定假日{law}天，{owed}，读到的调休上班是{worked}天。"
            yield Fault(said, one.line)


def _statutory_days(year: int, name: str) -> list[dt.date]:
    """By the shipped table; outside its years the feasts of a fixed date alone."""
    if year not in statutory.FEASTS:
        return [dt.date(year, *CERTAIN[name])] if name in CERTAIN else []
    return [day for feast in statutory.FEASTS[year] if feast.name == name for day in feast.statutory()]


def _break(line: _Line) -> Break:
    return Break(
        line.label,
        line.text,
        line.names,
        tuple(sorted(set(line.days_off))),
        tuple(sorted(set(line.worked))),
    )


def _number(digits: str) -> int:
    return int(digits) if digits.isdecimal() else "一二三四五六七八九十".index(digits) + 1


def _said(date: dt.date) -> str:
    return f"{date.month}月{date.day}日（周{WEEKDAYS[date.weekday()]}）"
