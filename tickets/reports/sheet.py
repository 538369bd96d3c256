"""The report as a workbook: the figures of the page and the rows behind them, no formulas and nothing of residents.

Names and titles come from people, so every text is written as text: a unit called =1+1 stays those four characters.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

import xlsxwriter
from django.utils import timezone

from accounts.models import User
from stations import saying
from stations.sheets import SAFE
from tickets.models.queryset import TicketQuerySet
from tickets.reports import behind, tables
from tickets.reports.definitions import DEFINITIONS
from tickets.reports.layout import heading
from tickets.reports.links import Selection
from tickets.reports.satisfaction import Report
from tickets.reports.writing import Cell, Writer

LARGE = {**SAFE, "constant_memory": True}  # rows go to disk as they come
SIDE, NUMBER, TRUTH, SHORT = 28, 12, 7, 11  # widths of columns in characters
MOMENT = 17
WIDTHS = {
    **dict.fromkeys(("编号", "接单时间", "办结时间", "到期", "答复", "并入"), MOMENT),
    **dict.fromkeys(("社区", "站点", "责任单位", "计入单位", "位置"), 18),
    "标题": 32,
    "轮次": 6,
}
MOST_COLUMNS = 60
CUT_OFF = "只列最近的{}行；要看全，请选短一些的时段或小一些的片区。"


@dataclass(frozen=True)
class Book:
    """The file, and what was taken along: which report, over which days, how many tickets, in how many rows."""

    content: bytes
    summary: str


def workbook(
    report: Report, selection: Selection, tickets: TicketQuerySet, *, now: datetime, by: User
) -> Book:
    """An XLSX file with sheets for the whole, each way to group, the rows behind, and the definitions."""
    target, today = BytesIO(), timezone.localdate(now)
    with xlsxwriter.Workbook(target, LARGE) as book:
        writer = Writer(book, f"{by.name} {saying.exact(now, now=now)} 导出")
        taken = ("导出", f"{saying.exact(now, now=now)}，{by.name}")
        for name, rows in tables.sheets(report, selection, today=today, taken=taken):
            writer.sheet(name, rows, [SIDE, *[NUMBER] * MOST_COLUMNS], upright=name == tables.WHOLE)
        for detail in behind.DETAILS:
            truths_from = len(detail.head) - len(detail.codes)
            widths = [WIDTHS.get(word, SHORT) for word in detail.head[:truths_from]]
            rows = _behind(detail, behind.rows(detail, tickets, report.period, now=now))
            writer.sheet(detail.name, rows, [*widths, *[TRUTH] * len(detail.codes)], truths_from=truths_from)
        writer.sheet("怎么算的", _definitions(), [SIDE, 72], upright=True)
    days, count = report.period.dates(today), report.total["received"]
    return Book(
        target.getvalue(), f"{heading(selection, today)}，{days}，汇总{count}张工单，共{writer.rows}行"
    )


def filename(selection: Selection, today: date) -> str:
    return f"{heading(selection, today)}.xlsx"


def _behind(detail: behind.Detail, rows: Iterable[list[Any]]) -> Iterator[Sequence[Cell]]:
    yield tables.Heading(detail.head)
    found = iter(rows)
    yield from islice(found, behind.MOST)
    if next(found, None):
        yield tables.Title([CUT_OFF.format(behind.MOST)])


def _definitions() -> Iterator[Sequence[str]]:
    yield tables.Heading(["项目", "怎么算的"])
    yield from ((one.title, one.words) for one in DEFINITIONS)
