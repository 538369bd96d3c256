"""Many rows into PostgreSQL by COPY: many times faster than INSERT, the same constraints hold.

Columns are read from the models, so a new field with a default needs no change here.
"""

import io
import json
from datetime import date, datetime

from django.db import connection

_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


class Table:
    """Rows of one model on their way; without `with_pk` the database numbers them in their order."""

    def __init__(self, model, *, with_pk=False):
        fields = [
            f for f in model._meta.concrete_fields if not f.generated and (with_pk or not f.primary_key)
        ]
        self._names = [field.attname for field in fields]
        self._defaults = {field.attname: field.get_default() for field in fields}
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        table = connection.ops.quote_name(model._meta.db_table)
        self._copy = f"COPY {table} ({columns}) FROM STDIN"
        self._rows: list[str] = []

    def add(self, values: dict) -> None:
        """Attributes by name, a foreign key with its _id; what is left out takes the field's default."""
        values = {**self._defaults, **values}
        self._rows.append("\t".join([_text(values[name]) for name in self._names]))

    def flush(self) -> None:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(self._copy, io.StringIO("\n".join(self._rows)))
        self._rows.clear()


def keys(model, count: int) -> list[int]:
    """So many primary keys, whoever else takes some at the same moment."""
    with connection.cursor() as cursor:
        taking = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(taking, [model._meta.db_table, count])
        return [key for (key,) in cursor.fetchall()]


def reserve(model, count: int) -> range:
    """So many primary keys in a row, in a database that nobody else writes to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        [sequence] = cursor.fetchone()
        cursor.execute("SELECT setval(%s, nextval(%s) + %s - 1)", [sequence, sequence, count])
        [last] = cursor.fetchone()
    return range(last - count + 1, last + 1)


def _text(value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return _escaped(json.dumps(value, ensure_ascii=False))
    return str(value)


def _escaped(text: str) -> str:
    """Looking for what is hardly ever there is twenty times as fast as translating every character."""
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return text
