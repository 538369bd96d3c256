"""The office time to the first reply and to the first solution: median and ninth decile, reckoned by the database.

The working days before each day are counted here, from the same calendars as the clocks, and handed over as
arrays; the office time up to an instant is then a look-up and a little arithmetic: no row has to travel. Each clock
is looked at once (OFFSET 0, MATERIALIZED), whatever it is asked for.
"""

import sys
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import ceil, floor

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, IntegerField, Value, When
from django.utils import timezone

from stations.models import Area
from stations.shipped import SHIPPED, Calendar
from tickets.models import Clock
from tickets.models.queryset import TicketQuerySet
from tickets.reports.cubes import BEFORE, CURRENT
from tickets.reports.narrowed import Sql, read, reading_once
from tickets.reports.periods import Period

REPLY, RESOLVE = Clock.Kind.REPLY.value, Clock.Kind.RESOLVE.value
# Days from the first one of the report, and hours since the office opened on that day, of both ends of a clock.
ENDS = """
SELECT part, kind, unit_id, worked, length,
    met::date - %s + 1 AS met_place,
    LEAST(GREATEST(date_part('epoch', met::time - opens) / 3600, 0), length) AS met_hours,
    starts::date - %s + 1 AS starts_place,
    LEAST(GREATEST(date_part('epoch', starts::time - opens) / 3600, 0), length) AS starts_hours
FROM (
    SELECT part, kind, unit_id, worked, opens, met_at AT TIME ZONE 'Asia/Shanghai' AS met,
        starts_at AT TIME ZONE 'Asia/Shanghai' AS starts,
        date_part('epoch', closes - opens) / 3600 AS length
    FROM ({clocks}) AS clocks OFFSET 0
) AS local OFFSET 0
"""
# Beyond the days that were counted there is no time: NULL, which counts nowhere. Of each group one string of bytes
# comes back, four for each clock (the seconds), which takes no more room here than it must.
SECONDS = """
SELECT part, kind, unit, string_agg(int4send(seconds), ''::bytea) FROM (
    SELECT part, kind, CASE WHEN kind = 'reply' THEN unit_id END AS unit, round(3600 * (
        worked[met_place] * length + (worked[met_place + 1] - worked[met_place]) * met_hours
        - (worked[starts_place] * length + (worked[starts_place + 1] - worked[starts_place]) * starts_hours)
    ))::int AS seconds
    FROM ({ends}) AS ends) AS times
WHERE seconds IS NOT NULL GROUP BY part, kind, unit
"""


@dataclass(frozen=True)
class Spread:
    """The median and the ninth decile in hours of office time, and of how many; None without a case."""

    median: float | None = None
    ninth: float | None = None
    n: int = 0


@dataclass(frozen=True)
class Medians:
    """How long the first reply and the first solution took."""

    reply: Spread = Spread()
    resolve: Spread = Spread()


class Seconds(defaultdict[tuple[int, str, int | None], array]):
    """{(part, kind of clock, unit charged with the reply): seconds of office time of each}."""

    def __init__(self) -> None:
        super().__init__(lambda: array("i"))

    def merge(self, other: "Seconds") -> None:
        """What was counted apart, put together."""
        for key, its in other.items():
            self[key].extend(its)

    def units(self) -> dict[int | None, Medians]:
        """The period's replies by charged unit."""
        return {
            unit: Medians(_spread(Counter(its)))
            for (part, kind, unit), its in self.items()
            if (part, kind) == (CURRENT, REPLY)
        }

    def medians(self, part: int) -> Medians:
        return Medians(self._spread(part, REPLY), self._spread(part, RESOLVE))

    def _spread(self, part: int, kind: str) -> Spread:
        """Of all of a part's clocks of a kind, whichever unit answers for them."""
        counted: Counter[int] = Counter()
        for key, its in self.items():
            if key[:2] == (part, kind):
                counted.update(its)
        return _spread(counted)


def seconds(tickets: TicketQuerySet, period: Period, areas: Iterable[Area], *, now: datetime) -> Seconds:
    """Of these tickets of these areas that were received in the period or in the one before. One statement."""
    part = Case(When(ticket__received_on__gte=period.first, then=CURRENT), default=BEFORE)
    first = period.before.first
    try:
        return _read(_statement(part, tickets.received_between(first, period.last), first, areas, now))
    except EmptyResultSet:  # nobody's tickets
        return Seconds()


def seconds_beforehand(
    tickets: TicketQuerySet, first: date, areas: Iterable[Area], *, now: datetime
) -> Seconds:
    """Of these tickets of these areas, none received before the `first` day; every area id is a part."""
    return _read(definition(tickets, first, areas, now=now))


def definition(tickets: TicketQuerySet, first: date, areas: Iterable[Area], *, now: datetime) -> Sql:
    """How `seconds_beforehand` asks."""
    return _statement(F("ticket__area_id"), tickets, first, areas, now)


def _read(statement: Sql) -> Seconds:
    found = Seconds()
    for part, kind, unit, packed in read(statement):
        its = array("i", bytes(packed))
        if sys.byteorder == "little":
            its.byteswap()
        found[part, kind, unit].extend(its)
    return found


def _statement(
    part: Case | F, tickets: TicketQuerySet, first: date, areas: Iterable[Area], now: datetime
) -> Sql:
    last = max(timezone.localdate(now), first) + timedelta(days=2)
    clocks, given = (
        Clock.objects.first_met()
        .order_by()
        .annotate(
            part=part,
            opens=F("area__office_opens"),
            closes=F("area__office_closes"),
            worked=_working_days_before(first, last, areas),
        )
        .values("part", "kind", "unit_id", "met_at", "starts_at", "opens", "closes", "worked")
        .query.sql_with_params()
    )
    statement = SECONDS.format(ends=ENDS.format(clocks=clocks))
    return reading_once(tickets, ("id", "area_id", "received_on"), (statement, [first, first, *given]))


def _spread(counted: Counter[int]) -> Spread:
    """Between two cases as much nearer to the one as the share lies nearer to it (as percentile_cont does)."""
    values = sorted(counted)
    until = list(accumulate(counted[value] for value in values))
    if not values:
        return Spread()
    places = [share * (until[-1] - 1) for share in (0.5, 0.9)]
    median, ninth = ((_at(floor(p), values, until), _at(ceil(p), values, until), p % 1) for p in places)
    hours = [(low + (high - low) * between) / 3600 for low, high, between in (median, ninth)]
    return Spread(*hours, until[-1])


def _at(place: int, values: list[int], until: list[int]) -> int:
    """The value at a place, from 0, among all in order."""
    return values[bisect_right(until, place)]


def _working_days_before(first: date, last: date, areas: Iterable[Area]) -> Case | Value:
    """Item n (from 1): the working days of the clock's area from `first` up to but without the n-th day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    by_calendar: dict[Calendar, list[int]] = defaultdict(list)
    for area in areas:
        by_calendar[area.calendar].append(area.pk)
    # Most have no days of their own, and need no list of them.
    usual, *others = sorted(by_calendar, key=lambda its: len(by_calendar[its]), reverse=True) or [SHIPPED]
    own_days = [When(area__in=by_calendar[its], then=_counts(days, its)) for its in others]
    return Case(*own_days, default=_counts(days, usual)) if own_days else _counts(days, usual)


def _counts(days: list[date], calendar: Calendar) -> Value:
    worked = accumulate((int(calendar.day(day).is_working) for day in days), initial=0)
    return Value(list(worked), output_field=ArrayField(IntegerField()))
