"""What beat does again and again: mark overdue clocks, close tickets whose time to rate is over, end the waiting.

Each is a question over stored state: any number of missed, doubled or parallel runs gives the same result.
"""

from collections import defaultdict
from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from notices.models import Notice
from stations.models import Area
from tickets import workflow
from tickets.announce import subject
from tickets.models import Clock, Event, Ticket
from tickets.states import Status, Verb
from tickets.workflow.door import BY_SYSTEM

BATCH = 500
RUN_LOCK = 20261121  # any number that no other advisory lock of the database has


@transaction.atomic
def flag_overdue(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Mark reply and resolve clocks past due at `now` (aware), tell dispatchers and secretaries; how many.

    One transaction, so that each person gets one digest a run; a second run meanwhile leaves it to the first.
    """
    now = now or timezone.now()
    late: list[Clock] = []
    while _is_only_run() and (marked := _mark_batch(now, batch)):
        late += marked
    Notice.objects.post(_digests(late, now) if late else [])
    return len(late)


def close_unrated(*, now: datetime | None = None) -> int:
    """Close the tickets whose five working days to rate are over; the number closed."""
    now = now or timezone.now()
    return sum(_close_one(pk, now) for pk in _unrated(now))


def lapse_waiting(*, now: datetime | None = None) -> int:
    """Give back to the claimant what no resident has answered in time; how many."""
    now = now or timezone.now()
    late = Clock.objects.lapsed(now).order_by("due_at", "pk")
    return sum(_lapse_one(pk, now) for pk in list(late.values_list("ticket", flat=True)))


def _is_only_run() -> bool:
    """Takes, or already has, the lock that ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RUN_LOCK])
        return cursor.fetchone()[0]


def _mark_batch(now: datetime, batch: int) -> list[Clock]:
    clocks = list(Clock.objects.to_flag(now, batch))
    if clocks:
        Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(flagged_at=now)
        Event.objects.bulk_create([_flag_event(clock, now) for clock in clocks])
    return clocks


def _flag_event(clock: Clock, now: datetime) -> Event:
    ticket = clock.ticket
    return Event(
        ticket=ticket,
        area_id=clock.area_id,
        verb=Verb.FLAG,
        status_from=ticket.status,
        status_to=ticket.status,
        round=clock.round,
        at=now,
        as_whom=BY_SYSTEM,
        data={"kind": clock.kind, "due_at": clock.due_at.isoformat(), "calendar": clock.calendar_version},
    )


def _digests(clocks: list[Clock], now: datetime) -> list[Notice]:
    """One notice a person, however many clocks; its effect names the first, which is marked only once."""
    by_area: dict[Area, list[Clock]] = defaultdict(list)
    for clock in clocks:
        by_area[clock.area].append(clock)
    by_person: dict[int, list[Clock]] = defaultdict(list)
    for user_id, area_ids in Post.objects.answering_for(by_area).items():
        for area in by_area:
            if area.pk in area_ids:
                by_person[user_id] += by_area[area]
    return [_digest(user_id, late, now) for user_id, late in by_person.items()]


def _digest(user_id: int, late: list[Clock], now: datetime) -> Notice:
    first = late[0]
    one = len(late) == 1
    overdue_list = reverse("tickets:list") + "?overdue=1"
    return Notice(
        recipient_id=user_id,
        effect=f"overdue:{first.pk}",
        text=f"{subject(first.ticket)}超过{first.get_kind_display()}时限"
        if one
        else f"有{len(late)}项时限刚刚超过，请尽快处理",
        url=first.ticket.get_absolute_url() if one else overdue_list,
        is_urgent=True,
        created_at=now,
    )


def _unrated(now: datetime) -> list[int]:
    due = Clock.objects.running().filter(kind=Clock.Kind.RATING, due_at__lt=now)
    return list(due.filter(ticket__status=Status.RESOLVED).values_list("ticket", flat=True))


@transaction.atomic
def _close_one(pk: int, now: datetime) -> int:
    ticket = _locked(pk, Status.RESOLVED)
    for found in ticket:
        workflow.close_unrated(found, now=now)
    return len(ticket)


@transaction.atomic
def _lapse_one(pk: int, now: datetime) -> int:
    ticket = _locked(pk, Status.WAITING)
    # Asked again between the list and the lock, it waits anew.
    late = [found for found in ticket if Clock.objects.lapsed(now).of([found]).exists()]
    for found in late:
        workflow.waiting_lapsed(found, now=now)
    return len(late)


def _locked(pk: int, status: Status) -> list[Ticket]:
    """The ticket, if it still is in this status and in nobody else's hand."""
    free = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
    return list(free.filter(pk=pk, status=status))
