"""告知: an answer reaches each reporter, by a person or by the reporter's own looking."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets.models import Event, Reply, Reporter, Telling, Ticket
from tickets.permissions import Actor
from tickets.states import Verb
from tickets.workflow.door import Conflict, Invalid, NotAllowed, admit, lock, move

UNDO_WITHIN = timedelta(minutes=10)
BY_PEOPLE = (Telling.Channel.PHONE, Telling.Channel.IN_PERSON)
OUTDATED = "答复刚刚有更新，请看新的答复，再告知一次。"
TOO_LATE = f"只有告知的人自己，在{UNDO_WITHIN // timedelta(minutes=1)}分钟之内可以撤回。"


@transaction.atomic
def tell(
    reply: Reply, reporter: Reporter, *, by: User, channel: str, now: datetime | None = None
) -> Event | None:
    """Note that a person has told the reporter of the newest reply; None if that was noted before.

    Two who tell at the same moment leave one row and one event: the second waits for the first at the ticket.
    """
    now = now or timezone.now()
    ticket = _held(reply.ticket)
    admit(ticket, Verb.TELL, by=by, now=now)
    if channel not in BY_PEOPLE:
        raise Invalid("请选怎么告知的", "channel")
    if not Reporter.objects.of_matter(ticket).told_by(by).filter(pk=reporter.pk).exists():
        raise NotAllowed("要由反映人来过的站点、派单员或经办人来告知")
    if reply != newest_reply(ticket):
        raise Conflict(OUTDATED)
    return _note(ticket, reply, reporter, by=by, channel=channel, now=now)


@transaction.atomic
def untell(reply: Reply, reporter: Reporter, *, by: User, now: datetime | None = None) -> Event | None:
    """Take back a slip of the finger: who has told the wrong person, within a few minutes; None if nobody is noted."""
    now = now or timezone.now()
    ticket = _held(reply.ticket)
    admit(ticket, Verb.TELL, by=by, now=now)
    noted = Telling.objects.filter(reply=reply, reporter=reporter)
    if not noted.exists():
        return None
    if not noted.given_by(by, now - UNDO_WITHIN).delete()[0]:
        raise Conflict(TOO_LATE)
    return move(ticket, Verb.TELL, by=by, now=now, data={"undone": True})


@transaction.atomic
def acknowledge(reporter: Reporter, *, reply: int | None = None, now: datetime | None = None) -> Event | None:
    """The reporter has read the newest reply on the receipt's page; None if there is nothing new to have read.

    `reply` is the one that stood there: nobody has read a newer one by reading that.
    """
    now = now or timezone.now()
    ticket = _held(reporter.matter)
    admit(ticket, Verb.TELL, by=reporter, now=now)
    newest = newest_reply(ticket)
    if newest is None or reply not in (None, newest.pk):
        return None
    return _note(ticket, newest, reporter, by=reporter, channel=Telling.Channel.LINK, now=now)


def note_told(
    ticket: Ticket, reporters: Iterable[Reporter], *, by: User | None, channel: str, now: datetime
) -> None:
    """The reporters know the newest reply by something that has its own event: the reply itself, a rating."""
    reply = newest_reply(ticket)
    if reply:
        rows = [Telling(reply=reply, reporter=r, channel=channel, at=now, by=by) for r in reporters]
        Telling.objects.bulk_create(rows, ignore_conflicts=True)


def carry_over(reply: Reply, copy: Reply) -> None:
    """Who was told of a reply knows its copy on a ticket taken apart again."""
    its = Reporter.objects.of([copy.ticket])
    rows = [
        Telling(reply=copy, reporter=t.reporter, channel=t.channel, at=t.at, by_id=t.by_id)
        for t in reply.tellings.filter(reporter__in=its).select_related("reporter")
    ]
    Telling.objects.bulk_create(rows)


def note_heard(ticket: Ticket, reporter: Reporter, *, by: Actor, channel: str, now: datetime) -> None:
    """Whoever says something of the matter, by the receipt or to a person, knows the answer there is."""
    if isinstance(by, User) == (channel != Telling.Channel.LINK):
        note_told(ticket, [reporter], by=by if isinstance(by, User) else None, channel=channel, now=now)


def newest_reply(ticket: Ticket) -> Reply | None:
    """The reply of this round that counts; None before there is one."""
    return ticket.replies.filter(round=ticket.round).newest().first()


def _note(
    ticket: Ticket, reply: Reply, reporter: Reporter, *, by: User | Reporter, channel: str, now: datetime
) -> Event | None:
    teller = by if isinstance(by, User) else None
    found = {"reply": reply, "reporter": reporter}
    _, is_new = Telling.objects.get_or_create(**found, defaults={"channel": channel, "at": now, "by": teller})
    return move(ticket, Verb.TELL, by=by, now=now, data={"channel": channel}) if is_new else None


def _held(ticket: Ticket) -> Ticket:
    """The ticket first, always: whoever rates or answers at this moment takes it first too."""
    return lock(ticket)[ticket.pk]
