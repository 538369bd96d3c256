"""The queue emptied by keyboard, and the keys that must stay quiet."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import EmergencyFactory, at
from tickets import workflow
from tickets.models import Ticket

MONDAY = ("2026-11-16 09:30", "2026-11-16 10:30", "2026-11-16 11:30")


@pytest.fixture
def tickets(house):
    """Three, in the order of the queue."""
    return [house.receive(f"事情{n}", now=at(moment)) for n, moment in enumerate(MONDAY, 1)]


@pytest.fixture
def queue(page_of, house, tickets):
    page = page_of(house.dispatcher)
    page.goto("/queue/")
    return page


def chosen(page):
    return page.get_by_label("选中的工单").get_by_role("heading")


def test_enter_sends_each_ticket_where_the_rule_says_until_none_is_left(queue, house, tickets):
    for ticket in tickets:
        expect(chosen(queue)).to_have_text(ticket.title)
        expect(queue.get_by_role("button", name="派给安居物业")).to_be_visible()
        queue.keyboard.press("Enter")

    expect(queue.get_by_text("都派出去了")).to_be_visible()
    assert set(Ticket.objects.values_list("unit__name", "status")) == {("安居物业", "dispatched")}


def test_dispatch_is_announced_and_the_next_one_is_chosen(queue, tickets):
    queue.keyboard.press("j")
    expect(chosen(queue)).to_have_text("事情2")

    queue.keyboard.press("Enter")

    expect(queue.get_by_role("status").filter(has_text="已派给安居物业")).to_be_visible()
    expect(chosen(queue)).to_have_text("事情3")
    assert Ticket.objects.get(status="dispatched") == tickets[1]


def test_digit_changes_the_unit_before_enter_sends(queue, house, tickets):
    queue.keyboard.press("2")
    expect(queue.get_by_role("button", name="派给房管服务中心")).to_be_visible()

    queue.keyboard.press("Enter")

    expect(queue.get_by_text("今天已派 1 单")).to_be_visible()
    assert Ticket.objects.get(pk=tickets[0].pk).unit == house.other_unit


def test_letters_and_arrows_go_up_and_down(queue):
    for key, title in (
        ("j", "事情2"),
        ("ArrowDown", "事情3"),
        ("j", "事情3"),
        ("k", "事情2"),
        ("ArrowUp", "事情1"),
    ):
        queue.keyboard.press(key)
        expect(chosen(queue)).to_have_text(title)


@pytest.mark.parametrize(("key", "address"), [("r", "reply"), ("e", "amend"), ("w", "withdraw")])
def test_letters_open_the_other_verbs(queue, tickets, key, address):
    queue.keyboard.press(key)

    expect(queue).to_have_url(re.compile(rf"/tickets/{tickets[0].number}/{address}/"))


def test_u_opens_the_last_dispatch_again(queue, tickets):
    queue.keyboard.press("Enter")
    expect(chosen(queue)).to_have_text("事情2")

    queue.keyboard.press("u")

    expect(queue).to_have_url(re.compile(rf"/tickets/{tickets[0].number}/dispatch/"))


def test_question_mark_shows_the_keys_and_escape_gives_the_page_back(queue):
    queue.keyboard.press("?")
    expect(queue.get_by_role("dialog", name="快捷键")).to_be_visible()

    queue.keyboard.press("j")
    queue.keyboard.press("Escape")

    expect(queue.get_by_role("dialog")).to_be_hidden()
    expect(chosen(queue)).to_have_text("事情1")


@pytest.mark.parametrize("key", ["Control+j", "Alt+r", "Control+Enter", "Meta+e"])
def test_keys_with_modifiers_belong_to_the_browser(queue, key):
    queue.keyboard.press(key)
    queue.wait_for_timeout(300)

    expect(chosen(queue)).to_have_text("事情1")
    assert not Ticket.objects.filter(status="dispatched").exists()


def test_keys_are_quiet_while_somebody_types(queue):
    queue.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    queue.locator("textarea").focus()

    queue.keyboard.type("j2r\n")

    expect(queue.locator("textarea")).to_have_value("j2r\n")
    expect(chosen(queue)).to_have_text("事情1")


def test_enter_held_down_sends_nothing_unseen(queue):
    repeated = "new KeyboardEvent('keydown', {key: 'Enter', repeat: true, bubbles: true, cancelable: true})"
    queue.evaluate(f"document.body.dispatchEvent({repeated})")
    queue.wait_for_timeout(300)

    assert not Ticket.objects.filter(status="dispatched").exists()


def test_without_a_proposal_enter_asks_for_a_unit(queue, house, tickets):
    workflow.amend(tickets[0], by=house.dispatcher, category=None)
    queue.reload()

    queue.keyboard.press("Enter")
    queue.keyboard.press("1")
    expect(queue.get_by_role("button", name="派给安居物业")).to_be_visible()

    assert Ticket.objects.get(pk=tickets[0].pk).status == "received"


def test_queue_works_without_script(page_of, house, tickets):
    page = page_of(house.dispatcher, javascript=False)
    page.goto("/queue/")
    page.get_by_role("link", name="事情2").click()

    page.get_by_role("radio", name="房管服务中心").check()
    page.get_by_role("button", name="派单").click()

    expect(chosen(page)).to_have_text("事情3")
    assert Ticket.objects.get(pk=tickets[1].pk).unit == house.other_unit


def test_phone_shows_the_list_first_and_one_ticket_on_its_own(page_of, house, tickets):
    page = page_of(house.dispatcher, width=360)
    page.goto("/queue/")
    expect(page.get_by_label("选中的工单")).to_be_hidden()

    page.get_by_role("link", name="事情2").click()

    expect(chosen(page)).to_be_visible()
    expect(page.get_by_role("link", name="事情3")).to_be_hidden()
    page.get_by_role("link", name="回到列表").click()
    expect(page.get_by_role("link", name="事情3")).to_be_visible()


@pytest.mark.parametrize("large", [False, True])
def test_queue_is_accessible_and_fits(page_of, house, tickets, fits, large):
    page = page_of(house.dispatcher, width=360, large=large)

    for address in ("/queue/", f"/queue/?ticket={tickets[1].number}"):
        page.goto(address)
        fits(page)


def test_alarm_is_in_view_before_anything_is_chosen(page_of, house):
    leak = EmergencyFactory(name="燃气泄漏")
    workflow.dispatch(house.receive(category=leak, called=True), by=house.dispatcher, unit=house.unit)
    for _ in range(3):
        house.receive()
    page = page_of(house.dispatcher, width=360)

    page.goto("/queue/")

    expect(page.get_by_role("heading", name="还没有人认领")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
