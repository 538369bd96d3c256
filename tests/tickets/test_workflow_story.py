"""The loop from 接单 to 评单, as its people walk it."""

import pytest

from notices.models import Notice
from tests.factories import at
from tickets import workflow
from tickets.models import Clock, Event
from tickets.states import Status

MONDAY = at("2026-11-23 10:00")
TUESDAY = at("2026-11-24 09:30")


@pytest.fixture
def claimed(house):
    ticket = house.receive(now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)
    workflow.claim(ticket, by=house.staff, now=MONDAY)
    return ticket


def reply(ticket, house, **changes):
    answer = {"solvable": "yes", "promised_on": TUESDAY.date(), "words": "明天换接头", "told": "phone"}
    return workflow.reply(ticket, by=house.staff, now=MONDAY, **{**answer, **changes})


def resolve(ticket, house, now=TUESDAY):
    return workflow.resolve(ticket, by=house.staff, outcome="solved", words="换好了", now=now)


def test_receive_gives_number_clocks_receipt_and_notice(house):
    ticket = house.receive(now=MONDAY)

    clock = ticket.clocks.get(kind="reply")
    assert ticket.number == f"{house.station.code}-20261123-001"
    assert clock.due_at == at("2026-11-24 10:00")
    assert ticket.reporters.get().receipts.count() == 1
    assert Notice.objects.get(recipient=house.dispatcher).text.startswith(ticket.number)


def test_good_rating_closes_and_meets_all_clocks(house, claimed):
    reply(claimed, house)
    resolve(claimed, house)

    workflow.review(claimed, by=claimed.reporters.get(), solved="yes", satisfied="satisfied", now=TUESDAY)

    claimed.refresh_from_db()
    assert claimed.status == Status.CLOSED
    assert not Clock.objects.running().exists()


def test_bad_rating_reopens_with_the_same_worker_in_round_two(house, claimed):
    reply(claimed, house)
    resolve(claimed, house)

    workflow.review(claimed, by=claimed.reporters.get(), solved="partly", satisfied="not", now=TUESDAY)

    claimed.refresh_from_db()
    assert (claimed.status, claimed.round, claimed.claimant) == (Status.CLAIMED, 2, house.staff)
    assert claimed.clocks.get(kind="reply", round=2).due_at == at("2026-11-25 09:30")


def test_second_claimer_is_told_who_was_first(house):
    ticket = house.receive(now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)
    stale = type(ticket).objects.get(pk=ticket.pk)
    workflow.claim(ticket, by=house.staff, now=MONDAY)

    with pytest.raises(workflow.Conflict, match="已由周建华 10:00 认领"):
        workflow.claim(stale, by=house.colleague, now=MONDAY)


def test_every_change_has_its_event_with_the_acting_post(house, claimed):
    events = list(Event.objects.filter(ticket=claimed).values_list("verb", "as_whom"))

    assert events == [
        ("receive", f"{house.station.name}志愿者"),
        ("dispatch", f"{house.area.name}派单员"),
        ("claim", "安居物业单位人员"),
    ]
