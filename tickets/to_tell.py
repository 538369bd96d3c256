"""待告知: the rows of the list, for each person who may tell somebody. Whom that is says TellingQuerySet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Value
from django.utils import timezone

from accounts.models import Post, User
from stations import saying
from stations.composed import Composed
from stations.models import Station
from tickets import presenting
from tickets.due import waited
from tickets.models import Reply, Reporter, Telling, Ticket
from tickets.models.queryset import TicketQuerySet
from tickets.permissions import tells
from tickets.presenting import Contact
from tickets.states import TELLABLE, Status
from tickets.workflow.telling import BY_PEOPLE, UNDO_WITHIN

BESIDE = ("station", "ticket__station", "ticket__building", "ticket__merged_into")


_newest_of = Composed(lambda ticket: Reply.objects.of([ticket]).with_known().newest()[:1])


@dataclass(frozen=True)
class ToTell:
    """One reporter who does not know the newest answer yet, as this reader may see them."""

    reporter: Reporter
    ticket: Ticket
    reply: Reply
    contact: Contact
    answer: str
    waited: str

    @property
    def may_call(self) -> bool:
        """Whether this reader can come by the whole number: sees it, or may look at it with a reason."""
        return bool(self.contact.phone and (self.contact.tel or self.contact.may_reveal))

    @property
    def is_done(self) -> bool:
        return self.ticket.status == Status.RESOLVED


@dataclass(frozen=True)
class JustTold:
    """What this person has told a moment ago and may take back."""

    telling: Telling
    title: str
    words: str


def count(user: User) -> int:
    """How many this person could tell; the desk asks it for every page."""
    posts = user.active_posts
    if len(posts) == 1 and posts[0].role in Post.STATION_ROLES:
        return sum(_waiting_at(posts[0].station_id, posts[0].station.area_id))
    return Telling.objects.missing_for(user).count()


def _counted_at(station: int, area: int) -> Any:
    """For whoever holds one post, at this station: the number alone, no row where it is 0."""
    post = Post(role=Post.Role.VOLUNTEER, station=Station(pk=station, area_id=area))
    waiting = Telling.objects.missing_for(SimpleNamespace(active_posts=[post]))
    each = waiting.order_by().annotate(one=Value(1)).values("one")
    return each.annotate(number=Count("pk")).values_list("number", flat=True)


_waiting_at = Composed(_counted_at)


def listed(user: User) -> Any:
    """Longest waiting first."""
    waiting = Telling.objects.missing_for(user).select_related(*BESIDE)
    return waiting.order_by("newest", "pk")


def of_ticket(user: User, ticket: Ticket, reporters: Iterable[Reporter], *, now: datetime) -> list[ToTell]:
    """Whom this person could tell of the ticket's own newest answer, among those its page shows anyway."""
    if ticket.status not in TELLABLE or not ticket.solvable:
        return []
    [reply] = _newest_of(ticket.pk)
    waiting = [r for r in reporters if r.pk not in reply.known_to and tells(user, ticket, r)]
    return [_row(reporter, ticket, reply, user, now) for reporter in waiting]


def rows(found: Iterable[Any], user: User, *, now: datetime) -> list[ToTell]:
    """The same number of statements for one and for fifty."""
    found = list(found)
    tickets = _tickets().in_bulk({reporter.waits_for for reporter in found})
    replies = Reply.objects.in_bulk({reporter.newest for reporter in found})
    return [_row(r, tickets[r.waits_for], replies[r.newest], user, now) for r in found]


def just_told(user: User, *, now: datetime) -> list[JustTold]:
    given = Telling.objects.given_by(user, now - UNDO_WITHIN).by_people(BY_PEOPLE)
    return [
        JustTold(
            telling,
            telling.reply.ticket.title,
            f"{saying.moment(telling.at, now=now)} {telling.get_channel_display()}告知",
        )
        for telling in given.select_related("reply__ticket")
    ]


def _tickets() -> TicketQuerySet:
    return Ticket.objects.with_people()


def _row(reporter, ticket, reply, user, now) -> ToTell:
    [contact] = presenting.contacts(ticket, [reporter], user, now=now)
    return ToTell(
        reporter=reporter,
        ticket=ticket,
        reply=reply,
        contact=contact,
        answer=presenting.answer(reply, today=timezone.localdate(now)),
        waited=waited(reply.at, area=ticket.area, now=now),
    )
