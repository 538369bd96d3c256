"""Fills the sheets of the report's workbook: looks by what stands in a cell, widths, heights, the paper.

Every value is written as text, number or moment and never as a formula.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from stations.sheets import A4, width
from tickets.reports.tables import FEW, NOTHING, Change, CountChange, Heading, Title

Cell = str | int | float | date | datetime | None
LINE, MARGIN = 14.5, 0.5  # points, inches
ROW = {"valign": "vcenter", "font_size": 10, "text_wrap": True, "bottom": 4, "bottom_color": "#b5aca0"}
TINT = {"bold": True, "bg_color": "#f6e9e6", "bottom": 1, "bottom_color": "#575149"}
LOOKS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "few": {"num_format": "@", "align": "right", "font_color": "#6b645b", "text_wrap": False},
    "count": {"num_format": "#,##0"},
    "truth": {"num_format": "0;-0;;@", "align": "center"},  # a 0 stays unseen
    "rate": {"num_format": "0.0"},
    "change": {"num_format": "+0.0;-0.0;0.0"},
    "count change": {"num_format": "+#,##0;-#,##0;0"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "title": {"num_format": "@", "bold": True, "font_size": 14, "text_wrap": False, "bottom": 0},
    "word": {"num_format": "@", "bold": True, "bottom": 0},
    "run on": {"num_format": "@", "text_wrap": False, "bottom": 0},
    "heading": {"num_format": "@", **TINT},
    "heading of numbers": {"num_format": "@", "align": "right", **TINT},
}


class Writer:
    """Rows into sheets, in order; `rows` counts them."""

    def __init__(self, book: Any, watermark: str):
        self.book, self.watermark, self.rows = book, watermark, 0
        self.looks = {name: book.add_format({**ROW, **look}) for name, look in LOOKS.items()}

    def sheet(
        self,
        name: str,
        rows: Iterable[Sequence[Cell]],
        widths: Sequence[int],
        *,
        truths_from: int | None = None,
        upright: bool = False,
    ) -> None:
        """`widths` in characters, told beforehand: the rows go to disk as they come, and cannot be measured first as
        stations.sheets does. From column `truths_from` on stands 1 or 0; an upright one is longer than wide."""
        sheet = self.book.add_worksheet(name)
        for x, wide in enumerate(widths):
            sheet.set_column(x, x, wide)
        self._lay(sheet, upright=upright)
        for y, row in enumerate(rows):
            self.rows += 1
            looks = list(_looks(row, truths_from))
            self._raise(sheet, y, row, looks, widths)
            for x, (value, look) in enumerate(zip(row, looks, strict=True)):
                self._cell(sheet, y, x, value, look)

    def _lay(self, sheet: Any, *, upright: bool) -> None:
        """On A4, across unless it is upright; as wide as a page, its first row on top of each."""
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(MARGIN, MARGIN, MARGIN, 2 * MARGIN)
        sheet.set_footer(f"&L{self.watermark.replace('&', '&&')}&R第&P页，共&N页")
        sheet.set_default_row(LINE)
        sheet.freeze_panes(0 if upright else 1, 1)
        if not upright:
            sheet.set_landscape()
            sheet.repeat_rows(0)

    def _raise(
        self, sheet: Any, y: int, row: Sequence[Cell], looks: list[str], widths: Sequence[int]
    ) -> None:
        """Not every program finds out by itself how high a row of broken lines is."""
        wrapped = [
            -(-width(value) // wide)
            for value, look, wide in zip(row, looks, widths, strict=False)
            if isinstance(value, str) and look not in ("title", "run on", "few")
        ]
        lines = max(wrapped, default=1)
        if lines > 1 or "title" in looks:
            sheet.set_row(y, LINE * max(lines, 1 + ("title" in looks)))

    def _cell(self, sheet: Any, y: int, x: int, value: Cell, look: str) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            local = timezone.localtime(value).replace(tzinfo=None)
            sheet.write_datetime(y, x, local, self.looks[look])
        elif isinstance(value, date):
            sheet.write_datetime(y, x, value, self.looks[look])
        elif isinstance(value, str):
            sheet.write_string(y, x, value, self.looks[look])
        else:
            sheet.write_number(y, x, value, self.looks[look])


def _looks(row: Sequence[Cell], truths_from: int | None) -> Iterator[str]:
    for x, value in enumerate(row):
        if isinstance(row, Heading):
            yield "heading of numbers" if x and truths_from is None else "heading"
        elif isinstance(row, Title):
            yield "title" if len(row) == 1 else "run on" if x else "word"
        elif truths_from is not None and x >= truths_from:
            yield "truth"
        else:
            yield _look(value)


def _look(value: Cell) -> str:
    if value in (FEW, NOTHING):
        return "few"
    for kind, look in KINDS:
        if isinstance(value, kind):
            return look
    return "text"


KINDS = (
    (CountChange, "count change"),
    (Change, "change"),
    (int, "count"),
    (float, "rate"),
    (datetime, "moment"),
    (date, "day"),
)
