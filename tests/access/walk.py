"""The routes as Django has them, the rows as they are written down, and what a database looks like."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, get_resolver

from tests.access.cast import ROLES

TABLE = Path(__file__).with_name("matrix.tsv")
OURS = ("tickets", "volunteers", "notices", "accounts", "stations", "sessions", "admin")


@dataclass(frozen=True)
class Row:
    """A route, a method and an object, with the answer each role gets."""

    route: str
    method: str
    which: str
    answers: tuple

    def __str__(self):
        return f"{self.route} {self.method} {self.which}"


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        header = next(lines)
        assert tuple(header[3:]) == ROLES
        return [Row(line[0], line[1], line[2], tuple(line[3:])) for line in lines if line]


def routes() -> set[str]:
    """Every route's name with its namespaces; the admin's unnamed ones by what they are."""
    return set(_routes(get_resolver(), ()))


def _routes(resolver, spaces):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or _unnamed(str(entry.pattern))])
        else:
            yield from _routes(entry, (*spaces, entry.namespace) if entry.namespace else spaces)


def _unnamed(pattern):
    return "catch_all" if "url" in pattern else "old_address"


def row_of(route, table) -> list[Row]:
    """The rows that hold for a route; the admin's models share theirs as admin:*_add, but for exceptions."""
    own = [row for row in table if row.route == route]
    shared = re.sub(r"^admin:[a-z]+_[a-z]+_(changelist|add|change|delete|history)$", r"admin:*_\1", route)
    replaced = {(row.method, row.which) for row in own}
    if shared == route:
        return own
    return own + [r for r in table if r.route == shared and (r.method, r.which) not in replaced]


def snapshot() -> dict:
    """A count and a sum of hashes for every table of ours: any row added, removed or changed shows."""
    labels = [apps.get_app_config(label) for label in OURS]
    tables = sorted({m._meta.db_table for app in labels for m in app.get_models(include_auto_created=True)})
    one = "SELECT '{0}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in tables))
        return {table: (count, int(total)) for table, count, total in cursor.fetchall()}


WRITTEN = """
SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
           + pg_stat_get_xact_tuples_deleted(oid)) FROM pg_class WHERE relkind = 'r'
"""


def written() -> int:
    """Rows written in this transaction up to now, also those undone since: where it stays, no snapshot differs."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])
