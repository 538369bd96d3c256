"""Queries whose SQL Django composes once per process instead of at every call.

For the few that every page or every filing asks, composing them took several times as long as running them.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import connections
from django.db.models import QuerySet

_MARKS_FROM = 8_000_000_001


class Composed:
    """`find = Composed(lambda area, category: Rule.objects.filter(…))`, then `find(3, 5)` is the list of the rows.

    The values stand in the SQL as they are, and nothing else may depend on them. They are integers unless `marks`
    gives one example for each, unlike anything else in the query.
    """

    def __init__(self, build: Callable[..., QuerySet], *marks: Any):
        self._build, self._marks = build, list(marks)
        self._kept: tuple[QuerySet, Any, str, list] | None = None

    def __call__(self, *values: Any) -> list:
        self._kept = self._kept or self._compose(len(values))
        queryset, compiler, sql, places = self._kept
        params = tuple(values[place] if is_mark else place for is_mark, place in places)
        mine = copy(compiler)
        mine.connection = connections[queryset.db]
        mine.as_sql = lambda *args, **kwargs: (sql, params)
        again = queryset._chain()
        again.query.get_compiler = lambda *args, **kwargs: mine
        return list(again)

    def _compose(self, number: int):
        marks = self._marks or [_MARKS_FROM + n for n in range(number)]
        queryset = self._build(*marks)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        places = [(True, marks.index(param)) if param in marks else (False, param) for param in params]
        assert {place for is_mark, place in places if is_mark} == set(range(number))
        return queryset, compiler, sql, places
