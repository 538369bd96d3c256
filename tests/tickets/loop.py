"""Tickets brought to any status, and what a change may have touched: shared by the tests of the loop."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from notices.models import Notice
from tests.factories import House, PostFactory, StationFactory, at, person
from tickets import receipts, workflow
from tickets.models import Clock, Event, Rating, Receipt, Reply, Reporter, Telling, Ticket
from tickets.states import Status

MONDAY = at("2026-11-23 10:00")
TUESDAY = at("2026-11-24 10:00")
ANSWER = {"solvable": "yes", "promised_on": at("2026-11-27 12:00").date(), "words": "周五换", "told": "phone"}
GOOD = {"solved": "yes", "satisfied": "satisfied"}
BAD = {"solved": "no", "satisfied": "not"}
RECORDS = (Ticket, Reporter, Event, Clock, Reply, Rating, Receipt, Telling, Notice)


def ticket_in(status, house: House, now=MONDAY) -> Ticket:
    """A ticket walked to the status by the verbs; what no built verb reaches is written directly."""
    ticket = house.receive(now=now)
    for step in _WAYS[status]:
        step(ticket, house, now)
    return Ticket.objects.get(pk=ticket.pk)


def dispatched(ticket, house, now=MONDAY):
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=now)


def claimed(ticket, house, now=MONDAY):
    workflow.claim(ticket, by=house.staff, now=now)


def replied(ticket, house, now=MONDAY, **changes):
    """For Friday, or for the day of the reply where that is later."""
    day = max(ANSWER["promised_on"], timezone.localdate(now))
    workflow.reply(ticket, by=house.staff, now=now, **{**ANSWER, "promised_on": day, **changes})


def resolved(ticket, house, now=MONDAY):
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换好了", now=now)


def closed(ticket, house, now=MONDAY):
    workflow.review(ticket, by=ticket.reporters.get(), now=now, **GOOD)


def withdrawn(ticket, house, now=MONDAY):
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake", now=now)


def let_in(client, reporter):
    """The browser after the QR code of this reporter's receipt."""
    receipt = Receipt.objects.valid().of_reporter(reporter)
    client.get(reverse("tickets:track", args=[receipts.token(receipt)]))
    return client


def joined(ticket, house, now=MONDAY, **fields) -> Reporter:
    """Somebody else with the same matter."""
    said = {"by": house.volunteer, "station": house.station, "words": "我家也是", **fields}
    return workflow.attach(ticket, now=now, **said).reporter


def second_reporter(ticket, house) -> Reporter:
    """Somebody who had joined before, whatever the status is now: the row as `attach` would have written it."""
    return Reporter.objects.create(
        ticket=ticket,
        name="李**",
        words="我家也是",
        station=house.station,
        logged_by=house.volunteer,
        created_at=ticket.received_at,
    )


def end_posts(user, now=MONDAY):
    """The person leaves; a fresh read has forgotten the posts."""
    Post.objects.filter(user=user).update(ended_at=now)
    return type(user).objects.get(pk=user.pk)


def joins(user, role, **scope):
    PostFactory(user=user, role=role, **scope)
    return type(user).objects.get(pk=user.pk)


def rows():
    """Every record of the loop as it stands."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in RECORDS}


def slip_of_last(ticket) -> str:
    """The page of the slip of who joined last."""
    return reverse("tickets:slip_of", args=[ticket.number, ticket.reporters.last().pk])


def told(event) -> set:
    """The names of those who got a notice of this event."""
    effects = (f"event:{event.pk}", f"ask:{event.pk}")
    return set(Notice.objects.filter(effect__in=effects).values_list("recipient__name", flat=True))


def another_house_person(role):
    """Somebody of the same role in another community."""
    other = House()
    return {"dispatcher": other.dispatcher, "unit_staff": other.staff, "volunteer": other.volunteer}[role]


def former(role, **scope):
    """Somebody who held the post until yesterday."""
    user = person(role, **scope)
    return end_posts(user)


def disabled(role, **scope):
    """Somebody who may no longer sign in."""
    user = person(role, **scope)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    return type(user).objects.get(pk=user.pk)


def merged(ticket, house, now=MONDAY):
    workflow.merge(ticket, by=house.dispatcher, master=house.receive(now=now), now=now)


def neighbour(house, role="volunteer", **fields):
    """Somebody of another desk of the same community."""
    return person(role, station=StationFactory(area=house.area), **fields)


def waiting(ticket, house, now=MONDAY, question="是哪一根水管漏？"):
    workflow.ask_resident(ticket, by=house.staff, question=question, now=now)


def answered(ticket, house, now=MONDAY, words="厨房的冷水管"):
    workflow.resident_answered(ticket, by=ticket.reporters.first(), words=words, now=now)


_WAYS = {
    Status.RECEIVED: (),
    Status.DISPATCHED: (dispatched,),
    Status.CLAIMED: (dispatched, claimed),
    Status.WAITING: (dispatched, claimed, waiting),
    Status.RESOLVED: (dispatched, claimed, replied, resolved),
    Status.CLOSED: (dispatched, claimed, replied, resolved, closed),
    Status.MERGED: (dispatched, merged),
    Status.WITHDRAWN: (withdrawn,),
}
