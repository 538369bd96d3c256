"""Counts every figure in one statement: for each kind of row one pass that groups it by everything at once.

The conditions come from figures.py, as the lists behind the numbers do; only the grouping sets are written here in
SQL, which the ORM cannot say. What comes back are a few sums for each unit, station, category, building and month,
however many tickets there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import TruncMonth
from django.utils import timezone

from tickets.models.queryset import TicketQuerySet
from tickets.reports.figures import CLOCK, LATE, LEFT, MERGED, PROMISE, REPORTER, TICKET, Kind, of_kind
from tickets.reports.periods import Period

CURRENT, BEFORE, AROUND = range(3)
KEYS = ("month", "unit", "station", "category", "place", "approver")
BY_EACH = (("month",), ("unit",), ("station",), ("category",), ("place",))
MAP = ("category", "place")
Keys = tuple[str, ...]
ROW = """
SELECT {number}, GROUPING({grouped}), part, {keys}, {said}, ARRAY[{counts}]
FROM ({rows} OFFSET 0) AS counted GROUP BY GROUPING SETS ({sets})
"""


@dataclass
class Counts:
    """`sums[keys][part][values]`: a part's figures by what they were grouped by; `said`: in which post who acted."""

    sums: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(Counter))))
    said: dict[int | None, str] = field(default_factory=dict)

    def by(self, *keys: str, part: int = CURRENT) -> dict[tuple, Counter]:
        """The figures of the part for each value of the keys."""
        return self.sums[keys][part]

    def total(self, part: int = CURRENT) -> Counter:
        """Every row has a month, so the months add up to the whole."""
        return sum(self.by("month", part=part).values(), Counter())

    def month(self, first: date, *parts: int) -> Counter:
        return sum((self.by("month", part=part)[first,] for part in parts), Counter())


@dataclass(frozen=True)
class Branch:
    """A part of the statement: rows of the same figures, and the sets of keys they are grouped by."""

    kinds: tuple[Kind, ...]
    sets: tuple[Keys, ...] = BY_EACH

    @property
    def keys(self) -> Keys:
        return tuple(key for key in KEYS if any(key in one for one in self.sets))

    @property
    def codes(self) -> list[str]:
        return list(of_kind(self.kinds[0]))

    def level(self, number: int) -> Keys:
        """The set of keys that SQL's GROUPING() calls by this number: a bit for each key that is not in it."""
        bits = f"{number:0{len(self.keys)}b}"
        return tuple(key for key, bit in zip(self.keys, bits, strict=True) if bit == "0")


BRANCHES = (
    Branch((TICKET,), (*BY_EACH, MAP)),
    Branch((CLOCK,)),
    Branch((REPORTER, MERGED)),
    Branch((PROMISE,)),
    Branch((LATE,)),
    Branch((LEFT,), (("approver",),)),
)
MONTHLY = tuple(Branch(kinds, (("month",),)) for kinds in ((TICKET,), (CLOCK,), (REPORTER, MERGED)))
EVERY = (*BRANCHES, *MONTHLY)


def count(tickets: TicketQuerySet, period: Period, *, now: datetime, place: str = "building") -> Counts:
    """The figures of the period, of the one before, and of the trend's months, each by all there is to group by.

    `place` says what is counted as a place: building, or area for a node with communities below. One statement.
    """
    return _count(range(len(BRANCHES)), tickets, period, now, place)


def count_months(tickets: TicketQuerySet, period: Period, *, now: datetime) -> Counts:
    """The figures of tickets, replies and ratings by month alone: what a trend needs. One statement."""
    return _count(range(len(BRANCHES), len(EVERY)), tickets, period, now, "building")


def _count(
    numbers: Iterable[int], tickets: TicketQuerySet, period: Period, now: datetime, place: str
) -> Counts:
    counts = Counts()
    try:
        parts = [_statement(number, tickets, period, now, place) for number in numbers]
    except EmptyResultSet:  # nobody's tickets
        return counts
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _ in parts), [one for _, given in parts for one in given]
        )
        for row in cursor.fetchall():
            _add(counts, *row)
    return counts


