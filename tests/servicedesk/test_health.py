"""Only the database and unapplied migrations make the product unready; each warning has its cause and goes again."""

import datetime as dt
import signal
import socket
import subprocess

import pytest
import redis
import time_machine
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from notices import dead_letters, delivery
from notices.models import Delivery, Notice
from servicedesk import health
from servicedesk.health import OUTBOX_WAITS
from tests.factories import House
from tests.racing import PATIENCE
from tests.servicedesk.beats import NOON, all_well, backed_up, seen
from tests.stations.invented import NOTICE, days_of
from tickets import calendaring, sweeps
from tickets.backups import nightly as nightly_backup
from tickets.models import Heartbeat, Reconciliation
from tickets.reconciling import nightly

pytestmark = pytest.mark.django_db
ALL_WELL = {"ready": True, "warnings": {}}
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def quiet():
    """An installation without anything to complain about on a day in June 2026."""
    with time_machine.travel(NOON, tick=False):
        all_well()
        yield


@pytest.fixture
def redis_process(redis_server, tmp_path):
    """(address, process) of a Redis that answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([redis_server, *options], stdout=subprocess.PIPE, text=True)
    while "eady to accept" not in process.stdout.readline():
        assert process.poll() is None
    yield f"redis://127.0.0.1:{port}/0", process
    process.kill()
    process.wait()
    process.stdout.close()


def warned(client):
    """{cause: sentence}; warnings never make it unready."""
    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)
    return response.json()["warnings"]


def test_ready_without_warnings(client):
    assert client.get("/readyz").json() == ALL_WELL


@pytest.mark.parametrize(("day", "missing"), [((2026, 10, 31), ""), ((2026, 11, 1), "2027")])
def test_calendar_is_asked_for_from_november(client, day, missing):
    with time_machine.travel(dt.datetime(*day, 12, tzinfo=NOON.tzinfo)):
        sentence = warned(client).get("calendar", "")

    assert missing in sentence and bool(sentence) is bool(missing)


def test_calendar_is_no_warning_once_the_year_is_loaded(client):
    calendaring.apply_notice(days_of(NOTICE), by=None)

    with time_machine.travel(dt.datetime(2026, 12, 31, 12, tzinfo=NOON.tzinfo)):
        assert "calendar" not in warned(client)


@pytest.mark.redis
def test_redis_that_hangs_or_is_gone_is_a_warning_until_it_answers(client, settings, redis_process):
    settings.REDIS_URL, process = redis_process
    silent = {"redis": "Redis 没有回应，超时标记和通知会晚到"}

    assert warned(client) == {}

    process.send_signal(signal.SIGSTOP)
    assert warned(client) == silent

    process.send_signal(signal.SIGCONT)
    redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE).ping()  # awake again
    assert warned(client) == {}

    process.kill()
    process.wait()
    assert warned(client) == silent


def test_silent_beat_is_the_only_warning_until_it_is_heard_again(client):
    Heartbeat.objects.update(finished_at=NOON - HOUR)

    assert warned(client) == {"beat": "定时任务（beat）超过 5 分钟没有发出"}

    all_well()
    assert warned(client) == {}


def test_silent_worker_is_told_from_a_silent_beat(client):
    Heartbeat.objects.exclude(name=Heartbeat.BEAT).update(finished_at=NOON - HOUR)

    assert warned(client) == {"worker": "后台任务（worker）超过 5 分钟没有回应"}

    all_well()
    assert warned(client) == {}


@pytest.mark.parametrize(
    "facts",
    [
        {"failed_at": NOON, "finished_at": NOON - HOUR / 60, "result": "OperationalError"},
        {"started_at": NOON, "finished_at": NOON - HOUR},
    ],
    ids=["failed", "never ends"],
)
def test_job_that_does_not_succeed_is_named(client, facts):
    Heartbeat.objects.note("tickets.flag_overdue", **facts)

    assert warned(client) == {"jobs": "没有按时做成的定时任务：标记超时"}

    seen("tickets.flag_overdue")
    assert warned(client) == {}


def test_beat_that_never_ran_is_a_warning(client):
    Heartbeat.objects.all().delete()

    assert list(warned(client)) == ["beat"]


def test_clock_set_back_is_no_silence(client):
    with time_machine.travel(NOON - HOUR, tick=False):
        assert warned(client) == {}


def test_night_that_found_something_or_did_not_come_is_a_warning(client):
    House().receive(now=NOON - 96 * HOUR)
    delivery.deliver(now=NOON)
    nightly.run(now=NOON)
    assert warned(client) == {"reconciliation": "每晚对账发现1处对不上"}

    sweeps.flag_overdue(now=NOON)
    nightly.run(now=NOON)
    assert warned(client) == {}

    Reconciliation.objects.update(finished_at=NOON - 37 * HOUR)
    assert warned(client) == {"reconciliation": "每晚对账已经一天半没有做成"}


def test_backup_that_is_old_failed_or_gone_is_a_warning(client):
    backed_up(at=NOON - 36 * HOUR)
    in_time = warned(client)
    backed_up(at=NOON - 37 * HOUR)
    old = warned(client)
    Heartbeat.objects.note(Heartbeat.BACKUP, failed_at=NOON, result="磁盘空间不够")
    failed = warned(client)
    backed_up(at=NOON)
    (nightly_backup.folder() / "servicedesk-20260615-030000.zip").unlink()

    assert (in_time, old) == ({}, {"backup": "上次备份已经是1天13小时以前"})
    assert failed == {"backup": "上次备份没有做成：磁盘空间不够"}
    assert warned(client) == {"backup": "上次的备份文件不在备份文件夹里了"}


@pytest.mark.parametrize("hours", [36, 37])
def test_installation_without_a_backup_is_warned_after_a_day_and_a_half(client, hours):
    Heartbeat.objects.filter(name=Heartbeat.BACKUP).delete()
    MigrationRecorder.Migration.objects.update(applied=NOON - hours * HOUR)

    assert warned(client) == ({"backup": "还没有做过备份"} if hours > 36 else {})


def test_outbox_that_nobody_empties_is_a_warning_until_somebody_does(client):
    told = House().staff
    Notice.objects.create(recipient=told, effect="event:1", text="派给您", created_at=NOON - OUTBOX_WAITS)
    in_time = warned(client)
    Notice.objects.update(created_at=NOON - OUTBOX_WAITS - dt.timedelta(seconds=1))
    late = warned(client)

    delivery.deliver(now=NOON)

    assert (in_time, late, warned(client)) == ({}, {"outbox": "通知超过 10 分钟没有发出去"}, {})


def test_letter_that_nobody_sends_is_a_warning(client):
    due = NOON - OUTBOX_WAITS - dt.timedelta(seconds=1)
    Delivery.objects.create(
        channel="email", person=House().staff, effect="event:1", text="派给您", due_at=due
    )

    assert list(warned(client)) == ["outbox"]


def test_dead_letters_are_a_warning_until_somebody_decided(client):
    ended = {"state": "dead", "due_at": NOON, "ended_at": NOON}
    dead = Delivery.objects.create(
        channel="email", person=House().staff, effect="event:1", text="派给您", **ended
    )
    counted = warned(client)

    dead_letters.give_up(dead, by=House().dispatcher, now=NOON)

    assert (counted, warned(client)) == ({"dead_letters": "有 1 条通知发不到邮箱或群里"}, {})


def test_missing_photo_folder_is_a_warning_until_it_is_there(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "nowhere"

    assert warned(client) == {"disk": "照片文件夹不能写入，新照片存不上"}

    settings.MEDIA_ROOT.mkdir()
    assert warned(client) == {}


def test_full_disk_is_a_warning(client, monkeypatch):
    monkeypatch.setattr(health, "DISK_BYTES", 2**80)

    assert warned(client) == {"disk": "磁盘剩余空间不足 1 GB"}


def test_unreachable_database_is_not_ready(client, monkeypatch):
    def cursor():
        raise OperationalError

    with monkeypatch.context() as away:
        away.setattr(health.connection, "cursor", cursor)
        response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"ready": False, "reason": "数据库连不上"})
    assert client.get("/readyz").json() == ALL_WELL


def test_unapplied_migration_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", lambda: False)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["reason"]) == (503, "有未执行的数据库迁移")


def test_process_lives_whatever_else_fails(client, monkeypatch):
    monkeypatch.setattr(health, "readyz", None)
    Heartbeat.objects.all().delete()

    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
