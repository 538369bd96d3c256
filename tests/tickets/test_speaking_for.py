"""Who writes down an answer or a rating for a reporter: the desk where that one came, the claimant, the dispatcher."""

import pytest
from django.urls import reverse

from tests.tickets.loop import (
    GOOD,
    MONDAY,
    claimed,
    dispatched,
    joined,
    neighbour,
    replied,
    resolved,
    waiting,
)
from tickets import resident, workflow
from tickets.models import Rating
from tickets.states import Status
from tickets.workflow.door import OTHER_DESK


@pytest.fixture
def volunteer(house):
    return neighbour(house, name="邻站志愿者")


@pytest.fixture
def ticket(house):
    return house.receive("厨房水管漏水", now=MONDAY, name="王秀兰", phone="13800001234")


@pytest.fixture
def second(ticket, house, volunteer):
    station = volunteer.active_posts[0].station
    return joined(ticket, house, MONDAY, by=house.dispatcher, station=station, name="李建国")


@pytest.fixture
def first(ticket, second):
    return ticket.reporters.order_by("pk").first()


def bring(ticket, house, *steps):
    for step in steps:
        step(ticket, house, MONDAY)


def test_desk_of_one_reporter_does_not_answer_for_another(ticket, first, second, house, volunteer):
    bring(ticket, house, dispatched, claimed, waiting)
    answer = {"by": volunteer, "words": "不用修了", "channel": "phone", "now": MONDAY}

    with pytest.raises(workflow.Invalid, match=OTHER_DESK):
        workflow.resident_answered(ticket, reporter=first, **answer)
    workflow.resident_answered(ticket, reporter=second, **answer)

    assert ticket.status == Status.CLAIMED


def test_desk_of_one_reporter_does_not_rate_for_another(ticket, first, second, house, volunteer):
    bring(ticket, house, dispatched, claimed, replied, resolved)
    rating = {"by": volunteer, "channel": "phone", "now": MONDAY, **GOOD}

    with pytest.raises(workflow.Invalid, match=OTHER_DESK):
        workflow.review(ticket, reporter=first, **rating)
    workflow.review(ticket, reporter=second, **rating)

    assert [given.reporter for given in Rating.objects.all()] == [second]


def test_pages_offer_only_the_own_ones_and_say_where_the_others_are(
    ticket, first, second, house, volunteer, client_of
):
    bring(ticket, house, dispatched, claimed, replied, resolved)
    page = client_of(volunteer).get(reverse("tickets:review", args=[ticket.number]))

    assert list(page.context["form"].fields["reporter"].queryset) == [second]
    assert "由那个站或派单员来记" in page.text


@pytest.mark.parametrize("channel", ["phone", "in_person"])
def test_receipt_says_that_an_answer_was_written_down_by_staff(ticket, first, house, client, channel):
    bring(ticket, house, dispatched, claimed, waiting)
    said = {"words": "是冷水管", "channel": channel, "now": MONDAY}
    workflow.resident_answered(ticket, by=house.volunteer, reporter=first, **said)

    page = resident.sheet(resident.load(first, words=True, now=MONDAY))

    assert "您补充了情况，工作人员代您记下" in [entry.title for entry in page.history]
