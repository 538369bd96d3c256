"""Backup and restore killed in the middle: no half file under its name, no half database, and the next one is made."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from stations import locks
from tests.crash.conftest import CHECKOUT
from tests.pictures import photo_of
from tests.tickets.backups import held
from tickets import photo_files, photos
from tickets.backups import archive, making, restoring
from tickets.models import Heartbeat, Photo

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def path(house, tmp_path):
    photo_of(house.receive())
    return tmp_path / "backup.zip"


def killed(what, path, words):
    """As soon as it has come so far, without a word of warning; back once the database has noticed."""
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    own = {"DATABASE_URL": address, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.backing_up", what, path, words],
        cwd=CHECKOUT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings", **own},
        stdout=subprocess.PIPE,
        text=True,
    )
    reached = process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    assert reached == "reached\n"
    with locks.held(locks.Lock.BACKUP, wait=True):
        pass


# Whoever starts it lives on: a child that has ended and that nobody took leave of would stay.
STARTING = """
import os, sys, threading
import django; django.setup()
from tests.factories import at
from tickets.backups import nightly
print(nightly.start(now=at("2026-06-15 03:10")))
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join()
try:
    os.waitpid(-1, os.WNOHANG)
    sys.exit("a child was left")
except ChildProcessError:
    pass
"""


def test_job_starts_a_backup_that_ends_by_itself(house, crew_on, until, tmp_path):
    environment = crew_on(MEDIA_ROOT=str(tmp_path / "media")).environment

    subprocess.run([sys.executable, "-c", STARTING], cwd=CHECKOUT, env=environment, check=True)

    until(
        lambda: Heartbeat.objects.filter(name=Heartbeat.BACKUP).exclude(finished_at=None).exists(), every=0.1
    )
    [file] = (tmp_path / "backups").iterdir()
    with archive.opened(file) as backup:
        assert backup.manifest.rows


def test_killed_backup_leaves_no_file_under_its_name_and_the_next_is_made(path):
    killed("make", path, "tickets_ticket ")
    left = {file.name for file in path.parent.iterdir() if file.is_file()}

    making.make(path)

    assert left == {f".{path.name}.part"}
    with archive.opened(path) as backup:
        assert backup.manifest.rows
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [path.name]


def test_killed_restore_leaves_everything_as_it_was_and_the_next_is_whole(house, path):
    making.make(path)
    saved = held.everything()
    photos.drop(Photo.objects.all())
    house.receive()
    before = held.everything()

    killed("restore", path, "全部写好")

    rows, numbers, files = held.everything()
    assert (rows, numbers) == before[:2]
    assert files == saved[2]  # a photo too many, which nobody sees
    photos.sweep(now=timezone.now() + 2 * photos.GRACE)
    assert held.everything() == before
    restoring.restore(path, is_replacing=True)
    assert held.everything() == saved
    assert photo_files.folder().exists()
