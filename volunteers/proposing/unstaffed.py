"""Opening hours of a period for which the roster has no shift at all: no proposal can fill them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time

from stations import saying
from stations.models import Station
from stations.workdays import SHANGHAI
from volunteers import timetable
from volunteers.coverage import gaps_in
from volunteers.limits import Span
from volunteers.proposing.drafting import Period


@dataclass(frozen=True)
class Hole:
    """`on` and `first` (09:00) are where the next one begins, for a shift to be added."""

    words: str
    on: date
    first: str


def holes(station: Station, period: Period, *, now: datetime) -> list[Hole]:
    """In the order of time; what comes back on that weekday all through the period is said once."""
    [table] = timetable.read([station], period.first, period.last)
    shifts = [timetable.span_of(shift) for shift in table.shifts]
    ahead = [Span(max(span.starts_at, now), span.ends_at) for span in table.opened if span.ends_at > now]
    days: dict[int, int] = defaultdict(int)
    alike: dict[tuple[int, time, time], list[Span]] = defaultdict(list)
    for opened in ahead:
        days[opened.day.weekday()] += 1
        for gap in gaps_in(opened, shifts):
            alike[gap.day.weekday(), _clock(gap.starts_at), _clock(gap.ends_at)].append(gap)
    found = [hole for gaps in alike.values() for hole in _said(gaps, days[gaps[0].day.weekday()], now)]
    return sorted(found, key=lambda hole: (hole.on, hole.first))


def _said(gaps: list[Span], days: int, now: datetime) -> list[Hole]:
    """周四12:30–14:30 没有班，每周都缺; else each with its date."""
    if len(gaps) == days > 1:
        return [_hole(gaps[0], f"{saying.weekday(gaps[0].day)}{_hours(gaps[0])} 没有班，每周都缺")]
    today = now.astimezone(SHANGHAI).date()
    return [_hole(gap, f"{saying.day(gap.day, today=today)}{_hours(gap)} 没有班") for gap in gaps]


def _hole(gap: Span, words: str) -> Hole:
    return Hole(words, gap.day, f"{_clock(gap.starts_at):%H:%M}")


def _hours(gap: Span) -> str:
    return saying.clock_span(gap.starts_at, gap.ends_at)


def _clock(moment: datetime) -> time:
    return moment.astimezone(SHANGHAI).time()
