"""Rows out of the database and into it again, with PostgreSQL's own COPY; which tables and sequences there are.

Nothing but the database's catalogue and the driver: no pg_dump, which a machine may lack or have too old a one of,
no superuser. Everything is called within a transaction of the caller, who decides what becomes of it.
"""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import connection

from tickets.backups.archive import DAMAGED, Digest, Unusable
from tickets.backups.manifest import Table

# Whoever is signed in when a backup is made would be so again after it was restored, and for whoever reads the file.
SESSIONS = "django_session"
# Files of old ledgers as they came, which are forgotten in a day, not kept for weeks in every backup.
LEDGERS = "tickets_ledgerpart"
LEFT_OUT = (SESSIONS, LEDGERS)
PORTABLE = """
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL timezone = 'UTC';
SET LOCAL extra_float_digits = 3;
SET LOCAL bytea_output = 'hex';
"""
COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY(%s)
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname
"""
SEQUENCES = """
SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
WHERE s.relkind = 'S' AND d.deptype IN ('a', 'i') AND t.relnamespace = current_schema()::regnamespace
  AND t.relname = ANY(%s)
ORDER BY s.relname
"""
FOREIGN_KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)
ORDER BY c.relname, k.conname
"""


def tables_of_the_house() -> list[str]:
    """Those of every model, also of the apps that came with Django, but those left out."""
    return sorted(columns_of_models(apps))


def columns_of_models(of: Apps) -> dict[str, set[str]]:
    """{table: columns that hold values of their own}, as these models say."""
    models = (model._meta for model in of.get_models(include_auto_created=True) if model._meta.managed)
    found: dict[str, set[str]] = {}
    for meta in models:
        own = {str(field.column) for field in meta.local_concrete_fields if not field.generated}
        found.setdefault(meta.db_table, set()).update(own)
    return {table: names for table, names in found.items() if table not in LEFT_OUT}


def columns(cursor: Any, tables: list[str]) -> dict[str, tuple[str, ...]]:
    """{table: columns that hold values of their own}; a table that is not there is not in it."""
    cursor.execute(COLUMNS, [tables])
    return {table: tuple(names) for table, names in cursor.fetchall()}


def sequences(cursor: Any, tables: list[str]) -> dict[str, int]:
    """{sequence of these tables: the number it gives next}. Read after the rows, none is too small for them."""
    cursor.execute(SEQUENCES, [tables])
    one = "SELECT %s, last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {}"
    names = [name for (name,) in cursor.fetchall()]
    cursor.execute(" UNION ALL ".join(one.format(_quoted(name)) for name in names), names)
    return dict(cursor.fetchall())


def lock(cursor: Any, tables: list[str], mode: str) -> None:
    cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, tables))} IN {mode} MODE")


def out(cursor: Any, table: str, names: tuple[str, ...], to: Digest) -> Table:
    _copy(cursor, f"COPY {_quoted(table)} ({', '.join(map(_quoted, names))}) TO STDOUT", to)
    return Table(table, names, cursor.rowcount)


def into(cursor: Any, table: Table, source: Digest) -> None:
    """Unusable where fewer or more rows come than the backup says."""
    names = ", ".join(map(_quoted, table.columns))
    _copy(cursor, f"COPY {_quoted(table.name)} ({names}) FROM STDIN", source)
    if cursor.rowcount != table.rows:
        raise Unusable(DAMAGED)


def empty(cursor: Any, tables: list[str]) -> list[str]:
    """Every row gone, no key between the tables, no trigger; the statements that bring keys and triggers back.

    TRUNCATE passes by the triggers that keep tables append-only, and can be rolled back as everything here. A key is
    cheaper checked once at the end than in a queue of every row.
    """
    cursor.execute(FOREIGN_KEYS, [tables])
    keys = [(_quoted(table), _quoted(name), words) for table, name, words in cursor.fetchall()]
    for table, name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in map(_quoted, tables):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(f"TRUNCATE {', '.join(map(_quoted, tables))}")
    return [
        *(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}" for table, name, words in keys),
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in map(_quoted, tables)),
    ]


def restart(cursor: Any, name: str, number: int) -> None:
    """Unlike setval it is undone by a rollback."""
    cursor.execute(f"ALTER SEQUENCE {_quoted(name)} RESTART WITH {int(number)}")


def filled(cursor: Any, tables: list[str]) -> list[str]:
    """Which of them have rows."""
    one = "SELECT %s WHERE EXISTS (SELECT FROM {})"
    cursor.execute(" UNION ALL ".join(one.format(_quoted(table)) for table in tables), tables)
    return [table for (table,) in cursor.fetchall()]


def _copy(cursor: Any, statement: str, stream: Digest) -> None:
    """The driver's own method, whose errors Django does not know of by itself."""
    with connection.wrap_database_errors:
        cursor.copy_expert(statement, stream)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name.replace('"', '""'))
