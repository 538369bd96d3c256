"""Whether the year that is coming is known: from 1 November on somebody has to be told when it is not.

Decides only when to say so. That limits are provisional until then, and how they are counted, is in workdays.
"""

from datetime import date, datetime

from stations import workdays
from stations.workdays import SHANGHAI, OfficeHours

NOVEMBER = 11  # the notices of 2018–2026 came out between 25 October and 8 December
LATE = (12, 15)


def missing_year(now: datetime, *, area: OfficeHours | None = None) -> int | None:
    """The year whose days off ought to be known at this aware moment and are not; None if all is well.

    From 1 November, Shanghai time, that is the next year; a present year that is still not known comes first.
    """
    today = now.astimezone(SHANGHAI).date()
    due = [today.year, today.year + 1] if today.month >= NOVEMBER else [today.year]
    return next((year for year in due if not is_known(year, area=area)), None)


def is_known(year: int, *, area: OfficeHours | None = None) -> bool:
    """Whether the notice of the year is loaded or shipped; asked of a day that no other year's notice may move."""
    return not workdays.day(date(year, 6, 1), area=area).provisional


def is_late(now: datetime) -> bool:
    """Whether the notice has surely come out by now: from 15 December, and in the year itself."""
    today = now.astimezone(SHANGHAI).date()
    return (today.month, today.day) >= LATE or today.month < NOVEMBER


def warning(now: datetime, *, area: OfficeHours | None = None) -> str:
    """What those who can load it read, and /readyz says; empty when nothing is missing."""
    year = missing_year(now, area=area)
    return f"还没有 {year} 年的节假日安排，时限暂按常规推算" if year else ""
