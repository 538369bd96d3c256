"""One backup a night in its folder, in a process of its own; the old ones thinned out; the last one shown."""

import random
import threading
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from stations import locks
from tests.factories import at
from tests.servicedesk.beats import all_well
from tickets import tasks
from tickets.backups import archive, making, nightly
from tickets.models import Heartbeat

NIGHT = at("2026-06-15 03:10")
HOUR = timedelta(hours=1)
STATUS = reverse("system_status")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.BACKUP_ROOT = tmp_path / "backups"


def files():
    return sorted(path.name for path in nightly.folder().iterdir()) if nightly.folder().exists() else []


def note(**facts):
    Heartbeat.objects.note(Heartbeat.BACKUP, **facts)


def trouble():
    return nightly.trouble(Heartbeat.objects.by_name().get(Heartbeat.BACKUP), now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_backup_is_made_noted_and_readable_to_its_owner_alone(house, capsys):
    with time_machine.travel(NIGHT, tick=False):
        call_command("backup")

        assert files() == ["servicedesk-20260615-031000.zip"]
        assert trouble() == ""
        assert not nightly.is_due()
    size = (nightly.folder() / files()[0]).stat().st_size
    assert Heartbeat.objects.get(name="backup").result == f"{files()[0]} {size}"
    assert nightly.folder().stat().st_mode & 0o777 == 0o700
    assert "备份完成，已核对" in capsys.readouterr().out
    with archive.opened(nightly.folder() / files()[0]) as backup:
        assert backup.manifest.rows


@pytest.mark.django_db(transaction=True)
def test_backup_that_fails_is_noted_and_the_old_ones_stay(house, monkeypatch):
    call_command("backup", verbosity=0)
    before = files()
    monkeypatch.setattr(making, "RESERVE", 2**80)

    with pytest.raises(CommandError, match="磁盘空间不够"):
        call_command("backup")

    assert files() == before
    assert trouble() == "上次备份没有做成：磁盘空间不够"


@pytest.mark.django_db(transaction=True)
def test_what_killed_runs_and_old_nights_left_is_removed(house):
    nightly.folder().mkdir()
    for name in ("servicedesk-20200101-030000.zip", ".servicedesk-20200101-030000.zip.part", "mine.zip"):
        (nightly.folder() / name).touch()
    for month in range(1, 12):
        (nightly.folder() / f"servicedesk-2025{month:02}01-030000.zip").touch()

    call_command("backup", verbosity=0)

    assert "mine.zip" in files() and not any("2020" in name for name in files())


@pytest.mark.django_db(transaction=True)
def test_half_file_of_another_that_has_begun_meanwhile_stays():
    nightly.folder().mkdir()
    (nightly.folder() / ".servicedesk-20260615-031000.zip.part").touch()
    is_held, may_end = threading.Event(), threading.Event()

    def other():
        with locks.held(locks.Lock.BACKUP):
            is_held.set()
            may_end.wait(60)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    is_held.wait(60)
    nightly.thin_out()
    meanwhile = files()
    may_end.set()
    thread.join()
    nightly.thin_out()

    assert (len(meanwhile), files()) == (1, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "now", "due"),
    [
        ({}, NIGHT, True),
        ({}, NIGHT - HOUR, False),
        ({"finished_at": NIGHT - 24 * HOUR}, NIGHT, True),
        ({"finished_at": NIGHT}, NIGHT + 20 * HOUR, False),
        ({"finished_at": NIGHT - 24 * HOUR, "failed_at": NIGHT}, NIGHT + HOUR / 2, False),
        ({"finished_at": NIGHT - 24 * HOUR, "failed_at": NIGHT}, NIGHT + HOUR, True),
    ],
    ids=["first", "too early", "yesterday's", "today's", "failed just now", "failed an hour ago"],
)
def test_backup_is_due_once_a_night(facts, now, due):
    if facts:
        note(**facts)

    assert nightly.is_due(now=now) is due


@pytest.mark.django_db
def test_job_does_nothing_when_there_is_one(house):
    note(finished_at=timezone.now())

    assert tasks.backup() is None


def test_last_of_seven_days_and_four_weeks_are_kept():
    today = date(2026, 6, 17)
    names = [
        f"servicedesk-{today - timedelta(days=n):%Y%m%d}-{hour}0000.zip"
        for n in range(60)
        for hour in ("03", "15")
    ]
    random.Random(1).shuffle(names)

    gone = nightly.superfluous([*names, "mine.zip", "servicedesk-20260617-030000.zip.old"])

    kept = sorted(set(names) - set(gone))
    days = [datetime.strptime(name[12:20], "%Y%m%d").date() for name in kept]
    assert {name[21:23] for name in kept} == {"15"}
    assert days == [date(2026, 5, 31), date(2026, 6, 7), *(date(2026, 6, n) for n in range(11, 18))]
    assert set(gone) <= set(names)


def test_gaps_cost_no_backup_of_another_day():
    names = [f"servicedesk-2026{month:02}01-030000.zip" for month in range(1, 6)]

    assert nightly.superfluous(names) == []


@pytest.mark.django_db
def test_status_page_shows_the_last_backup(house, client_of):
    with time_machine.travel(NIGHT + 9 * HOUR, tick=False):
        none = client_of(house.admin).get(STATUS).text
        all_well()
        page = client_of(house.admin).get(STATUS).text
        note(failed_at=timezone.now() + HOUR, result="磁盘空间不够")
        failed = client_of(house.admin).get(STATUS).text

    assert "还没有做过备份" in none
    assert "今天 12:10" in page and "12.0 MB" in page and "servicedesk-20260615-030000.zip" in page
    assert "上次备份没有做成：磁盘空间不够" in failed
