"""Rows of several tables written in one message to the database, for the one write that people wait for.

Each message costs the web process and PostgreSQL more than a small row does; see docs/decisions/0012.
"""

import re
from collections.abc import Iterable
from itertools import count, groupby
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections
from django.db.models import Model, sql

_numbers = count(1)
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def reserve(*rows: Model) -> None:
    """Give each unsaved row the primary key it will be written with; one that is never written leaves a gap."""
    connection = connections[DEFAULT_DB_ALIAS]
    calls = ", ".join(["nextval(pg_get_serial_sequence(%s, %s))"] * len(rows))
    names = [name for row in rows for name in (row._meta.db_table, row._meta.pk.column)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", names)  # noqa: S608 - only a repeated constant
        keys = cursor.fetchone()
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def write(rows: Iterable[Model]) -> None:
    """Insert the rows in this order, those of one model side by side; call it inside a transaction.

    What others point to has been reserved; a row without a key gets one and does not learn it. No signal is sent.
    Raises IntegrityError as `save` does.
    """
    connection = connections[DEFAULT_DB_ALIAS]  # not its proxy, which is asked three times for each value
    connection.ensure_connection()
    rows = list(rows)
    statements, values = [], []
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


def _insert(model: type[Model], rows: list[Model], connection: Any) -> tuple[str, tuple]:
    given = [field for field in model._meta.concrete_fields if not field.generated]
    fields = [field for field in given if rows[0].pk or not field.primary_key]
    query = sql.InsertQuery(model)
    query.insert_values(fields, rows)
    [statement] = query.get_compiler(connection=connection).as_sql()
    return statement


def _planned(text: str, number: int, connection: Any) -> str:
    """The same statement, planned once per connection."""
    known = _prepared.setdefault(connection.connection, {})
    if text not in known:
        name, places = f"together_{next(_numbers)}", iter(range(1, number + 1))
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {re.sub('%s', lambda _: f'${next(places)}', text)}")
        known[text] = f"EXECUTE {name} ({', '.join(['%s'] * number)})"
    return known[text]
