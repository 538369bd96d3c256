"""The office time to the first reply and to the first solution: median and ninth decile, reckoned by the database.

The working days before each day are counted here, from the same calendars as the clocks, and handed over as
arrays; the office time up to an instant is then a look-up and a little arithmetic: no row has to travel. Each clock
is looked at once (OFFSET 0, MATERIALIZED), whatever it is asked for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

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

ALL = 0  # no unit has this id
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
# Beyond the days that were counted there is no time: NULL, which the median leaves out.
TIMES = """
SELECT part, kind, unit_id,
    worked[met_place] * length + (worked[met_place + 1] - worked[met_place]) * met_hours
    - (worked[starts_place] * length + (worked[starts_place + 1] - worked[starts_place]) * starts_hours) AS hours
FROM ({ends}) AS ends
"""
OF_ALL = """
SELECT {part}, 0, '{kind}', percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours), count(hours)
FROM times WHERE part = {part} AND kind = '{kind}'
"""
OF_UNITS = """
SELECT part, unit_id, kind, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours), count(hours)
FROM times WHERE part = {part} AND kind = '{kind}' GROUP BY part, unit_id, kind
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


Key = tuple[int, int | None]  # CURRENT or BEFORE, and ALL or a unit's id


def medians(
    tickets: TicketQuerySet, period: Period, areas: Iterable[Area], *, now: datetime
) -> dict[Key, Medians]:
    """Of the tickets of these areas received in the period and in the one before: of all, and the period's replies by
    charged unit.
    """
    try:
        statement = _statement(tickets, period, areas, now)
    except EmptyResultSet:  # nobody's tickets
        return {}
    found: dict[Key, dict[str, Spread]] = defaultdict(dict)
    for part, unit, kind, shares, n in read(statement):
        found[part, unit][kind] = Spread(shares[0], shares[1], n) if shares else Spread()
    return {key: Medians(its.get(REPLY, Spread()), its.get(RESOLVE, Spread())) for key, its in found.items()}


def _statement(tickets: TicketQuerySet, period: Period, areas: Iterable[Area], now: datetime) -> Sql:
    first = period.before.first
    last = max(timezone.localdate(now), first) + timedelta(days=2)
    met = Clock.objects.first_met().order_by()
    clocks, given = (
        met.annotate(
            part=Case(When(ticket__received_on__gte=period.first, then=CURRENT), default=BEFORE),
            opens=F("area__office_opens"),
            closes=F("area__office_closes"),
            worked=_working_days_before(first, last, areas),
        )
        .values("part", "kind", "unit_id", "met_at", "starts_at", "opens", "closes", "worked")
        .query.sql_with_params()
    )
    times = TIMES.format(ends=ENDS.format(clocks=clocks))
    of_all = [OF_ALL.format(part=part, kind=kind) for part in (CURRENT, BEFORE) for kind in (REPLY, RESOLVE)]
    spreads = " UNION ALL ".join([*of_all, OF_UNITS.format(part=CURRENT, kind=REPLY)])
    statement = f"SELECT * FROM (WITH times AS MATERIALIZED ({times}) {spreads}) AS spreads"  # noqa: S608 - ours
    received = tickets.received_between(first, period.last)
    return reading_once(received, ("id", "received_on"), (statement, [first, first, *given]))


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
