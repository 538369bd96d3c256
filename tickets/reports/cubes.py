"""Counts every figure in one statement: for each kind of row one pass that groups it by everything at once.

The conditions come from figures.py, as the lists behind the numbers do; only the grouping sets are written here in
SQL, which the ORM cannot say. What comes back are a few sums for each unit, station, category, building and month,
however many tickets there are.

So that a million take seconds, the tickets of a report are read once, with the columns that matter (narrowed.py);
and which figures a row counts in is one number, a bit for each (`hits`), by which rows are grouped along with their
keys: then there is nothing to add up but how many they are.
"""

import operator
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, reduce
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import TruncMonth

from tickets.models.queryset import TicketQuerySet
from tickets.reports.figures import (
    CLOCK,
    COUNTED,
    LATE,
    LEFT,
    MERGED,
    REPORTER,
    TICKET,
    Kind,
    of_kind,
)
from tickets.reports.narrowed import Sql, joined, over_facts, read, reading_once
from tickets.reports.periods import Period

CURRENT, BEFORE, AROUND = range(3)
KEYS = ("month", "unit", "station", "category", "place", "approver")
BY_EACH = (("month",), ("unit",), ("station",), ("category",), ("place",))
MAP = ("category", "place")
Keys = tuple[str, ...]
ROW = """
SELECT {number} AS branch, GROUPING({grouped}) AS level, part, {keys}, {said} AS said, hits, count(*) AS found
FROM ({rows} OFFSET 0) AS counted GROUP BY GROUPING SETS ({sets})
"""
# What is read of the tickets that a report is about.
COLUMNS = (
    "id",
    "received_on",
    "area_id",
    "station_id",
    "unit_id",
    "category_id",
    "building_id",
    "status",
    "round",
    "outcome",
    "resolved_at",
    "merged_into_id",
)


@dataclass
class Counts:
    """`sums[keys][part][values]`: a part's figures by what they were grouped by.

    `said[part, approver]`: in which post who acted; of several the last by the alphabet.
    """

    sums: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(Counter))))
    said: dict[tuple[int, int | None], str] = field(default_factory=lambda: defaultdict(str))

    def by(self, *keys: str, part: int = CURRENT) -> dict[tuple, Counter]:
        """The figures of the part for each value of the keys."""
        return self.sums[keys][part]

    def add(self, keys: Keys, part: int, values: tuple, figures: Mapping[str, int]) -> None:
        sums = self.sums[keys][part][values]
        for code, n in figures.items():
            sums[code] += n

    def say(self, part: int, approver: int | None, said: str) -> None:
        self.said[part, approver] = max(self.said[part, approver], said)

    def merge(self, other: "Counts") -> None:
        """What was counted apart, added up."""
        for keys, parts in other.sums.items():
            for part, its in parts.items():
                for values, figures in its.items():
                    self.add(keys, part, values, figures)
        for who, said in other.said.items():
            self.say(*who, said)

    def total(self, part: int = CURRENT) -> Counter:
        """Every row has a month, so the months add up to the whole."""
        return sum(self.by("month", part=part).values(), Counter())

    def month(self, first: date, *parts: int) -> Counter:
        return sum((self.by("month", part=part)[first,] for part in parts), Counter())


@dataclass(frozen=True)
class Branch:
    """A part of the statement: rows of the same figures, and the sets of keys they are grouped by.

    `is_narrow`: of each row no other ticket matters than one of the period's, and of that no other column than
    COLUMNS.
    """

    kind: Kind
    sets: tuple[Keys, ...] = BY_EACH
    is_narrow: bool = True

    @cached_property
    def keys(self) -> Keys:
        return tuple(key for key in KEYS if any(key in one for one in self.sets))

    @cached_property
    def codes(self) -> list[str]:
        return list(of_kind(self.kind))

    def hit(self, hits: int) -> list[str]:
        """The figures in which a row with these bits counts."""
        return [code for n, code in enumerate(self.codes) if hits >> n & 1]

    def level(self, number: int) -> Keys:
        """The set of keys that SQL's GROUPING() calls by this number: a bit for each key that is not in it."""
        bits = f"{number:0{len(self.keys)}b}"
        return tuple(key for key, bit in zip(self.keys, bits, strict=True) if bit == "0")


BRANCHES = (
    Branch(TICKET, (*BY_EACH, MAP)),
    Branch(CLOCK),
    Branch(REPORTER),
    Branch(COUNTED),
    Branch(MERGED, is_narrow=False),
    Branch(LATE, is_narrow=False),
    Branch(LEFT, (("approver",),), is_narrow=False),
)
# What is late now changes by the clock alone, so it is no part of what is counted beforehand.
BEFOREHAND = tuple(branch for branch in BRANCHES if branch.kind is not LATE)
CODES = [branch.codes for branch in BEFOREHAND]


@dataclass(frozen=True)
class _Asked:
    """What is counted: of which tickets, as of when, and what is a place.

    `within` are those received on the days that matter; `tickets` all, for what is late now. A part of the report is
    the period, the one before it, or the rest of its trend; without a period every area is a part of its own.
    """

    tickets: TicketQuerySet
    within: TicketQuerySet
    now: datetime
    place: str
    period: Period | None = None

    @property
    def own(self) -> TicketQuerySet:
        """Those of which the units, stations, places and approvers are wanted."""
        return (
            self.within.received_between(self.period.first, self.period.last) if self.period else self.within
        )

    def is_current(self, kind: Kind) -> Q:
        """The rows whose units, stations and so on are wanted; empty for all."""
        return Q() if kind is LATE or not self.period else _within(kind, self.period)

    def part(self, kind: Kind) -> Any:
        if kind is LATE:
            return Value(CURRENT, SmallIntegerField())
        if not self.period:
            return F(kind.column("area_id"))
        return Case(
            When(_within(kind, self.period), then=CURRENT),
            When(_within(kind, self.period.before), then=BEFORE),
            default=AROUND,
            output_field=SmallIntegerField(),
        )


