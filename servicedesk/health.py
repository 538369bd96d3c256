"""Says whether this process lives and whether it can serve.

Not ready means only: no database, or unapplied migrations.  Everything else is a warning, because
taking the desk offline would not cure it.
"""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import chinese_calendar
import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

BEAT_SECONDS = 300
DISK_BYTES = 1024**3
CALENDAR_MONTH = 11  # the State Council announces the next year in November
_seen_migrated: list[bool] = []


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
    reason = _reason_against()
    if reason:
        return _answer({"ready": False, "reason": reason}, 503)
    return _answer({"ready": True, "warnings": warnings()}, 200)


def _answer(facts: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(facts, status=status, json_dumps_params={"ensure_ascii": False})


def _reason_against() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "" if _is_migrated() else "有未执行的数据库迁移"
    except Error:
        return "数据库连不上"


def _is_migrated() -> bool:
    """Remembered once true: this process's code does not change any more."""
    if not _seen_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _seen_migrated.append(True)
    return True


def warnings() -> list[str]:
    checks = (_redis_silent(), _beat_silent(), _disk_full(), _calendar_missing())
    return [sentence for sentence in checks if sentence]


def _redis_silent() -> str:
    if not settings.REDIS_URL:
        return ""
    try:
        redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=None).ping()
    except redis.RedisError:
        return "Redis 没有回应，超时标记和通知会晚到"
    return ""


def _beat_silent() -> str:
    beat = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).with_name("heartbeat")
    if beat.exists() and time.time() - beat.stat().st_mtime < BEAT_SECONDS:
        return ""
    return "定时任务超过 5 分钟没有运行"


def _disk_full() -> str:
    """Tickets are saved all the same, without their photos (SAFETY UP-7)."""
    if not os.access(settings.MEDIA_ROOT, os.W_OK | os.X_OK):
        return "照片文件夹不能写入，新照片存不上"
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    return "磁盘剩余空间不足 1 GB" if free < DISK_BYTES else ""


def _calendar_missing() -> str:
    today = timezone.localdate()
    year = today.year + 1 if today.month >= CALENDAR_MONTH else today.year
    known = {day.year for day in chinese_calendar.holidays}
    return "" if year in known else f"还没有 {year} 年的节假日安排，时限暂按常规推算"
