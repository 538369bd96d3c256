"""A day promised after the limit of the solution: taken, but said to who promises it and to who looks after it."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import at
from tests.tickets.loop import MONDAY, claimed, dispatched, replied, waiting
from tickets import beyond, workflow
from tickets.models import Ticket

LIMIT = "11月30日（周一）10:00"  # five working days after MONDAY
WITHIN, AFTER = date(2026, 11, 30), date(2026, 12, 1)
CHIP = f"晚于办结时限（{LIMIT}）"
LATE_IN_ITS_TIME = at("2026-11-27 09:00")


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def words(response):
    return re.sub(r"<[^>]+>", "", text(response))


@pytest.fixture
def ticket(house):
    ticket = house.receive(now=MONDAY)
    dispatched(ticket, house)
    claimed(ticket, house)
    return ticket


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(LATE_IN_ITS_TIME, tick=False):
        yield


def answer(day, **more):
    return {"solvable": "yes", "promised_on": day.isoformat(), "words": "等配件", "told": "link", **more}


@pytest.mark.parametrize("steps", [(), (replied,)], ids=["promised", "moved"])
def test_who_promises_sees_the_limit_before_and_after_the_press(house, client_of, ticket, steps):
    for step in steps:
        step(ticket, house)
    client, url = client_of(house.staff), reverse("tickets:reply", args=[ticket.number])

    before = text(client.get(url))
    after = client.post(url, answer(AFTER), follow=True)

    assert f"办结时限是{LIMIT}前，答应得更晚，办结会超时" in before
    assert "周一 11月30日<" in before and "周二 12月1日，过了时限<" in before
    assert f"答应的12月1日（周二）{CHIP}" in text(after)
    assert Ticket.objects.get().promised_on == AFTER


def test_form_on_the_tickets_page_says_it_too(house, client_of, ticket):
    page = text(client_of(house.staff).get(ticket.get_absolute_url()))

    assert f"办结时限是{LIMIT}前" in page and "周二 12月1日，过了时限<" in page


def test_day_of_the_limit_needs_no_word(house, client_of, ticket):
    client, url = client_of(house.staff), reverse("tickets:reply", args=[ticket.number])

    page = text(client.post(url, answer(WITHIN), follow=True))

    assert "答复已发出" in page and "晚于办结时限" not in page


def test_of_a_limit_that_is_over_is_said_that_it_is(house, client_of, ticket):
    with time_machine.travel(at("2026-12-02 09:00"), tick=False):
        page = text(client_of(house.staff).get(ticket.get_absolute_url()))

    assert f"办结时限{LIMIT}已经过了，越早越好" in page and "，过了时限" not in page


def test_waiting_for_the_resident_moves_the_limit_before_it_is_compared(house, client_of, ticket):
    """The pause since Tuesday 15:00 ends with the answer: what was left is counted from then on."""
    waiting(ticket, house, now=at("2026-11-24 15:00"))
    ticket.refresh_from_db()
    limit = beyond.limit_if_answered(ticket, ticket.clocks.all(), now=LATE_IN_ITS_TIME)
    client, url = client_of(house.staff), reverse("tickets:reply", args=[ticket.number])

    page = text(client.post(url, answer(AFTER), follow=True))

    assert limit == ticket.clocks.get(kind="resolve").due_at > at("2026-12-02 00:00")
    assert "晚于办结时限" not in page


@pytest.mark.parametrize("who", ["dispatcher", "unit_lead", "secretary", "staff"])
def test_who_looks_after_it_sees_it_on_the_page_and_finds_it(house, client_of, ticket, who):
    replied(ticket, house, now=LATE_IN_ITS_TIME, promised_on=AFTER)
    other = house.receive("灯不亮", now=MONDAY)
    dispatched(other, house)
    claimed(other, house)
    replied(other, house, now=LATE_IN_ITS_TIME, promised_on=WITHIN)
    client = client_of(getattr(house, who))

    found = text(client.get(reverse("tickets:list"), {"beyond": "on"}))

    assert CHIP in words(client.get(ticket.get_absolute_url()))
    assert CHIP not in words(client.get(other.get_absolute_url()))
    assert ticket.number in found and other.number not in found


def test_promises_and_cards_of_the_unit_say_it(house, client_of, ticket):
    replied(ticket, house, now=LATE_IN_ITS_TIME, promised_on=AFTER)

    promises = client_of(house.unit_lead).get(reverse("tickets:my_promises") + "?whose=unit")
    cards = client_of(house.staff).get(reverse("tickets:unit_mine"))

    assert CHIP in words(promises) and CHIP in words(cards)


def test_limit_that_stands_still_is_compared_with_nothing(house, client_of, ticket):
    replied(ticket, house, now=LATE_IN_ITS_TIME, promised_on=AFTER)
    waiting(ticket, house, now=LATE_IN_ITS_TIME)
    client = client_of(house.dispatcher)

    assert "晚于办结时限" not in text(client.get(ticket.get_absolute_url()))
    assert ticket.number not in text(client.get(reverse("tickets:list"), {"beyond": "on"}))


def test_dispatcher_reads_it_in_the_queue(house, client_of):
    ticket = house.receive(now=MONDAY)
    workflow.reply(
        ticket, by=house.dispatcher, now=LATE_IN_ITS_TIME, **{**answer(AFTER), "promised_on": AFTER}
    )

    assert CHIP in words(client_of(house.dispatcher).get(reverse("tickets:queue")))
