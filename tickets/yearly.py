"""What the preview of a year's notice shows: its holidays, and the days that change by it. Decides nothing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from stations import calendars, saying
from stations.announcement import Announcement, Break
from stations.calendars import Rows, YearDays
from stations.shipped import Calendar, Day
from tickets import monthly
from tickets.monthly import Run

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One holiday of the notice."""

    label: str
    off: str
    count: int
    worked: str


@dataclass(frozen=True)
class Plan:
    """A sound notice as the page shows it before it holds."""

    days: YearDays
    document: str
    stamp: str
    rows: list[Row]
    days_off: int
    days_worked: int
    remarks: list[str]  # not empty: to be held against the notice before it is loaded
    quotes: list[str]  # the lines that they are about
    changes: list[Run]
    is_awaited: bool  # the year is still 暂按

    @property
    def year(self) -> int:
        return self.days.year

    @property
    def is_held(self) -> bool:
        """Whether the calendar says the same already, and not for the time being: nothing to load."""
        return not self.changes and not self.is_awaited


def plan(said: Announcement) -> Plan:
    """What a sound notice says, and what it changes of the calendar that holds everywhere now."""
    days = days_of(said)
    now_there = calendars.rows_of(None)
    before, after = calendars.calendar_of(now_there), calendars.calendar_of(now_there.with_year(days))
    return Plan(
        days=days,
        document=said.document,
        stamp=_stamp(now_there, days),
        rows=[_row(one, days.year) for one in said.breaks],
        days_off=len(said.days_off),
        days_worked=len(said.worked),
        remarks=list(dict.fromkeys(remark.sentence for remark in said.remarks)),
        quotes=list(dict.fromkeys(remark.line for remark in said.remarks)),
        changes=monthly.runs(_changes(days.year, before, after), year=days.year),
        is_awaited=before.day(date(days.year, 1, 1)).provisional,
    )


def days_of(said: Announcement) -> YearDays:
    """The days of a notice; ValueError with the first fault of one that is not sound."""
    if said.year is None or said.faults:
        raise ValueError(said.faults[0].sentence)
    return YearDays(said.year, said.days_off, {*said.worked})


def _stamp(now_there: Rows, days: YearDays) -> str:
    """Names what was looked at: this text over this calendar."""
    looked_at = (now_there.stamp, days.year, sorted(days.days_off.items()), sorted(days.worked))
    return hashlib.sha256(repr(looked_at).encode()).hexdigest()[:32]


def _row(one: Break, year: int) -> Row:
    off = monthly.runs(((day, "", "") for day in one.days_off), year=year)
    worked = "、".join(saying.day(day, today=date(year, 1, 1)) for day in one.worked)
    return Row(one.label, "、".join(run.dates for run in off), len(one.days_off), worked)


def _changes(year: int, before: Calendar, after: Calendar) -> Iterator[tuple[date, str, str]]:
    """Every date that is worked and was not, or the other way round; the last days of the year before too."""
    day = date(year - 1, 12, 1)
    while day.year <= year:
        was, becomes = before.day(day), after.day(day)
        if was.is_working != becomes.is_working:
            yield day, f"{_said(was)} → {_said(becomes)}", ""
        day += DAY


def _said(day: Day) -> str:
    """暂按上班, 春节放假, 周末, 调休上班."""
    words = day.name or "上班"
    return f"暂按{words}" if day.provisional else words
