"""What nobody needs any more goes by itself; what somebody needs stays, and a row never points to a missing file."""

import os
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories import House
from tests.pictures import photo_of, picture, upload
from tests.tickets.loop import ticket_in
from tickets import photo_files, photos, tasks
from tickets.images import Clean
from tickets.models import Photo
from tickets.photos import Sent
from tickets.states import Status

CLEAN = Clean(64, 48, picture(), picture())
LONG_AGO = timezone.now() - timedelta(days=2)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ticket(house):
    return ticket_in(Status.RECEIVED, house)


def draft(house, *, at=None):
    sent = Sent([upload()])
    now = at or timezone.now()
    return photos.take(sent, by=house.volunteer, stage="received", now=now).ready[0]


def dated(name, at):
    for small in (False, True):
        os.utime(photo_files.path(name, small=small), (at.timestamp(),) * 2)


def names():
    return {path.name.partition(".")[0] for path in photo_files.folder().rglob("*") if path.is_file()}


def test_sweep_takes_old_drafts_and_files_without_a_row(house, ticket, django_capture_on_commit_callbacks):
    kept, old, fresh = photo_of(ticket), draft(house, at=LONG_AGO), draft(house)
    orphan, young = photo_files.keep(CLEAN), photo_files.keep(CLEAN)
    for name in (kept.name, orphan):
        dated(name, LONG_AGO)
    for name in (old.name, fresh.name, young):  # written by the system's clock, which a test's does not move
        dated(name, timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        swept = photos.sweep()

    assert swept == 2
    assert set(Photo.objects.all()) == {kept, fresh}
    assert names() == {kept.name, fresh.name, young}
    assert old.name not in names()


def test_sweep_takes_what_a_crash_left_half_written(ticket):
    place = photo_files.path("ab" + "0" * 38).parent
    place.mkdir(parents=True)
    (place / ".half.new").write_bytes(b"half")
    os.utime(place / ".half.new", (LONG_AGO.timestamp(),) * 2)

    assert (photos.sweep(), names()) == (1, set())


def test_sweep_of_nothing_is_no_error(db, capsys):
    tasks.sweep_photos()
    call_command("sweep_photos")

    assert capsys.readouterr().out == "清理照片 0 项。\n"


def test_beat_sweeps_every_hour(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["sweep photos"]

    assert (entry["task"], entry["schedule"]) == (tasks.sweep_photos.name, 3600)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": "nowhere"},
        {"ticket": None},
        {"draft": "12345678-1234-5678-1234-567812345678"},
    ],
)
def test_database_knows_stages_and_whose_a_photo_is(ticket, wrong):
    photo = photo_of(ticket)

    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(**wrong)


def test_full_disk_leaves_no_half_of_a_photo(monkeypatch, tmp_path):
    """The small copy finds no room: a real limit on files of this process's thread is not to be had, a folder is."""
    blocked = photo_files.path("ab" + "0" * 38, small=True)
    blocked.mkdir(parents=True)
    monkeypatch.setattr(photo_files.secrets, "token_hex", lambda count: "ab" + "0" * 38)

    with pytest.raises(OSError):
        photo_files.keep(CLEAN)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.race
def test_race_notices_a_sweep_that_does_not_look_again(house, ticket):
    """Negative control: between looking and deleting, the form came back."""
    photo = draft(house, at=LONG_AGO)
    found = [unused.pk for unused in Photo.objects.unused(timezone.now())]

    attached = photos.attach([photo], ticket, ticket.events.first(), stage="received")
    Photo.objects.filter(pk__in=found).delete()

    assert (attached, Photo.objects.of(ticket).count()) == (1, 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_draft_is_swept_or_attached_never_both(round_):
    house = House()
    ticket = ticket_in(Status.RECEIVED, house)
    photo = draft(house, at=LONG_AGO)
    event = ticket.events.first()
    barrier, attached = threading.Barrier(2), []

    def attach():
        barrier.wait()
        attached.append(photos.attach([photo], ticket, event, stage="received"))
        connection.close()

    worker = threading.Thread(target=attach)
    worker.start()
    barrier.wait()
    swept = photos.sweep()
    worker.join()

    assert attached[0] + swept == 1
    assert Photo.objects.of(ticket).count() == attached[0]
    assert photo_files.path(photo.name).exists() == bool(attached[0])
