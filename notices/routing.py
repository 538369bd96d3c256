"""Which notices also leave the house, through which channel: derived once from the outbox, never in a request.

A notice goes to its recipient's mailbox if the person wants that kind there, and once to the group of the unit as
one of which the person was told.
"""

import math
import time
from datetime import datetime

from django.db import transaction

from notices.channels import mail
from notices.models import Delivery, Notice, Preference, Robot

BATCH = 500


def route(now: datetime, *, until: float = math.inf, batch: int = BATCH) -> int:
    """Write the deliveries of the notices nobody has routed, oldest first; how many notices.

    `now` is aware; no batch but the first begins when time.monotonic() has passed `until`.
    """
    routed = found = _route_batch(now, batch)
    while found and time.monotonic() < until:
        found = _route_batch(now, batch)
        routed += found
    return routed


@transaction.atomic
def _route_batch(now: datetime, batch: int) -> int:
    """Notices stay locked until their deliveries stand, so none is lost and none is routed twice."""
    notices = list(Notice.objects.unrouted()[:batch])
    if notices:
        Delivery.objects.bulk_create(_deliveries(notices, now), ignore_conflicts=True)
        Notice.objects.mark_routed(notices, now)
    return len(notices)


def _deliveries(notices: list[Notice], now: datetime) -> list[Delivery]:
    people = {notice.recipient_id for notice in notices}
    mailboxes = Preference.objects.reaching(people) if mail.is_set_up() else {}
    units = {notice.unit_id for notice in notices if notice.unit_id}
    robots = Robot.objects.reaching(units) if units else {}
    found = []
    for notice in notices:
        preference = mailboxes.get(notice.recipient_id)
        if preference and preference.wants(notice):
            found.append(_copy(notice, now, Delivery.Channel.EMAIL, person_id=notice.recipient_id))
        if notice.unit_id in robots:
            found.append(_copy(notice, now, Delivery.Channel.ROBOT, unit_id=notice.unit_id))
    return found


def _copy(notice: Notice, now: datetime, channel: str, **receiver: int | None) -> Delivery:
    return Delivery(
        channel=channel,
        effect=notice.effect,
        text=notice.text,
        url=notice.url,
        is_urgent=notice.is_emergency,
        created_at=notice.created_at,
        due_at=now,
        **receiver,
    )
