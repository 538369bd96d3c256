"""The office time to the first reply and to the first solution: median and ninth decile, reckoned by the database.

The working days before each day are counted here, from the same calendars as the clocks, and handed over as
arrays; the office time up to an instant is then a look-up and a little arithmetic: no row has to travel.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DateTimeField,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from stations.models import Area
from stations.shipped import SHIPPED, Calendar
from tickets.models import Clock
from tickets.models.queryset import TicketQuerySet
from tickets.reports.cubes import BEFORE, CURRENT
from tickets.reports.periods import Period

ALL = 0  # no unit has this id
REPLY, RESOLVE = Clock.Kind.REPLY.value, Clock.Kind.RESOLVE.value


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


class Percentiles(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


def medians(
    tickets: TicketQuerySet, period: Period, areas: Iterable[Area], *, now: datetime
) -> dict[Key, Medians]:
    """Of the tickets of these areas received in the period and in the one before: of all, and the period's replies by
    charged unit.
    """
    received = tickets.received_between(period.before.first, period.last)
    worked = _hours(period.before.first, areas, now)
    part = Case(When(ticket__received_on__gte=period.first, then=CURRENT), default=BEFORE)
    met = Clock.objects.of(received).first_met().order_by().annotate(worked=worked, part=part)
    reply, resolve = (Q(kind=kind) for kind in (REPLY, RESOLVE))
    of_all = met.values("part", key=Value(ALL, IntegerField())).annotate(
        **_spread("a", reply), **_spread("b", resolve)
    )
    own = met.filter(reply, part=CURRENT).values("part", key=F("unit_id"))
    of_units = own.annotate(**_spread("a", reply), **_spread("b", resolve))
    columns = ("part", "key", "a", "a_n", "b", "b_n")
    rows = of_all.values_list(*columns).union(of_units.values_list(*columns), all=True)
    return {(part, key): Medians(_of(*four[:2]), _of(*four[2:])) for part, key, *four in rows}


def _spread(name: str, wanted: Q) -> dict[str, Aggregate]:
    return {name: Percentiles("worked", filter=wanted), f"{name}_n": Count("worked", filter=wanted)}


def _of(shares: list[float] | None, n: int) -> Spread:
    return Spread(*shares, n) if shares else Spread()


def _hours(first: date, areas: Iterable[Area], now: datetime) -> CombinedExpression:
    last = max(timezone.localdate(now), first) + timedelta(days=2)
    worked = _working_days_before(first, last, areas)
    return _passed("met_at", first, worked) - _passed("starts_at", first, worked)


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


def _passed(instant: str, first: date, worked: Case | Value) -> CombinedExpression:
    """Office hours from the first day up to the instant, by the office hours of the clock's area."""
    local = Func(
        F(instant), template="(%(expressions)s AT TIME ZONE 'Asia/Shanghai')", output_field=DateTimeField()
    )
    place = Func(
        local, Value(first), template="(%(expressions)s)", arg_joiner="::date - ", output_field=IntegerField()
    )
    length = _between("area__office_opens", F("area__office_closes"))
    today = Least(Greatest(_between("area__office_opens", local), Value(0.0)), length)
    before, after = _item(worked, place + 1), _item(worked, place + 2)
    return before * length + (after - before) * today


def _between(opens: str, moment: Any) -> Func:
    return Func(
        moment,
        F(opens),
        template="(date_part('epoch', %(expressions)s) / 3600)",
        arg_joiner="::time - ",
        output_field=FloatField(),
    )


def _item(values: Case | Value, place: CombinedExpression) -> Func:
    """An array's item as a number; NULL outside, which the median leaves out."""
    return Func(
        values, place, template="((%(expressions)s])::float", arg_joiner=")[", output_field=FloatField()
    )
