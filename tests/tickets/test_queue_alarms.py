"""An emergency that was sent on stays loud in the dispatcher's queue until somebody has it and has answered in time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import EmergencyFactory, House
from tickets import workflow
from tickets.views.office import ALARMS_SHOWN

QUEUE = reverse("tickets:queue")


@pytest.fixture
def leak(db):
    return EmergencyFactory(name="燃气泄漏")


@pytest.fixture
def dispatcher(house, client_of):
    return client_of(house.dispatcher)


def sent(house, leak, words="厨房有煤气味", *, hours_ago=0, **fields):
    now = timezone.now() - timedelta(hours=hours_ago)
    ticket = house.receive(words, category=leak, called=True, now=now, **fields)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=now)
    return ticket


def test_emergencies_that_nobody_claimed_are_loud_though_sent_on(house, leak, dispatcher):
    tickets = [sent(house, leak, "厨房有煤气味"), sent(house, leak, "楼道煤气味很重")]

    page = dispatcher.get(QUEUE).text

    assert "急事2单，还没有人认领" in page and "<title>【急2】待派 0" in page
    for ticket in tickets:
        assert f'href="{ticket.get_absolute_url()}">{ticket.title}</a>' in page
    assert "安居物业" in page and page.count("不分昼夜") == 2


def test_line_goes_when_somebody_claims_in_time(house, leak, dispatcher):
    workflow.claim(sent(house, leak), by=house.staff)

    page = dispatcher.get(QUEUE).text

    assert "q-alarm" not in page and "【急" not in page


def test_claimed_emergency_is_loud_again_when_its_answer_is_late(house, leak, dispatcher):
    ticket = sent(house, leak, hours_ago=3)
    workflow.claim(ticket, by=house.staff)

    page = dispatcher.get(QUEUE).text

    assert "急事1单，过了答复时限还没有答复" in page and "due-over" in page and "【急1】" in page


def test_line_goes_with_the_answer(house, leak, dispatcher):
    ticket = sent(house, leak, hours_ago=3)
    workflow.claim(ticket, by=house.staff)
    workflow.reply(ticket, by=house.staff, solvable="no", words="已关阀", told="phone")

    assert "q-alarm" not in dispatcher.get(QUEUE).text


def test_line_tells_untaken_and_late_apart(house, leak, dispatcher):
    workflow.claim(sent(house, leak, hours_ago=3), by=house.staff)
    sent(house, leak, hours_ago=4)

    assert "急事2单：1单还没有人认领，1单过了答复时限还没有答复" in dispatcher.get(QUEUE).text


def test_emergency_whose_person_left_is_loud_and_counted_once(house, leak, dispatcher):
    workflow.claim(sent(house, leak), by=house.staff)
    house.staff.posts.update(ended_at=timezone.now())

    page = dispatcher.get(QUEUE).text

    assert "急事1单，还没有人认领" in page and "【急1】" in page


def test_emergency_still_in_the_queue_is_counted_in_the_title_alone(house, leak, dispatcher):
    house.receive(category=leak, called=True)

    page = dispatcher.get(QUEUE).text

    assert "【急1】待派 1" in page and "q-alarm" not in page


def test_everyday_tickets_and_other_communities_raise_no_alarm(house, leak, dispatcher):
    workflow.dispatch(house.receive(), by=house.dispatcher, unit=house.unit)
    sent(House(), leak, "别处的煤气味")

    page = dispatcher.get(QUEUE).text

    assert "q-alarm" not in page and "别处的煤气味" not in page


def test_of_very_many_the_first_are_named(house, leak, dispatcher):
    for _ in range(ALARMS_SHOWN + 2):
        sent(house, leak)

    page = dispatcher.get(QUEUE)

    assert len(page.context["alarms"]) == ALARMS_SHOWN
    assert "还有2单" in page.text and f"急事{ALARMS_SHOWN + 2}单" in page.text


def test_alarms_cost_no_statement_each(house, leak, dispatcher, django_assert_max_num_queries):
    asked = []
    for count in (1, 3):
        for _ in range(count):
            sent(house, leak)
        house.receive()
        with django_assert_max_num_queries(12) as statements:
            dispatcher.get(QUEUE)
        asked.append(len(statements))

    assert asked[0] == asked[1]
