"""Django's table of sessions with one column more: whose it is."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from accounts.models.people import User


class Session(AbstractBaseSession):
    """So that one statement reads a session, its person and their posts; see accounts/sessions.py.

    The table stays that of django.contrib.sessions: who is signed in stays so, and so do backups.
    """

    user = models.ForeignKey(
        User, models.DO_NOTHING, null=True, db_constraint=False, related_name="sessions", editable=False
    )

    class Meta(AbstractBaseSession.Meta):
        db_table = "django_session"
        managed = False
