"""Brings a backup back into a database: all of it or nothing.

First the whole file is read and checked; then the database is looked at; only then something is changed, in one
transaction. Photos come before it: their names are drawn once and never used again, so that one too many harms
nobody and is swept up, while a row never points to a missing file. A backup of an older version goes into an empty
database as it was then, and is brought up to date by the migrations.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts import audit
from stations import saying, statistics
from stations.refusals import Refused
from tickets import photo_files
from tickets.backups import archive, copying
from tickets.backups.archive import DAMAGED, NEWER, Backup, Unusable
from tickets.backups.making import TELL_EVERY, Told, alone, members_of_photo, receipt_key
from tickets.backups.manifest import Manifest

# What is there after `migrate`, or comes by itself while nobody has done anything yet.
UNASKED = {"auth_permission", "django_content_type", "tickets_heartbeat", "volunteers_skill"}
PATIENCE = "SET LOCAL lock_timeout = '10s'"
PHOTO = re.compile(r"photos/([0-9a-f]{40})(\.small)?\.jpg")
NOT_EMPTY = (
    "数据库里已经有数据，没有恢复。请换一个空的数据库；确实要用备份代替现在的全部数据，加上 --replace。"
)
OTHER_TABLES = "数据库的结构和备份的不一样，没有恢复。请换一个空的数据库。"
IN_USE = "还有程序在用这个数据库，没有恢复。请先停下网页、后台任务和定时任务。"
FAILED = "恢复没有做成，数据库保持原样：{}"
NO_ROOM = "照片写不进照片文件夹（空间不够或不能写），没有恢复，数据库保持原样。"
OTHER_KEY = "注意：RECEIPT_KEY 和做备份时的不一样，以前的回执会打不开。请改回原来的 RECEIPT_KEY。"
WITHOUT_FILE = "备份里没有台账文件，恢复后没法接着导入。请重新上传，导入过的行不会再导一次。"
END_IMPORTS = """
UPDATE tickets_ledgerimport SET state = 'refused', refusal = %s, held_until = NULL
WHERE state NOT IN ('done', 'refused')
"""

logger = logging.getLogger(__name__)


class NotRestored(Refused):
    """The database is as it was."""


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    notes: tuple[str, ...]


def look(path: Path) -> Restored:
    """Check the file and what this version of the product can do with it; changes nothing."""
    with archive.opened(path) as backup:
        return Restored(backup.manifest, _notes(backup.manifest, _check(backup)))


def restore(path: Path, *, is_replacing: bool = False, told: Told = lambda words: None) -> Restored:
    """Put the backup in the place of what the database holds, which must be nothing unless `is_replacing`.

    Raises Unusable, NotRestored or Busy, then nothing has changed. Not within a transaction.
    """
    with archive.opened(path) as backup, alone(), _as_refusal():
        manifest = backup.manifest
        loader = _check(backup)
        _prepare_tables(loader, manifest, told)
        with _nothing_of_it_on_failure() as written:
            _look_whether_empty(manifest, is_replacing)
            _write_photos(backup, written, told)
            _write_tables(backup, told, is_replacing=is_replacing)
        if loader.disk_migrations.keys() != set(manifest.migrations):
            call_command("migrate", interactive=False, verbosity=0)
    ContentType.objects.clear_cache()
    audit.record(audit.Action.RESTORED, detail=f"{made(manifest)}的备份，{manifest.rows:,}行")
    logger.warning("Restored the backup of %s: %s rows", manifest.made_at, manifest.rows)
    return Restored(manifest, _notes(manifest, loader))


def made(manifest: Manifest) -> str:
    """When, in words."""
    return saying.exact(datetime.fromisoformat(manifest.made_at), now=timezone.now())


def _check(backup: Backup) -> MigrationLoader:
    """That this version knows every migration of it, and that it holds just what they need and photos."""
    loader, manifest = MigrationLoader(connection), backup.manifest
    wanted = set(manifest.migrations)
    if wanted - loader.disk_migrations.keys():
        raise Unusable(NEWER)
    if {table.name: set(table.columns) for table in manifest.tables} != _tables_at(wanted, loader):
        raise Unusable(DAMAGED)
    tables = {table.member for table in manifest.tables}
    there = [name for name in manifest.photos if name not in manifest.missing]
    photos = {member for name in there for member in members_of_photo(name)}
    others = manifest.members.keys() - tables
    if not (tables | photos <= manifest.members.keys() and all(map(PHOTO.fullmatch, others))):
        raise Unusable(DAMAGED)
    return loader


def _tables_at(wanted: set[tuple[str, str]], loader: MigrationLoader) -> dict[str, set[str]]:
    """{table: columns} that these migrations make; Unusable where they are not all that they need themselves."""
    ends = _ends(loader, wanted)
    if {key for end in ends for key in loader.graph.forwards_plan(end)} != wanted:
        raise Unusable(DAMAGED)
    is_ours = wanted == loader.disk_migrations.keys()
    return copying.columns_of_models(apps if is_ours else loader.project_state(ends).apps)


def _notes(manifest: Manifest, loader: MigrationLoader) -> tuple[str, ...]:
    lost = f"做备份时就缺 {len(manifest.missing)} 张照片。" if manifest.missing else ""
    older = "备份是较早版本做的，恢复后已经更新到现在的版本。" if _is_older(manifest, loader) else ""
    key = OTHER_KEY if manifest.receipt_key != receipt_key() else ""
    return tuple(filter(None, (older, lost, key)))


def _is_older(manifest: Manifest, loader: MigrationLoader) -> bool:
    return bool(loader.disk_migrations.keys() - set(manifest.migrations))


def _prepare_tables(loader: MigrationLoader, manifest: Manifest, told: Told) -> None:
    """In an empty database those of the backup's version, also where they were begun; else they must be there."""
    wanted = set(manifest.migrations)
    applied = loader.applied_migrations.keys() & loader.disk_migrations.keys()
    if applied == wanted:
        return
    if not applied < wanted or _is_filled(manifest):
        raise NotRestored(OTHER_TABLES)
    told("正在建表 …")
    MigrationExecutor(connection).migrate(_ends(loader, wanted))


