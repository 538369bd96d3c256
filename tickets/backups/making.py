"""Makes one backup: what the database held at one moment, and the photos its rows name, while people go on working.

The moment is PostgreSQL's: all tables are read in one REPEATABLE READ transaction. A row is written after its photo,
and no photo is taken away while the backup runs (photos.drop, photos.sweep), so rows and photos agree. The file
appears under its name only after it was written to the disk and read back; what is left of a killed run is removed
by the next.
"""

import errno
import hashlib
import hmac
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from stations import locks
from stations.refusals import Conflict, Refused
from tickets import photo_files
from tickets.backups import archive, copying
from tickets.backups.manifest import Manifest
from tickets.models import Photo

MODE = 0o600  # it holds everything about everybody
RESERVE = 256 * 1024**2  # bytes that stay free: a database on a full disk stops
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
NO_ROOM = "磁盘空间不够，备份没有做成。请腾出空间，或者把 BACKUP_ROOT 换到大一点的磁盘。"
NOT_READ = "照片读不出来，备份没有做成。请检查照片文件夹的权限和磁盘。"
NOT_WRITTEN = "备份写不进这个文件夹，请检查它在不在、能不能写。"
BUSY = "另一次备份或恢复正在进行。"
NOT_MIGRATED = "数据库有没执行的迁移，先运行 manage.py migrate，再备份。"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TELL_EVERY = 1000
Told = Callable[[str], None]


class NotMade(Refused):
    """There is no new backup; the earlier ones are as they were."""


class Busy(Conflict):
    """Another one is at it."""


@dataclass(frozen=True)
class Made:
    path: Path
    bytes: int
    manifest: Manifest


def make(path: Path, *, told: Told = lambda words: None) -> Made:
    """Write the backup to `path`, which must not be there yet. Raises NotMade or Busy; then there is none.

    Not within a transaction. `told` hears how far it is.
    """
    with alone(), _no_traces_of_failure(), _draft(path) as file:
        with archive.writing(file, lambda: _look_at_room(path.parent)) as writer:
            _fill(writer, told)
    with archive.opened(path) as backup:
        return Made(path, path.stat().st_size, backup.manifest)


def _fill(writer: archive.Writer, told: Told) -> None:
    with _snapshot() as cursor:
        facts = _copy_tables(cursor, writer, told)
        names = sorted(Photo.objects.values_list("name", flat=True))
    missing = _copy_photos(names, writer, told)
    writer.finish(Manifest(**facts, photos=tuple(names), missing=missing, members=writer.members))


def receipt_key() -> str:
    """Tells whether receipts printed before are of the key in use; tells nothing of the key."""
    return hmac.new(settings.RECEIPT_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:16]


@contextmanager
def alone() -> Iterator[None]:
    """One backup or restore at a time, and no photo goes meanwhile."""
    with locks.held(locks.Lock.BACKUP) as is_ours:
        if not is_ours:
            raise Busy(BUSY)
        with locks.held(locks.Lock.PHOTOS, wait=True):
            yield


@contextmanager
def _snapshot() -> Iterator[Any]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        cursor.execute(copying.PORTABLE)
        # Before the moment is taken: no migration may change a table behind it.
        copying.lock(cursor, copying.tables_of_the_house(), "ACCESS SHARE")
        yield cursor


def _copy_tables(cursor: Any, writer: archive.Writer, told: Told) -> dict[str, Any]:
    """All of the manifest that the database says."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMade(NOT_MIGRATED)
    applied = sorted(executor.loader.applied_migrations.keys() & executor.loader.disk_migrations.keys())
    names, tables = copying.tables_of_the_house(), []
    for name, columns in sorted(copying.columns(cursor, names).items()):
        with writer.member(f"tables/{name}", is_packed=True) as member:
            tables.append(copying.out(cursor, name, columns, member))
        told(f"{name} {tables[-1].rows:,} 行")
    return {
        "format": archive.FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "receipt_key": receipt_key(),
        "migrations": tuple(applied),
        "tables": tuple(tables),
        "sequences": copying.sequences(cursor, names),
    }


def _copy_photos(names: list[str], writer: archive.Writer, told: Told) -> tuple[str, ...]:
    """Both sizes of each; the names of those that are not there, or only half."""
    missing = []
    for number, name in enumerate(names, 1):
        if number % TELL_EVERY == 0:
            told(f"照片 {number:,} / {len(names):,}")
        try:
            both = [photo_files.path(name, small=small).read_bytes() for small in (False, True)]
        except FileNotFoundError:
            missing.append(name)
            continue
        except OSError as error:
            raise NotMade(NOT_READ) from error
        for member_name, data in zip(members_of_photo(name), both, strict=True):
            with writer.member(member_name, is_packed=False) as member:
                member.write(data)
    return tuple(missing)


def members_of_photo(name: str) -> list[str]:
    """Large and small."""
    return [f"photos/{photo_files.path(name, small=small).name}" for small in (False, True)]


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    """Beside its place; under its name once it is whole, on the disk and read back."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, MODE), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with archive.opened(draft):
            pass
        draft.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise NotMade(NO_ROOM if error.errno in FULL else NOT_WRITTEN) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _no_traces_of_failure() -> Iterator[None]:
    """A connection that was left within a COPY is of no use; without it the locks are gone too."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _look_at_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < RESERVE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