def count(
    tickets: TicketQuerySet, left: TicketQuerySet, period: Period, *, now: datetime, place: str = "building"
) -> Counts:
    """The figures of the period, of the one before, and of the trend's months, each by all there is to group by.

    Counts the tickets `left`, and what is late now among all `tickets`. `place` says what is counted as a place:
    building, or area for a node with communities below. One statement.
    """
    return _count(BRANCHES, _Asked(tickets, left, now, place, period))


def count_beforehand(tickets: TicketQuerySet, *, now: datetime) -> Counts:
    """The figures of these tickets but for what is late now; every area id is a part. One statement."""
    return _count(BEFOREHAND, _Asked(tickets, tickets, now, "building"))


def definition(tickets: TicketQuerySet, *, now: datetime) -> Sql:
    """How `count_beforehand` would ask: the same as long as every figure is defined as it was."""
    return _whole(BEFOREHAND, _Asked(tickets, tickets, now, "building"))


def _count(branches: Sequence[Branch], asked: _Asked) -> Counts:
    counts = Counts()
    try:
        statement = _whole(branches, asked)
    except EmptyResultSet:  # nobody's tickets
        return counts
    for number, *row in read(statement):
        _add(counts, branches[number], asked, *row)
    return counts


def _add(counts: Counts, branch: Branch, asked: _Asked, level: int, part: int, *rest: Any) -> None:
    *values, said, hits, found = rest
    if branch.kind is COUNTED and asked.period and part == AROUND:
        return
    keys = branch.level(level)
    by_key = dict(zip(KEYS, values, strict=True))
    counts.add(keys, part, tuple(by_key[name] for name in keys), dict.fromkeys(branch.hit(hits), found))
    if said:
        counts.say(part, by_key["approver"], said)


def _whole(branches: Sequence[Branch], asked: _Asked) -> Sql:
    """The narrow branches over the tickets read once, and the others."""
    narrow: list[Sql] = []
    others: list[Sql] = []
    for number, branch in enumerate(branches):
        (narrow if branch.is_narrow else others).append(_statement(number, branch, asked))
    return joined([reading_once(asked.within, COLUMNS, joined(narrow)), *others])


def _statement(number: int, branch: Branch, asked: _Asked) -> Sql:
    rows, given = _rows(branch.kind, branch, asked)
    sql = ROW.format(
        number=number,
        grouped=_columns(branch.keys),
        keys=", ".join((f"k_{key}" if key in branch.keys else "NULL") + TYPES[key] for key in KEYS),
        said="max(ended_as)" if branch.kind is LEFT else "NULL",
        sets=", ".join(f"(part, hits, {_columns(keys)})" for keys in branch.sets),
        rows=rows,
    )
    return sql, given


TYPES = {key: "::date" if key == "month" else "::bigint" for key in KEYS}


def _columns(keys: Keys) -> str:
    return ", ".join(f"k_{key}" for key in keys)


def _rows(kind: Kind, branch: Branch, asked: _Asked) -> Sql:
    """Each row with the part of the report it belongs to, its keys, and in which figures it counts."""
    keys = {f"k_{name}": value for name, value in _keys(kind, branch, asked)}
    rows = _of_kind(kind, branch, asked).order_by().annotate(part=asked.part(kind), **keys)
    said = ["ended_as"] if kind is LEFT else []
    conditions = [figure.condition(asked.now) for figure in of_kind(kind).values()]
    return over_facts(rows, ["part", *keys, *said], kind.facts, _hits(conditions))


def _of_kind(kind: Kind, branch: Branch, asked: _Asked) -> QuerySet:
    """What is late now is so whenever it came in; the trend shows no promises; only the period's own are left out."""
    if kind is LATE:
        return kind.rows(asked.tickets, asked.now)
    if kind is LEFT:
        return kind.rows(asked.own, asked.now)
    rows = kind.rows(None if branch.is_narrow else asked.within, asked.now)
    if kind is not COUNTED or not asked.period:
        return rows
    # No upper bound: PostgreSQL would take a range for a handful of rows. `_add` leaves out the rest.
    return rows.filter(**{f"{kind.column('received_on')}__gte": asked.period.before.first})


def _hits(conditions: list[Q]) -> CombinedExpression | Case:
    """A number with a bit for each of the conditions that holds."""
    bits = [Case(When(one, then=1 << n), default=0) for n, one in enumerate(conditions)]
    return reduce(operator.add, bits)


def _keys(kind: Kind, branch: Branch, asked: _Asked) -> Iterator[tuple[str, Any]]:
    """Units, places and so on are wanted of the period alone; elsewhere the rows fall together."""
    current = asked.is_current(kind)
    for name in branch.keys:
        if name == "month":
            yield name, TruncMonth(kind.column("received_on"))
        elif name == "approver":
            yield name, F("ended_by")
        else:
            column = F(f"{kind.column(asked.place if name == 'place' else name)}_id")
            yield name, Case(When(current, then=column)) if current else column


def _within(kind: Kind, period: Period) -> Q:
    return Q(**{f"{kind.column('received_on')}__range": (period.first, period.last)})