def _is_filled(manifest: Manifest) -> bool:
    """Whether somebody has done something in what tables there are."""
    names = [table.name for table in manifest.tables]
    with connection.cursor() as cursor:
        there = sorted(copying.columns(cursor, names))
        return bool(there and set(copying.filled(cursor, there)) - UNASKED)


def _ends(loader: MigrationLoader, wanted: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The last of the wanted migrations in each app."""
    following = loader.graph.node_map
    return [
        node
        for node in sorted(wanted)
        if not any(child.key in wanted and child.key[0] == node[0] for child in following[node].children)
    ]


def _look_whether_empty(manifest: Manifest, is_replacing: bool) -> None:
    """Before the photos, so that nothing is written in vain; asked again when nobody else can write."""
    with connection.cursor() as cursor:
        _check_tables(cursor, manifest, is_replacing)


def _check_tables(cursor: Any, manifest: Manifest, is_replacing: bool) -> None:
    names = [table.name for table in manifest.tables]
    if copying.columns(cursor, names) != {table.name: table.columns for table in manifest.tables}:
        raise NotRestored(OTHER_TABLES)
    if copying.sequences(cursor, names).keys() != manifest.sequences.keys():
        raise NotRestored(OTHER_TABLES)
    if not is_replacing and set(copying.filled(cursor, names)) - UNASKED:
        raise NotRestored(NOT_EMPTY)


@transaction.atomic(durable=True)
def _write_tables(backup: Backup, told: Told, *, is_replacing: bool) -> None:
    manifest = backup.manifest
    names = [table.name for table in manifest.tables]
    with connection.cursor() as cursor:
        cursor.execute(copying.PORTABLE + PATIENCE)
        emptied = [*names, *copying.columns(cursor, [*copying.LEFT_OUT])]
        copying.lock(cursor, emptied, "ACCESS EXCLUSIVE")
        _check_tables(cursor, manifest, is_replacing)
        endings = copying.empty(cursor, emptied)
        for table in manifest.tables:
            with backup.member(table.member) as source:
                copying.into(cursor, table, source)
            told(f"{table.name} {table.rows:,} 行")
        for name, number in manifest.sequences.items():
            copying.restart(cursor, name, number)
        if copying.LEDGERS in emptied:
            cursor.execute(END_IMPORTS, [WITHOUT_FILE])
        for statement in endings:
            cursor.execute(statement)
        statistics.renew()
        told("全部写好，正在提交 …")


def _write_photos(backup: Backup, written: list[Path], told: Told) -> None:
    """Those that are not there with the same content already; `written` says which."""
    found = filter(None, map(PHOTO.fullmatch, sorted(backup.manifest.members)))
    for number, match in enumerate(found, 1):
        if number % TELL_EVERY == 0:
            told(f"照片文件 {number:,}")
        target = photo_files.path(match[1], small=bool(match[2]))
        data = backup.read(match[0])
        if not target.exists():
            written.append(target)
        elif target.read_bytes() == data:
            continue
        photo_files.put(target, data)


@contextmanager
def _nothing_of_it_on_failure() -> Iterator[list[Path]]:
    """The files written so far go again; after a kill the sweep takes them."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        raise


@contextmanager
def _as_refusal() -> Iterator[None]:
    """No words of the database: they quote rows."""
    try:
        yield
    except OSError as error:
        raise NotRestored(NO_ROOM) from error
    except DatabaseError as error:
        code = getattr(error.__cause__, "pgcode", None) or ""
        if isinstance(error, OperationalError) and code == "55P03":
            raise NotRestored(IN_USE) from None
        raise NotRestored(FAILED.format(f"数据库拒绝了（{code or type(error).__name__}）。")) from None
