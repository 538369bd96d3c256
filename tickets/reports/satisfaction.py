"""The satisfaction report: three rates with what they rest on, by unit, station, category, place and month.

Asks for the numbers and lays them side by side as plain rows; links and pages are made of them elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from stations.models import Area
from tickets.models.queryset import TicketQuerySet
from tickets.reports import cubes, medians, names, tallies, tallying
from tickets.reports.cubes import AROUND, BEFORE, CURRENT, MAP, Counts
from tickets.reports.figures import FEWEST, NONE, OVERDUE
from tickets.reports.medians import Medians, Seconds
from tickets.reports.narrowed import one_moment
from tickets.reports.periods import Period

TENTH = Decimal("0.1")
RATES = {
    "reply": ("按时答复率", "on_time", "decided"),
    "solve": ("办结率", "solved", "counted"),
    "content": ("满意率", "good", "rated"),
    "first": ("第一轮满意率", "first_good", "first_rated"),
    "coverage": ("评价覆盖", "rated", "asked"),
    "promise": ("守约率", "kept", "promised"),
}
MAIN = ("reply", "solve", "content")
NOBODY = {
    "unit": "派单台",
    "station": "没有站点",
    "category": "没选类别",
    "building": "没写楼栋",
    "area": "本级",
    "approver": "系统",
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
    """A row of a table: a unit, a category, a month … with its figures. `key` is an id, NONE, or a Period."""

    key: Any
    label: str
    sums: Counter
    medians: Medians = field(default_factory=Medians)
    ordinal: int = 0

    def rate(self, name: str) -> Rate:
        return rate(self.sums, name)


@dataclass
class Report:
    """Everything the page shows, as numbers. `map` holds what was received by (place, category)."""

    period: Period
    total: Counter
    before: Counter
    medians: Medians
    medians_before: Medians
    units: list[Line]
    stations: list[Line]
    categories: list[Line]
    places: list[Line]
    approvers: list[Line]
    months: list[Line]
    trend: list[Line]
    map: Counter

    @property
    def is_empty(self) -> bool:
        return not self.total["received"]


def rate(sums: Counter, name: str) -> Rate:
    _, good, n = RATES[name]
    return Rate(sums[good], sums[n])


def report(
    tickets: TicketQuerySet,
    period: Period,
    areas: Iterable[Area],
    *,
    now: datetime,
    children: Sequence[Area] = (),
) -> Report:
    """The report on these tickets, which are all of these areas: its reader sees them all, or may not ask.

    Four statements, as of one moment; what was counted beforehand is taken from there.
    With `children`, the areas right below a wider node, these are its places; without them the buildings are.
    """
    place = "area" if children else "building"
    with one_moment():
        counts, seconds = _counted(tickets, period, list(areas), now, place)
    _fold_places(counts, children)
    lines = _Lines(counts, place)
    units = lines.by("unit")
    hours = seconds.units()
    for line in units:
        line.medians = hours.get(None if line.key == NONE else line.key, Medians())
    today = timezone.localdate(now)
    return Report(
        period=period,
        total=counts.total(),
        before=counts.total(BEFORE),
        medians=seconds.medians(CURRENT),
        medians_before=seconds.medians(BEFORE),
        units=units,
        stations=lines.by("station"),
        categories=lines.by("category"),
        places=lines.by("place"),
        approvers=lines.by("approver"),
        months=[_month(counts, month, CURRENT) for month in period.months(today)],
        trend=[_month(counts, month, CURRENT, BEFORE, AROUND) for month in period.trend(today)],
        map=_map(counts),
    )


def _counted(
    tickets: TicketQuerySet, period: Period, areas: list[Area], now: datetime, place: str
) -> tuple[Counts, Seconds]:
    """What was counted beforehand, and what was not; three statements."""
    stored = tallies.read(period, areas, tallying.definition(), now=now, place=place)
    left = stored.left(tickets, areas, *period.window(timezone.localdate(now)))
    stored.counts.merge(cubes.count(tickets, left, period, now=now, place=place))
    stored.seconds.merge(medians.seconds(left, period, areas, now=now))
    return stored.counts, stored.seconds


def _fold_places(counts: Counts, children: Sequence[Area]) -> None:
    """The communities of a district counted with the street above them."""
    of = {pk: child.pk for child in children for pk in child.ids_below}
    if not children:
        return
    for keys in (("place",), MAP):
        folded: dict[tuple, Counter] = {}
        for key, sums in counts.by(*keys).items():
            *others, place = key
            folded.setdefault((*others, of.get(place)), Counter()).update(sums)
        counts.sums[keys][CURRENT] = folded


class _Lines:
    """Lines of what was counted, with their names, which are asked for together."""

    def __init__(self, counts: Counts, place: str):
        self.counts, self.place = counts, place
        ids = {self._table(key): [one for (one,) in counts.by(key)] for key in names.KEYS}
        self.names = names.of(ids, with_area=place == "area")

    def by(self, key: str) -> list[Line]:
        """One line for each that appears, most tickets first; those without come last."""
        table = self._table(key)
        lines = [self._line(table, one, sums) for (one,), sums in self.counts.by(key).items()]
        return sorted(
            lines, key=lambda line: (line.key == NONE, -_size(line.sums), -line.sums[OVERDUE], line.label)
        )

    def _line(self, table: str, one: int | None, sums: Counter) -> Line:
        label, ordinal = self.names[table].get(one, (NOBODY[table], 0))
        if table == "approver" and self.counts.said.get((CURRENT, one)):
            label = f"{label}（{self.counts.said[CURRENT, one]}）"
        return Line(NONE if one is None else one, label, sums, ordinal=ordinal)

    def _table(self, key: str) -> str:
        return self.place if key == "place" else key


def _size(sums: Counter) -> int:
    return sums["received"] or sum(sums.values())


def _map(counts: Counts) -> Counter:
    cells = counts.by(*MAP).items()
    return Counter({tuple(_key(one) for one in reversed(key)): sums["received"] for key, sums in cells})


def _key(one: int | None) -> int | str:
    return NONE if one is None else one


def series(lines: list[Line], rates: Iterable[str] = MAIN) -> list[tuple[str, list[float | None]]]:
    """Each rate by name with its percentages line by line; None where there are too few."""
    return [(RATES[name][0], [_as_float(line.rate(name)) for line in lines]) for name in rates]


def _as_float(rate: Rate) -> float | None:
    return None if rate.percent is None else float(rate.percent)


def _month(counts: Counts, month: Period, *parts: int) -> Line:
    sums = counts.month(month.first.replace(day=1), *parts)
    sums.pop(OVERDUE, None)  # whenever received, so no month's
    return Line(month, f"{month.first.month}月", sums)
