"""The calendar that needs no database: the notices in chinesecalendar, then our statutory table, then weekends.

Also what any calendar is: something that answers for every date. What is not announced is provisional.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Protocol

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays

from stations import statutory

MAKE_UP = "调休上班"
WEEKEND = "周末"
CLOSED = "本社区不办公"
OPENED = "本社区加开"

# Read from the package itself, so that its yearly upgrade extends the calendar without a change here.
LAST_ANNOUNCED_YEAR: int = max(holidays).year
FIRST_ANNOUNCED_YEAR: int = min(holidays).year
# The next year's notice may still move the last days of this one: it did in 2018 and 2022.
FINAL_THROUGH = dt.date(LAST_ANNOUNCED_YEAR, 12, 28)
NAMES: dict[str, str] = {holiday.value: holiday.chinese for holiday in Holiday}


@dataclass(frozen=True, slots=True)
class Day:
    """One date's answer. `name` is the holiday, 调休上班, 周末 or empty; `source` says who answered."""

    date: dt.date
    is_working: bool
    provisional: bool
    source: str
    name: str


class Calendar(Protocol):
    """The seam: whatever answers for every date, without exception and without silence."""

    @property
    def version(self) -> str: ...

    def day(self, date: dt.date) -> Day: ...

    def __hash__(self) -> int: ...


class ShippedCalendar:
    """What is known without a database: the notices in chinesecalendar, then our statutory table."""

    version = f"chinesecalendar {version('chinesecalendar')}/{LAST_ANNOUNCED_YEAR}+table {statutory.VERSION}"

    def day(self, date: dt.date) -> Day:
        return _shipped_day(date)


SHIPPED = ShippedCalendar()


@lru_cache(maxsize=2**16)  # some 180 years of days
def _shipped_day(date: dt.date) -> Day:
    if isinstance(date, dt.datetime):
        raise TypeError("A date is needed, not a datetime.")
    if date > FINAL_THROUGH:
        return _expected_day(date)
    try:
        return announced_day(date)
    except NotImplementedError:  # before the package's first year
        return _expected_day(date)


def announced_day(date: dt.date) -> Day:
    """From the State Council's notices as chinesecalendar carries them; NotImplementedError outside its years."""
    is_working = bool(chinese_calendar.is_workday(date))
    is_weekend = date.weekday() >= 5
    if is_working:
        name = MAKE_UP if is_weekend else ""
    else:
        holiday = holidays.get(date, "")
        name = NAMES.get(holiday, holiday) or WEEKEND
    return Day(date, is_working, False, "chinesecalendar", name)


def _expected_day(date: dt.date) -> Day:
    """No notice: statutory days with their usual spans, outside the table fixed feasts; never 调休."""
    in_table = date.year in statutory.FEASTS
    if in_table:
        holiday = statutory.DAYS_OFF.get(date, "")
    else:
        holiday = statutory.FIXED_DAYS_OFF.get((date.month, date.day), "")
    is_off = bool(holiday) or date.weekday() >= 5
    name = holiday or (WEEKEND if is_off else "")
    return Day(date, not is_off, True, "statutory" if in_table else "weekends", name)
