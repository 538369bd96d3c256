"""A backup and its way back: every row of every model, every photo, every number to come; all of it or nothing."""

import os
import resource
import threading
from contextlib import contextmanager

import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from stations import locks, saying
from tests import emptying
from tests.pictures import photo_of
from tests.tickets.backups import held
from tests.tickets.loop import MONDAY
from tests.tickets.test_constraints import fill
from tickets import photo_files, photos
from tickets.backups import archive, copying, making, restoring
from tickets.importing import working
from tickets.models import Event, LedgerImport, LedgerPart, Photo, Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def wipe():
    emptying.empty(None)
    for file in photo_files.folder().rglob("*.jpg"):
        file.unlink()


def furnish_django():
    """What is there of Django's own besides."""
    kind = ContentType.objects.get_for_model(Ticket)
    Group.objects.create(name="g").permissions.add(Permission.objects.first())
    LogEntry.objects.create(
        user_id=Event.objects.first().by_id, content_type=kind, object_id="1", action_flag=1
    )
    Session.objects.create(session_key="s", session_data="", expire_date=timezone.now())


def test_every_row_photo_and_number_comes_back(house, path):
    fill(house)
    furnish_django()
    photo_of(Ticket.objects.first())
    LedgerImport.objects.update(state="done")
    own = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    models = [m for m in own if m not in (Session, LedgerPart)]
    assert [m.__name__ for m in models if not m._base_manager.exists()] == []
    before, schema = held.everything(), held.schema()

    made = making.make(path)
    wipe()
    restored = restoring.restore(path)

    assert held.everything() == before
    assert held.schema() == schema
    assert made.manifest == restored.manifest
    assert len(made.manifest.tables) == len(models)
    assert not Session.objects.exists()  # everybody signs in anew
    assert made.manifest.missing == ("p",)  # a row whose files were lost before


def test_files_of_ledgers_stay_out_and_imports_of_them_end(house, path):
    facts = {
        "area": house.area,
        "station": house.station,
        "by": house.dispatcher,
        "made_at": MONDAY,
        "size": 3,
    }
    for state in LedgerImport.State.values:
        ledger = LedgerImport.objects.create(file_name=f"{state}.csv", state=state, **facts)
        ledger.parts.create(number=0, content=b"raw")

    making.make(path)
    restoring.restore(path, is_replacing=True)

    refused = ("refused", restoring.WITHOUT_FILE)
    assert {ledger.file_name: (ledger.state, ledger.refusal) for ledger in LedgerImport.objects.all()} == {
        "reading.csv": refused,
        "read.csv": refused,
        "writing.csv": refused,
        "done.csv": ("done", ""),
        "refused.csv": ("refused", ""),
    }
    assert not LedgerPart.objects.exists() and working.go_on() == 0
    with archive.opened(path) as backup:
        assert f"tables/{LedgerPart._meta.db_table}" not in backup.manifest.members


def test_restore_is_written_down(ticket, path):
    with time_machine.travel(MONDAY, tick=False):
        making.make(path)
    restoring.restore(path, is_replacing=True)

    entry = AuditEntry.objects.get(action="restored")
    assert (entry.actor, entry.area) == (None, None)
    assert entry.detail.startswith(f"{saying.exact(MONDAY, now=entry.at)}的备份，")


def test_restored_desk_goes_on(house, ticket, path):
    making.make(path)
    wipe()
    restoring.restore(path)

    assert house.receive().pk > ticket.pk
    with pytest.raises(Exception, match="append-only"):
        Event.objects.all().delete()


def test_file_is_its_owners_alone_and_nothing_lies_beside_it(ticket, path):
    old = os.umask(0)
    try:
        making.make(path)
    finally:
        os.umask(old)

    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [path.name]


# While people work ------------------------------------------------------------------------------------


def in_another_connection(call):
    def run():
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def once(call):
    """Somebody who does something the first time he hears how far the backup is."""
    calls = [call]

    def told(words):
        if calls:
            in_another_connection(calls.pop())

    return told


