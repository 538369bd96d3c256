"""The child process that reads a stranger's workbook: the package in, rows as JSON out.

It imports nothing of ours and limits its own memory and time before anything else, so that a workbook made to harm
can harm only this process. Nothing in the workbook is ever computed. openpyxl reads XML by defusedxml, without which
nothing is read, and reading stops at the row that is one too many.

What comes out is a line of JSON for every row, [number, [values]], last {"end": true} or {"refused": [why, number]}.
Text, numbers, nothing and yes or no are themselves; {"date": ISO}, {"at": ISO} with a time of day, {"other": text}, and
{"error": text} for what the program that wrote it, or openpyxl, could not make a value of. The one argument is JSON of
LIMITS that are other than a list of people needs; "lenient" says of a formula or a long text {"error": …} and reads on.
"""

import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

MOST_ROWS = 2_000
LIMITS: dict[str, int] = {
    "memory": 132 * 1024 * 1024,  # of all the process, libraries included: what is resident can never be more
    "seconds": 10,  # of the processor
    "rows": MOST_ROWS,
    "last_row": 10_000,  # blank rows in between included
    "columns": 40,
    "longest": 300,  # characters of a cell
    "lenient": 0,
}


def limit(limits: dict[str, int]) -> None:
    """Memory, time, no file to write, no core left behind."""
    memory, seconds = limits["memory"], limits["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(nothing, (0, 0))


if __name__ == "__main__":
    LIMITS |= json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    limit(LIMITS)

# After the limits, so that they hold while the libraries are loaded too.
import defusedxml  # noqa: E402, F401  openpyxl reads XML by it only when it is installed
from openpyxl import DEFUSEDXML, load_workbook  # noqa: E402

UNREADABLE = 3
ABOVE = 10  # headings and notes


class Odd(Exception):
    """Read so far and no further: why, and in which row."""


def main() -> int:
    """The exit status; a want of memory is none of ours."""
    try:
        for line in lines(sys.stdin.buffer.read()):
            sys.stdout.write(json.dumps(line) + "\n")
    except MemoryError:
        raise
    except Exception:
        return UNREADABLE  # whatever a hostile file makes the reader stumble over
    sys.stdout.flush()
    return 0


def lines(data: bytes) -> Iterator[Any]:
    """Of the first sheet, the rows that hold anything, and how it ended."""
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl does not read by defusedxml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions of Excel that are left out
        try:
            yield from _rows(io.BytesIO(data))
        except Odd as odd:
            yield {"refused": odd.args}
        else:
            yield {"end": True}


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """With formulas as formulas, so that they are seen; a stored result may be of any time."""
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    count = 0
    for number, cells in enumerate(book.worksheets[0].iter_rows(max_col=LIMITS["columns"]), start=1):
        if number > LIMITS["last_row"]:
            raise Odd("far", number)
        if any(cell.value is not None or cell.data_type == "e" for cell in cells):
            count += 1
            if count > LIMITS["rows"] + ABOVE:
                raise Odd("many", number)
            yield number, [_value(number, cell) for cell in cells]


def _value(number: int, cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "f":
        return _odd("formula", number, str(value))
    if cell.data_type == "e":
        return {"error": str(value or "")[:100]}
    if isinstance(value, str) and len(value) > LIMITS["longest"]:
        return _odd("long", number, value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return _dated(value)
    return {"other": str(value)}


def _dated(value: date) -> dict[str, str]:
    """A day where it is midnight: a cell that only shows a day holds one."""
    if isinstance(value, datetime) and value.time() != time(0):
        return {"at": value.isoformat()}
    return {"date": (value.date() if isinstance(value, datetime) else value).isoformat()}


def _odd(why: str, number: int, text: str) -> dict[str, str]:
    if LIMITS["lenient"]:
        return {"error": text[:100], "why": why}
    raise Odd(why, number)


if __name__ == "__main__":
    sys.exit(main())
