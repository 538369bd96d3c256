"""Only the database and unapplied migrations make the product unready; each warning has its cause."""

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError

from servicedesk import health

pytestmark = pytest.mark.django_db
CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def quiet(settings, tmp_path):
    """An installation without anything to complain about on a day in June 2026."""
    settings.CELERY_BEAT_SCHEDULE_FILENAME = str(tmp_path / "beat-schedule")
    with time_machine.travel(dt.datetime(2026, 6, 15, 12, tzinfo=CHINA), tick=False):
        health_file = tmp_path / "heartbeat"
        health_file.touch()
        yield health_file


def test_ready_without_warnings(client, quiet, monkeypatch):
    monkeypatch.setattr(health, "BEAT_SECONDS", 10**10)

    assert client.get("/readyz").json() == {"ready": True, "warnings": []}


@pytest.mark.parametrize(("day", "missing"), [((2026, 10, 31), ""), ((2026, 11, 1), "2027")])
def test_calendar_is_asked_for_from_november(day, missing):
    with time_machine.travel(dt.datetime(*day, 12, tzinfo=CHINA)):
        sentence = health._calendar_missing()

    assert missing in sentence and bool(sentence) is bool(missing)


def test_silent_beat_and_redis_are_only_warnings(client, quiet, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    quiet.unlink()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert [sentence[:5] for sentence in response.json()["warnings"]] == ["Redis", "定时任务超"]


def test_missing_photo_folder_is_only_a_warning(client, quiet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "nowhere"

    response = client.get("/readyz")

    assert response.status_code == 200
    assert "照片文件夹不能写入，新照片存不上" in response.json()["warnings"]


def test_unreachable_database_is_not_ready(client, monkeypatch):
    def cursor():
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", cursor)

    assert client.get("/readyz").json() == {"ready": False, "reason": "数据库连不上"}


def test_unapplied_migration_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", lambda: False)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["reason"]) == (503, "有未执行的数据库迁移")
