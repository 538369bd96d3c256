"""How long a working day is and when it has passed: pure date arithmetic on a calendar object.

Decides which days are worked, when a limit of n working days ends, and in which words a slip explains it.
Knows no ticket and no database; an area is read only for its office hours and its calendar. Inside, moments are
naive Shanghai wall clock: the one time zone offices keep, whose clock changes (last in 1991) fell into the night.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from stations import telling
from stations.shipped import CLOSED, MAKE_UP, OPENED, SHIPPED, WEEKEND, Calendar, Day
from stations.shipped import FINAL_THROUGH as FINAL_THROUGH
from stations.shipped import LAST_ANNOUNCED_YEAR as LAST_ANNOUNCED_YEAR
from stations.telling import WEEKDAYS, spoken

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
TICK = dt.timedelta.resolution
NOTHING = dt.timedelta(0)

DEFAULT_OPENS = dt.time(9)
DEFAULT_CLOSES = dt.time(18)

HOURS = "@"


class OfficeHours(Protocol):
    """What the arithmetic reads of an area; `stations.models.Area` fits.

    Its `calendar` is asked for the days where it has one; hours alone count by the calendar of no community.
    """

    @property
    def office_opens(self) -> dt.time: ...

    @property
    def office_closes(self) -> dt.time: ...


class Hours(NamedTuple):
    """Hours with a calendar, where no area is at hand or another calendar than its own is meant."""

    office_opens: dt.time
    office_closes: dt.time
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit in working days; all moments aware, Asia/Shanghai.

    half_at and warn_at: 50 % and 80 % of the office time between start and due have passed.
    """

    starts_at: dt.datetime
    due_at: dt.datetime
    half_at: dt.datetime
    warn_at: dt.datetime
    provisional: bool
    calendar_version: str


_without_area: Callable[[], Calendar] = lambda: SHIPPED  # noqa: E731


def ask_without_area(source: Callable[[], Calendar]) -> None:
    """Let this answer where no area is given; the app with the rows says so when it starts."""
    global _without_area
    _without_area = source


@dataclass(frozen=True, slots=True)
class Office:
    """A calendar with opening hours: counts office time in naive Shanghai moments."""

    calendar: Calendar
    opens: dt.timedelta
    length: dt.timedelta

    def is_working(self, date: dt.date) -> bool:
        return self.calendar.day(date).is_working

    def working_days(self, date: dt.date) -> Iterator[dt.date]:
        """Endless, from `date` on and including it."""
        while True:
            if self.is_working(date):
                yield date
            date += DAY

    def days(self, first: dt.date, last: dt.date) -> Iterator[Day]:
        """Every day from first to last, both included."""
        for offset in range((last - first).days + 1):
            yield self.calendar.day(first + offset * DAY)

    def passed_today(self, moment: dt.datetime) -> dt.timedelta:
        """Office time of the moment's own day that lies before it."""
        if not self.is_working(moment.date()):
            return NOTHING
        since_midnight = moment - _midnight(moment.date())
        return min(max(since_midnight - self.opens, NOTHING), self.length)

    def after(self, start: dt.datetime, amount: dt.timedelta) -> dt.datetime:
        """The first moment when `amount` (> 0) of office time has passed: always in (opens, closes]."""
        # Measured from that day's opening; the tick puts a full day at its close, not at the next opening.
        full_days, rest = divmod(self.passed_today(start) + amount - TICK, self.length)
        date = next(islice(self.working_days(start.date()), full_days, None))
        return _midnight(date) + self.opens + rest + TICK

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        worked = _worked(self.calendar, start.date(), end.date())
        return worked * self.length + self.passed_today(end) - self.passed_today(start)


def due_at(received_at: dt.datetime, working_days: int, *, area: OfficeHours | None = None) -> dt.datetime:
    """When a limit of `working_days` ends: n times the office time of one working day has passed.

    Takes an aware datetime of any zone, returns one in Asia/Shanghai, always within (opens, closes] of a
    working day. ValueError for a naive datetime or fewer than one day. Source: docs/working-days.md; stricter
    than or equal to 民法典 art. 201 and 203.
    """
    office = _office(area)
    return _aware(office.after(_local(received_at), _amount(office, working_days)))


def deadline(
    received_at: dt.datetime,
    working_days: int,
    *,
    area: OfficeHours | None = None,
    paused: dt.timedelta = NOTHING,
) -> Deadline:
    """`due_at` with all that a clock stores: half-time and warning moments, and how sure the calendar is.

    `paused` is office time that does not count: every moment comes so much later, as if it had passed first.
    Aware datetimes in, Asia/Shanghai out. Provisional when any day from start to due is. Errors as `due_at`.
    """
    office = _office(area)
    start = _local(received_at)
    due, half, warn = (office.after(start, part + paused) for part in shares(_amount(office, working_days)))
    return Deadline(
        starts_at=_aware(start),
        due_at=_aware(due),
        half_at=_aware(half),
        warn_at=_aware(warn),
        provisional=any(day.provisional for day in office.days(start.date(), due.date())),
        calendar_version=calendar_version(area),
    )


