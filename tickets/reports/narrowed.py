"""SQL around querysets, for counting a million rows: tickets read once and narrow, facts found out once a row.

The querysets say what is counted; what stands here changes nothing of that, only how often PostgreSQL has to look.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import Combinable, RawSQL
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from tickets.models.queryset import TicketQuerySet

Sql = tuple[str, list[Any]]
CHUNK = 100
ONCE = 'SELECT * FROM (WITH "{table}" AS MATERIALIZED ({tickets}) {of_them}) AS of_them'
# For this one statement: room for hash tables of a million rows, and time to read them; what a few thousand tickets
# need is looked up, as it costs no more than reading on wherever there are no turning disks; and no compiling, which
# for statements as long as these takes longer (seconds) than it can save.
AMPLE = (
    "SET LOCAL work_mem = '32MB'; SET LOCAL statement_timeout = '60s'; "
    "SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off; "
)


def read(statement: Sql) -> list[tuple]:
    """Its rows; one message to the database."""
    sql, given = statement
    with connection.cursor() as cursor:
        cursor.execute(AMPLE + sql, given)
        return cursor.fetchall()


def stream(rows: QuerySet) -> Iterator[tuple]:
    """Rows of plain values as they stand in the table, not all at once in Python's memory; one message."""
    sql, given = _sql(rows)
    with connection.cursor() as cursor:
        cursor.execute(AMPLE + sql, given)
        while found := cursor.fetchmany(CHUNK):
            yield from found


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is read inside is read as of one moment; within a transaction already begun, as that one reads."""
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    its = connection.connection
    usual, its.isolation_level = its.isolation_level, ISOLATION_LEVEL_REPEATABLE_READ
    try:
        with transaction.atomic():
            yield
    finally:
        if not its.closed:
            its.isolation_level = usual


def reading_once(tickets: TicketQuerySet, columns: Sequence[str], of_them: Sql) -> Sql:
    """The statement with just these tickets, and of these just the columns, in place of the table of all tickets.

    Any other column it asked for would be an error, not another number.
    """
    sql, given = tickets.order_by().values(*columns).query.sql_with_params()
    statement, own = of_them
    table = tickets.model._meta.db_table
    return ONCE.format(table=table, tickets=sql, of_them=statement), [*given, *own]


def over_facts(rows: QuerySet, names: Sequence[str], facts: Sequence[str], hits: Combinable) -> Sql:
    """Columns `names` of the rows, and `hits`, which is reckoned from `facts`, or from the rows if there are none.

    OFFSET 0 keeps PostgreSQL from putting the whole of a fact wherever it is read.
    """
    if not facts:
        return _sql(rows.annotate(hits=hits).values(*names, "hits"))
    sql, given = _sql(rows.values(*names, *facts))
    columns = {name: RawSQL(name, (), rows.query.annotations[name].output_field) for name in facts}
    bare = rows.model.objects.annotate(**columns).annotate(hits=hits)
    query = bare.query
    found, own = query.get_compiler(connection=connection).compile(query.annotations["hits"])
    said = f"SELECT {', '.join(names)}, {found} AS hits FROM ({sql} OFFSET 0) AS facts"  # noqa: S608 - names of ours
    return said, [*own, *given]


def joined(parts: Iterable[Sql]) -> Sql:
    """Rows beneath each other."""
    every = list(parts)
    return " UNION ALL ".join(sql for sql, _ in every), [one for _, given in every for one in given]


def _sql(rows: QuerySet) -> Sql:
    sql, given = rows.query.sql_with_params()
    return sql, list(given)
