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

LARGE = {**SAFE, "constant_memory": True}  # rows go to disk as they come
A4 = 9
CUT_OFF = "只列最近的{}行；要看全，请选短一些的时段或小一些的片区。"
Cell = str | int | float | date | datetime | None


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
        writer = _Writer(book, f"{by.name} {saying.exact(now, now=now)} 导出")
        taken = ("导出", f"{saying.exact(now, now=now)}，{by.name}")
        for name, rows in tables.sheets(report, selection, today=today, taken=taken):
            writer.sheet(name, rows)
        for detail in behind.DETAILS:
            writer.sheet(detail.name, _behind(detail, behind.rows(detail, tickets, report.period, now=now)))
        writer.sheet("怎么算的", [(one.title, one.words) for one in DEFINITIONS], widths=(26, 90))
    days, count = report.period.dates(today), report.total["received"]
    return Book(
        target.getvalue(), f"{heading(selection, today)}，{days}，汇总{count}张工单，共{writer.rows}行"
    )


def filename(selection: Selection, today: date) -> str:
    return f"{heading(selection, today)}.xlsx"


def _behind(detail: behind.Detail, rows: Iterable[list[Any]]) -> Iterator[Sequence[Cell]]:
    yield detail.head
    found = iter(rows)
    yield from islice(found, behind.MOST)
    if next(found, None):
        yield [CUT_OFF.format(behind.MOST)]


class _Writer:
    """Fills sheets row by row, as text, number or moment and never as a formula; `rows` counts them."""

    def __init__(self, book: Any, watermark: str):
        self.book, self.watermark, self.rows = book, watermark, 0
        look = {"valign": "top"}
        self.text = book.add_format({**look, "num_format": "@", "text_wrap": True})
        self.moment = book.add_format({**look, "num_format": "yyyy-mm-dd hh:mm"})
        self.day = book.add_format({**look, "num_format": "yyyy-mm-dd"})

    def sheet(self, name: str, rows: Iterable[Sequence[Cell]], widths: tuple[int, int] = (26, 14)) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, widths[0])
        sheet.set_column(1, 40, widths[1])
        sheet.freeze_panes(0 if name == tables.WHOLE else 1, 1)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.watermark.replace('&', '&&')}&R第&P页，共&N页")
        for y, row in enumerate(rows):
            self.rows += 1
            for x, value in enumerate(row):
                self._cell(sheet, y, x, value)

    def _cell(self, sheet: Any, y: int, x: int, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            sheet.write_datetime(y, x, timezone.localtime(value).replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(y, x, value, self.day)
        elif isinstance(value, str):
            sheet.write_string(y, x, value, self.text)
        else:
            sheet.write_number(y, x, value)
