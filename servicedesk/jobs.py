"""What beat and the worker leave behind of their lives: the heartbeats that /readyz and 系统状态 read.

Every task is noted here, whichever app it belongs to. A database that is away loses a note, never a job: Celery
logs what a receiver raises and goes on.
"""

from typing import Any

from celery import Task, shared_task
from celery.signals import (
    after_task_publish,
    beat_init,
    task_failure,
    task_prerun,
    task_success,
    worker_ready,
)
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from tickets.models import Heartbeat
from volunteers.importing import writing

HEARTBEAT = "servicedesk.heartbeat"
RESULT_LENGTH = 60


@shared_task(name=HEARTBEAT)
def heartbeat() -> None:
    """Sent by beat, run by the worker: proof that both live, and the broker between them."""
    Heartbeat.objects.note(Heartbeat.WORKER, finished_at=timezone.now())


@shared_task(name="servicedesk.forget_old_sessions")
def forget_old_sessions() -> None:
    """A shared desk signs in several times a day for years; nobody needs the rows that have expired.

    Nor a lead's list of volunteers that was never written.
    """
    call_command("clearsessions")
    writing.forget(now=timezone.now())


@beat_init.connect
def beat_has_started(**kwargs: object) -> None:
    _note_process(Heartbeat.BEAT, has_started=True)


@after_task_publish.connect(sender=HEARTBEAT)
def beat_goes_on(**kwargs: object) -> None:
    """Not a tick of the clock but a message that got through: only that lets a job run."""
    _note_process(Heartbeat.BEAT)


@worker_ready.connect
def worker_has_started(**kwargs: object) -> None:
    _note_process(Heartbeat.WORKER, has_started=True)


@task_prerun.connect
def job_has_started(task: Task, **kwargs: object) -> None:
    Heartbeat.objects.note(task.name, started_at=timezone.now())


@task_success.connect
def job_has_finished(sender: Task, result: Any, **kwargs: object) -> None:
    words = "" if result is None else str(result)[:RESULT_LENGTH]
    Heartbeat.objects.note(sender.name, finished_at=timezone.now(), result=words)


@task_failure.connect
def job_has_failed(sender: Task, exception: BaseException, **kwargs: object) -> None:
    """Only the kind of error: its words may hold what somebody typed."""
    kind = type(exception).__name__[:RESULT_LENGTH]
    Heartbeat.objects.note(sender.name, failed_at=timezone.now(), result=kind)


def _note_process(name: str, *, has_started: bool = False) -> None:
    """From beat or the worker's main process, which keep no connection: their children would inherit it."""
    now = timezone.now()
    try:
        Heartbeat.objects.note(name, finished_at=now, **({"started_at": now} if has_started else {}))
    finally:
        connections.close_all()
