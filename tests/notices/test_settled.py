"""Letters and group messages that ask for a step which has been taken meanwhile are not sent."""

from datetime import timedelta

from notices import routing
from notices.delivery import deliver
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
