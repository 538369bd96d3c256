"""A furnished database that several tests want alike: built once by the real verbs, then put back row by row.

    TOWN = Kept(lambda: World(House(), seed=5).fill(40))
    town = TOWN.stand()  # in each test, on an empty database

What it was built with is copied for each test, so that none sees what another did to it.
"""

import copy

from django.db import connection, transaction

from tickets.models import Event

# A column that the database works out itself takes no value.
COLUMNS = """
SELECT quote_ident(table_name), string_agg(quote_ident(column_name), ', ')
FROM information_schema.columns
WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name
"""
EVENTS = Event._meta.db_table


class Kept:
    """`stand()` furnishes the database and gives back what `build` gave."""

    def __init__(self, build):
        self.build, self.made, self.rows = build, None, ""

    def stand(self):
        if self.rows:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(self.rows)
        else:
            before = _tables_with_rows()
            self.made = self.build()
            self.rows = _as_insertions(before)
        return copy.deepcopy(self.made)


def _tables_with_rows() -> dict[str, str]:
    """The rows of each as JSON."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        one = "SELECT '{0}', (SELECT json_agg(t) FROM {0} t)::text"
        cursor.execute(" UNION ALL ".join(one.format(table) for table, _ in cursor.fetchall()))
        return {table: rows for table, rows in cursor.fetchall() if rows}


def _as_insertions(before) -> str:
    """Foreign keys are checked at the end of a transaction, so the order is free. Only events come after their tickets,
    whose months they mark.
    """
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        columns = dict(cursor.fetchall())
        insert = "INSERT INTO {0} ({1}) SELECT {1} FROM json_populate_recordset(NULL::{0}, "
        after = _tables_with_rows()
        assert all(after.get(table) == rows for table, rows in before.items()), "it was not empty"
        written = sorted((table for table in after if table not in before), key=EVENTS.__eq__)
        insertions = [
            insert.format(table, columns[table]) + cursor.mogrify("%s);\n", [after[table]]).decode()
            for table in written
        ]
    # As autovacuum does in service: tables that the planner knows nothing of are planned for badly.
    return "".join(insertions) + f"ANALYZE {', '.join(written)}"
