"""How far a station's shifts are made: weeks before the first of them and after the last lack nobody yet. No ORM.

Shifts added by hand say nothing of it where others are made out of patterns. This week is expected to be made at any
station that ever had a shift.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stations.workdays import SHANGHAI
from volunteers.recurrence import WEEK, monday

AHEAD = 8 * WEEK  # how far shifts are made
SUNDAY = timedelta(days=6)


@dataclass(frozen=True)
class Made:
    """The local days of the first and the last shift, None where there never was one; `today` is Shanghai's."""

    first: date | None
    last: date | None
    today: date

    def covers(self, day: date) -> bool:
        """Whether somebody may be missed on that local day."""
        return self.first is not None and monday(self.first) <= day <= self.until

    @property
    def until(self) -> date:
        """The Sunday after the last shift: patterns need not have every day. Where making ends, that very day."""
        last = self.last or self.today
        is_at_the_edge = last > self.today + AHEAD - WEEK
        return last if is_at_the_edge else monday(max(last, self.today)) + SUNDAY


NEVER = Made(None, None, date.min)


def made(first: datetime | None, last: datetime | None, *, now: datetime) -> Made:
    """Of aware moments at which the first and the last shift start."""
    return Made(_day(first), _day(last), now.astimezone(SHANGHAI).date())


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(SHANGHAI).date() if moment else None
