"""Rows of several tables written in one message to the database, for the one write that people wait for.

Each message costs the web process and PostgreSQL more than a small row does; see docs/decisions/0012.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import count, groupby
from operator import attrgetter
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections
from django.db.models import Field, Model

# The driver writes these by itself; everything else is prepared by its field.
PLAIN = {int, str, bool, datetime, date, UUID, type(None)}
_numbers = count(1)
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def reserve(*rows: Model, asking: str = "SELECT NULL", values: Sequence = ()) -> Any:
    """Give each unsaved row the primary key it will be written with; one that is never written leaves a gap.

    What `asking` answers, one row with one cell, comes with the keys and is returned.
    """
    # Identity columns have their sequence under this name.
    keys = [f"nextval('{row._meta.db_table}_{row._meta.pk.column}_seq')" for row in rows]
    text = f"WITH asked (cell) AS ({asking}) SELECT {', '.join(['cell', *keys])} FROM asked"  # noqa: S608
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(_planned(text, len(values), connection), values)
        answer, *given = cursor.fetchone()
    for row, key in zip(rows, given, strict=True):
        row.pk = key
    return answer


def write(rows: Iterable[Model]) -> None:
    """Insert the rows in this order, those of one model side by side; call it inside a transaction.

    What others point to has been reserved; a row without a key gets one and does not learn it. Nothing is checked
    that the database does not check, and no signal is sent. Raises IntegrityError as `save` does.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    rows, statements, values = list(rows), [], []
    for model, group in groupby(rows, type):
        text, given = _insert(model, list(group), connection)
        statements.append(_planned(text, len(given), connection))
        values += given
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def broken_constraint(error: IntegrityError) -> str:
    """The name of the database's rule that refused a write, or ""."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""


def _insert(model: type[Model], rows: list[Model], connection: Any) -> tuple[str, list]:
    fields, read, beginning = _columns(model, rows[0].pk is not None)
    values = [
        value if type(value) in PLAIN else field.get_db_prep_save(value, connection)
        for row in rows
        for field, value in zip(fields, read(row), strict=True)
    ]
    row = f"({', '.join(['%s'] * len(fields))})"
    return beginning + ", ".join([row] * len(rows)), values


@cache
def _columns(model: type[Model], is_keyed: bool) -> tuple[list[Field], attrgetter, str]:
    given = [field for field in model._meta.local_concrete_fields if not field.generated]
    fields = [field for field in given if is_keyed or not field.primary_key]
    assert not any(getattr(field, name, False) for field in fields for name in ("auto_now", "auto_now_add"))
    names = ", ".join(f'"{field.column}"' for field in fields)
    beginning = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES '  # noqa: S608 - names of ours
    return fields, attrgetter(*[field.attname for field in fields]), beginning


def _planned(text: str, number: int, connection: Any) -> str:
    """The same statement, planned once per connection."""
    known = _prepared.setdefault(connection.connection, {})
    if text not in known:
        name = f"together_{next(_numbers)}"
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {text % tuple(f'${n + 1}' for n in range(number))}")
        places = ", ".join(["%s"] * number)
        known[text] = f"EXECUTE {name} ({places})" if number else f"EXECUTE {name}"
    return known[text]
