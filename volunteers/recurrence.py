"""On which dates a shift of a pattern falls, and from when to when: pure date arithmetic, no ORM.

Dates and times are those of the wall clock in Shanghai, which has kept one offset since 1991: no hour is ever left
out or doubled, whatever clocks do elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stations.workdays import SHANGHAI

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Repeat:
    """A weekday (Monday is 0) in the week of a cycle, both counted from 0, while the roster is valid.

    The week of `starts_on` is the first of the cycle; `ends_on` is the last day, None for no end.
    """

    week: int
    weekday: int
    cycle_weeks: int
    starts_on: date
    ends_on: date | None = None

    def falls_on(self, on: date) -> bool:
        if on < self.starts_on or (self.ends_on and on > self.ends_on):
            return False
        weeks = (monday(on) - monday(self.starts_on)) // WEEK
        return on.weekday() == self.weekday and weeks % self.cycle_weeks == self.week

    def dates(self, first: date, last: date) -> list[date]:
        """All on which it falls, from first to last, both included."""
        days = range((last - first).days + 1)
        return [on for on in (first + n * DAY for n in days) if self.falls_on(on)]


@dataclass(frozen=True)
class Shut:
    """Days on which a station stays shut, both included. A shift belongs to the day on which it starts."""

    from_on: date
    until_on: date


def is_shut(on: date, closures: Iterable[Shut]) -> bool:
    return any(shut.from_on <= on <= shut.until_on for shut in closures)


def span(on: date, starts_at: time, minutes: int) -> tuple[datetime, datetime]:
    """Aware moments in Shanghai; the end may be 24:00, the next day or the next year."""
    start = datetime.combine(on, starts_at, SHANGHAI)
    return start, start + timedelta(minutes=minutes)


def monday(on: date) -> date:
    """Of the week in which the date lies."""
    return on - on.weekday() * DAY
