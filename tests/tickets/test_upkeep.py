"""What the heartbeats say: to the administrator of each job, to those who watch limits when none is flagged."""

from datetime import timedelta

import pytest
import time_machine
from celery import shared_task
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from servicedesk.celery import app
from servicedesk.jobs import HEARTBEAT, beat_goes_on, beat_has_started, heartbeat, worker_has_started
from tests.servicedesk.beats import NOON, all_well, backed_up, seen
from tickets import tasks, upkeep
from tickets.models import Heartbeat

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
STATUS = reverse("system_status")
STATEMENTS = 15  # what each warning asks, and the frame of the page


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch):
    """beat and the worker's main process let go of theirs, which is the test's own here."""
    monkeypatch.setattr("servicedesk.jobs.connections.close_all", lambda: None)


def jobs():
    return upkeep.jobs(Heartbeat.objects.by_name(), now=timezone.now())


def job(title):
    return next(job for job in jobs() if job.title == title)


def test_every_job_has_a_name_that_people_read():
    assert set(upkeep.schedule()) <= set(upkeep.JOBS)


def test_job_that_ran_says_when_and_how_much():
    tasks.flag_overdue.apply()

    found = job("标记超时")

    assert (found.every, found.started, found.finished) == ("1分", "今天 12:00", "今天 12:00")
    assert (found.result, found.fault) == ("没有要做的", "")


def test_result_is_said_in_words():
    seen("tickets.flag_overdue", result="3")

    assert job("标记超时").result == "标记 3 项"


def test_nightly_backup_says_when_the_last_good_one_was_made():
    seen("tickets.backup", result="1")
    assert job("每晚备份").result == "还没有做好过"

    backed_up(at=NOON - timedelta(hours=8))
    assert job("每晚备份").result == "今天 04:00做好的"


@shared_task(name="tests.break")
def break_down():
    raise ValueError("王秀兰 13800001234")


def test_failed_run_keeps_the_kind_of_error_and_no_words():
    break_down.apply()

    row = Heartbeat.objects.get(name="tests.break")
    assert row.has_failed and row.result == "ValueError"
    assert row.finished_at is None


def test_success_after_a_failure_heals():
    Heartbeat.objects.note("tickets.flag_overdue", failed_at=NOON - MINUTE, result="OperationalError")
    assert job("标记超时").fault == "上次没有做成（OperationalError），到点会再试"

    tasks.flag_overdue.apply()

    assert job("标记超时").fault == ""


def test_job_that_no_longer_ends_is_late():
    all_well()
    Heartbeat.objects.note("tickets.flag_overdue", started_at=NOON, finished_at=NOON - 12 * MINUTE)

    assert [job.title for job in jobs() if job.fault] == ["标记超时"]
    assert jobs()[0].fault == "已经12分没有做完过"


def test_job_not_yet_due_after_the_start_is_no_fault():
    seen(Heartbeat.BEAT, Heartbeat.WORKER)
    assert {job.fault for job in jobs()} == {""}

    Heartbeat.objects.note(Heartbeat.WORKER, started_at=NOON - timedelta(days=2))
    assert {job.fault for job in jobs()} == {"还没有做完过"}


def test_processes_note_their_start_and_signs_of_life():
    beat_has_started()
    worker_has_started()
    with time_machine.travel(NOON + MINUTE, tick=False):
        beat_goes_on()
        heartbeat.apply()

    beats = Heartbeat.objects.by_name()
    for name in (Heartbeat.BEAT, Heartbeat.WORKER):
        assert (beats[name].started_at, beats[name].finished_at) == (NOON, NOON + MINUTE)


def test_only_the_heartbeat_message_is_a_sign_of_beat(monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "memory://")

    tasks.flag_overdue.delay()
    assert Heartbeat.BEAT not in Heartbeat.objects.by_name()

    app.send_task(HEARTBEAT)
    assert Heartbeat.BEAT in Heartbeat.objects.by_name()


@pytest.mark.parametrize("minutes", [5, 6])
def test_watchers_are_told_after_five_minutes_without_flags(house, client_of, minutes):
    all_well()
    Heartbeat.objects.note("tickets.flag_overdue", finished_at=NOON - minutes * MINUTE)
    sentence = f"定时任务从今天 11:{60 - minutes}起没有在运行"

    pages = [
        client_of(house.dispatcher).get(reverse("tickets:queue")).text,
        client_of(house.secretary).get(reverse("reports:satisfaction")).text,
    ]

    assert [sentence in page for page in pages] == [minutes > 5] * 2
    assert ["没有在运行" in page for page in pages] == [minutes > 5] * 2


def test_fresh_installation_is_given_five_minutes():
    assert upkeep.no_flags_since().startswith("定时任务没有在运行")

    Heartbeat.objects.note(Heartbeat.BEAT, started_at=NOON - 5 * MINUTE)
    assert upkeep.no_flags_since() == ""


def test_status_page_says_that_all_is_well(house, client_of):
    all_well()

    page = client_of(house.admin).get(STATUS).text

    assert "没有要处理的" in page and "标记超时" in page


def test_status_page_names_what_is_wrong_first(house, client_of):
    all_well()
    Heartbeat.objects.note("tickets.sweep_photos", failed_at=NOON + MINUTE, result="OSError")

    answer = client_of(house.admin).get(STATUS)

    assert answer.context["warnings"] == {"jobs": "没有按时做成的定时任务：清理没用上的照片"}
    assert "上次没有做成（OSError），到点会再试" in answer.text


@pytest.mark.parametrize("role", ["volunteer", "staff", "dispatcher", "secretary"])
def test_status_page_is_the_administrators(house, client_of, role):
    answer = client_of(getattr(house, role)).get(STATUS)

    assert answer.status_code == 403
    assert "这一页给系统管理员用。" in answer.text


def test_status_page_asks_the_same_of_the_database_however_many_jobs_ran(house, client_of):
    client, asked = client_of(house.admin), []
    client.get(STATUS)

    for ran in (backed_up, all_well):
        ran()
        with CaptureQueriesContext(connection) as statements:
            client.get(STATUS)
        asked.append(len(statements))

    assert asked[0] == asked[1] <= STATEMENTS


def test_nightly_job_says_when_and_not_how_often_it_comes_by():
    assert job("每晚对账").every == "每晚2点以后一次"


def test_status_page_leads_to_what_can_be_done_about_a_warning(house, client_of):
    with time_machine.travel(NOON.replace(month=11), tick=False):
        all_well()
        page = client_of(house.admin).get(STATUS)

    assert list(page.context["warnings"]) == ["calendar"]
    assert reverse("tickets:calendar_notice") in page.text
