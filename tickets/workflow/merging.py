"""并单 and 拆单: two tickets about one matter go on as one, and apart again when that was a mistake."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets import announce, clocks
from tickets.models import Apart, Event, Reply, Ticket
from tickets.permissions import HAS_DUPLICATES
from tickets.states import OPEN, Status, Verb
from tickets.workflow.door import CHANGED_MEANWHILE, Conflict, Invalid, admit, lock, move
from tickets.workflow.reviewing import owner_after
from tickets.workflow.telling import carry_over

ITSELF = "不能并进自己，请选另一张"
NO_SUCH_TICKET = "本社区没有这张还在办的工单，请看清编号"


@transaction.atomic
def merge(ticket: Ticket, *, by: User, master: Ticket, now: datetime | None = None) -> Event:
    """Let the ticket go on within `master`: its reporters get the master's answers and rate the master."""
    now = now or timezone.now()
    admit(ticket, Verb.MERGE, by=by, now=now)
    held = lock(ticket, master)
    master = held[master.pk]
    _check(held[ticket.pk], master)
    event = move(
        ticket,
        Verb.MERGE,
        by=by,
        now=now,
        to=Status.MERGED,
        data={"master": master.pk, "number": master.number},
        merged_into_id=master.pk,
        closed_at=now,
    )
    ticket.merged_into = master
    clocks.join(ticket, master, now)
    announce.tell_owner(event, f"已并入{master.number}，不用单独办")
    announce.tell_owner(event, f"并进了{ticket.number}，多了反映人", of=master)
    return event


@transaction.atomic
def unmerge(ticket: Ticket, *, by: User, now: datetime | None = None) -> Event:
    """Let the ticket go its own way again, with the owner it had if that one is still there.

    The two are two matters from then on.
    """
    now = now or timezone.now()
    admit(ticket, Verb.UNMERGE, by=by, now=now)
    held = lock(ticket, ticket.merged_into)
    master, merged_at = held[ticket.merged_into_id], ticket.closed_at
    if held[ticket.pk].merged_into_id != master.pk:
        raise Conflict(CHANGED_MEANWHILE)
    if master.status not in OPEN:
        raise Conflict(f"{master.number}已经{Status(master.status).label}，不能再拆单")
    to, owner = _where_it_was(ticket)
    reply = master.replies.filter(at__gt=merged_at).order_by("pk").last()
    event = move(
        ticket,
        Verb.UNMERGE,
        by=by,
        now=now,
        to=to,
        data={"master": master.pk, "number": master.number},
        merged_into_id=None,
        closed_at=None,
        **owner,
        **_take_along(reply, ticket),
    )
    Apart.objects.keep(ticket, master, by=by, at=now)
    clocks.part(ticket, master, merged_at, now)
    clocks.charge(ticket, now)
    announce.tell_owner(event, f"从{master.number}拆出来，请继续办", asks=True)
    announce.tell_owner(event, f"拆出了{ticket.number}", of=master)
    return event


def _check(ticket: Ticket, master: Ticket) -> None:
    if master.pk == ticket.pk:
        raise Invalid(ITSELF, "master")
    if master.area_id != ticket.area_id:
        raise Invalid(NO_SUCH_TICKET, "master")
    if master.status not in OPEN:
        raise Invalid(f"{master.number}是“{Status(master.status).label}”，只能并进还在办的工单", "master")
    if ticket.is_pressing and not master.is_emergency:
        raise Invalid(f"急事只能并进急事：先把{master.number}的类别更正成{ticket.category}，再并单", "master")
    if ticket.duplicates.exists():
        raise Invalid(HAS_DUPLICATES, "master")


def _where_it_was(ticket: Ticket) -> tuple[Status, dict]:
    """The status before it was merged; without the claimant the unit's, without the unit the dispatcher's."""
    before = Status(ticket.events.filter(verb=Verb.MERGE).latest("pk").status_from)
    if before == Status.RECEIVED:
        return before, {}
    to, owner = owner_after(ticket)
    return (before, owner) if to == Status.CLAIMED else (to, owner)


def _take_along(reply: Reply | None, ticket: Ticket) -> dict:
    """What was answered meanwhile was answered to these reporters too, and stays promised to them."""
    if reply is None:
        return {}
    answer = {"solvable": reply.solvable, "promised_on": reply.promised_on}
    copy = Reply.objects.create(
        ticket=ticket,
        round=ticket.round,
        by_id=reply.by_id,
        at=reply.at,
        words=reply.words,
        told=reply.told,
        **answer,
    )
    carry_over(reply, copy)
    return answer
