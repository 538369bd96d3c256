"""Counts every figure in few statements: one pass each over tickets, clocks, reporters, promises, overdue tickets.

Rows are plain dicts: a part of the report (current, before, month, unit, category) and what is counted in it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat, TruncMonth
from django.utils import timezone

from tickets.models.queryset import TicketQuerySet
from tickets.reports.figures import CLOCK, MERGED, OVERDUE, PROMISE, REPORTER, TICKET, Kind, of_kind
from tickets.reports.periods import Period

Row = dict
UNIT, CATEGORY = ("of_unit", "unit_name"), ("of_category", "category_name")
PART = ("current", "before", "month")
TOGETHER = ([TICKET], [CLOCK], [REPORTER, MERGED])  # in a statement each


def count(tickets: TicketQuerySet, period: Period, *, now: datetime, with_area: bool = False) -> list[Row]:
    """The figures of the period by unit, category and month, of the one before, and of the trend's months."""
    trend = period.trend(timezone.localdate(now))
    first, last = min(trend[0].first, period.before.first), max(trend[-1].last, period.last)
    window = tickets.received_between(first, last)
    both = tickets.received_between(period.before.first, period.last)  # the trend shows no promises
    return [
        *(row for kinds in TOGETHER for row in _count_kinds(kinds, window, period, now, with_area)),
        *_count_kinds([PROMISE], both, period, now, with_area),
    ]


def count_months(tickets: TicketQuerySet, period: Period, *, now: datetime) -> list[Row]:
    """The figures of the trend's months alone."""
    trend = period.trend(timezone.localdate(now))
    window = tickets.received_between(trend[0].first, trend[-1].last)
    return [row for kinds in TOGETHER for row in _rows([_grouped(kind, window, {}, now) for kind in kinds])]


def count_overdue(tickets: TicketQuerySet, *, now: datetime, with_area: bool = False) -> list[Row]:
    """What is overdue now, whenever it was received, by unit and category."""
    late = tickets.open().overdue(now).order_by()
    parts = _breakdown(TICKET, Q(pk__isnull=False), with_area)
    return list(late.annotate(**parts).values(*parts).annotate(**{OVERDUE: Count("pk")}))


def total(rows: Iterable[Row], wanted: Callable[[Row], bool] = lambda row: True) -> Counter:
    """The figures summed over the rows wanted."""
    summed: Counter = Counter()
    for row in rows:
        if wanted(row):
            summed.update({key: value for key, value in row.items() if key not in _KEYS})
    return summed


_KEYS = {*UNIT, *CATEGORY, *PART}


def _count_kinds(
    kinds: list[Kind], window: TicketQuerySet, period: Period, now: datetime, with_area: bool
) -> list[Row]:
    return _rows([_grouped(kind, window, _parts(kind, period, with_area), now) for kind in kinds])


def _parts(kind: Kind, period: Period, with_area: bool) -> dict:
    current = _within(kind, period)
    return {
        "current": ExpressionWrapper(current, output_field=BooleanField()),
        "before": ExpressionWrapper(_within(kind, period.before), output_field=BooleanField()),
        **_breakdown(kind, current, with_area),
    }


def _grouped(kind: Kind, window: TicketQuerySet, parts: dict, now: datetime) -> QuerySet:
    """Kinds with the same figures give the same columns."""
    parts = {**parts, "month": TruncMonth(kind.received_on)}
    rows = kind.rows(window, now).order_by().annotate(**parts)
    if kind.by:
        return rows.values(*parts, code=F(kind.by)).annotate(n=Count("pk"))
    counts = {code: Count("pk", filter=figure.condition(now)) for code, figure in of_kind(kind).items()}
    return rows.values(*parts).annotate(**counts)


def _rows(grouped: list[QuerySet]) -> list[Row]:
    first, *others = grouped
    return [_named(row) for row in (first.union(*others, all=True) if others else first)]


def _named(row: Row) -> Row:
    """The count under the code that the row itself names, where it does."""
    if "code" not in row:
        return row
    kept = {key: value for key, value in row.items() if key not in ("code", "n")}
    return {**kept, row["code"]: row["n"]}


def _within(kind: Kind, period: Period) -> Q:
    return Q(**{f"{kind.received_on}__range": (period.first, period.last)})


def _breakdown(kind: Kind, where: Q, with_area: bool) -> dict:
    """Unit and category by id and name where they are wanted; elsewhere the rows fall together."""
    unit_name: F | Concat = F(f"{kind.unit}__name")
    if with_area:
        unit_name = Concat(f"{kind.unit}__area__name", Value("·"), f"{kind.unit}__name")
    wanted = {
        "of_unit": F(f"{kind.unit}_id"),
        "unit_name": unit_name,
        "of_category": F(f"{kind.category}_id"),
        "category_name": F(f"{kind.category}__name"),
    }
    return {name: Case(When(where, then=value)) for name, value in wanted.items()}
