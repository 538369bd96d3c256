"""The numbers of a report as they stand on its page: each a link to exactly what it counts."""

from collections import Counter
from dataclasses import dataclass

from stations.markup import fill
from tickets.reports.figures import FIGURES, OVERDUE, Cut
from tickets.reports.links import Selection, list_url
from tickets.reports.medians import Spread
from tickets.reports.satisfaction import MAIN, RATES, Line, Rate, rate

LINK = '<a class="n" href="{}" aria-label="{}">{}</a>'
NOTHING = fill('<span class="n">0</span>')


@dataclass(frozen=True)
class Number:
    """A count and the address of what it counts; `label` is what a screen reader says. Nothing to open at 0."""

    value: int
    url: str
    label: str

    @property
    def html(self) -> str:
        """The same as a link: of these a page has hundreds, so no template is asked for each."""
        return fill(LINK, self.url, self.label, self.value) if self.value else NOTHING


@dataclass(frozen=True)
class Part:
    """A few words around a number."""

    before: str
    number: Number
    after: str = ""


@dataclass(frozen=True)
class Bit:
    """What stays together on a line: 另有6单未到期."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class RateCell:
    """A rate in a table: text is empty under five cases."""

    title: str
    text: str
    good: Number
    n: Number


@dataclass(frozen=True)
class Took:
    """A median or ninth decile with the number of cases it is of; text is empty without one."""

    text: str
    n: Number | None


@dataclass(frozen=True)
class TableLine:
    """A row of a table of rates; empty words where a column does not apply. `url` leads to a report of its own."""

    label: str
    received: Number
    rates: list[RateCell]
    reopened: Number
    median: str
    answered: Number | None
    overdue: Number | None
    url: str = ""


class Desk:
    """Makes numbers for one report: knows the selection their links need."""

    def __init__(self, selection: Selection):
        self.selection = selection

    def number(self, code: str, sums: Counter, cut: Cut, whose: str = "") -> Number:
        figure = FIGURES[code]
        label = f"{whose}{figure.label}{sums[code]}{figure.measure}"
        return Number(sums[code], list_url(code, self.selection, cut), label)

    def rate(self, name: str, sums: Counter, cut: Cut, whose: str = "") -> RateCell:
        title, good, n = RATES[name]
        text = percent_text(rate(sums, name))
        return RateCell(title, text, self.number(good, sums, cut, whose), self.number(n, sums, cut, whose))

    def line(self, line: Line, cut: Cut, *, has_overdue: bool = True, url: str = "") -> TableLine:
        overdue = self.number(OVERDUE, line.sums, cut, line.label) if has_overdue else None
        spread = line.medians.reply
        answered = Counter(answered=spread.n)
        return TableLine(
            label=line.label,
            received=self.number("received", line.sums, cut, line.label),
            rates=[self.rate(name, line.sums, cut, line.label) for name in MAIN],
            reopened=self.number("reopened", line.sums, cut, line.label),
            median=spread_text(spread),
            answered=self.number("answered", answered, cut, line.label) if spread.n else None,
            overdue=overdue,
            url=url,
        )


def percent_text(rate: Rate) -> str:
    """94.0, or empty when there are too few."""
    return "" if rate.percent is None else str(rate.percent)


def hours_text(hours: float | None) -> str:
    """4.0工时, or empty without a case."""
    return "" if hours is None else f"{hours:.1f}工时"


def spread_text(spread: Spread) -> str:
    """3.2/9.0: median and ninth decile, or empty without a case."""
    return "" if spread.median is None or spread.ninth is None else f"{spread.median:.1f}/{spread.ninth:.1f}"
