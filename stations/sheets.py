"""Workbooks of plain tables: no formulas, and every text written as text, since names come from people."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whatever a cell begins with, it stays text.
SAFE = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
SMALL = {**SAFE, "in_memory": True}
A4 = 9  # as Excel numbers papers
_NARROWEST, _WIDEST, _AIR = 8, 44, 2  # of a column, in characters of ASCII
Cell = str | int | float


def workbook(tables: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """An XLSX file with a sheet for each table, whose first row is its heading."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, SMALL) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_paper(A4)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            for x, wide in _fill(sheet, rows, text).items():
                sheet.set_column(x, x, min(max(wide + _AIR, _NARROWEST), _WIDEST))
    return target.getvalue()


def _fill(sheet: Any, rows: Iterable[Sequence[Cell]], text: Any) -> dict[int, int]:
    """How wide each column is, by what stands in it."""
    widths: dict[int, int] = {}
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(y, x, value, text)
            else:
                sheet.write_number(y, x, value)
            widths[x] = max(widths.get(x, 0), width(str(value)))
    return widths


def width(text: str) -> int:
    """Of its longest line; a character that is not ASCII is twice as wide."""
    return max((sum(1 if one.isascii() else 2 for one in line) for line in text.splitlines()), default=0)
