"""What the calendar's month page shows: its weeks, the days to look out for, how a limit runs over them.

Decides nothing about which days are worked: stations.workdays is asked. Dates and moments are Shanghai's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from stations import saying, workdays
from stations.calendars import LOCAL
from stations.models import Area
from stations.shipped import MAKE_UP, WEEKEND, Day

FIRST, LAST = date(2018, 1, 1), date(2035, 12, 1)  # the months that can be looked at
DAY = timedelta(days=1)
DAYS_TOLD = 15
ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
MARKS = {"off": "休", "makeup": "班", "closed": "停", "opened": "开"}


@dataclass(frozen=True)
class Cell:
    """One date: `kind` is for the style sheet, `mark` the one character on it, `words` all there is to say."""

    date: date
    kind: str
    name: str
    words: str
    is_outside: bool
    is_today: bool
    is_provisional: bool
    note: str = ""

    @property
    def key(self) -> str:
        return self.date.isoformat()

    @property
    def mark(self) -> str:
        return MARKS.get(self.kind, "")

    @property
    def short(self) -> str:
        """What has room on the date itself, where there is room at all."""
        said = self.note or ("" if self.kind == "weekend" else self.name)
        return f"暂按{said}" if said and self.is_provisional else said

    @property
    def looks(self) -> str:
        """Class names."""
        marks = {"outside": self.is_outside, "today": self.is_today}
        marks["provisional"] = self.is_provisional and not self.is_outside
        return " ".join([f"is-{self.kind}", *(f"is-{name}" for name, holds in marks.items() if holds)])

    @property
    def is_notable(self) -> bool:
        return not self.is_outside and self.kind not in ("plain", "weekend")


@dataclass(frozen=True)
class Run:
    """Days that follow each other and say the same."""

    first: date
    last: date
    year: int
    words: str = ""
    note: str = ""

    @property
    def dates(self) -> str:
        """2月5日（周五）至13日（周六）; one day by itself. What stands around it says its `year`."""
        start, end = (saying.day(day, today=date(self.year, 1, 1)) for day in (self.first, self.last))
        if self.first == self.last:
            return start
        return f"{start}至{end[end.index('月') + 1 :] if self.last.month == self.first.month else end}"


@dataclass(frozen=True)
class Month:
    """The weeks of a month, Monday first, with the neighbours' days that fill them."""

    first: date
    weeks: list[list[Cell]]

    @property
    def title(self) -> str:
        return f"{self.first.year}年{self.first.month}月"

    @property
    def before(self) -> date | None:
        return shifted(self.first, -1)

    @property
    def after(self) -> date | None:
        return shifted(self.first, 1)

    @property
    def days(self) -> list[Cell]:
        return [cell for week in self.weeks for cell in week if not cell.is_outside]

    @property
    def notable(self) -> list[Run]:
        """Days off, worked weekends and the community's own days."""
        said = ((cell.date, cell.words, cell.note) for cell in self.days if cell.is_notable)
        return runs(said, year=self.first.year)

    @property
    def worked(self) -> int:
        return sum(cell.kind in ("plain", "makeup", "opened") for cell in self.days)

    @property
    def is_present(self) -> bool:
        return any(cell.is_today for cell in self.days)

    @property
    def is_provisional(self) -> bool:
        return any(cell.is_provisional for cell in self.days)


def runs(said: Iterable[tuple[date, str, str]], *, year: int) -> list[Run]:
    """Dates in order with what is said of them; those that follow each other and say the same are one."""
    found: list[Run] = []
    for day, words, note in said:
        last = found[-1] if found else None
        if last and (last.last, last.words, last.note) == (day - DAY, words, note):
            found[-1] = replace(last, last=day)
        else:
            found.append(Run(day, day, year, words, note))
    return found


def shifted(first: date, months: int) -> date | None:
    """The first of a month so many months on; None where no calendar is shown."""
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    other = date(years, month + 1, 1)
    return other if FIRST <= other <= LAST else None


def date_named(text: str) -> date | None:
    """A date written 2026-12-31 of which a calendar is shown."""
    try:
        found = date.fromisoformat(text) if ISO.fullmatch(text) else FIRST - DAY
    except ValueError:
        return None
    return found if FIRST <= found.replace(day=1) <= LAST else None


def month_named(text: str, *, today: date) -> date:
    """The first day of a month written 2026-12; of the present one for anything else."""
    return date_named(f"{text}-01") or today.replace(day=1)


def month(first: date, *, area: Area | None, notes: dict[date, str], today: date) -> Month:
    """The weeks that touch the month. `notes`: what is said of the community's own days, by date."""
    start = first - first.weekday() * DAY
    rows = -(-(first.weekday() + _length(first)) // 7)
    dates = [start + n * DAY for n in range(7 * rows)]
    its = workdays.calendar(area)
    cells = [_cell(its.day(date), first, notes.get(date, ""), today) for date in dates]
    return Month(first, [cells[n : n + 7] for n in range(0, len(cells), 7)])


def _length(first: date) -> int:
    following = shifted(first, 1)
    return (following - first).days if following else 31


def _cell(day: Day, first: date, note: str, today: date) -> Cell:
    return Cell(
        date=day.date,
        kind=kind_of(day),
        name=day.name,
        words=words_of(day),
        is_outside=day.date.month != first.month,
        is_today=day.date == today,
        is_provisional=day.provisional,
        note=note,
    )


def words_of(day: Day) -> str:
    """上班, 周末, 春节, 调休上班, 暂按上班，待国务院通知."""
    said = day.name or "上班"
    return f"暂按{said}，待国务院通知" if day.provisional else said


def kind_of(day: Day) -> str:
    """opened or closed by the community; else makeup, plain, weekend or off."""
    if day.source == LOCAL:
        return "opened" if day.is_working else "closed"
    if day.is_working:
        return "makeup" if day.name == MAKE_UP else "plain"
    return "weekend" if day.name == WEEKEND else "off"


@dataclass(frozen=True)
class Trial:
    """What would be told of a request received at a moment: when it is due, why, and how the days are counted."""

    received: str
    days: int
    due: str
    reason: str
    is_provisional: bool
    steps: list[tuple[str, str]]
    left_out: int


def trial(received: datetime, days: int, *, area: Area | None, now: datetime) -> Trial:
    """Count so many working days from an aware moment, as a clock of the area does."""
    end = workdays.deadline(received, days, area=area)
    steps = list(_steps(received, end.due_at, area, timezone.localdate(now)))
    return Trial(
        received=saying.exact(received, now=now),
        days=days,
        due=saying.exact(end.due_at, now=now),
        reason=workdays.explain(received, end.due_at, area=area),
        is_provisional=end.provisional,
        steps=steps[:DAYS_TOLD],
        left_out=max(len(steps) - DAYS_TOLD, 0),
    )


def _steps(start: datetime, due: datetime, area: Area | None, today: date) -> Iterator[tuple[str, str]]:
    """Each date from the first to the last, with the office time that passes on it or why none does."""
    first, last = timezone.localdate(start), timezone.localdate(due)
    for n in range((last - first).days + 1):
        date = first + n * DAY
        midnight = workdays.at(date)
        passed = workdays.office_time(max(midnight, start), min(midnight + DAY, due), area=area)
        day = workdays.day(date, area=area)
        yield saying.day(date, today=today), _passed(day, passed)


def _passed(day: Day, passed: timedelta) -> str:
    if not day.is_working:
        return f"{day.name}，不走"
    made_up = "调休上班，" if day.name == MAKE_UP else ""
    return f"{made_up}走{saying.span(passed)}" if passed else f"{made_up}已经下班，不走"
