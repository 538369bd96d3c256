"""What beat sends for has a task behind it, and the daily task forgets sessions that have ended."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from servicedesk.celery import app, forget_old_sessions


def test_every_entry_of_the_schedule_names_a_task():
    app.loader.import_default_modules()

    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert wanted and wanted <= set(app.tasks)


@pytest.mark.django_db
def test_only_ended_sessions_are_forgotten():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))

    forget_old_sessions()

    assert list(Session.objects.values_list("pk", flat=True)) == ["new"]
