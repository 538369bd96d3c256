"""Sessions as Django keeps them in the database; every page reads one, so by a query that is composed once."""

from datetime import UTC, datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from stations.composed import Composed

_session = Composed(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_data", named=True
    ),
    "example",
    datetime(2000, 1, 1, tzinfo=UTC),
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        """What is read of a session that has not expired; a key without one is forgotten."""
        found = _session(self.session_key, timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