def shares(amount: dt.timedelta) -> tuple[dt.timedelta, dt.timedelta, dt.timedelta]:
    """All of a limit, half and 80 % of it: after these it is due, half over, nearly over."""
    return amount, amount / 2, amount * 4 / 5


def office_days(working_days: int, *, area: OfficeHours | None = None) -> dt.timedelta:
    """The office time of so many working days. ValueError for fewer than one."""
    return _amount(_office(area), working_days)


def is_provisional(start: dt.datetime, end: dt.datetime, *, area: OfficeHours | None = None) -> bool:
    """Whether a notice may still change any day from one aware instant to the other, both included."""
    return any(day.provisional for day in _office(area).days(_local(start).date(), _local(end).date()))


def office_time(start: dt.datetime, end: dt.datetime, *, area: OfficeHours | None = None) -> dt.timedelta:
    """Office time between two aware instants, zero if the end is not after the start.

    ValueError for a naive datetime; never an error for a year the calendar does not know.
    """
    first, last = _local(start), _local(end)
    return _office(area).between(first, last) if first < last else NOTHING


def after(start: dt.datetime, amount: dt.timedelta, *, area: OfficeHours | None = None) -> dt.datetime:
    """The moment when `amount` of office time has passed since an aware instant; Asia/Shanghai.

    Always within (opens, closes] of a working day; nothing to pass gives the start itself. ValueError for a
    naive datetime.
    """
    local = _local(start)
    return _aware(_office(area).after(local, amount) if amount > NOTHING else local)


def wall_deadline(received_at: dt.datetime, hours: int, *, area: OfficeHours | None = None) -> Deadline:
    """A limit in hours by the clock on the wall, day and night (emergencies): no day is left out.

    Aware datetime in, Asia/Shanghai out; never provisional, though it names the area's calendar as every deadline
    does. ValueError for a naive datetime or less than an hour.
    """
    if hours < 1:
        raise ValueError(f"A limit is at least one hour, not {hours}.")
    start = _local(received_at)
    due, half, warn = (start + part for part in shares(hours * dt.timedelta(hours=1)))
    return Deadline(
        starts_at=_aware(start),
        due_at=_aware(due),
        half_at=_aware(half),
        warn_at=_aware(warn),
        provisional=False,
        calendar_version=calendar_version(area),
    )


def at(date: dt.date, clock: dt.time = dt.time(0)) -> dt.datetime:
    """The aware moment at which the clock on the wall in Shanghai shows this on a date; midnight if not said."""
    return dt.datetime.combine(date, clock, SHANGHAI)


def calendar(area: OfficeHours | None = None) -> Calendar:
    """The calendar of an area, or the one that holds where none is meant; take it once for many days."""
    return getattr(area, "calendar", None) or _without_area()


def day(date: dt.date, *, area: OfficeHours | None = None) -> Day:
    """What is known about one date of Asia/Shanghai, in any year; TypeError for a datetime."""
    return calendar(area).day(date)


def is_working_day(day: dt.date, *, area: OfficeHours | None = None) -> bool:
    """Whether offices work on this date (Asia/Shanghai); see `day` for how sure that is."""
    return calendar(area).day(day).is_working


def working_days_from(date: dt.date, n: int, *, area: OfficeHours | None = None) -> list[dt.date]:
    """The next n working days from `date` on, which counts if it is one. ValueError for a negative n."""
    return list(islice(_office(area).working_days(date), n))


def calendar_version(area: OfficeHours | None = None) -> str:
    """Names what every answer rests on, 80 characters at most: package/last announced year+table|rows@hours."""
    opens, closes = (area.office_opens, area.office_closes) if area else (DEFAULT_OPENS, DEFAULT_CLOSES)
    return version_with(calendar(area), opens, closes)


def version_with(its: Calendar, opens: dt.time, closes: dt.time) -> str:
    """The version of a calendar with the hours (Asia/Shanghai) of its days; the usual ones are not named."""
    is_usual = (opens, closes) == (DEFAULT_OPENS, DEFAULT_CLOSES)
    return its.version if is_usual else f"{its.version}{HOURS}{opens:%H%M%S}-{closes:%H%M%S}"


def without_hours(version: str) -> str:
    """The version of the calendar alone."""
    return version.partition(HOURS)[0]


def hours_of(version: str) -> tuple[dt.time, dt.time]:
    """The hours (Asia/Shanghai) that `version_with` put into a version."""
    named = version.partition(HOURS)[2]
    if not named:
        return DEFAULT_OPENS, DEFAULT_CLOSES
    opens, closes = (dt.datetime.strptime(part, "%H%M%S").time() for part in named.split("-"))
    return opens, closes


