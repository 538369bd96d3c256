"""Sessions as Django keeps them in the database, read together with who signed in: every page asks for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import F
from django.utils import timezone

from accounts.models import Post, Session, User
from stations.composed import Composed

_MARKS = ("example", datetime(2000, 1, 1, tzinfo=UTC))
_open: ContextVar["SessionStore | None"] = ContextVar("open_session", default=None)


def _posts_of(key, now):
    """The posts of whoever signed in, each with what the session holds."""
    held = Post.objects.with_scopes().filter(
        user__sessions__session_key=key, user__sessions__expire_date__gt=now
    )
    return held.select_related("user").annotate(session_data=F("user__sessions__session_data"))


_held = Composed(_posts_of, *_MARKS)
_session = Composed(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_data", named=True
    ),
    *_MARKS,
)


class SessionStore(db.SessionStore):
    """`person` is who signed in, with `active_posts`, if they hold any; read with the session."""

    person: User | None = None

    @classmethod
    def get_model_class(cls):
        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self):
        """What is read of a session that has not expired; a key without one is forgotten."""
        asked = (self.session_key, timezone.now())
        if posts := _held(*asked):
            self.person = holder(posts)
            return posts[0]
        found = _session(*asked)
        if not found:
            self._session_key = None
        return found[0] if found else None


def holder(posts: list[Post]) -> User:
    """The person who holds these posts, with `active_posts` filled."""
    user = posts[0].user
    user.active_posts = posts
    return user


@contextmanager
def opened(session: SessionStore) -> Iterator[None]:
    """While it lasts, `person` knows who was read with this session."""
    before = _open.set(session)
    try:
        yield
    finally:
        _open.reset(before)


def person(user_id: int) -> User | None:
    """The person with this id, if the open session is theirs and they hold a post."""
    session = _open.get()
    found = session.person if session else None
    return found if found and found.pk == user_id else None
