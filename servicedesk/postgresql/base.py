"""Whether a kept connection still lives, without asking the database: see docs/decisions/0012.

A server that went away has closed its end, or left a last word on the line; either can be read at once. On a quiet
line there is nothing that `SELECT 1` would find, and it would cost every page a message.
"""

import select

from django.db.backends.postgresql import base

AT_ONCE = 0


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Once per request, before the first query; any doubt is asked as Django asks it."""
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return not line.poll(AT_ONCE)
