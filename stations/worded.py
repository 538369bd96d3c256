"""Queries whose SQL Django composes once per process, and PostgreSQL plans anew at every call.

For those of which no one plan is good: what is best depends on what is asked.
"""

import re
from typing import Any

from stations.composed import Composed

_PLACE = re.compile(r"\$(\d+)|%s")


class Worded(Composed):
    """Called as `Composed` is; the values stand in the statement as if Django had just written it."""

    def __init__(self, *args: Any):
        super().__init__(*args)
        self._places: list[int] = []  # of the values, counted from 1; 0 for a constant

    def __call__(self, *values: Any) -> list:
        self._kept = self._kept or self._compose(len(values))
        constants = iter(self._kept[2])
        return super().__call__(*[values[n - 1] if n else next(constants) for n in self._places])

    def _compose(self, number: int) -> tuple[Any, str, list]:
        queryset, sql, constants = super()._compose(number)
        self._places = [int(match[1] or 0) for match in _PLACE.finditer(sql)]
        self._execute = _PLACE.sub("%s", sql)
        return queryset, sql, constants

    def _prepare(self, connection: Any, sql: str, constants: list) -> None:
        """Nothing is kept by PostgreSQL."""
