"""待居民补充: the claimant asks, the residents answer through any channel, or the time for it is over.

The first answer ends the waiting; what comes later, until the round has its result, still reaches whoever has the
matter. The question is no reply: the reply clock runs on. What the pause does to the resolve clock is in clocks.py.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets import announce, clocks
from tickets.models import Clock, Event, Heard, Reporter, Ticket
from tickets.permissions import Actor, speaks_for
from tickets.states import Status, Verb
from tickets.workflow.door import (
    OTHER_DESK,
    REPEAT_WITHIN,
    Conflict,
    Invalid,
    admit,
    hold_for,
    lock,
    move,
    require,
)
from tickets.workflow.telling import note_heard

QUESTION_LIMIT = 200
MOST_ANSWERS = 5  # of one reporter to one question: whoever has more to say is better called
WRITE_QUESTION = "写明要居民补充什么，一次问清"
NOTHING_LEFT = "这一轮等居民补充已经满3个工作日，不能再等。请打电话问，或按现有情况办。"
EMERGENCY = "紧急的事不能等居民补充：先打电话或上门，答复以后才能再问。"
ASKED_ANEW = "问题刚刚换了，请看清新的问题再回答"
ASKED_SINCE = "问题后来换过，原来的不用再补充"
NOT_ASKED = "这件事现在没有要居民补充的"
ENOUGH = f"这个问题已经补充过{MOST_ANSWERS}次，还有要说的，请直接和经办人联系"
ASKED_ELSEWHERE = "您那件事刚刚换了一张工单办，刚才的问题不用回答了，下面是现在的进展"


@transaction.atomic
def ask_resident(ticket: Ticket, *, by: User, question: str, now: datetime | None = None) -> Event:
    """Ask for what only the resident knows and wait, for three working days a round at most.

    An emergency waits for nobody before it has been answered.
    """
    now = now or timezone.now()
    admit(ticket, Verb.ASK_RESIDENT, by=by, now=now)
    require(question, WRITE_QUESTION, "question", limit=QUESTION_LIMIT)
    _check_time(lock(ticket)[ticket.pk])  # it may have become an emergency since it was read
    event = move(ticket, Verb.ASK_RESIDENT, by=by, now=now, to=Status.WAITING, words=question)
    clocks.pause(ticket, now)
    announce.ask_desks(event, "要请居民补充情况，居民来站或来电时请代问")
    return event


@transaction.atomic
def resident_answered(
    ticket: Ticket,
    *,
    by: User | Reporter,
    words: str,
    channel: str | None = None,
    reporter: Reporter | None = None,
    question: int | None = None,
    now: datetime | None = None,
) -> Event:
    """What a reporter answers: by the reporter, or by a person naming who said it and how.

    The first answer ends the waiting, a later one is added while the matter is open. `question` is the event the
    answer was written for, where the page knows it. The same answer sent twice is one.
    """
    now = now or timezone.now()
    if isinstance(by, Reporter):
        reporter, channel = by, Heard.LINK
    # As it is now: whoever read it before another one answered is no less heard.
    ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update(of=("self",)))
    if repeated := _repeated(ticket, by, reporter, words, now):
        return repeated
    if _was_of_another(ticket, question):
        raise Conflict(ASKED_ELSEWHERE)
    admit(ticket, Verb.RESIDENT_ANSWERED, by=by, now=now)
    reporter = _check_answer(ticket, by, reporter, words, channel)
    hold_for(reporter, ticket)
    _check_question(ticket, reporter, question)
    is_awaited = ticket.status == Status.WAITING
    data = {"channel": channel, "reporter": reporter.pk}
    to = Status.CLAIMED if is_awaited else None
    event = move(ticket, Verb.RESIDENT_ANSWERED, by=by, now=now, to=to, words=words, data=data)
    if is_awaited and channel:  # a later one was written without the reply that may have been given since
        note_heard(ticket, reporter, by=by, channel=channel, now=now)
    if is_awaited:
        announce.tell_owner(event, "居民已补充情况，请接着办", asks=True)
    else:
        announce.tell_owner(event, "居民又补充了情况，请看一看")
    return event


@transaction.atomic
def waiting_lapsed(ticket: Ticket, *, now: datetime | None = None) -> Event:
    """Nobody has answered in time: the claimant goes on with what is known."""
    now = now or timezone.now()
    admit(ticket, Verb.WAITING_LAPSED, by=None, now=now)
    if not Clock.objects.lapsed(now).of([ticket]).exists():
        raise Conflict("等居民补充的时间还没有到")
    event = move(ticket, Verb.WAITING_LAPSED, by=None, now=now, to=Status.CLAIMED)
    announce.tell_owner(event, "居民没有补充，请按现有情况接着办", asks=True)
    return event


def current_question(ticket: Ticket) -> Event | None:
    """What the resident is being asked now, or None."""
    return last_question(ticket) if ticket.status == Status.WAITING else None


def last_question(ticket: Ticket) -> Event | None:
    """What was asked last in this round, whether or not anybody has answered it; None where nothing was."""
    return ticket.events.asked_in(ticket.round).select_related("by").first()


def _check_time(ticket: Ticket) -> None:
    if ticket.is_pressing:
        raise Invalid(EMERGENCY, "question")
    if not clocks.left_to_ask(ticket):
        raise Invalid(NOTHING_LEFT, "question")


def _check_answer(
    ticket: Ticket, by: Actor, reporter: Reporter | None, words: str, channel: str | None
) -> Reporter:
    """Whose answer it is, by what was read before, once all of it may be stored."""
    if reporter is None or ticket not in (reporter.ticket, reporter.matter):
        raise Invalid("请选是哪位反映人说的", "reporter")
    if not speaks_for(by, ticket, reporter):
        raise Invalid(OTHER_DESK, "reporter")
    require(words, "写下居民补充了什么", "words")
    if channel not in Heard.values:
        raise Invalid("请选居民怎么说的", "channel")
    return reporter


def _check_question(ticket: Ticket, reporter: Reporter, question: int | None) -> None:
    """That something was asked, that this is the answer to it, and that this reporter has not said it all."""
    asked = last_question(ticket)
    if asked is None:
        raise Conflict(NOT_ASKED)
    if question not in (None, asked.pk):
        raise Conflict(ASKED_ANEW if ticket.status == Status.WAITING else ASKED_SINCE)
    if ticket.events.answers_of(reporter, since=asked).count() >= MOST_ANSWERS:
        raise Conflict(ENOUGH)


def _was_of_another(ticket: Ticket, question: int | None) -> bool:
    """Whether the matter was parted or merged since the question was read, and nothing is asked now."""
    if question is None or ticket.status == Status.WAITING:
        return False
    return not ticket.events.filter(pk=question).exists()


def _repeated(
    ticket: Ticket, by: Actor, reporter: Reporter | None, words: str, now: datetime
) -> Event | None:
    """The same person's same answer of a moment ago to the question that was asked last."""
    asked = last_question(ticket) if reporter else None
    if asked is None:
        return None
    same = {"by": by if isinstance(by, User) else None, "words": words, "at__gte": now - REPEAT_WITHIN}
    return ticket.events.answers_of(reporter, since=asked).filter(**same).first()
