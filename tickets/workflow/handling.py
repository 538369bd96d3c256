"""责任单位: claim, release, hand back, reply, resolve."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets import announce, clocks
from tickets.models import Answer, Event, Outcome, Photo, Reply, Reporter, Ticket
from tickets.models.clock import Clock
from tickets.permissions import leads_unit_of
from tickets.states import Status, Verb
from tickets.workflow import jobs
from tickets.workflow.door import REPEAT_WITHIN, Invalid, admit, lock, move, require
from tickets.workflow.jobs import Job
from tickets.workflow.picturing import add_missing, attach_within_room
from tickets.workflow.telling import BY_PEOPLE, note_told

LONGEST_PROMISE = timedelta(days=366)
ANSWERED_MEANWHILE = "打开这一页以后，已经有人答复过{}。还要照您写的再答复一次，再按一次“发出答复”。"
NAME_UNKNOWN = "登记时填的姓名和本人的不同，不能指定。请他自己认领；或者先移出，按本人姓名再登记"


@transaction.atomic
def claim(ticket: Ticket, *, by: User, colleague: User | None = None, now: datetime | None = None) -> Event:
    """Take a dispatched ticket in hand; a unit lead may name a colleague of the unit instead."""
    now = now or timezone.now()
    admit(ticket, Verb.CLAIM, by=by, now=now)
    claimant = colleague or by
    if claimant != by:
        _check_named(by, claimant, ticket)
    data = {"claimant": claimant.pk, "name": claimant.name}
    event = move(
        ticket,
        Verb.CLAIM,
        by=by,
        now=now,
        to=Status.CLAIMED,
        data=data,
        claimant_id=claimant.pk,
        claimed_at=now,
    )
    ticket.claimant = claimant
    announce.tell_people(event, [claimant.pk], "请您办理", asks=True)
    return event


@transaction.atomic
def release(ticket: Ticket, *, by: User, reason: str, now: datetime | None = None) -> Event:
    """Put a claimed ticket back for the unit's others."""
    require(reason, "写明为什么放回，让同事知道")
    event = move(
        ticket,
        Verb.RELEASE,
        by=by,
        now=now or timezone.now(),
        to=Status.DISPATCHED,
        words=reason,
        claimant_id=None,
        claimed_at=None,
    )
    ticket.claimant = None
    announce.ask_unit(event, "已放回，请认领")
    return event


@transaction.atomic
def hand_back(ticket: Ticket, *, by: User, reason: str, now: datetime | None = None) -> Event:
    """Give the ticket back to the dispatcher: not this unit's."""
    now = now or timezone.now()
    require(reason, "写明为什么退单，最好写该找谁")
    unit_name = ticket.unit.name if ticket.unit else ""
    event = move(
        ticket,
        Verb.HAND_BACK,
        by=by,
        now=now,
        to=Status.RECEIVED,
        words=reason,
        data={"unit": [unit_name, ""]},
        unit_id=None,
        claimant_id=None,
        claimed_at=None,
    )
    ticket.unit = ticket.claimant = None
    clocks.charge(ticket, now)
    announce.tell_dispatchers(event, f"{unit_name}退单，请另派", asks=True)
    return event


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    by: User,
    solvable: str,
    words: str,
    told: str,
    promised_on: date | None = None,
    photos: Sequence[Photo] = (),
    told_to: Iterable[Reporter] | None = None,
    seen: str | None = None,
    now: datetime | None = None,
) -> Event:
    """Answer the resident: can it be solved, by when (a local date), in words, and how the resident is told.

    `told_to` are the reporters who know it already, by phone or in person; unless it is given, the only one there is.
    `seen` is `standing_answer` as the form knew it: a newer one is not replaced by whoever has not read it.
    """
    now = now or timezone.now()
    admit(ticket, Verb.REPLY, by=by, now=now)
    _check_reply(solvable, words, told, promised_on, now)
    answer = {"solvable": solvable, "promised_on": promised_on, "words": words, "told": told}
    # Of two presses at the same moment the second finds the first one's answer.
    standing = standing_answer(lock(ticket)[ticket.pk])
    if repeated := repeated_reply(ticket, by=by, now=now, **answer):
        # What it brought once more stays drafts until they are swept.
        add_missing(ticket, by=by, photos=photos, stage=Photo.Stage.ANSWERED, now=now)
        return repeated
    if standing and seen not in (None, standing):
        raise Invalid(ANSWERED_MEANWHILE.format(""))
    event = _give(ticket, answer, by, told_to, now)
    attach_within_room(photos, ticket, event, stage=Photo.Stage.ANSWERED)
    return event


