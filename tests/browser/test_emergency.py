"""An emergency at the desk: the number at once, a stop before filing, one more press, all by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import EmergencyFactory
from tickets import workflow
from tickets.models import Ticket

SLIP = re.compile(r"/tickets/[^/]+/slip/")
PRESS = "已经打了电话，登记"


@pytest.fixture
def leak(house):
    return EmergencyFactory(name="燃气泄漏")


def choose(page):
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("厨房有煤气味")
    page.get_by_label("手机号").fill("13800138000")
    page.locator(".pick", has_text="燃气泄漏").click()


def test_number_to_call_is_shown_as_soon_as_it_is_chosen(page_of, house, leak):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    expect(page.locator(".call")).to_be_hidden()

    choose(page)

    expect(page.get_by_role("alert").get_by_role("link", name="119")).to_be_visible()
    page.locator(".pick", has_text=house.category.name).click()
    expect(page.locator(".call")).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Control+Enter"])
def test_two_presses_of_the_keyboard_file_it(page_of, house, leak, key):
    page = page_of(house.volunteer)
    choose(page)
    page.get_by_label("手机号").focus()

    page.keyboard.press(key)
    expect(page.get_by_role("button", name=PRESS)).to_be_focused()
    assert not Ticket.objects.exists()
    page.keyboard.press(key)

    expect(page).to_have_url(SLIP)
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.reporters.get().phone) == (leak, "13800138000")


def test_digit_never_chooses_an_emergency(page_of, house, leak):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("楼道灯不亮")

    page.keyboard.press("Tab")
    page.keyboard.press("2")

    assert page.locator("input[name=category]:checked").count() == 0


def test_what_is_not_urgent_gets_another_category(page_of, house, leak):
    page = page_of(house.volunteer, javascript=False)
    choose(page)
    page.get_by_role("button", name="接单并打印回执").click()

    page.get_by_role("button", name="不是急事，改类别").click()
    page.locator(".pick", has_text=house.category.name).click()
    page.get_by_role("button", name="接单并打印回执").click()

    expect(page).to_have_url(SLIP)
    assert Ticket.objects.get().category == house.category


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("large", [False, True])
def test_stop_is_accessible_and_fits(page_of, house, leak, axe, no_sideways_scroll, width, large):
    page = page_of(house.volunteer, width=width, large=large)
    choose(page)

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("button", name=PRESS)).to_be_in_viewport()
    assert axe(page) == []
    no_sideways_scroll(page)


def arrive(house, leak):
    """One for the unit to claim and one to send on: the dispatcher counts both."""
    ticket = house.receive(category=leak, called=True)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    house.receive(category=leak, called=True)


@pytest.mark.parametrize(("who", "address", "count"), [("dispatcher", "/queue/", 2), ("staff", "/unit/", 1)])
def test_open_page_says_within_a_minute_that_an_emergency_has_come(page_of, house, leak, who, address, count):
    page = page_of(getattr(house, who))
    page.clock.install()
    page.goto(address)
    expect(page.locator("[data-news]")).to_be_hidden()

    arrive(house, leak)
    page.clock.run_for(61_000)

    expect(page.get_by_role("link", name="来了新的急事")).to_be_visible()
    expect(page).to_have_title(re.compile(f"^【急{count}】"))
    page.get_by_role("link", name="来了新的急事").click()
    expect(page.locator(".st-urgent").first).to_be_visible()


def test_open_page_stays_quiet_when_nothing_new_comes(page_of, house, leak):
    arrive(house, leak)
    page = page_of(house.dispatcher)
    page.clock.install()
    page.goto("/queue/")

    with page.expect_response("**/queue/"):
        page.clock.run_for(61_000)

    expect(page.locator("[data-news]")).to_be_hidden()
    expect(page).to_have_title(re.compile("^【急2】"))
