"""What the unit's people read on their cards and on the page of a ticket."""

from datetime import date

import pytest
from django.urls import reverse

from stations import saying
from tests.tickets.loop import BAD, GOOD
from tickets import workflow

ANSWER = {"words": "配件到了就换", "told": "phone"}


@pytest.fixture
def claimed(house):
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    return ticket


def seen_by(client, name, *args):
    return client.get(reverse(f"tickets:{name}", args=args)).content.decode()


def test_card_says_what_was_answered(house, client_of, claimed):
    workflow.reply(claimed, by=house.staff, solvable="no", **ANSWER)

    page = seen_by(client_of(house.staff), "unit_mine")

    assert "已答复不能解决" in page
    assert "去办结" in page


def test_card_leads_to_the_form_of_the_next_step(house, client_of, claimed):
    client, address = client_of(house.staff), claimed.get_absolute_url()
    before = seen_by(client, "unit_mine") + seen_by(client, "detail", claimed.number)

    workflow.reply(claimed, by=house.staff, solvable="no", **ANSWER)

    assert f'href="{address}#reply"' in before and 'id="reply"' in before
    assert f'href="{address}#resolve"' in seen_by(client, "unit_mine")
    assert 'id="resolve"' in seen_by(client, "detail", claimed.number)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "承诺今天（周二）办好"),
        (date(2026, 11, 27), "承诺11月27日（周五）前办好"),
        (date(2026, 11, 20), "承诺11月20日（周五）前办好，已过期"),
    ],
)
def test_promise_is_said_from_today(day, words):
    assert saying.promise(day, today=date(2026, 11, 24)) == words


def test_done_card_says_how_the_resident_rated(house, client_of, claimed):
    workflow.resolve(claimed, by=house.staff, outcome="solved", words="换好了")
    workflow.review(claimed, by=claimed.reporters.get(), **GOOD)

    assert "居民评满意" in seen_by(client_of(house.staff), "unit_done")


def test_second_round_says_why_before_anything_else(house, client_of, claimed):
    workflow.resolve(claimed, by=house.staff, outcome="solved", words="换好了")
    workflow.review(claimed, by=claimed.reporters.get(), **BAD)

    page = seen_by(client_of(house.staff), "detail", claimed.number)

    assert page.index("居民评价：没解决、不满意") < page.index("答复时限")


def test_only_a_lead_is_offered_to_name_a_colleague(house, client_of):
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)

    assert "指定同事办" in seen_by(client_of(house.unit_lead), "detail", ticket.number)
    assert "指定同事办" not in seen_by(client_of(house.staff), "detail", ticket.number)
    assert "<h1>指定谁办</h1>" in seen_by(client_of(house.unit_lead), "claim", ticket.number)
    assert "<h1>认领</h1>" in seen_by(client_of(house.staff), "claim", ticket.number)


def test_done_ticket_leads_back_to_what_is_done(house, client_of, claimed):
    workflow.resolve(claimed, by=house.staff, outcome="solved", words="换好了")

    page = seen_by(client_of(house.staff), "detail", claimed.number)

    assert f'class="back" href="{reverse("tickets:unit_done")}"' in page
    assert "现在不用您办" in page


def test_timeline_tells_naming_from_claiming(house, client_of):
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.unit_lead, colleague=house.staff)

    page = seen_by(client_of(house.staff), "detail", ticket.number)

    assert f"指定{house.staff.name}办" in page
    assert f"{house.staff.name}认领" not in page
