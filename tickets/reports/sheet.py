"""The report as a workbook: the figures of the page, no formulas and no personal data.

Names come from people, so every text is written as text: a unit called =1+1 stays those four characters.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from stations import saying
from tickets.reports.definitions import DEFINITIONS
from tickets.reports.figures import FIGURES, OVERDUE
from tickets.reports.layout import heading
from tickets.reports.links import Selection
from tickets.reports.satisfaction import RATES, Line, Rate, Report, rate

SAFE = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
}
A4 = 9
FEW = "样本少于5，不计率"
COLUMNS = [
    "收到",
    *(word for title, good, n in RATES.values() for word in (title, FIGURES[good].label, FIGURES[n].label)),
]
MEDIAN = len(COLUMNS) + 2  # counted without working hours by category
Cell = str | int | float


def workbook(report: Report, selection: Selection, *, now: datetime, today: date) -> bytes:
    """An XLSX file with a sheet for the whole, the units, the categories, the months and the definitions."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, SAFE) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, rows in _sheets(report, selection, now, today):
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 26)
            sheet.set_column(1, 20, 14)
            sheet.freeze_panes(0 if name == "总览" else 1, 1)
            sheet.set_paper(A4)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            _fill(sheet, rows, text)
        sheet.set_column(1, 1, 90)  # the last one holds the definitions
    return target.getvalue()


def summary(report: Report, selection: Selection, *, now: datetime, today: date) -> str:
    """What was taken along: which report, over which days, how many tickets it sums up in how many rows."""
    rows = sum(len(list(rows)) for _, rows in _sheets(report, selection, now, today))
    days, count = report.period.dates(today), report.total["received"]
    return f"{heading(selection, today)}，{days}，汇总{count}张工单，共{rows}行"


def filename(selection: Selection, today: date) -> str:
    return f"{heading(selection, today)}.xlsx"


def _fill(sheet: Any, rows: Iterable[Sequence[Cell]], text: Any) -> None:
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(y, x, value, text)
            else:
                sheet.write_number(y, x, value)


def _sheets(
    report: Report, selection: Selection, now: datetime, today: date
) -> Iterator[tuple[str, Iterable[Sequence[Cell]]]]:
    yield "总览", _overview(report, selection, now, today)
    yield "按单位", _table("单位", report.units, [*COLUMNS, "重办", "答复中位（工时）", "现在超时"])
    yield "按类别", _without(MEDIAN, _table("类别", report.categories, [*COLUMNS, "重办", "", "现在超时"]))
    yield (
        "按月",
        _table("月份", _named_months(report.trend if len(report.months) == 1 else report.months), COLUMNS),
    )
    yield "怎么算的", [(definition.title, definition.words) for definition in DEFINITIONS]


def _overview(report: Report, selection: Selection, now: datetime, today: date) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = [
        [heading(selection, today)],
        ["时段", report.period.dates(today)],
        ["导出时间", saying.exact(now, now=now)],
        ["率（%）", "本期", f"上期（{report.period.before.name(today)}）", "百分点"],
    ]
    for name, (title, *_) in RATES.items():
        now_rate, before = rate(report.total, name), rate(report.before, name)
        change = now_rate.change(before)
        rows.append([title, _percent(now_rate), _percent(before), "" if change is None else float(change)])
    rows.append(["数", "本期", "上期"])
    rows += [_count(code, report) for code in FIGURES]
    hours = report.medians
    return [*rows, ["答复中位（工时）", _hours(hours.reply)], ["办结中位（工时）", _hours(hours.resolve)]]


def _count(code: str, report: Report) -> list[Cell]:
    label = f"{FIGURES[code].label}（{FIGURES[code].measure}）"
    return (
        [label, report.total[code]] if code == OVERDUE else [label, report.total[code], report.before[code]]
    )


def _table(name: str, lines: Iterable[Line], columns: Sequence[str]) -> list[Sequence[Cell]]:
    return [[name, *columns], *([line.label, *_line(line)][: len(columns) + 1] for line in lines)]


def _without(column: int, rows: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    return [[*row[:column], *row[column + 1 :]] for row in rows]


def _line(line: Line) -> Iterable[Cell]:
    yield line.sums["received"]
    for name, (_, good, n) in RATES.items():
        yield from (_percent(line.rate(name)), line.sums[good], line.sums[n])
    yield from (line.sums["reopened"], _hours(line.medians.reply), line.sums[OVERDUE])


def _named_months(lines: Iterable[Line]) -> list[Line]:
    return [Line(line.key, f"{line.key.first.year}年{line.label}", line.sums) for line in lines]


def _percent(rate: Rate) -> Cell:
    return FEW if rate.percent is None else float(rate.percent)


def _hours(hours: float | None) -> Cell:
    return "" if hours is None else round(hours, 1)
