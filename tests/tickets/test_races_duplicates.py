"""Many at once on one matter: one reporter for one form, no two tickets merged into each other, none lost on the way.

Each promise has a negative control: with its guard taken away the same race is lost.
"""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import House, StationFactory, person
from tests.racing import all_come, at_once, meeting
from tests.tickets.loop import joined
from tickets import workflow
from tickets.models import Event, Receipt, Reporter, Telling, Ticket
from tickets.states import Status
from tickets.workflow import detaching, merging, office

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 10
PRESSES = 50


@pytest.fixture
def house(transactional_db):
    return House()


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


# Joining --------------------------------------------------------------------------------------------


def join_at_once(house, client_of, times):
    """One form is pressed so often at the same moment."""
    ticket = house.receive("厨房水管漏水")
    sent = {"words": "我家厨房水管也漏水", "submission_id": uuid.uuid4(), "desk": house.station.code}
    clients = [client_of(house.volunteer) for _ in range(times)]
    url = reverse("tickets:receive")
    form = {**sent, "same_as": ticket.number}
    return ticket, at_once(*[lambda client=client: client.post(url, form) for client in clients])


def test_one_form_pressed_fifty_times_is_one_reporter_and_one_answer(house, client_of):
    ticket, answers = join_at_once(house, client_of, PRESSES)

    slip = reverse("tickets:slip_of", args=[ticket.number, Reporter.objects.last().pk]) + "?print=1"
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, slip)}
    assert (Reporter.objects.count(), Receipt.objects.count()) == (2, 2)
    assert Event.objects.filter(verb="attach").count() == 1
    assert house.receive().sequence == 2


def test_pressing_race_is_lost_without_the_forms_number(house, client_of, monkeypatch):
    """Negative control: each press carries a number of its own."""
    attach = workflow.attach
    monkeypatch.setattr(
        "tickets.workflow.attach",
        lambda ticket, **said: attach(ticket, **{**said, "submission_id": uuid.uuid4()}),
    )

    join_at_once(house, client_of, 5)

    assert Reporter.objects.count() == 6


def test_two_neighbours_at_once_both_join_and_are_both_told_the_answer(house):
    for _ in range(ROUNDS):
        ticket = house.receive()
        answer = {"solvable": "no", "words": "归燃气公司", "told": "phone"}
        workflow.reply(ticket, by=house.dispatcher, now=timezone.now(), **answer)

        reads = [fresh(ticket), fresh(ticket)]
        at_once(*[lambda own=own: joined(own, house, now=timezone.now()) for own in reads])

        assert ticket.reporters.count() == 3
        assert Telling.objects.filter(reporter__in=ticket.reporters.all()[1:]).count() == 2


def test_one_form_filed_and_joined_at_once_is_one_of_both(house):
    for _ in range(ROUNDS):
        ticket, number = house.receive(), uuid.uuid4()

        results = at_once(
            lambda number=number: house.receive("我家也是", submission_id=number),
            lambda own=ticket, number=number: joined(own, house, timezone.now(), submission_id=number),
        )

        assert [isinstance(result, workflow.Conflict) for result in results].count(True) == 1
        assert Reporter.objects.filter(submission_id=number).count() == 1


# A ticket of their own ------------------------------------------------------------------------------


def part_at_once(house, keys):
    """A reporter who joined is given a ticket of their own by these forms at the same moment; how each ended."""
    reporter = joined(house.receive(), house, now=timezone.now())

    def press(key):
        said = {"reporter": Reporter.objects.get(pk=reporter.pk), "reason": "另一件事", "key": key}
        return workflow.detach(fresh(reporter.ticket), by=house.dispatcher, **said)

    return at_once(*[lambda key=key: press(key) for key in keys])


