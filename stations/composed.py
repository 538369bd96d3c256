"""Queries whose SQL Django composes once per process, and PostgreSQL plans once per connection.

For the few that every page or every filing asks, composing and planning took several times as long as running them.
"""

from collections.abc import Callable
from itertools import count
from threading import local
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import QuerySet, prefetch_related_objects

_MARKS_FROM = 8_000_000_001
_numbers = count(1)
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Composed:
    """`find = Composed(lambda area, category: Rule.objects.filter(…))`, then `find(3, 5)` is the list of the rows.

    The values stand in the SQL as they are, and nothing else may depend on them. They are integers unless `marks`
    gives one example for each, unlike anything else in the query.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], *marks: Any):
        self._build, self._marks = build, list(marks)
        self._name = f"composed_{next(_numbers)}"
        self._kept: tuple[Any, str, list] | None = None
        self._execute = ""
        self._answer = local()

    def __call__(self, *values: Any) -> list:
        self._kept = self._kept or self._compose(len(values))
        queryset, sql, constants = self._kept
        connection = connections[queryset.db]
        with connection.cursor() as cursor:
            self._prepare(connection, sql, constants)
            cursor.execute(self._execute, [_literal(value) for value in values])
            self._answer.rows = cursor.fetchall()
        found = list(queryset._iterable_class(queryset))
        prefetch_related_objects(found, *queryset._prefetch_related_lookups)
        return found

    def _compose(self, number: int) -> tuple[Any, str, list]:
        marks = self._marks or [_MARKS_FROM + n for n in range(number)]
        queryset = self._build(*marks)
        queryset = queryset.using(queryset.db)  # settled here, not at every call
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        self._read_alike(queryset, compiler)
        places = [f"${marks.index(param) + 1}" if param in marks else "%s" for param in params]
        assert set(places) - {"%s"} == {f"${n}" for n in range(1, number + 1)}
        constants = [param for param in params if param not in marks]
        self._execute = f"EXECUTE {self._name} ({', '.join(['%s'] * number)})"
        return queryset, sql % tuple(places), constants

    def _read_alike(self, queryset: Any, compiler: Any) -> None:
        """How a row is read depends on the columns alone: it is found out once, and the rows are this thread's."""
        assert not compiler.has_extra_select
        columns = [column for column, _, _ in compiler.select]
        converters, has_composite = compiler.get_converters(columns), compiler.has_composite_fields(columns)
        compiler.get_converters = lambda columns: converters
        compiler.has_composite_fields = lambda columns: has_composite
        compiler.execute_sql = lambda *args, **kwargs: [self._answer.__dict__.pop("rows")]
        queryset.query.get_compiler = lambda *args, **kwargs: compiler

    def _prepare(self, connection: Any, sql: str, constants: list) -> None:
        """Once per connection, past Django's count of statements: it is a part of the first one."""
        known = _prepared.setdefault(connection.connection, set())
        if self._name not in known:
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {self._name} AS {sql}", constants)
            known.add(self._name)


def _literal(value: Any) -> Any:
    """A list as one word of SQL: PostgreSQL and the driver are several times faster at {3,5} than at ARRAY[3, 5]."""
    if not isinstance(value, list):
        return value
    if not value or not isinstance(value[0], str):
        return f"{{{','.join(map(str, value))}}}"
    escaped = "\0".join(value).replace("\\", "\\\\").replace('"', '\\"')  # no text of ours has a NUL
    return f"""{{"{escaped.replace(chr(0), '","')}"}}"""