def work(house, ticket):
    """Another ticket comes, with a photo, and the first one's photo is taken away."""
    photo_of(house.receive())
    photos.drop(Photo.objects.of(ticket))


def test_backup_is_of_the_moment_it_began(house, ticket, path):
    before = held.everything()

    making.make(path, told=once(lambda: work(house, ticket)))

    assert Ticket.objects.count() == 2
    wipe()
    restoring.restore(path)
    rows, numbers, files = held.everything()
    assert (rows, files) == (before[0], before[2])
    assert numbers["tickets_ticket_id_seq"] >= before[1]["tickets_ticket_id_seq"]


def test_photo_that_was_removed_meanwhile_goes_with_the_next_sweep(house, ticket, path):
    [name] = Photo.objects.values_list("name", flat=True)
    swept = []

    def tidy():
        photos.drop(Photo.objects.of(ticket))
        swept.append(photos.sweep(now=timezone.now() + 2 * photos.GRACE))

    making.make(path, told=once(tidy))
    was_kept = photo_files.path(name).exists()
    later = photos.sweep(now=timezone.now() + 2 * photos.GRACE)

    assert (swept, was_kept) == ([0], True)
    assert (later, photo_files.path(name).exists()) == (1, False)


def test_rows_of_another_moment_would_be_noticed(house, ticket, path, monkeypatch):
    """Negative control: without the snapshot what comes meanwhile is half in the file."""
    monkeypatch.setattr(making, "SNAPSHOT", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    before = held.rows()

    making.make(path, told=once(lambda: work(house, ticket)))

    wipe()
    restoring.restore(path)
    assert held.rows() != before


def test_second_one_at_the_same_time_is_refused(ticket, path):
    said = []

    def second():
        with pytest.raises(making.Busy) as refused:
            making.make(path.with_name("second.zip"))
        said.append(str(refused.value))

    making.make(path, told=once(second))

    assert said == [making.BUSY]


# A backup that cannot be made ---------------------------------------------------------------------------


@pytest.fixture
def small_disk():
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    @contextmanager
    def limited(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited


@pytest.mark.parametrize("size", [0, 1000, 20000])
def test_full_disk_leaves_no_file_and_the_next_one_is_made(ticket, path, small_disk, size):
    with small_disk(size), pytest.raises(making.NotMade, match="磁盘空间不够"):
        making.make(path)
    left = [file.name for file in path.parent.iterdir() if file.is_file()]

    making.make(path)

    assert left == []
    with archive.opened(path) as backup:
        assert backup.manifest.photos


def test_disk_is_not_filled_to_the_last_byte(ticket, path, monkeypatch):
    monkeypatch.setattr(making, "RESERVE", 2**80)

    with pytest.raises(making.NotMade, match="磁盘空间不够"):
        making.make(path)

    assert not path.exists()


def test_folder_that_is_not_there_is_told(ticket, path):
    with pytest.raises(CommandError, match="写不进这个文件夹"):
        call_command("backup", path.parent / "nowhere" / "backup.zip")


def test_file_of_the_same_name_is_not_overwritten(ticket, path):
    path.write_bytes(b"mine")

    with pytest.raises(CommandError, match="已经有这个文件"):
        call_command("backup", path)

    assert path.read_bytes() == b"mine"


def test_what_a_new_database_has_by_itself_counts_as_empty(house):
    """Otherwise nobody could restore on a new machine."""
    emptying.empty(None)

    with connection.cursor() as cursor:
        assert set(copying.filled(cursor, copying.tables_of_the_house())) <= restoring.UNASKED


def test_locks_are_let_go(ticket, path):
    making.make(path)

    def ask():
        with locks.held(locks.Lock.BACKUP) as is_ours:
            assert is_ours

    in_another_connection(ask)
    assert Ticket.objects.get() == ticket and MONDAY
