"""Celery as it must be: what a task may take, what beat sends."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from notices import delivery
from notices.channels import LINES, alarm
from servicedesk.celery import app
from servicedesk.jobs import forget_old_sessions

app.loader.import_default_modules()
OURS = {name: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))}
ENTRIES = app.conf.beat_schedule
SECONDS_OF_A_LOST_MESSAGE = 600  # visibility timeout; SAFETY RE-7 allows no more


def limits(task):
    return task.soft_time_limit or app.conf.task_soft_time_limit, task.time_limit or app.conf.task_time_limit


@pytest.mark.parametrize("name", sorted(OURS))
def test_task_is_named_limited_and_given_back_when_its_worker_dies(name):
    task = OURS[name]
    soft, hard = limits(task)

    assert name.split(".")[0] in {"servicedesk", "tickets", "notices", "accounts", "stations", "volunteers"}
    assert 0 < soft < hard
    assert 3 * hard <= SECONDS_OF_A_LOST_MESSAGE
    assert task.acks_late and task.reject_on_worker_lost and task.acks_on_failure_or_timeout
    assert task.ignore_result
    assert not getattr(task, "autoretry_for", ())  # a retry would be an ETA: the next message is the retry


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_entry_of_the_schedule_is_an_interval_that_leaves_no_old_message(name):
    entry = ENTRIES[name]

    assert entry["task"] in OURS
    assert 0 < entry["schedule"] <= 3600
    assert 0 < entry["options"]["expires"] <= entry["schedule"]
    assert set(entry) == {"task", "schedule", "options"}  # no argument that could hold a person's data
    assert set(entry["options"]) == {"expires"}  # no countdown, no ETA


def test_delivery_ends_by_itself_though_everything_is_slow():
    shares = delivery.SECONDS * (1 + len(LINES))
    last_messages = alarm.SECONDS * (len(LINES) + 1)  # one of each line, and the mail server's good-bye

    assert shares + last_messages < limits(OURS["notices.deliver"])[0]


def test_every_task_is_sent_by_beat():
    assert {entry["task"] for entry in ENTRIES.values()} == set(OURS)


def test_worker_takes_one_message_at_a_time_and_redis_gives_lost_ones_back():
    redis = settings.OVER_REDIS

    assert app.conf.worker_prefetch_multiplier == 1
    assert redis["visibility_timeout"] == SECONDS_OF_A_LOST_MESSAGE
    assert redis["socket_timeout"] <= 1 and redis["socket_connect_timeout"] <= 1


def test_publishing_gives_up_within_two_seconds():
    """One try: to connect, and to be answered."""
    assert app.conf.task_publish_retry is False
    assert sum(settings.OVER_REDIS[name] for name in ("socket_connect_timeout", "socket_timeout")) <= 2


@pytest.mark.django_db
def test_only_ended_sessions_are_forgotten():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))

    forget_old_sessions()

    assert list(Session.objects.values_list("pk", flat=True)) == ["new"]
