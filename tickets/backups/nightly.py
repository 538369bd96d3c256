"""每晚备份: one backup a night in its folder, the old ones thinned out, and what is known of the last one.

The job only starts a process of its own: a backup may take minutes, and the worker has limits to mark meanwhile.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from stations import commands, locks, saying
from stations.refusals import Refused
from tickets.backups import making
from tickets.models import Heartbeat

FROM_HOUR = 3  # Shanghai time: after the books were compared
AGAIN_AFTER = timedelta(hours=1)  # when one could not be made
TOO_OLD = timedelta(hours=36)
DAYS, WEEKS = 7, 4  # of which the last backup is kept
FOLDER_MODE = 0o700
NAME = re.compile(r"servicedesk-(\d{8})-\d{6}\.zip")
MEGABYTE = 1024**2
RESULT_LENGTH = 60


@dataclass(frozen=True)
class Last:
    """The last good backup in words; file and size are not known once another could not be made."""

    made: str
    file: str
    size: str


def folder() -> Path:
    return Path(settings.BACKUP_ROOT)


def start(*, now: datetime | None = None) -> int | None:
    """Begin tonight's in a process of its own if there is none yet; 1, or None where there is nothing to do."""
    if not is_due(now=now) or _is_running():
        return None
    commands.begin("backup")  # what becomes of it stands in its heartbeat
    return 1


def is_due(*, now: datetime | None = None) -> bool:
    """None made today, and no try in the last hour that came to nothing."""
    now = now or timezone.now()
    beat = Heartbeat.objects.by_name().get(Heartbeat.BACKUP, Heartbeat())
    is_done = beat.finished_at and timezone.localdate(beat.finished_at) >= timezone.localdate(now)
    is_failing = beat.has_failed and beat.failed_at and now - beat.failed_at < AGAIN_AFTER
    return not (is_done or is_failing or timezone.localtime(now).hour < FROM_HOUR)


def run(*, told: making.Told = lambda words: None, now: datetime | None = None) -> making.Made:
    """Make one in the folder, note it, and remove those that nobody needs any more."""
    now = now or timezone.now()
    folder().mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    Heartbeat.objects.note(Heartbeat.BACKUP, started_at=now)
    path = folder() / f"servicedesk-{timezone.localtime(now):%Y%m%d-%H%M%S}.zip"
    try:
        made = making.make(path, told=told)
    except making.Busy:
        raise
    except Exception as error:
        reason = str(error) if isinstance(error, Refused) else type(error).__name__
        Heartbeat.objects.note(
            Heartbeat.BACKUP, failed_at=timezone.now(), result=reason.partition("，")[0][:RESULT_LENGTH]
        )
        raise
    Heartbeat.objects.note(Heartbeat.BACKUP, finished_at=now, result=f"{path.name} {made.bytes}")
    thin_out()
    return made


def thin_out() -> None:
    """Remove what nobody needs any more and what killed runs have left; where another has just begun, it will."""
    with suppress(making.Busy), making.alone():
        for name in superfluous(path.name for path in folder().iterdir()):
            (folder() / name).unlink(missing_ok=True)
        for half in folder().glob(".servicedesk-*.part"):
            half.unlink(missing_ok=True)


def last(beats: Mapping[str, Heartbeat], *, now: datetime) -> Last:
    beat = beats.get(Heartbeat.BACKUP, Heartbeat())
    file, _, size = beat.result.partition(" ") if not beat.has_failed else ("", "", "")
    return Last(
        made=saying.moment(beat.finished_at, now=now) if beat.finished_at else "",
        file=file,
        size=in_words(int(size)) if size.isdigit() else "",
    )


def trouble(beat: Heartbeat | None, *, now: datetime) -> str:
    """Why somebody should look after the backups; empty while all is well. Not said in the first day and a half."""
    if beat is None or not (beat.finished_at or beat.failed_at):
        return "还没有做过备份" if now - _installed_at() > TOO_OLD else ""
    if beat.has_failed:
        return f"上次备份没有做成：{beat.result}"
    if beat.finished_at and now - beat.finished_at > TOO_OLD:
        return f"上次备份已经是{saying.wall_span(now - beat.finished_at)}以前"
    is_there = (folder() / beat.result.partition(" ")[0]).is_file()
    return "" if is_there else "上次的备份文件不在备份文件夹里了"


def in_words(size: int) -> str:
    """12.3 MB"""
    return f"{max(size / MEGABYTE, 0.1):,.1f} MB"


def superfluous(names: Iterable[str]) -> list[str]:
    """Backups that may go: all but the last of each of the last 7 days and of the last 4 weeks that have one."""
    newest_first = sorted(filter(NAME.fullmatch, names), reverse=True)
    by_day: dict[date, str] = {}
    by_week: dict[tuple[int, int], str] = {}
    for name in newest_first:
        day = _day(name)
        by_day.setdefault(day, name)
        by_week.setdefault(day.isocalendar()[:2], name)
    kept = {*list(by_day.values())[:DAYS], *list(by_week.values())[:WEEKS]}
    return [name for name in newest_first if name not in kept]


def _is_running() -> bool:
    with locks.held(locks.Lock.BACKUP) as is_free:
        return not is_free


def _day(name: str) -> date:
    match = NAME.fullmatch(name)
    assert match
    return datetime.strptime(match[1], "%Y%m%d").date()


def _installed_at() -> datetime:
    """When the first migration was applied."""
    first = MigrationRecorder(connection).migration_qs.order_by("applied").first()
    return first.applied if first else timezone.now()
