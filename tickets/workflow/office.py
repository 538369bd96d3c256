"""派单台: amend, withdraw, restore."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tickets import announce, clocks
from tickets.models import Event, Ticket, WithdrawReason
from tickets.permissions import Actor
from tickets.states import Status, Verb
from tickets.workflow.door import Conflict, Invalid, admit, lock, move, require
from tickets.workflow.joining import joined_words
from tickets.workflow.receiving import searchable

AMENDABLE = ("title", "words", "category", "building", "place")
CONTACT = ("name", "phone", "room")
CORRECTED_MEANWHILE = "刚刚有别人更正过这张工单，请看最新的内容再改。"
LABELS = {"name": "怎么称呼", "phone": "手机号", "room": "房号"}


@transaction.atomic
def amend(
    ticket: Ticket,
    *,
    by: Actor,
    reason: str = "",
    seen: int | None = None,
    now: datetime | None = None,
    **new: Any,
) -> Event | None:
    """Correct facts (title, words, category, building, place) or the first reporter's name, phone, room.

    A reason is required once the ticket has left the queue. Contact values never enter the event, only their names.
    `seen` is `last_correction` as the form knew it: what somebody else has corrected since is not written over.
    """
    now = now or timezone.now()
    # Before anything is compared: "no change" would confirm a stranger's guess at the contact.
    admit(ticket, Verb.AMEND, by=by, now=now)
    held = lock(ticket)[ticket.pk]
    reporter = held.reporters.first()
    changed = {k: new[k] for k in AMENDABLE if k in new and getattr(held, k) != new[k]}
    contact = {k: new[k] for k in CONTACT if k in new and getattr(reporter, k) != new[k]}
    if not changed and not contact:
        return None
    if seen is not None and seen != last_correction(held):
        raise Conflict(CORRECTED_MEANWHILE)
    if ticket.status != Status.RECEIVED:
        require(reason, "已派出的工单，更正要写原因")
    _check_amended(ticket, changed)
    data: dict[str, Any] = {k: [str(getattr(held, k) or ""), str(v or "")] for k, v in changed.items()}
    data.update({k: LABELS[k] for k in contact})
    columns = _columns(held, changed)
    event = move(ticket, Verb.AMEND, by=by, now=now, words=reason, data=data, columns=columns)
    for name, value in changed.items():
        setattr(ticket, name, value)
    if reporter and contact:
        for name, value in contact.items():
            setattr(reporter, name, value)
        reporter.save(update_fields=list(contact))
    if "category" in changed:
        clocks.amend(ticket, now)
    announce.tell_owner(event, "内容有更正")
    return event


def last_correction(ticket: Ticket) -> int:
    """The id of the event that corrected the ticket last; 0 before there is one."""
    return ticket.events.corrections().values_list("pk", flat=True).first() or 0


@transaction.atomic
def withdraw(
    ticket: Ticket, *, by: Actor, reason: str, words: str = "", now: datetime | None = None
) -> Event:
    """End a ticket that needs no work, for a listed reason; what was late stays late."""
    now = now or timezone.now()
    if reason not in WithdrawReason.values:
        raise Invalid("请选撤单原因", "reason")
    if reason == WithdrawReason.NOT_OURS and not ticket.replies.exists():
        raise Invalid("不属于受理范围的，要先答复居民该找谁，再撤单", "reason")
    lock(ticket)
    if reason != WithdrawReason.NOT_OURS and ticket.duplicates.exists():
        raise Invalid("还有工单并在这一张里，那些反映人也在等；先拆单，再撤单", "reason")
    claimant = ticket.claimant_id
    event = move(
        ticket,
        Verb.WITHDRAW,
        by=by,
        now=now,
        to=Status.WITHDRAWN,
        words=words,
        data={"reason": WithdrawReason(reason).label},
        withdraw_reason=reason,
        closed_at=now,
    )
    clocks.stop(ticket, now)
    announce.tell_people(event, [claimant], "已撤单，不用再办")
    return event


@transaction.atomic
def restore(ticket: Ticket, *, by: Actor, reason: str, now: datetime | None = None) -> Event:
    """Bring a withdrawn ticket back to the queue; its old due moments return."""
    now = now or timezone.now()
    require(reason, "写明为什么恢复")
    event = move(
        ticket,
        Verb.RESTORE,
        by=by,
        now=now,
        to=Status.RECEIVED,
        words=reason,
        unit_id=None,
        claimant_id=None,
        claimed_at=None,
        closed_at=None,
        withdraw_reason="",
    )
    ticket.unit = ticket.claimant = None
    clocks.resume(ticket, now)
    clocks.charge(ticket, now)
    announce.tell_dispatchers(event, "已恢复，请派单", asks=True)
    return event


def _check_amended(ticket: Ticket, changed: dict[str, Any]) -> None:
    building, category = changed.get("building"), changed.get("category")
    if building and building.area_id != ticket.area_id:
        raise Invalid("请选本社区的楼栋", "building")
    if category and not category.is_active:
        raise Invalid("这个类别已停用，请另选一个", "category")
    for name in ("title", "words"):
        if name in changed:
            require(changed[name], "不能改成空的", name)


def _columns(held: Ticket, changed: dict[str, Any]) -> dict[str, Any]:
    """The changed columns for the conditional update, with the search terms made anew of the row as it is now."""
    if not changed:
        return {}
    for name, value in changed.items():
        setattr(held, name, value)
    fields = [field for field in held._meta.concrete_fields if field.name in changed]
    columns = {field.attname: getattr(held, field.attname) for field in fields}
    return {**columns, "search": searchable(held, joined_words(held))}
