"""The child process that reads a stranger's workbook: the package in, rows as JSON out.

It imports nothing of ours and limits its own memory and time before anything else, so that a workbook made to harm
can harm only this process. Nothing in the workbook is ever computed. openpyxl reads XML by defusedxml, without which
nothing is read, and reading stops at the row that is one too many.

What comes out is {"rows": [[number, [values]]]} or {"refused": [why, number]}. Text, numbers, nothing and yes or no
are themselves; {"date": ISO}, {"other": text}, and {"error": text} for what the program that wrote it, or openpyxl,
could not make a value of.
"""

import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

# All of the process, libraries included: what is resident can never be more.
MEMORY = 144 * 1024 * 1024
CPU_SECONDS = 10


def limit() -> None:
    """Memory, time, no file to write, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(nothing, (0, 0))


if __name__ == "__main__":
    limit()

# After the limits, so that they hold while the libraries are loaded too.
import defusedxml  # noqa: E402, F401  openpyxl reads XML by it only when it is installed
from openpyxl import DEFUSEDXML, load_workbook  # noqa: E402

UNREADABLE = 3
MOST_ROWS = 2_000
ABOVE = 10  # headings and notes
LAST_ROW = 10_000  # blank rows in between included
MOST_COLUMNS = 40
LONGEST = 300  # characters of a cell


class Odd(Exception):
    """Read so far and no further: why, and in which row."""


def main() -> int:
    """The exit status; a want of memory is none of ours."""
    try:
        found = answer(sys.stdin.buffer.read())
    except MemoryError:
        raise
    except Exception:
        return UNREADABLE  # whatever a hostile file makes the reader stumble over
    sys.stdout.buffer.write(json.dumps(found).encode())
    sys.stdout.buffer.flush()
    return 0


def answer(data: bytes) -> dict[str, Any]:
    """Of the first sheet, the rows that hold anything."""
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl does not read by defusedxml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions of Excel that are left out
        try:
            return {"rows": list(_rows(io.BytesIO(data)))}
        except Odd as odd:
            return {"refused": odd.args}


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """With formulas as formulas, so that they are seen; a stored result may be of any time."""
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    count = 0
    for number, cells in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > LAST_ROW:
            raise Odd("far", number)
        if any(cell.value is not None or cell.data_type == "e" for cell in cells):
            count += 1
            if count > MOST_ROWS + ABOVE:
                raise Odd("many", number)
            yield number, [_value(number, cell) for cell in cells]


def _value(number: int, cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "f":
        raise Odd("formula", number)
    if cell.data_type == "e":
        return {"error": str(value or "")[:LONGEST]}
    if isinstance(value, str) and len(value) > LONGEST:
        raise Odd("long", number)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return {"date": (value.date() if isinstance(value, datetime) else value).isoformat()}
    return {"other": str(value)}


if __name__ == "__main__":
    sys.exit(main())
