"""Loaded by a worker of these tests: what a process died of is tried again sooner, and a fault may be planted."""

import os
from datetime import timedelta

from django.db import transaction

from notices import delivery

delivery.HOLD = timedelta(seconds=2)


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