@transaction.atomic
def resolve(
    ticket: Ticket,
    *,
    by: User,
    outcome: str,
    words: str,
    job: Job | None = None,
    photos: Sequence[Photo] = (),
    now: datetime | None = None,
) -> Event:
    """Report done (solved, partly or not); the resident has five working days to rate.

    A volunteer team says with `job` on what terms it was done and by whom.
    """
    now = now or timezone.now()
    if outcome not in Outcome.values:
        raise Invalid("请选办理结果", "outcome")
    require(words, "写明怎么办的，居民会看到", "words")
    job = jobs.checked(ticket, job)
    event = move(
        ticket,
        Verb.RESOLVE,
        by=by,
        now=now,
        to=Status.RESOLVED,
        words=words,
        data={"outcome": outcome, **(job.data if job else {})},
        outcome=outcome,
        resolved_at=now,
    )
    jobs.write(ticket, job, by=by, now=now)
    attach_within_room(photos, ticket, event, stage=Photo.Stage.FINISHED)
    clocks.meet(ticket, Clock.Kind.RESOLVE, now)
    clocks.meet(ticket, Clock.Kind.REPLY, now)
    clocks.start_rating(ticket, now)
    return event


def standing_answer(ticket: Ticket) -> str:
    """What the residents were told last in this round, for comparing: yes 2026-11-30. Empty before they were told."""
    return f"{ticket.solvable} {ticket.promised_on or ''}".strip()


def repeated_reply(ticket: Ticket, *, by: User, now: datetime, **answer: Any) -> Event | None:
    """The event of the same answer (as `reply` takes it), if this person gave it a moment ago.

    An answer that came along with 拆单 was given on another ticket and has no event here: that is no repeat.
    """
    answer = {name: answer[name] for name in ("solvable", "promised_on", "words", "told")}
    given = ticket.replies.filter(**answer, by=by, round=ticket.round, at__gte=now - REPEAT_WITHIN)
    moments = given.order_by().values("at")
    return ticket.events.filter(verb=Verb.REPLY, by=by, at__in=moments).order_by("-pk").first()


def _give(
    ticket: Ticket, answer: dict[str, Any], by: User, told_to: Iterable[Reporter] | None, now: datetime
) -> Event:
    solvable, promised_on, words, told = (answer[k] for k in ("solvable", "promised_on", "words", "told"))
    event = move(
        ticket,
        Verb.REPLY,
        by=by,
        now=now,
        to=Status.RECEIVED if ticket.status == Status.RECEIVED else Status.CLAIMED,
        words=words,
        data={"solvable": solvable, "promised_on": promised_on and promised_on.isoformat(), "told": told},
        solvable=solvable,
        promised_on=promised_on,
    )
    Reply.objects.create(ticket=ticket, round=ticket.round, by=by, at=now, **answer)
    if told in BY_PEOPLE:
        note_told(ticket, _told(ticket, told_to), by=by, channel=told, now=now)
    clocks.meet(ticket, Clock.Kind.REPLY, now)
    return event


def _told(ticket: Ticket, named: Iterable[Reporter] | None) -> list[Reporter]:
    """Those of the matter who were named; with nobody named the only one, since of several it may be any."""
    everybody = list(Reporter.objects.of_matter(ticket))
    if named is None:
        return everybody if len(everybody) == 1 else []
    return [reporter for reporter in everybody if reporter in set(named)]


def _check_named(by: User, claimant: User, ticket: Ticket) -> None:
    """Somebody enrolled under another name would be named on the ticket, to whoever only knew the number."""
    colleague = User.objects.of_unit(ticket.unit).filter(pk=claimant.pk).first()
    if colleague is None or not leads_unit_of(by, ticket):
        raise Invalid("只有单位负责人可以指定本单位的同事", "colleague")
    if colleague.name_unknown:
        raise Invalid(NAME_UNKNOWN, "colleague")


def _check_reply(solvable: str, words: str, told: str, promised_on: date | None, now: datetime) -> None:
    if solvable not in Answer.values:
        raise Invalid("请选能不能解决", "solvable")
    if solvable != Answer.NO and promised_on is None:
        raise Invalid("请选哪天办好", "promised_on")
    if solvable == Answer.NO and promised_on is not None:
        raise Invalid("不能解决的，不用选日期", "promised_on")
    today = timezone.localdate(now)
    if promised_on and not today <= promised_on <= today + LONGEST_PROMISE:
        raise Invalid("日期要在今天到一年之内", "promised_on")
    require(words, "写几句说明，居民会看到", "words")
    if told not in Reply.Channel.values:
        raise Invalid("请选怎么告知居民", "told")