def explain(received_at: dt.datetime, due: dt.datetime, *, area: OfficeHours | None = None) -> str:
    """One Chinese sentence for the slip: why the limit does not simply run on day by day; '' if it does.

    Aware datetimes in, else ValueError. Says dates, not 今天, so that a reprint stays true; says 暂按 itself
    while the State Council's notice may still change the answer.
    """
    office = _office(area)
    start, end = _local(received_at), _local(due)
    if end <= start:
        return ""
    first = _first_day(office, start)
    reason = "，".join([*_why_later(office, start, first), *_why_longer(office, first, end.date())])
    if any(day.provisional for day in office.days(start.date(), end.date())):
        reason = f"{reason}（暂按此算，待国务院通知）" if reason else "暂按平常工作日算，待国务院通知"
    return f"{reason}。" if reason else ""


def _first_day(office: Office, start: dt.datetime) -> dt.date:
    """The day on which office time begins to pass."""
    closed = office.passed_today(start) == office.length
    return next(office.working_days(start.date() + DAY if closed else start.date()))


def _why_later(office: Office, start: dt.datetime, first: dt.date) -> Iterator[str]:
    """The limit does not begin at once: day off, after closing, at or before opening."""
    today = office.calendar.day(start.date())
    if first == today.date:
        if not office.passed_today(start):
            yield f"从当天{_clock(office.opens)}上班算起，当天就算一个工作日"
        return
    on_the_way = list(office.days(today.date + DAY, first - DAY))
    if today.name == CLOSED:
        yield from _received_while_closed(today, on_the_way)
    else:
        yield _received(today)
        yield from telling.closed(on_the_way)
    breaks = [name for name in telling.holidays(on_the_way) if name != telling.short(today.name)]
    if breaks:
        yield f"{'、'.join(breaks)}放假"
    yield f"从{spoken(first)}上班算起"


def _received(today: Day) -> str:
    if today.is_working:
        return "下班后收到"
    return "周末收到" if today.name == WEEKEND else f"{telling.short(today.name)}放假期间收到"


def _received_while_closed(today: Day, on_the_way: list[Day]) -> Iterator[str]:
    """The days closed from that one on are told with it."""
    if any(day.name == CLOSED for day in on_the_way):
        yield from (f"{closed}期间收到" for closed in telling.closed([today, *on_the_way]))
    else:
        yield f"{CLOSED}那天收到"


def _why_longer(office: Office, first: dt.date, last: dt.date) -> Iterator[str]:
    """Days off on the way, and weekend days that are worked."""
    days = list(office.days(first, last))
    breaks = telling.holidays(days)
    if breaks:
        back = next(office.working_days(max(day.date for day in days if telling.is_holiday(day))))
        yield f"{'、'.join(breaks)}放假，节后{spoken(back)}上班"
    make_up, opened = ([day.date for day in days if day.name == name] for name in (MAKE_UP, OPENED))
    if make_up:
        yield f"{telling.spans(make_up)}为调休上班日"
    yield from telling.closed(days)
    if opened:
        yield f"{telling.spans(opened)}{OPENED}"
    weekend = {f"周{WEEKDAYS[day.date.weekday()]}" for day in days if day.name == WEEKEND}
    if weekend and not breaks:
        yield f"{weekend.pop() if len(weekend) == 1 else WEEKEND}不算"


def _clock(since_midnight: dt.timedelta) -> str:
    return f"{dt.datetime.min + since_midnight:%H:%M}"


def _amount(office: Office, working_days: int) -> dt.timedelta:
    if working_days < 1:
        raise ValueError(f"A limit is at least one working day, not {working_days}.")
    return working_days * office.length


def _office(area: OfficeHours | None) -> Office:
    if area is None:
        return _office_open(calendar(), DEFAULT_OPENS, DEFAULT_CLOSES)
    return _office_open(calendar(area), area.office_opens, area.office_closes)


@lru_cache(maxsize=1024)
def _office_open(its: Calendar, opens: dt.time, closes: dt.time) -> Office:
    length = _since_midnight(closes) - _since_midnight(opens)
    if length <= NOTHING:
        raise ValueError(f"An office opens before it closes, not {opens}–{closes}.")
    return Office(its, _since_midnight(opens), length)


@lru_cache(maxsize=4096)  # a list asks for the same few days fifty times
def _worked(its: Calendar, first: dt.date, end: dt.date) -> int:
    """How many days are worked from `first` on and before `end`."""
    return sum(its.day(first + offset * DAY).is_working for offset in range((end - first).days))


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.datetime.combine(dt.date.min, time) - dt.datetime.min


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime(date.year, date.month, date.day)


def _local(moment: dt.datetime) -> dt.datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"An aware datetime is needed; {moment} has no time zone.")
    there = moment.astimezone(SHANGHAI)
    return dt.datetime.combine(there.date(), there.time())  # a sixth of the time that `replace` takes


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=SHANGHAI)
