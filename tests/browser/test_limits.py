"""How a limit was reckoned, read on a phone: every amount stands within its card."""

import pytest
from django.urls import reverse

from tests.factories import at
from tests.tickets.loop import ticket_in
from tickets.states import Status


@pytest.mark.parametrize("large", [False, True])
def test_amounts_do_not_run_off_the_card(house, page_of, overhanging, large):
    ticket = ticket_in(Status.WAITING, house, now=at("2026-11-20 10:17"))
    page = page_of(house.staff, width=360, large=large)

    page.goto(reverse("tickets:limits", args=[ticket.number]))

    assert page.locator(".days .num").count() > 0
    assert page.get_by_text("等居民补充，不算").is_visible()
    assert overhanging(page) == []
