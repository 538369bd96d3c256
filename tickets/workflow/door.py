"""The one door every change of a ticket passes: permission, conditional update, event.

Decides nothing of its own: what may happen is in states.py and permissions.py.
"""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Post, User
from tickets import announce, clocks
from tickets.models import Category, Event, Reporter, Ticket
from tickets.models.queryset import TicketQuerySet
from tickets.models.ticket import WORDS_LIMIT
from tickets.permissions import Actor, Permit, permit, wrong_status_sentence
from tickets.states import OPEN, Status, Verb, moves

REPEAT_WITHIN = timedelta(minutes=10)  # the same again from the same person is the second press of a finger
BY_SYSTEM = "系统"
BY_REPORTER = "反映人"
NOT_THEIRS = "请选这张工单的反映人"
OTHER_DESK = "这位反映人是在别的站登记的，请那个站或派单员来记"
CHANGED_MEANWHILE = "这张工单刚刚被别人改动过，请看最新情况再决定。"
PARTED = "这件事刚刚分出来单独办了，请看最新情况"


class Refused(Exception):
    """A change that may not happen; str() is the Chinese sentence for the user, `field` the form field to blame."""

    http_status = 403
    field: str | None = None


class NotAllowed(Refused):
    """This person may not."""


class Conflict(Refused):
    """Not in this status, or somebody was first."""

    http_status = 409


class Invalid(Refused):
    """Something required is missing or out of range."""

    http_status = 422

    def __init__(self, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.field = field


class CallFirst(Refused):
    """An emergency: a number comes first. Nothing is filed until somebody says that it was called."""

    http_status = 422

    def __init__(self, category: Category):
        super().__init__(f"{category}是急事，先打{category.emergency_call}，打过再登记")
        self.category = category


def move(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Actor,
    now: datetime,
    to: Status | None = None,
    words: str = "",
    data: dict[str, Any] | None = None,
    columns: dict[str, Any] | None = None,
    **changes: Any,
) -> Event:
    """Take the ticket through the door; must run inside a transaction.

    The update holds only while status, round, unit and claimant are still those that `ticket` was read with, since
    the permission rests on them; otherwise nothing happens and Conflict tells who was first. `words` are the
    event's; a column of that name goes into `columns`.
    """
    answer = admit(ticket, verb, by=by, now=now)
    before = ticket.status
    changes = {**changes, **(columns or {}), "status": to or before}
    if unchanged(ticket).update(**changes) != 1:
        raise Conflict(_who_was_first(verb, ticket))
    for name, value in changes.items():
        setattr(ticket, name, value)
    if before == Status.WAITING and ticket.status != before:
        # Here and not in the verbs: whatever takes a ticket away from the resident ends the pause.
        clocks.go_on(ticket, now, answered=verb == Verb.RESIDENT_ANSWERED)
    if _does_what_was_asked(verb, by, before, ticket, changes):
        announce.settle(ticket, now)
    return record(ticket, verb, by=by, post=answer.post, now=now, before=before, words=words, data=data)


def _does_what_was_asked(verb: Verb, by: Actor, before: str, ticket: Ticket, changes: dict[str, Any]) -> bool:
    """Asked is the next step: on to another status or owner, or a reply of who has the matter in hand.

    Asked is of open tickets only; what a rule sends on the moment it is filed, nobody has been asked for yet.
    """
    if before not in OPEN or (verb == Verb.DISPATCH and by is None):
        return False
    goes_on = ticket.status != before or not changes.keys().isdisjoint(("unit_id", "claimant_id"))
    return goes_on or (verb == Verb.REPLY and before != Status.RECEIVED)


def admit(ticket: Ticket, verb: Verb, *, by: Actor, now: datetime) -> Permit:
    """The permission, or a refusal; a verb that first looks up something of `by` asks this before it does."""
    answer = permit(verb, by, ticket, now=now)
    if not answer.allowed:
        raise (Conflict if answer.wrong_status else NotAllowed)(answer.sentence)
    return answer


def unchanged(ticket: Ticket) -> TicketQuerySet:
    """The ticket's row, if it still is as it was read."""
    return Ticket.objects.filter(
        pk=ticket.pk,
        status=ticket.status,
        round=ticket.round,
        unit=ticket.unit_id,
        claimant=ticket.claimant_id,
    )


def lock(*tickets: Ticket) -> dict[int, Ticket]:
    """Hold the rows until the transaction ends, always in the same order; as they are now, by id."""
    held = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=[ticket.pk for ticket in tickets])
    return {ticket.pk: ticket for ticket in held.order_by("pk")}


def hold_for(reporter: Reporter, ticket: Ticket) -> None:
    """Hold the ticket's row, and Conflict if this reporter does not wait for it any more.

    Two who rate or answer at the same moment see what the other did; who just left for a ticket of their own speaks
    of that one.
    """
    lock(ticket)
    if not Reporter.objects.of_matter(ticket).filter(pk=reporter.pk).exists():
        raise Conflict(PARTED)


def record(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Actor,
    post: Post | None,
    now: datetime,
    before: str,
    words: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Append the event of a change that has just been made."""
    event = event_of(ticket, verb, by=by, post=post, now=now, before=before, words=words, data=data)
    event.save(force_insert=True)
    return event


def event_of(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Actor,
    post: Post | None,
    now: datetime,
    before: str,
    words: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """The event of a change, not yet written."""
    person = by if isinstance(by, User) else None
    return Event(
        ticket=ticket,
        area_id=ticket.area_id,
        verb=verb,
        status_from=before,
        status_to=ticket.status,
        round=ticket.round,
        at=now,
        by=person,
        post=post,
        as_whom=str(post) if post else BY_REPORTER if isinstance(by, Reporter) else BY_SYSTEM,
        device=getattr(by, "device", ""),
        words=words,
        data=data or {},
    )


def require(words: str, sentence: str, field: str = "reason", *, limit: int = WORDS_LIMIT) -> None:
    """Refuse words without a visible character, or too many of them; `sentence` says what to write."""
    if not any(character.isprintable() and not character.isspace() for character in words):
        raise Invalid(sentence, field)
    if len(words) > limit:
        raise Invalid(f"最多{limit}字，请写要点", field)


def _who_was_first(verb: Verb, ticket: Ticket) -> str:
    current = Ticket.objects.select_related("claimant").get(pk=ticket.pk)
    if moves(verb, Status(current.status)):
        return CHANGED_MEANWHILE
    return wrong_status_sentence(verb, current)
