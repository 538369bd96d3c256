"""How the report is laid out for reading: figures, tables, what stands beside them, and the words around."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tickets.reports.cells import Bit, Desk, Number, Part, RateCell, TableLine, hours_text, percent_text
from tickets.reports.compared import approved, channels, compared, heat
from tickets.reports.figures import FIGURES, NONE, OVERDUE, Cut
from tickets.reports.links import Selection, report_url
from tickets.reports.periods import Period
from tickets.reports.satisfaction import MAIN, RATES, Line, Rate, Report, rate

RUNNING = "这一期还没过完，新收的还在办：办结率、评价覆盖和过完的上期比，会低一些。"
MOST_LINES = 30  # of a table on the page; the workbook has all


@dataclass(frozen=True)
class FigureBox:
    """One of the three big figures with what belongs beside it; `code` is its definition, `nothing` stands for 0/0."""

    code: str
    title: str
    cell: RateCell
    noun: str
    change: str
    up: bool
    nothing: str
    bits: list[Bit]
    notes: list[str]


@dataclass(frozen=True)
class Promised:
    """说到做到: what became of promises; text is the share kept, empty under five cases, n how many there are."""

    text: str
    n: Number
    numbers: list[Number]
    labels: list[str]

    @property
    def rows(self) -> list[tuple[str, Number]]:
        return list(zip(self.labels, self.numbers, strict=True))


@dataclass(frozen=True)
class Table:
    """Rates side by side: a line for each unit, station …, of which so many are printed.

    `left` says how many more only the workbook has. One that `is_folded` is closed at first, `is_part` on phones.
    """

    code: str
    heading: str
    help: str
    column: str
    lines: list[TableLine]
    has_median: bool = False
    has_overdue: bool = True
    left: int = 0
    printed: int = 10
    is_folded: bool = False
    is_part: bool = False


def heading(selection: Selection, today: date) -> str:
    return f"{selection.area.name}{selection.period.name(today)}服务报告"


def page(report: Report, selection: Selection, *, today: date) -> dict[str, Any]:
    """The context of the page."""
    desk, cut = Desk(selection), selection.cut
    return {
        "dates": report.period.dates(today),
        "against": report.period.before.name(today),
        "received": desk.number("received", report.total, cut),
        "figures": figures(report, desk, cut),
        "compared": compared(report, desk, selection.period.name(today), report.period.before.name(today)),
        "units": _table(desk, report.units, "unit", UNITS),
        "stations": _table(desk, report.stations, "station", STATIONS),
        "categories": _table(desk, report.categories, "category", CATEGORIES),
        "places": _places(desk, report),
        "heat": heat(report, desk),
        "months": months(report.months, desk) if len(report.months) > 1 else None,
        "trend": trend(report.trend, desk),
        "promised": promised(report, desk, cut),
        "channels": channels(report, desk, cut),
        "approved": approved(report, desk, cut),
        "overdue": desk.number(OVERDUE, report.total, cut),
        "is_empty": report.is_empty,
        "is_ahead": report.period.first > today,
        "running": running(report, today),
    }


def running(report: Report, today: date) -> str:
    """What is to be known of a period that is not over; empty where it is, or nothing came in."""
    is_running = report.period.first <= today < report.period.last
    return RUNNING if is_running and not report.is_empty else ""


UNITS = Table("units", "责任单位并排看", "工时指上班时间，一般 09:00–18:00", "单位", [], has_median=True)
STATIONS = Table("stations", "站点并排看", "按收到的单数排", "站点", [], is_part=True)
CATEGORIES = Table("categories", "哪类事最多", "按收到的单数排", "类别", [])
BUILDINGS = Table("places", "逐楼栋看", "按收到的单数排", "楼栋", [], is_folded=True)
AREAS = Table("places", "下级片区并排看", "点名称看它的报告", "片区", [])
MONTHS = Table("months", "逐月看", "只算时段之内的", "月份", [], has_overdue=False, printed=12, is_part=True)


def _table(desk: Desk, lines: list[Line], name: str, table: Table) -> Table:
    shown = lines[:MOST_LINES]
    cut = desk.selection.cut
    made = [desk.line(line, replace(cut, **{name: line.key})) for line in shown]
    return replace(table, lines=made, left=len(lines) - len(shown))


def _places(desk: Desk, report: Report) -> Table:
    """The buildings of a community; of a wider node the areas right below it, each with a report of its own."""
    if desk.selection.is_community:
        return _table(desk, report.places, "building", BUILDINGS)
    lines = [line for line in report.places if line.key != NONE]
    made = [
        desk.line(line, replace(desk.selection.cut, area=line.key), url=_report_of(desk.selection, line.key))
        for line in lines[:MOST_LINES]
    ]
    return replace(AREAS, lines=made, left=len(lines) - len(made))


def _report_of(selection: Selection, area: int) -> str:
    return report_url(selection, area=str(area))


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
        _box(report, desk, "reply", "单按时答复", reply, _median("答复", hours.reply.median)),
        _box(report, desk, "solve", "单已解决", [*solve, *left_out], _median("办结", hours.resolve.median)),
        _box(report, desk, "content", "人满意或基本满意", [*rated, *first], []),
    ]


def promised(report: Report, desk: Desk, cut: Cut) -> Promised:
    """The three outcomes of promises, and the share of those kept."""
    sums, codes = report.total, ("kept", "moved", "broken")
    numbers = [desk.number(code, sums, cut) for code in codes]
    labels = [FIGURES[code].label for code in codes]
    return Promised(percent_text(rate(sums, "promise")), desk.number("promised", sums, cut), numbers, labels)


def months(lines: list[Line], desk: Desk) -> Table:
    """The period month by month."""
    return replace(MONTHS, lines=[desk.line(line, _month_cut(line), has_overdue=False) for line in lines])


def trend(lines: list[Line], desk: Desk) -> dict[str, Any]:
    """The tables under the charts: the months and, for each rate or count, a cell a month."""
    rows = [
        (
            RATES[name][0],
            [(line.label, desk.rate(name, line.sums, _month_cut(line), line.label)) for line in lines],
        )
        for name in MAIN
    ]
    flow = [
        (title, [(line.label, desk.number(code, line.sums, _month_cut(line), line.label)) for line in lines])
        for title, code in FLOW
    ]
    return {"months": [line.label for line in lines], "rows": rows, "flow": flow}


NOTHING = {"reply": "还没有到期或答复的", "solve": "没有计入办结率的", "content": "还没有人评价"}
FLOW = (("收到", "received"), ("已解决", "solved"))


def _month_cut(line: Line) -> Cut:
    assert isinstance(line.key, Period)
    return Cut(line.key.first, line.key.last)


def _box(report: Report, desk: Desk, name: str, noun: str, bits: list[Bit], notes: list[str]) -> FigureBox:
    title, *_ = RATES[name]
    change = rate(report.total, name).change(rate(report.before, name))
    return FigureBox(
        code=name,
        title=title,
        cell=desk.rate(name, report.total, desk.selection.cut),
        noun=noun,
        change="" if change is None else str(abs(change)),
        up=bool(change and change > 0),
        nothing=NOTHING[name],
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
