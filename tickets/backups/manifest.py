"""What a backup says of itself, and the only form in which that is believed.

The seal does not prove who made a file, so nothing of its manifest is taken for granted: what is restored is chosen
and written by it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")  # of a table, a column, a sequence
_BIGINT = 2**63
_YEARS = range(2000, 3000)
Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Table:
    """`columns` in the order of the rows' values; what the database works out itself is not among them."""

    name: str
    columns: tuple[str, ...]
    rows: int

    @property
    def member(self) -> str:
        return f"tables/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `sequences`: the number each gives next; `missing`: photos that were lost before.

    `members`: {name: (bytes, SHA-256)} of everything but the manifest; `receipt_key` tells one key from another.
    """

    format: int
    made_at: str
    receipt_key: str
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    sequences: dict[str, int]
    photos: tuple[str, ...]
    missing: tuple[str, ...]
    members: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def believed(said: Any) -> Manifest:
    """The manifest that was written as this JSON; ValueError where it is none."""
    manifest = Manifest(**_fields(said, SHAPE))
    names = [table.name for table in manifest.tables]
    _must(all(len(set(one)) == len(one) for one in (names, manifest.migrations, manifest.photos)))
    _must(set(manifest.missing) <= set(manifest.photos))
    return manifest


def _must(is_so: object) -> None:
    if not is_so:
        raise ValueError("not of a backup")


def _text(said: Any) -> str:
    _must(isinstance(said, str))
    return str(said)


def _name(said: Any) -> str:
    _must(_NAME.fullmatch(_text(said)))
    return str(said)


def _number(said: Any) -> int:
    _must(type(said) is int and 0 <= said < _BIGINT)
    return int(said)


def _moment(said: Any) -> str:
    at = datetime.fromisoformat(_text(said))
    _must(timezone.is_aware(at) and at.year in _YEARS)
    return str(said)


def _several(of: Reader) -> Reader:
    def read(said: Any) -> tuple[Any, ...]:
        _must(isinstance(said, list))
        return tuple(of(one) for one in said)

    return read


def _by(name: Reader, of: Reader) -> Reader:
    def read(said: Any) -> dict[str, Any]:
        _must(isinstance(said, dict))
        return {name(key): of(one) for key, one in said.items()}

    return read


def _pair(*parts: Reader) -> Reader:
    def read(said: Any) -> tuple[Any, ...]:
        _must(isinstance(said, list))
        return tuple(part(one) for part, one in zip(parts, said, strict=True))

    return read


def _table(said: Any) -> Table:
    return Table(**_fields(said, {"name": _name, "columns": _several(_name), "rows": _number}))


def _fields(said: Any, shape: dict[str, Reader]) -> dict[str, Any]:
    """These and no others."""
    _must(isinstance(said, dict) and said.keys() == shape.keys())
    return {name: of(said[name]) for name, of in shape.items()}


SHAPE: dict[str, Reader] = {
    "format": _number,
    "made_at": _moment,
    "receipt_key": _text,
    "migrations": _several(_pair(_text, _text)),
    "tables": _several(_table),
    "sequences": _by(_name, _number),
    "photos": _several(_text),
    "missing": _several(_text),
    "members": _by(_text, _pair(_number, _text)),
}
