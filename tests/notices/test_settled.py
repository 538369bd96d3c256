"""Letters and group messages that ask for a step which has been taken meanwhile are not sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices import dead_letters, routing
from notices.delivery import MOST_BEGUN, deliver
from notices.models import Delivery, Notice
from tests.tickets.loop import GOOD, MONDAY, claimed, ticket_in
from tickets import workflow
from tickets.states import Status

D, S = Status.DISPATCHED, Status.RESOLVED
LATER = MONDAY + timedelta(hours=1)


def test_letter_not_yet_on_its_way_is_not_written(house, inbox, mailbox, robot, group):
    mailbox(house.colleague)
    robot(group.address)
    ticket = ticket_in(D, house)

    claimed(ticket, house, LATER)
    deliver(now=LATER)

    assert (inbox.letters, group.texts) == ([], [])
    assert not Delivery.objects.exists()


def test_asked_for_is_not_sent_though_everybody_has_read_it(house, inbox, mailbox, robot, group):
    for user in (house.staff, house.colleague):
        mailbox(user)
    robot(group.address)
    ticket = ticket_in(D, house)
    Notice.objects.mark_read(now=MONDAY)

    claimed(ticket, house, LATER)
    deliver(now=LATER)

    assert (inbox.letters, group.texts) == ([], [])
    assert not Delivery.objects.exists()


def test_asked_for_is_sent_while_it_is_only_read(house, inbox, mailbox, robot, group):
    """Control: to have read it is not to have done it."""
    mailbox(house.colleague)
    robot(group.address)
    ticket_in(D, house)
    Notice.objects.mark_read(now=MONDAY)

    deliver(now=LATER)

    assert (len(inbox.letters), len(group.texts)) == (1, 1)


def test_step_writes_nothing_to_the_outbox(house, mailbox, inbox):
    mailbox(house.colleague)
    ticket = ticket_in(D, house)
    routing.route(MONDAY)

    with CaptureQueriesContext(connection) as statements:
        claimed(ticket, house, LATER)

    assert [said["sql"] for said in statements if "notices_delivery" in said["sql"]] == []


def test_letter_says_only_what_is_still_to_be_done(house, inbox, mailbox):
    mailbox(house.colleague)
    done, other = ticket_in(D, house), ticket_in(D, house)
    routing.route(MONDAY)

    claimed(done, house, LATER)
    deliver(now=LATER)

    [text] = inbox.texts()
    assert other.number in text and done.number not in text


def test_statements_do_not_grow_with_what_is_dropped(house, inbox, mailbox, django_assert_num_queries):
    mailbox(house.colleague)
    drop(house, 1)
    with CaptureQueriesContext(connection) as one:
        deliver(now=LATER)
    drop(house, 3)

    with django_assert_num_queries(len(one)):
        deliver(now=LATER)

    assert list(Delivery.objects.values_list("state", flat=True)) == ["dropped"] * 4


def drop(house, number):
    """So many letters that stand ready, about what is done."""
    tickets = [ticket_in(D, house) for _ in range(number)]
    routing.route(MONDAY)
    for ticket in tickets:
        claimed(ticket, house, LATER)


@pytest.mark.parametrize("state", [{"begun": MOST_BEGUN}, {"state": "dead", "ended_at": MONDAY}])
def test_what_is_done_is_dropped_whatever_became_of_its_letter(house, inbox, mailbox, state):
    """A process died of it three times; or it is a dead letter that somebody sends again."""
    mailbox(house.colleague)
    ticket = ticket_in(D, house)
    routing.route(MONDAY)
    Delivery.objects.update(**state)

    claimed(ticket, house, LATER)
    dead_letters.send_again(Delivery.objects.get(), by=house.dispatcher, now=LATER)
    deliver(now=LATER)

    [delivery] = Delivery.objects.all()
    assert inbox.letters == []
    assert (delivery.state, delivery.reason) == ("dropped", "已经有人办了")


def test_letter_held_back_until_the_morning_is_dropped(house, inbox, mailbox):
    mailbox(house.colleague, quiet_from="21:00", quiet_to="08:00")
    night = MONDAY.replace(hour=22)
    ticket = ticket_in(D, house, night)
    Notice.objects.visible_to(house.colleague).mark_read(now=night)
    deliver(now=night)

    claimed(ticket, house, night)
    deliver(now=MONDAY + timedelta(days=1))

    [delivery] = Delivery.objects.all()
    assert inbox.letters == []
    assert (delivery.state, delivery.reason) == ("dropped", "已经有人办了")


def test_letter_about_an_answer_still_goes_out(house, inbox, mailbox):
    mailbox(house.unit_lead)
    ticket = ticket_in(S, house)
    workflow.review(ticket, by=ticket.reporters.get(), now=MONDAY, **GOOD)
    routing.route(MONDAY)

    workflow.reopen(ticket, by=house.dispatcher, reason="又坏了", now=LATER)
    deliver(now=LATER)

    assert "已评满意，结案" in inbox.texts()[0]
