"""Whether a kept connection still lives, without asking the database: see docs/decisions/0012.

A server that went away has closed its end, or left a last word on the line; either can be read at once. A machine
that vanished without a word leaves the line quiet: the kernel asks after it (keepalives, settings.py) and closes it.
"""

import select

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

AT_ONCE = 0


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Before the first query of a request, and after an error; any doubt is asked as Django asks it."""
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return not line.poll(AT_ONCE)
