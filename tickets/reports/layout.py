"""How the report is laid out for reading: numbers with their links, rates, the words around them."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from tickets.reports.figures import FIGURES, OVERDUE, Cut
from tickets.reports.links import Selection, list_url
from tickets.reports.periods import Period
from tickets.reports.satisfaction import RATES, Line, Rate, Report, rate


@dataclass(frozen=True)
class Number:
    """A count and the address of what it counts; `label` is what a screen reader says."""

    value: int
    url: str
    label: str


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
class FigureBox:
    """One of the three big figures with what belongs beside it."""

    title: str
    cell: RateCell
    noun: str
    change: str
    up: bool
    bits: list[Bit]
    notes: list[str]


@dataclass(frozen=True)
class Promised:
    """说到做到: what became of promises; text is the share kept, empty under five cases, n how many there are."""

    text: str
    n: int
    numbers: list[Number]
    labels: list[str]

    @property
    def rows(self) -> list[tuple[str, Number]]:
        return list(zip(self.labels, self.numbers, strict=True))


@dataclass(frozen=True)
class TableLine:
    """A row of a table of rates; empty words where a column does not apply."""

    label: str
    received: Number
    rates: list[RateCell]
    reopened: Number
    median: str
    overdue: Number | None


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

    def line(self, line: Line, cut: Cut, *, has_overdue: bool = True) -> TableLine:
        overdue = self.number(OVERDUE, line.sums, cut, line.label) if has_overdue else None
        return TableLine(
            label=line.label,
            received=self.number("received", line.sums, cut, line.label),
            rates=[self.rate(name, line.sums, cut, line.label) for name in RATES],
            reopened=self.number("reopened", line.sums, cut, line.label),
            median=hours_text(line.medians.reply),
            overdue=overdue,
        )


def percent_text(rate: Rate) -> str:
    """94.0, or empty when there are too few."""
    return "" if rate.percent is None else str(rate.percent)


def hours_text(hours: float | None) -> str:
    """4.0工时, or empty without a case."""
    return "" if hours is None else f"{hours:.1f}工时"


def heading(selection: Selection, today: date) -> str:
    return f"{selection.area.name}{selection.period.name(today)}服务报告"


def page(report: Report, selection: Selection, *, today: date) -> dict[str, object]:
    """The context of the page."""
    desk, cut = Desk(selection), selection.cut
    return {
        "dates": report.period.dates(today),
        "against": report.period.before.name(today),
        "received": desk.number("received", report.total, cut),
        "figures": figures(report, desk, cut),
        "units": [desk.line(line, replace(cut, unit=line.key)) for line in report.units],
        "categories": [desk.line(line, replace(cut, category=line.key)) for line in report.categories],
        "months": months(report.months, desk) if len(report.months) > 1 else [],
        "trend": trend(report.trend, desk),
        "promised": promised(report, desk, cut),
        "overdue": desk.number(OVERDUE, report.total, cut),
        "is_empty": report.is_empty,
    }


def figures(report: Report, desk: Desk, cut: Cut) -> list[FigureBox]:
    """按时答复率, 办结率, 满意率, in this order."""
    sums, hours = report.total, report.medians

    def bit(before: str, code: str, after: str) -> Bit:
        return Bit((Part(before, desk.number(code, sums, cut), after),))

    def share(before: str, good: str, n: str, after: str) -> Bit:
        return Bit(
            (Part(before, desk.number(good, sums, cut)), Part(" / ", desk.number(n, sums, cut), after))
        )

    reply = [bit("没按时", "late", "单"), bit("另有", "undecided", "单未到期")]
    solve = [bit("还没解决", "unsolved", "单"), bit("重办", "reopened", "单")]
    left_out = [
        bit(f"不计{FIGURES[code].label}", code, "单") for code in ("merged", "withdrawn") if sums[code]
    ]
    rated = [bit("不满意", "bad", "人"), share("已评", "rated", "asked", f"人{_coverage(sums)}")]
    first = [share("第一轮满意", "first_good", "first_rated", f"人{_first_share(sums)}")]
    return [
        _box(report, desk, "reply", "单按时答复", reply, _median("答复", hours.reply)),
        _box(report, desk, "solve", "单已解决", [*solve, *left_out], _median("办结", hours.resolve)),
        _box(report, desk, "content", "人满意或基本满意", [*rated, *first], []),
    ]


def promised(report: Report, desk: Desk, cut: Cut) -> Promised:
    """The three outcomes of promises, and the share of those kept."""
    sums, codes = report.total, ("kept", "moved", "broken")
    n = sum(sums[code] for code in codes)
    numbers = [desk.number(code, sums, cut) for code in codes]
    return Promised(percent_text(Rate(sums["kept"], n)), n, numbers, [FIGURES[code].label for code in codes])


def months(lines: list[Line], desk: Desk) -> list[TableLine]:
    """The period month by month."""
    return [desk.line(line, _month_cut(line), has_overdue=False) for line in lines]


def trend(lines: list[Line], desk: Desk) -> dict[str, object]:
    """The table under the chart: its months and, for each rate, a cell a month."""
    rows = [
        (
            RATES[name][0],
            [(line.label, desk.rate(name, line.sums, _month_cut(line), line.label)) for line in lines],
        )
        for name in RATES
    ]
    return {"months": [line.label for line in lines], "rows": rows}


def _month_cut(line: Line) -> Cut:
    assert isinstance(line.key, Period)
    return Cut(line.key.first, line.key.last)


def _box(report: Report, desk: Desk, name: str, noun: str, bits: list[Bit], notes: list[str]) -> FigureBox:
    title, *_ = RATES[name]
    change = rate(report.total, name).change(rate(report.before, name))
    return FigureBox(
        title=title,
        cell=desk.rate(name, report.total, desk.selection.cut),
        noun=noun,
        change="" if change is None else str(abs(change)),
        up=bool(change and change > 0),
        bits=bits,
        notes=notes,
    )


def _median(what: str, hours: float | None) -> list[str]:
    return [] if hours is None else [f"{what}中位{hours_text(hours)}"]


def _coverage(sums: Counter) -> str:
    share = Rate(sums["rated"], sums["asked"]).percent
    return "" if share is None else f"，覆盖{share:.0f}%"


def _first_share(sums: Counter) -> str:
    share = Rate(sums["first_good"], sums["first_rated"]).percent
    return "" if share is None else f"，{share}%"
