"""Counting open hours forwards and backwards: how the demo places everything relative to one moment.

Office hours follow the working calendar; a desk is open every day. Takes and returns aware Shanghai moments.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stations import workdays

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SHANGHAI = workdays.SHANGHAI


@dataclass(frozen=True)
class Hours:
    """The hours of an office or a desk; moments found are never before opening nor after closing."""

    opens: time
    closes: time
    is_open_on: Callable[[date], bool]

    def later(self, moment: datetime, minutes: float) -> datetime:
        """When so many open minutes have passed since."""
        left = minutes * MINUTE
        while True:
            opens, closes = self._day(moment)
            start = max(moment, opens)
            if start < closes:
                if left < closes - start:
                    return start + left
                left -= closes - start
            moment = _midnight(moment) + DAY

    def earlier(self, moment: datetime, minutes: float) -> datetime:
        """When so many open minutes were still to pass."""
        left = minutes * MINUTE
        while True:
            opens, closes = self._day(moment)
            end = min(moment, closes)
            if opens < end:
                if left <= end - opens:
                    return end - left
                left -= end - opens
            moment = _midnight(moment) - timedelta.resolution

    def _day(self, moment) -> tuple[datetime, datetime]:
        day = moment.date()
        opens = workdays.at(day, self.opens)
        return opens, workdays.at(day, self.closes) if self.is_open_on(day) else opens


def _midnight(moment: datetime) -> datetime:
    return workdays.at(moment.date())


def local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


OFFICE = Hours(time(9), time(18), workdays.is_working_day)
DESK = Hours(time(9), time(20), lambda day: True)


def nights_before(now: datetime, count: int) -> list[datetime]:
    """Two o'clock in the morning of the last so many days, the latest last."""
    last = _midnight(local(now - timedelta(hours=2))) + timedelta(hours=2)
    return [last - n * DAY for n in reversed(range(count))]
