"""The median office time to the first reply and to the first solution, reckoned by the database.

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
from django.db.models import Aggregate, Case, DateTimeField, F, FloatField, Func, IntegerField, Q, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from stations.models import Area
from stations.shipped import SHIPPED, Calendar
from tickets.models import Clock
from tickets.models.queryset import TicketQuerySet
from tickets.reports.periods import Period

ALL = 0  # no unit has this id
REPLY, RESOLVE = Clock.Kind.REPLY.value, Clock.Kind.RESOLVE.value


@dataclass(frozen=True)
class Medians:
    """In hours of office time; None without a case."""

    reply: float | None = None
    resolve: float | None = None


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def medians(
    tickets: TicketQuerySet, period: Period, areas: Iterable[Area], *, now: datetime
) -> dict[int | None, Medians]:
    """Of the tickets of these areas received in the period: under ALL of them all, else the reply by charged unit."""
    received = tickets.received_between(period.first, period.last)
    met = Clock.objects.of(received).first_met().order_by().annotate(worked=_hours(period, areas, now))
    reply, resolve = (Median("worked", filter=Q(kind=kind)) for kind in (REPLY, RESOLVE))
    of_all = met.values(key=Value(ALL, IntegerField())).annotate(a=reply, b=resolve)
    of_units = met.filter(kind=REPLY).values(key=F("unit_id")).annotate(a=reply, b=Value(None, FloatField()))
    columns = ("key", "a", "b")
    rows = of_all.values_list(*columns).union(of_units.values_list(*columns), all=True)
    return {key: Medians(*hours) for key, *hours in rows}


def _hours(period: Period, areas: Iterable[Area], now: datetime) -> CombinedExpression:
    first = period.first
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
