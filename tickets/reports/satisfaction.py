"""The satisfaction report: three rates with what they rest on, by unit, category and month, and what is late.

Asks for the numbers and lays them side by side as plain rows; links and pages are made of them elsewhere.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from stations.models import Area
from tickets.models.queryset import TicketQuerySet
from tickets.reports import cubes
from tickets.reports.cubes import CATEGORY, UNIT, Row, total
from tickets.reports.figures import FEWEST, NONE, OVERDUE
from tickets.reports.medians import ALL, Medians, medians
from tickets.reports.periods import Period

TENTH = Decimal("0.1")
RATES = {
    "reply": ("按时答复率", "on_time", "decided"),
    "solve": ("办结率", "solved", "counted"),
    "content": ("满意率", "good", "rated"),
}


@dataclass(frozen=True)
class Rate:
    """A share of n, with a percentage only from five cases on."""

    good: int
    n: int

    @property
    def percent(self) -> Decimal | None:
        """In percent to one decimal; None when there are too few to speak of a rate."""
        if self.n < FEWEST:
            return None
        return (Decimal(100 * self.good) / self.n).quantize(TENTH, ROUND_HALF_UP)

    def change(self, before: "Rate") -> Decimal | None:
        """百分点 against another rate, as the two are shown; None when either has too few cases."""
        if self.percent is None or before.percent is None:
            return None
        return self.percent - before.percent


@dataclass
class Line:
    """A row of a table: a unit, a category or a month with its figures. `key` is an id, NONE, or a Period."""

    key: Any
    label: str
    sums: Counter
    medians: Medians = field(default_factory=Medians)

    def rate(self, name: str) -> Rate:
        return rate(self.sums, name)


@dataclass
class Report:
    """Everything the page shows, as numbers."""

    period: Period
    total: Counter
    before: Counter
    medians: Medians
    units: list[Line]
    categories: list[Line]
    months: list[Line]
    trend: list[Line]

    @property
    def is_empty(self) -> bool:
        return not self.total["received"]


def rate(sums: Counter, name: str) -> Rate:
    _, good, n = RATES[name]
    return Rate(sums[good], sums[n])


def report(
    tickets: TicketQuerySet, period: Period, areas: Iterable[Area], *, now: datetime, with_area: bool = False
) -> Report:
    """The report on these tickets, all of these areas (what its reader sees of them); six statements."""
    today = timezone.localdate(now)
    rows = cubes.count(tickets, period, now=now, with_area=with_area)
    late = cubes.count_overdue(tickets, now=now, with_area=with_area)
    hours = medians(tickets, period, areas, now=now)
    current = [row for row in rows if row["current"]]
    units = _lines([*current, *late], UNIT, "派单台")
    for line in units:
        line.medians = hours.get(None if line.key == NONE else line.key, Medians())
    return Report(
        period=period,
        total=total(current) + total(late),
        before=total(rows, lambda row: row["before"]),
        medians=hours.get(ALL, Medians()),
        units=units,
        categories=_lines([*current, *late], CATEGORY, "没选类别"),
        months=[_month(current, month) for month in period.months(today)],
        trend=[_month(rows, month) for month in period.trend(today)],
    )


def trend(tickets: TicketQuerySet, period: Period, *, now: datetime) -> list[Line]:
    """The last six months up to the period's end; three statements."""
    rows = cubes.count_months(tickets, period, now=now)
    return [_month(rows, month) for month in period.trend(timezone.localdate(now))]


def series(lines: list[Line]) -> list[tuple[str, list[float | None]]]:
    """Each rate by name with its percentages line by line; None where there are too few."""
    return [(title, [_as_float(line.rate(name)) for line in lines]) for name, (title, *_) in RATES.items()]


def _as_float(rate: Rate) -> float | None:
    return None if rate.percent is None else float(rate.percent)


def _month(rows: Iterable[Row], month: Period) -> Line:
    first = month.first.replace(day=1)
    return Line(month, f"{month.first.month}月", total(rows, lambda row: row["month"] == first))


def _lines(rows: list[Row], names: tuple[str, str], nobody: str) -> list[Line]:
    """One line for each unit or category that appears, most tickets first; those without come last."""
    key, name = names
    found = {row[key]: row[name] for row in rows}
    lines = [Line(k, found[k], total(rows, _having(key, k))) for k in found if k is not None]
    lines.sort(key=lambda line: (-line.sums["received"], -line.sums[OVERDUE], line.label))
    return lines + [Line(NONE, nobody, total(rows, _having(key, None)))] * (None in found)


def _having(key: str, value: object) -> Callable[[Row], bool]:
    return lambda row: row[key] == value
