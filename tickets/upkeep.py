"""What beat has done, in words: which job is late or failed, and since when no limit has been flagged.

Reads the heartbeats; writes nothing. The jobs and how often they run are in settings.CELERY_BEAT_SCHEDULE.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from stations import saying
from tickets.models import Heartbeat

SILENT_AFTER = timedelta(minutes=5)
MISSED = 3  # a job that has not ended for so many of its intervals is late
FLAGGING = "tickets.flag_overdue"
BACKING_UP = "tickets.backup"
NOTHING_DONE = "没有要做的"
# What a job is called, and how its result reads; {} is the number it returned.
JOBS = {
    "servicedesk.heartbeat": ("确认后台在运行", ""),
    "servicedesk.forget_old_sessions": ("清理过期的登录", ""),
    "notices.deliver": ("发出邮件和群消息", "发出 {} 条"),
    "notices.forget_old": ("清理旧的外发记录", "清理 {} 条"),
    "tickets.flag_overdue": ("标记超时", "标记 {} 项"),
    "tickets.lapse_waiting": ("结束等居民补充", "交还 {} 单"),
    "tickets.close_unrated": ("到期未评的结案", "结案 {} 单"),
    "tickets.import_ledgers": ("导入旧台账", "开始导入"),
    "tickets.sweep_photos": ("清理没用上的照片", "清理 {} 张"),
    "tickets.tell_ownerless": ("提醒没人接的工单", "提醒 {} 条"),
    "tickets.tally": ("给服务报告先数好", "重数 {} 个社区月份"),
    "tickets.reconcile": ("每晚对账", "发现 {} 处"),
    BACKING_UP: ("每晚备份", ""),
    "volunteers.attend": ("签到签退", "处理 {} 项"),
    "volunteers.generate_shifts": ("排出以后八周的班", "新排 {} 个班"),
    "volunteers.move_up": ("候补补上空位", "补上 {} 人"),
    "volunteers.remind": ("提醒快到的班", "提醒 {} 条"),
}
# A job that comes by more often than it has something to do says when that is.
WHEN = {"tickets.reconcile": "每晚2点以后一次", BACKING_UP: "每晚3点以后一次"}
Beats = dict[str, Heartbeat]


@dataclass(frozen=True)
class Job:
    """One scheduled job as its heartbeat shows it at a moment; `fault` is empty while all is well."""

    title: str
    every: str
    started: str
    finished: str
    result: str
    fault: str


def jobs(beats: Beats, *, now: datetime) -> list[Job]:
    """Every job of the schedule, those with a fault first."""
    found = [_job(name, every, beats, now) for name, every in schedule().items()]
    return sorted(found, key=lambda job: not job.fault)


def schedule() -> dict[str, timedelta]:
    """How often each task is sent: all are intervals, which nothing has to catch up with."""
    entries: Iterable[dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE.values()
    return {entry["task"]: timedelta(seconds=entry["schedule"]) for entry in entries}


def silent_since(name: str, beats: Beats, now: datetime) -> datetime | None:
    """The last sign of beat or worker, if that is more than five minutes old; the year 1 when there was none."""
    last = beats[name].finished_at if name in beats else None
    last = last or datetime.min.replace(tzinfo=now.tzinfo)
    return last if now - last > SILENT_AFTER else None


def no_flags_since(*, now: datetime | None = None) -> str:
    """The sentence for those who watch the limits while none is flagged; empty while the sweep comes by."""
    now = now or timezone.now()
    beats = Heartbeat.objects.by_name()
    flagging, beat = beats.get(FLAGGING), beats.get(Heartbeat.BEAT)
    last = (flagging and flagging.finished_at) or (beat and beat.started_at)
    if last and now - last <= SILENT_AFTER:
        return ""
    since = f"从{saying.moment(last, now=now)}起" if last else ""
    return f"定时任务{since}没有在运行：这以后到期的工单没有标成超时，提醒也发不出去。请告诉系统管理员。"


def _job(name: str, every: timedelta, beats: Beats, now: datetime) -> Job:
    title, done = JOBS.get(name, (name, ""))
    beat = beats.get(name, Heartbeat(name=name))
    fault = _fault(beat, every, beats, now)
    return Job(
        title=title,
        every=WHEN.get(name) or _interval(every),
        started=saying.moment(beat.started_at, now=now) if beat.started_at else "",
        finished=saying.moment(beat.finished_at, now=now) if beat.finished_at else "",
        result="" if fault else _backed_up(beats, now) if name == BACKING_UP else _result(beat, done),
        fault=fault,
    )


def _interval(every: timedelta) -> str:
    return saying.span(every) if every >= saying.MINUTE else f"{every.seconds}秒"


def _fault(beat: Heartbeat, every: timedelta, beats: Beats, now: datetime) -> str:
    if beat.has_failed:
        return f"上次没有做成（{beat.result}），到点会再试"
    late = max(MISSED * every, SILENT_AFTER)
    if beat.finished_at:
        gone = now - beat.finished_at
        return f"已经{saying.wall_span(gone)}没有做完过" if gone > late else ""
    worker = beats.get(Heartbeat.WORKER)
    is_new = worker and worker.started_at and now - worker.started_at <= late
    return "" if is_new else "还没有做完过"


def _result(beat: Heartbeat, done: str) -> str:
    if not beat.finished_at:
        return "还没有轮到"
    if not done:
        return "做完了"
    return NOTHING_DONE if beat.result in ("", "0") else done.format(beat.result)


def _backed_up(beats: Beats, now: datetime) -> str:
    """The job only begins a backup; what it came to stands in a heartbeat of its own."""
    last = beats[Heartbeat.BACKUP].finished_at if Heartbeat.BACKUP in beats else None
    return f"{saying.moment(last, now=now)}做好的" if last else "还没有做好过"
