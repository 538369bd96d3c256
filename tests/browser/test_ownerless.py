"""What nobody can act on goes back to the colleagues by keyboard, and without a script too."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import House
from tests.tickets.loop import end_posts, ticket_in
from tickets.states import Status


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.mark.parametrize("javascript", [True, False])
def test_ticket_of_who_left_goes_back_to_the_colleagues(page_of, house, javascript):
    ticket = ticket_in(Status.CLAIMED, house)
    end_posts(house.staff)
    page = page_of(house.dispatcher, javascript=javascript)
    page.goto("/queue/")

    page.get_by_role("link", name="没人接").click()
    expect(page.get_by_label("为什么改派")).to_have_value("周建华已不在安居物业")
    if javascript:
        page.locator("body").press("Enter")
    else:
        page.get_by_role("button", name="派单").click()

    expect(page.get_by_text(re.compile("已派给安居物业"))).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.claimant) == (Status.DISPATCHED, None)


@pytest.mark.parametrize(("width", "large"), [(360, True), (1280, False)])
def test_tab_is_accessible_and_fits(page_of, house, axe, no_sideways_scroll, width, large):
    ticket = ticket_in(Status.CLAIMED, house)
    end_posts(house.staff)
    page = page_of(house.dispatcher, width=width, large=large)

    page.goto(f"/queue/?show=ownerless&ticket={ticket.number}")

    expect(page.get_by_label("为什么改派")).to_be_visible()
    assert axe(page) == []
    no_sideways_scroll(page)
