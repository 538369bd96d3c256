"""The night itself: every check once, what was found stored under its local date, and told to who can see to it.

Any number of runs on a day leave one night; two at once leave it to the first.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from notices.models import Notice
from stations import locks
from tickets import upkeep
from tickets.models import Finding, Reconciliation
from tickets.reconciling import checks

FROM_HOUR = 2  # Shanghai time: the desks are closed, and what fell due at midnight is marked
MOST = 50  # findings of one check that are listed; all are counted
STATEMENT = "60s"


def if_due(*, now: datetime | None = None) -> int | None:
    """Once a day from two o'clock on; what was found, or None where there was nothing to do.

    Not while limits are not being flagged: all of them would be found.
    """
    now = now or timezone.now()
    is_done = Reconciliation.objects.of_day(timezone.localdate(now)) is not None
    is_early = timezone.localtime(now).hour < FROM_HOUR
    if is_done or is_early or upkeep.no_flags_since(now=now):
        return None
    return run(now=now)


@transaction.atomic
def run(*, now: datetime | None = None) -> int | None:
    """Make every check and store the night; how much did not agree, or None while another run is at it."""
    now, began = now or timezone.now(), time.monotonic()
    if not locks.take(locks.Lock.RECONCILING):
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT}'")
        results = {check.code: _ask(cursor, check, now) for check in checks.ASKED}
    results[checks.OWNERS_CODE] = checks.ownerless(MOST)
    results[checks.TALLIES_CODE] = checks.tallies(MOST, now)
    night = _store(results, now, timedelta(seconds=time.monotonic() - began))
    _tell(night, now)
    return night.found


def _ask(cursor: Any, check: checks.Check, now: datetime) -> tuple[int, int, list[tuple]]:
    cursor.execute(check.rows)
    [rows] = cursor.fetchone()
    numbered = f"SELECT f.*, count(*) OVER () FROM ({check.faults}) f (ticket, area, words) LIMIT {MOST}"  # noqa: S608
    cursor.execute(numbered, {"now": now})
    found = cursor.fetchall()
    return rows, found[0][3] if found else 0, [row[:3] for row in found]


def _store(
    results: dict[str, tuple[int, int, list[tuple]]], now: datetime, took: timedelta
) -> Reconciliation:
    facts = {
        "started_at": now,
        "finished_at": now + took,
        "checked": {code: [rows, faults] for code, (rows, faults, _) in results.items()},
    }
    night, _ = Reconciliation.objects.update_or_create(day=timezone.localdate(now), defaults=facts)
    night.findings.all().delete()
    Finding.objects.bulk_create(
        Finding(reconciliation=night, check_code=code, ticket_id=ticket, area_id=area, words=words[:200])
        for code, (_, _, found) in results.items()
        for ticket, area, words in found
    )
    return night


def _tell(night: Reconciliation, now: datetime) -> None:
    """The dispatchers of the communities concerned, each with their own number, and the administrators with all."""
    if not night.found:
        return
    told: dict[int, int] = {}
    counts = night.findings.all().by_area()
    dispatching = Post.objects.active().as_role(Post.Role.DISPATCHER).filter(area__in=counts)
    for user, area in dispatching.values_list("user", "area"):
        told[user] = told.get(user, 0) + counts[area]
    for user in Post.objects.active().as_role(Post.Role.ADMIN).values_list("user", flat=True):
        told[user] = night.found
    url = f"{reverse('tickets:reconciliation')}?day={night.day}"
    Notice.objects.post(
        [
            Notice(
                recipient_id=user,
                effect=f"reconciled:{night.day}",
                text=f"每晚对账发现{number}处对不上，请核对",
                url=url,
                created_at=now,
            )
            for user, number in told.items()
        ]
    )