def test_one_form_pressed_twenty_times_is_one_ticket_of_their_own(house, client_of):
    neighbour = person("volunteer", station=StationFactory(area=house.area))
    desk = {"by": neighbour, "station": neighbour.active_posts[0].station}
    reporter = joined(house.receive(), house, now=timezone.now(), **desk)
    clients, url = (
        [client_of(neighbour) for _ in range(20)],
        reverse("tickets:detach", args=[reporter.ticket]),
    )
    form = {"reporter": reporter.pk, "reason": "另一件事", "key": uuid.uuid4()}

    answers = at_once(*[lambda client=client: client.post(url, form) for client in clients])

    own = Reporter.objects.get(pk=reporter.pk).ticket
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (302, own.get_absolute_url())
    }
    assert Ticket.objects.count() == 2 and own.split_from == reporter.ticket


def test_two_forms_at_once_make_one_ticket_of_their_own(house):
    for _ in range(ROUNDS):
        results = part_at_once(house, [uuid.uuid4(), uuid.uuid4()])

        assert [isinstance(result, workflow.Invalid) for result in results].count(True) == 1
    assert Ticket.objects.count() == 2 * ROUNDS


def test_parting_race_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: both find the reporter still there."""
    monkeypatch.setattr(detaching, "lock", unlocked)
    monkeypatch.setattr(detaching, "require", all_come(detaching.require, meeting(2)))

    part_at_once(house, [uuid.uuid4(), uuid.uuid4()])

    assert Ticket.objects.count() == 3


# Merging --------------------------------------------------------------------------------------------


def merge_into_each_other(house):
    """A into B and B into A at the same moment; how many were merged."""
    one, other = house.receive(), house.receive()
    pairs = [(fresh(one), fresh(other)), (fresh(other), fresh(one))]
    calls = [lambda t=t, m=m: workflow.merge(t, by=house.dispatcher, master=m) for t, m in pairs]
    results = at_once(*calls)
    refused = [result for result in results if isinstance(result, workflow.Refused)]
    return Ticket.objects.merged().filter(pk__in=[one.pk, other.pk]).count(), refused


def test_two_tickets_are_never_merged_into_each_other(house):
    for _ in range(ROUNDS):
        merged, refused = merge_into_each_other(house)

        assert (merged, len(refused)) == (1, 1)


def unlocked(*tickets):
    return Ticket.objects.in_bulk([ticket.pk for ticket in tickets])


def test_merging_race_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: both are read, none is held. At most the database breaks a deadlock; nobody is refused."""
    monkeypatch.setattr(merging, "lock", unlocked)
    monkeypatch.setattr(merging, "move", all_come(merging.move, meeting(2)))

    merged, refused = merge_into_each_other(house)

    assert refused == [] and merged > 0


def merge_while_withdrawing(house):
    """Something is merged into a ticket that is being withdrawn; whether it now waits for nobody."""
    one, master = house.receive(), house.receive()
    at_once(
        lambda: workflow.merge(fresh(one), by=house.dispatcher, master=fresh(master)),
        lambda: workflow.withdraw(fresh(master), by=house.dispatcher, reason="mistake"),
    )
    one, master = fresh(one), fresh(master)
    return one.status == Status.MERGED and master.status == Status.WITHDRAWN


def test_nothing_is_lost_in_a_ticket_that_is_withdrawn_meanwhile(house):
    assert not any(merge_while_withdrawing(house) for _ in range(ROUNDS))


def test_withdrawing_race_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: neither waits for the other."""
    move = all_come(merging.move, meeting(2))
    for verbs in (merging, office):
        monkeypatch.setattr(verbs, "lock", unlocked)
        monkeypatch.setattr(verbs, "move", move)

    assert merge_while_withdrawing(house)


def test_who_joins_what_is_being_merged_is_not_lost(house):
    for _ in range(ROUNDS):
        one, master = house.receive(), house.receive()
        own, same, into = fresh(one), fresh(one), fresh(master)

        results = at_once(
            lambda own=own: joined(own, house, timezone.now()),
            lambda own=same, into=into: workflow.merge(own, by=house.dispatcher, master=into),
        )

        here = Reporter.objects.of_matter(fresh(master)).count()
        assert here == (2 if isinstance(results[0], workflow.Conflict) else 3)
