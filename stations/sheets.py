"""Workbooks of plain tables: no formulas, and every text written as text, since names come from people."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
}
_A4 = 9
Cell = str | int | float


def workbook(tables: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """An XLSX file with a sheet for each table, whose first row is its heading."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, SAFE) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 20, 16)
            sheet.freeze_panes(1, 0)
            sheet.set_paper(_A4)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            _fill(sheet, rows, text)
    return target.getvalue()


def _fill(sheet: Any, rows: Iterable[Sequence[Cell]], text: Any) -> None:
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(y, x, value, text)
            else:
                sheet.write_number(y, x, value)
