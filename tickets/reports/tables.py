"""The figures of a report as plain tables for the workbook: the same as on the page, and all lines of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tickets.models import Rating
from tickets.reports.compared import LEFT
from tickets.reports.figures import FIGURES, NONE, OVERDUE
from tickets.reports.layout import heading, running
from tickets.reports.links import Selection
from tickets.reports.medians import Spread
from tickets.reports.satisfaction import MAIN, RATES, Line, Rate, Report, rate

WHOLE = "总览"
FEW = "样本少于5"
NOTHING = "–"
FEW_NOTE = "样本少于5的不计率；一个也没有的写“–”。"
Cell = str | int | float
Rows = Iterable[Sequence[Cell]]


class Heading(list[str]):
    """A row that names the columns under it."""


class Title(list[str]):
    """A row of words about the whole, which may run on over the columns beside it."""


class Change(float):
    """A difference of percentages or hours, shown with its sign."""


class CountChange(int):
    """A difference of counts, shown with its sign."""


OF = ("其中", "共")
COLUMNS = [
    "收到",
    *(
        word
        for name in MAIN
        for word in (f"{RATES[name][0]}（%）", *(FIGURES[code].label for code in RATES[name][1:]))
    ),
    "重办",
]
TOOK = ["答复中位（工时）", "答复九成（工时）", "已答复（单）"]


def sheets(
    report: Report, selection: Selection, *, today: date, taken: tuple[str, str]
) -> Iterator[tuple[str, Rows]]:
    """Each sheet's name and rows, in order."""
    place = "楼栋" if selection.is_community else "片区"
    months = report.trend if len(report.months) == 1 else report.months
    yield WHOLE, _overview(report, selection, today, taken)
    yield "按单位", _table("单位", report.units, [*TOOK, "现在超时"], _of_unit)
    yield "按站点", _table("站点", report.stations, ["现在超时"], _late)
    yield "按类别", _table("类别", report.categories, ["现在超时"], _late)
    yield f"按{place}", _table(place, report.places, ["现在超时"], _late)
    yield "按月", _table("月份", _named_months(months), [], lambda line: [])
    yield f"{place}和类别", _map(report, place)


def _overview(report: Report, selection: Selection, today: date, taken: tuple[str, str]) -> Rows:
    before_name = f"上期（{report.period.before.name(today)}）"
    yield Title([heading(selection, today)])
    yield Title(["时段", report.period.dates(today)])
    yield Title(taken)
    yield Title(["说明", FEW_NOTE])
    if note := running(report, today):
        yield Title(["", note])
    yield []
    yield Heading(["率（%）", "本期", *OF, before_name, *OF, "变化（百分点）"])
    for name, (title, *_) in RATES.items():
        yield [title, *_shares(name, report), _change(rate(report.total, name), rate(report.before, name))]
    yield []
    yield Heading(["数", "本期", before_name, "变化"])
    for code, figure in FIGURES.items():
        if code in report.total or code in report.before:
            yield [f"{figure.label}（{figure.measure}）", *_counts(code, report)]
    yield []
    yield Heading(["用时", "本期", before_name, "变化"])
    yield from _took("答复", report.medians.reply, report.medians_before.reply)
    yield from _took("办结", report.medians.resolve, report.medians_before.resolve)
    yield []
    yield Heading(["谁评的", "满意率（%）", "满意或基本满意（人）", "评价（人）"])
    yield from map(_channel_of(report.total), Rating.Channel)
    yield []
    yield from _approved(report.approvers)


def _shares(name: str, report: Report) -> Iterator[Cell]:
    """The percentage of each of the two periods, and beside it how many of how many."""
    _, good, n = RATES[name]
    for sums in (report.total, report.before):
        yield from (_percent(rate(sums, name)), sums[good], sums[n])


def _change(now: Rate, before: Rate) -> Cell:
    change = now.change(before)
    return "" if change is None else Change(change)


def _counts(code: str, report: Report) -> list[Cell]:
    """What is late now has no count of before."""
    now, before = report.total[code], report.before[code]
    return [now] if code == OVERDUE else [now, before, CountChange(now - before)]


def _took(what: str, now: Spread, before: Spread) -> Rows:
    yield [f"{what}中位（工时）", *_hours_of(now.median, before.median)]
    yield [f"{what}九成（工时）", *_hours_of(now.ninth, before.ninth)]
    yield [f"已{what}（单）", now.n, before.n, CountChange(now.n - before.n)]


def _hours_of(now: float | None, before: float | None) -> list[Cell]:
    found = [_hours(now), _hours(before)]
    return found if now is None or before is None else [*found, Change(round(now, 1) - round(before, 1))]


def _table(name: str, lines: Iterable[Line], more: Sequence[str], tail) -> Rows:
    yield Heading([name, *COLUMNS, *more])
    for line in lines:
        yield [line.label, *_line(line), *tail(line)]


def _line(line: Line) -> Iterator[Cell]:
    yield line.sums["received"]
    for name in MAIN:
        _, good, n = RATES[name]
        yield from (_percent(line.rate(name)), line.sums[good], line.sums[n])
    yield line.sums["reopened"]


def _of_unit(line: Line) -> list[Cell]:
    spread = line.medians.reply
    return [_hours(spread.median), _hours(spread.ninth), spread.n, line.sums[OVERDUE]]


def _late(line: Line) -> list[Cell]:
    return [line.sums[OVERDUE]]


def _map(report: Report, place: str) -> Rows:
    columns = sorted(report.categories, key=lambda line: (line.key == NONE, line.ordinal))
    yield Heading([place, *(column.label for column in columns), "合计"])
    for line in report.places:
        yield [line.label, *(report.map[line.key, column.key] for column in columns), line.sums["received"]]


def _channel_of(sums: Counter):
    def row(channel: Rating.Channel) -> list[Cell]:
        good, n = sums[f"{channel}_good"], sums[f"{channel}_rated"]
        return [channel.label, _percent(Rate(good, n)), good, n]

    return row


def _approved(lines: Iterable[Line]) -> Rows:
    yield Heading(["不计入办结率的，谁经手", *(FIGURES[code].label for code in LEFT)])
    for line in lines:
        yield [line.label, *(line.sums[code] for code in LEFT)]


def _named_months(lines: Iterable[Line]) -> list[Line]:
    return [Line(line.key, f"{line.key.first.year}年{line.label}", line.sums) for line in lines]


def _percent(rate: Rate) -> Cell:
    if not rate.n:
        return NOTHING
    return FEW if rate.percent is None else float(rate.percent)


def _hours(hours: float | None) -> Cell:
    return NOTHING if hours is None else round(hours, 1)
