"""Says whether this process lives and whether it can serve.

Not ready means only: no database, or unapplied migrations.  Everything else is a warning, because
taking the desk offline would not cure it.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from notices.models import Delivery, Notice
from stations import coverage
from tickets import upkeep
from tickets.backups import nightly
from tickets.models import Heartbeat, Reconciliation

DISK_BYTES = 1024**3
NIGHT_MISSED = timedelta(hours=36)
OUTBOX_WAITS = timedelta(minutes=10)
_seen_migrated: list[bool] = []


@dataclass(frozen=True)
class Signs:
    """The moment of the question and the heartbeats at it."""

    now: datetime
    beats: upkeep.Beats

    def is_silent(self, name: str) -> bool:
        return upkeep.silent_since(name, self.beats, self.now) is not None


class Probes:
    """Answers /healthz and /readyz ahead of sessions and users: a probe may come with a browser's cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = {"/healthz": healthz, "/readyz": readyz}.get(request.path)
        return answer() if answer else self.get_response(request)


def healthz() -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz() -> JsonResponse:
    """Nothing in it tells of a person, a ticket or an address: whoever can reach the port may read it."""
    try:
        reason = "" if _is_migrated() else "有未执行的数据库迁移"
        found = {} if reason else warnings()
    except Error:
        reason = "数据库连不上"
    if reason:
        return _answer({"ready": False, "reason": reason}, 503)
    return _answer({"ready": True, "warnings": found}, 200)


def _answer(facts: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(facts, status=status, json_dumps_params={"ensure_ascii": False})


def _is_migrated() -> bool:
    """Asks the database each time; what it says is remembered once true, since this process's code does not change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _seen_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _seen_migrated.append(True)
    return True


def warnings(*, now: datetime | None = None) -> dict[str, str]:
    """{cause: the sentence about it}, in the order of CHECKS; empty while all is well."""
    signs = Signs(now or timezone.now(), Heartbeat.objects.by_name())
    found = {cause: check(signs) for cause, check in CHECKS.items()}
    return {cause: sentence for cause, sentence in found.items() if sentence}


def _redis_silent(signs: Signs) -> str:
    if not settings.REDIS_URL:
        return ""
    try:
        redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=None).ping()
    except redis.RedisError:
        return "Redis 没有回应，超时标记和通知会晚到"
    return ""


def _beat_silent(signs: Signs) -> str:
    return "定时任务（beat）超过 5 分钟没有发出" if signs.is_silent(Heartbeat.BEAT) else ""


def _worker_silent(signs: Signs) -> str:
    """Not said of a worker that nobody sends anything to."""
    silent = signs.is_silent(Heartbeat.WORKER) and not signs.is_silent(Heartbeat.BEAT)
    return "后台任务（worker）超过 5 分钟没有回应" if silent else ""


def _jobs_failing(signs: Signs) -> str:
    """Not said while nothing runs at all."""
    if signs.is_silent(Heartbeat.BEAT) or signs.is_silent(Heartbeat.WORKER):
        return ""
    faulty = [job.title for job in upkeep.jobs(signs.beats, now=signs.now) if job.fault]
    return f"没有按时做成的定时任务：{'、'.join(faulty)}" if faulty else ""


def _disk_full(signs: Signs) -> str:
    """Tickets are saved all the same, without their photos (SAFETY UP-7)."""
    if not os.access(settings.MEDIA_ROOT, os.W_OK | os.X_OK):
        return "照片文件夹不能写入，新照片存不上"
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    return "磁盘剩余空间不足 1 GB" if free < DISK_BYTES else ""


def _calendar_missing(signs: Signs) -> str:
    return coverage.warning(signs.now)


def _books_wrong(signs: Signs) -> str:
    """Not said before the first night of an installation; of its beat that stands still there is another warning."""
    night = Reconciliation.objects.latest_first().first()
    if night is None:
        return ""
    if signs.now - night.finished_at > NIGHT_MISSED:
        return "每晚对账已经一天半没有做成"
    return f"每晚对账发现{night.found}处对不上" if night.found else ""


def _backup_old(signs: Signs) -> str:
    return nightly.trouble(signs.beats.get(Heartbeat.BACKUP), now=signs.now)


def _outbox_waits(signs: Signs) -> str:
    """Notices nobody routed, or messages nobody sent; those put off after a trouble are not due yet."""
    oldest = min(
        filter(None, [Notice.objects.oldest_unrouted(), Delivery.objects.oldest_due()]), default=None
    )
    return "通知超过 10 分钟没有发出去" if oldest and signs.now - oldest > OUTBOX_WAITS else ""


def _letters_dead(signs: Signs) -> str:
    number = Delivery.objects.dead().count()
    return f"有 {number} 条通知发不到邮箱或群里" if number else ""


CHECKS: dict[str, Callable[[Signs], str]] = {
    "redis": _redis_silent,
    "beat": _beat_silent,
    "worker": _worker_silent,
    "jobs": _jobs_failing,
    "disk": _disk_full,
    "calendar": _calendar_missing,
    "reconciliation": _books_wrong,
    "backup": _backup_old,
    "outbox": _outbox_waits,
    "dead_letters": _letters_dead,
}
