"""Loaded by a worker of these tests: what a process died of is tried again sooner, a server may take its time, and a
fault may be planted.
"""

import os
import time
from datetime import timedelta
from pathlib import Path

from celery import shared_task
from django.db import transaction

from notices import delivery
from notices.channels import alarm, robot
from servicedesk.celery import app
from servicedesk.listening import Listening

delivery.HOLD = timedelta(seconds=2)
alarm.SECONDS = robot.TIMEOUT = 600.0  # EMAIL_TIMEOUT: outlet_settings


@transaction.atomic
def _claim(sweep, bundle):
    return list(delivery.Delivery.objects.in_attempt(bundle.deliveries, bundle.attempt).free())


def _marks_first(sweep, bundle):
    """Marks as sent, commits, and only then sends."""
    deliveries = _claim(sweep, bundle)
    sweep._end(deliveries, delivery.State.SENT)
    sweep.line.send(bundle.address, deliveries)
    return True


if os.environ.get("CRASH_FAULT") == "marks first":
    delivery._Sweep._send = _marks_first
if os.environ.get("CRASH_FAULT") == "does not listen":
    app.steps["consumer"].discard(Listening)


@shared_task(name="tests.nap")
def nap(folder):
    """Says when it begins and ends, and waits in between until the test has done its part."""
    Path(folder, "began").touch()
    while not Path(folder, "may_end").exists():
        time.sleep(0.02)
    Path(folder, "ended").touch()
