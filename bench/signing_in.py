"""Browsers that are signed in beforehand; Django must be set up when this is read."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import Session, User
from accounts.sessions import SessionStore
from bench import place
from tickets.views.tickets import SEARCHES

KEPT = timedelta(days=365)


def sign_in(who: str, user: User) -> None:
    """`who` is what the door of bench.wsgi calls this person."""
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        SEARCHES: place.SEARCHES,
    }
    kept = {"session_data": SessionStore().encode(data), "expire_date": timezone.now() + KEPT, "user": user}
    Session.objects.update_or_create(session_key=place.session_key(who), defaults=kept)
