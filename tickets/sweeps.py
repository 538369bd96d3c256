"""What beat does again and again: take clocks up the ladder, close what is not rated in time, end the waiting.

Each is a question over stored state: any number of missed, doubled or parallel runs gives the same result.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from notices.models import Notice
from stations import locks
from tickets import ladder, rungs, workflow
from tickets.models import Clock, Ticket
from tickets.recounting import recount_within
from tickets.rungs import Step
from tickets.states import Status

BATCH, MOST = 2_000, 20_000
COUNTING = 30.0  # seconds, of the sixty that a job has


def flag_overdue(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Take every reply and resolve clock up the ladder to where it is at `now` (aware); how many became overdue.

    First the clocks of an older calendar are counted anew, so that none is judged by it; where that takes longer than
    a run may, marking waits for the run that finishes it.
    """
    now = now or timezone.now()
    return climb(now, batch) if recount_within(COUNTING, now=now) else 0


def climb(now: datetime, batch: int = BATCH) -> int:
    """The ladder alone. Any number of missed, doubled or parallel runs marks and tells the same.

    More than MOST clocks are left to the next run, so that nobody waits long for the rows of this one.
    """
    return _climb(now, batch) if Clock.objects.climbing(now).exists() else 0


def close_unrated(*, now: datetime | None = None) -> int:
    """Close the tickets whose five working days to rate are over; the number closed."""
    now = now or timezone.now()
    return sum(_close_one(pk, now) for pk in _unrated(now))


def lapse_waiting(*, now: datetime | None = None) -> int:
    """Give back to the claimant what no resident has answered in time; how many."""
    now = now or timezone.now()
    late = Clock.objects.lapsed(now).order_by("due_at", "pk")
    return sum(_lapse_one(pk, now) for pk in list(late.values_list("ticket", flat=True)))


@transaction.atomic
def _climb(now: datetime, batch: int) -> int:
    """One transaction, so that each person gets one digest a run; a second run meanwhile leaves it to the first."""
    steps: list[Step] = []
    for _ in range(max(MOST // batch, 1) if locks.take(locks.Lock.LADDER) else 0):
        climbed = rungs.climb(now, batch)
        steps += climbed
        if not climbed:  # nothing is left but what somebody else holds
            break
    Notice.objects.post(ladder.digests(steps, now) if steps else [])
    return sum(step.number for step in steps if step.rung == rungs.OVERDUE)


def _unrated(now: datetime) -> list[int]:
    due = Clock.objects.running().past(now).filter(kind=Clock.Kind.RATING)
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
