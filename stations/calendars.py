"""Which calendar answers for a community: its own days, then the years loaded, then what the product ships.

Every `Area` carries the version of its calendar, so whoever has the row at hand asks nothing more: the rows are read
once per process and version. What is read is kept under what it says, not under what was expected of it; a change
made at the same moment, or one rolled back, can therefore leave nothing wrong behind. Nothing raises: where the rows
cannot be read, the shipped calendar answers, and the next sweep counts anew what was counted by it, since its
version is another.

For pages: `of(area)` or `area.calendar` is the calendar in force; `rows_of(area)` with `Rows.with_year`,
`Rows.with_local` and `calendar_of` give the one that a change would make. Changing is in `tickets.calendaring`, what
a change moves in `tickets.recounting`.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from django.db import Error

from stations import shipped, workdays
from stations.models.calendar import CalendarDay, CalendarYear, LocalDay
from stations.shipped import MAKE_UP, SHIPPED, WEEKEND, Calendar, Day

NOTICE, PACKAGE = CalendarYear.Source.NOTICE.value, CalendarYear.Source.PACKAGE.value
LOCAL = "local"
MARK = "|"
SATURDAY = 5
LAST_DAYS = (12, 28)  # what comes after them may be moved by the notice of the next year
MOST_KEPT = 500
NATIONAL_SECONDS = 1  # no clock is set by it, so it may be that old

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class YearDays:
    """What a notice says of its year: days off with their holidays, and weekend days worked.

    Either may lie in the last days of the year before. `stations.announcement.read` gives the same two.
    """

    year: int
    days_off: Mapping[dt.date, str]
    worked: Collection[dt.date]
    source: str = NOTICE

    def says_as(self, other: "YearDays") -> bool:
        """Whether the same dates are off and worked, whoever says so and however they are called."""
        return set(self.days_off) == set(other.days_off) and {*self.worked} == {*other.worked}

    def days(self) -> dict[dt.date, Day]:
        off = {day: Day(day, False, False, self.source, name) for day, name in self.days_off.items()}
        return off | {day: Day(day, True, False, self.source, _made_up(day)) for day in self.worked}


@dataclass(frozen=True)
class Rows:
    """All that the database says for one community, as plain data."""

    years: Mapping[int, YearDays] = field(default_factory=dict)
    local: Mapping[dt.date, bool] = field(default_factory=dict)

    def with_year(self, days: YearDays) -> "Rows":
        """As if this notice were applied."""
        return replace(self, years={**self.years, days.year: days})

    def without_year(self, year: int) -> "Rows":
        """As if nothing had been loaded for the year."""
        return replace(self, years={other: days for other, days in self.years.items() if other != year})

    def with_local(self, date: dt.date, works: bool | None) -> "Rows":
        """As if the community were closed (False), open (True) or as everywhere (None) on a date."""
        others = {day: w for day, w in self.local.items() if day != date}
        return replace(self, local=others if works is None else {**others, date: works})

    @property
    def stamp(self) -> str:
        """Names the content; empty without any."""
        years = _digest(
            (y.year, y.source, sorted(y.days_off.items()), sorted(y.worked)) for y in self._sorted()
        )
        local = _digest(sorted(self.local.items()))
        return f"{years}.{local}" if years or local else ""

    def _sorted(self) -> list[YearDays]:
        return [self.years[year] for year in sorted(self.years)]

    def days(self) -> dict[dt.date, Day]:
        """Every date named; a later year's notice and then the community's own days come over the others."""
        found: dict[dt.date, Day] = {}
        for year in self._sorted():
            found |= year.days()
        return found | {day: _local_day(day, works=works) for day, works in self.local.items()}


class RowsCalendar:
    """Rows of the database over the shipped calendar."""

    def __init__(self, rows: Rows):
        self.version = f"{SHIPPED.version}{MARK}{rows.stamp}"
        self._sources = {year.year: year.source for year in rows.years.values()}
        self._days = rows.days()

    def day(self, date: dt.date) -> Day:
        if isinstance(date, dt.datetime):
            raise TypeError("A date is needed, not a datetime.")
        return self._days.get(date) or self._days.setdefault(date, self._unnamed(date))

    def _unnamed(self, date: dt.date) -> Day:
        """Not named in any row: an ordinary day of a year that is known, else what is shipped."""
        is_settled = (date.month, date.day) <= LAST_DAYS or self._knows(date.year + 1)
        if date.year in self._sources:
            works = date.weekday() < SATURDAY
            return Day(date, works, not is_settled, self._sources[date.year], "" if works else WEEKEND)
        is_announced = date.year == shipped.LAST_ANNOUNCED_YEAR and is_settled
        return shipped.announced_day(date) if is_announced else SHIPPED.day(date)

    def _knows(self, year: int) -> bool:
        return year in self._sources or year <= shipped.LAST_ANNOUNCED_YEAR


_kept: dict[str, Calendar] = {"": SHIPPED}
_national: tuple[float, Calendar] = (0, SHIPPED)


def of(area_id: int, version: str) -> Calendar:
    """The calendar of a community by the version that its row carries; reads rows only for one not yet seen.

    Without a version (a community made a minute ago) the shipped calendar answers until the next sweep.
    """
    known = _kept.get(workdays.without_hours(version).partition(MARK)[2])
    return known or _never_failing(area_id)


def national() -> Calendar:
    """Where no community is meant: the years loaded, then what is shipped. May be a second old."""
    global _national
    until, calendar = _national
    if until < monotonic():
        calendar = _never_failing(None)
        _national = (monotonic() + NATIONAL_SECONDS, calendar)
    return calendar


def rows_of(area_id: int | None) -> Rows:
    """What the database says now: the years loaded and, for a community, its own days. Two statements."""
    found: dict[int, tuple[dict[dt.date, str], set[dt.date], str]] = {}
    rows = CalendarDay.objects.values_list("year", "year__source", "date", "works", "name")
    for year, source, date, works, name in rows:
        off, worked, _ = found.setdefault(year, ({}, set(), source))
        if works:
            worked.add(date)
        else:
            off[date] = name
    years = {year: YearDays(year, *facts) for year, facts in found.items()}
    return Rows(years, local_rows([area_id]).get(area_id, {}) if area_id else {})


def year_before(year: int) -> YearDays | None:
    """What a loaded year said before it was loaded over; None where nothing had been loaded before."""
    kept = CalendarYear.objects.values_list("before", flat=True).filter(pk=year).first()
    if not kept:
        return None
    days = [(dt.date.fromisoformat(date), works, name) for date, works, name in kept["days"]]
    off = {date: name for date, works, name in days if not works}
    return YearDays(year, off, {date for date, works, _ in days if works}, kept["source"])


def local_rows(area_ids: Collection[int] | None = None) -> dict[int, dict[dt.date, bool]]:
    """{area id: {date: whether it is worked}} of the given communities, of all by default; one statement."""
    standing = LocalDay.objects.standing()
    if area_ids is not None:
        standing = standing.filter(area__in=area_ids)
    found: dict[int, dict[dt.date, bool]] = {}
    for area_id, date, works in standing.values_list("area", "date", "works"):
        found.setdefault(area_id, {})[date] = works
    return found


def calendar_of(rows: Rows) -> Calendar:
    """The calendar that these rows make; the same rows give the same object."""
    stamp = rows.stamp
    if len(_kept) > MOST_KEPT:
        forget()
    return _kept.get(stamp) or _kept.setdefault(stamp, RowsCalendar(rows))


def forget() -> None:
    """Let this process read again what it needs."""
    global _national
    _kept.clear()
    _kept[""] = SHIPPED
    _national = (0, SHIPPED)


def package_year(year: int) -> YearDays | None:
    """The year's days as chinesecalendar carries them; None where it does not know the year."""
    if not shipped.FIRST_ANNOUNCED_YEAR <= year <= shipped.LAST_ANNOUNCED_YEAR:
        return None
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    days = [shipped.announced_day(first + n * workdays.DAY) for n in range((last - first).days + 1)]
    off = {day.date: day.name for day in days if not day.is_working and day.name != WEEKEND}
    return YearDays(year, off, {day.date for day in days if day.name == MAKE_UP}, PACKAGE)


def _never_failing(area_id: int | None) -> Calendar:
    try:
        return calendar_of(rows_of(area_id))
    except (Error, RuntimeError) as error:  # RuntimeError: where no database may be asked at all
        log.warning("The calendar's rows could not be read, the shipped calendar answers: %s", error)
        return SHIPPED


def _local_day(date: dt.date, *, works: bool) -> Day:
    return Day(date, works, False, LOCAL, shipped.OPENED if works else shipped.CLOSED)


def _made_up(date: dt.date) -> str:
    return MAKE_UP if date.weekday() >= SATURDAY else ""


def _digest(content: Iterable[object]) -> str:
    found = list(content)
    return hashlib.sha256(repr(found).encode()).hexdigest()[:10] if found else ""


workdays.ask_without_area(national)