def _add(counts: Counts, number: int, level: int, part: int, *rest: Any) -> None:
    *values, said, found = rest
    branch = EVERY[number]
    keys = branch.level(level)
    by_key = dict(zip(KEYS, values, strict=True))
    key = tuple(by_key[name] for name in keys)
    counts.sums[keys][part][key].update(dict(zip(branch.codes, found, strict=True)))
    if said:
        counts.said[by_key["approver"]] = said


def _statement(
    number: int, tickets: TicketQuerySet, period: Period, now: datetime, place: str
) -> tuple[str, list[Any]]:
    branch = EVERY[number]
    window = _window(branch, tickets, period, now)
    rows, given = _united(branch, [_rows(kind, branch, window, period, now, place) for kind in branch.kinds])
    sql = ROW.format(
        number=number,
        grouped=_columns(branch.keys),
        keys=", ".join((f"k_{key}" if key in branch.keys else "NULL") + TYPES[key] for key in KEYS),
        said="max(ended_as)" if LEFT in branch.kinds else "NULL",
        counts=", ".join(f"count(*) FILTER (WHERE c_{code})" for code in branch.codes),
        sets=", ".join(f"(part, {_columns(keys)})" for keys in branch.sets),
        rows=rows,
    )
    return sql, given


TYPES = {key: "::date" if key == "month" else "::bigint" for key in KEYS}


def _columns(keys: Keys) -> str:
    return ", ".join(f"k_{key}" for key in keys)


def _window(branch: Branch, tickets: TicketQuerySet, period: Period, now: datetime) -> TicketQuerySet:
    """What is late now is so whenever it came in; the trend shows no promises; only the period's own are left out."""
    if LATE in branch.kinds:
        return tickets
    first, last = period.before.first, period.last
    if LEFT in branch.kinds:
        first = period.first
    elif PROMISE not in branch.kinds:
        trend = period.trend(timezone.localdate(now))
        first, last = min(trend[0].first, first), max(trend[-1].last, last)
    return tickets.received_between(first, last)


def _united(branch: Branch, querysets: list[QuerySet]) -> tuple[str, list[Any]]:
    """Rows of several tables beneath each other, named alike."""
    names = ["part", *(f"k_{key}" for key in branch.keys), *(f"c_{code}" for code in branch.codes)]
    names += ["ended_as"] if LEFT in branch.kinds else []
    parts = [queryset.values(*names).query.sql_with_params() for queryset in querysets]
    one = f"SELECT {', '.join(names)} FROM ({{}}) AS its"  # noqa: S608 - names of ours
    return " UNION ALL ".join(one.format(sql) for sql, _ in parts), [p for _, given in parts for p in given]


def _rows(
    kind: Kind, branch: Branch, window: TicketQuerySet, period: Period, now: datetime, place: str
) -> QuerySet:
    """Each row with the part of the report it belongs to, its keys, and for each figure whether it counts."""
    current = Q() if kind is LATE else _within(kind, period)
    keys = {f"k_{name}": value for name, value in _keys(kind, branch, current, place)}
    hits = {f"c_{code}": _truth(figure.condition(now)) for code, figure in of_kind(kind).items()}
    return kind.rows(window, now).order_by().annotate(part=_part(kind, current, period), **keys, **hits)


def _part(kind: Kind, current: Q, period: Period) -> Any:
    if not current:
        return Value(CURRENT, SmallIntegerField())
    return Case(
        When(current, then=CURRENT),
        When(_within(kind, period.before), then=BEFORE),
        default=AROUND,
        output_field=SmallIntegerField(),
    )


def _keys(kind: Kind, branch: Branch, current: Q, place: str) -> Iterator[tuple[str, Any]]:
    """Units, places and so on are wanted of the period alone; elsewhere the rows fall together."""
    for name in branch.keys:
        if name == "month":
            yield name, TruncMonth(kind.column("received_on"))
        elif name == "approver":
            yield name, F("ended_by")
        else:
            column = F(f"{kind.column(place if name == 'place' else name)}_id")
            yield name, Case(When(current, then=column)) if current else column


def _truth(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _within(kind: Kind, period: Period) -> Q:
    return Q(**{f"{kind.column('received_on')}__range": (period.first, period.last)})
