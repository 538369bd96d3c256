"""Hints while typing: seen they answer the question, unseen it is asked; the keyboard joins; the slip is printed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import type_at_desk
from tests.tickets.loop import neighbour
from tickets.models import Reporter, Ticket

LEAK = "厨房水管接头漏水，地上有积水"
SLIP = re.compile(r"/tickets/[^/]+/slip/\d+/")


@pytest.fixture
def ticket(house):
    return house.receive(LEAK, name="王秀兰", phone="13800138421", room="502")


@pytest.fixture
def volunteer(house):
    return neighbour(house)


def test_neighbour_joins_by_keyboard_alone_and_gets_a_slip(page_of, ticket, volunteer):
    page = page_of(volunteer)
    type_at_desk(page, "楼上厨房水管漏水")
    expect(page.get_by_role("heading", name="可能是同一件事")).to_be_visible()

    page.keyboard.press("Alt+1")

    expect(page).to_have_url(SLIP)
    expect(page.get_by_role("heading", name="已加入，请把回执交给居民")).to_be_visible()
    assert Reporter.objects.latest("pk").words == "楼上厨房水管漏水" and Ticket.objects.count() == 1


def test_hints_seen_beside_the_form_need_no_second_press(page_of, ticket, volunteer):
    page = page_of(volunteer)
    type_at_desk(page, LEAK)
    expect(page.locator(".same")).to_be_visible()
    expect(page.locator("[name=not_duplicate]")).to_be_enabled()

    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(re.compile(r"/slip/$"))
    assert Ticket.objects.count() == 2


def test_hints_out_of_sight_are_asked_about(page_of, ticket, volunteer):
    page = page_of(volunteer, width=360)
    type_at_desk(page, LEAK)
    expect(page.locator(".same")).to_be_attached()

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("button", name="不是同一件，照样接单")).to_be_focused()
    assert Ticket.objects.count() == 1


def test_without_script_the_desk_asks_and_either_answer_works(page_of, ticket, volunteer):
    page = page_of(volunteer, javascript=False)
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill(LEAK)
    page.get_by_role("button", name="接单并打印回执").click()
    expect(page.get_by_label("发生了什么")).to_have_value(LEAK)

    page.get_by_role("button", name="同一件事，加入").click()

    expect(page).to_have_url(SLIP)
    assert Ticket.objects.count() == 1


def test_nothing_typed_stands_in_an_address(page_of, ticket, volunteer):
    page, seen = page_of(volunteer), []
    page.on("request", lambda request: seen.append((request.method, request.url)))
    page.goto("/desk/")
    page.get_by_label("怎么称呼").fill("李建国")
    page.get_by_label("手机号").fill("13900005678")
    page.get_by_label("发生了什么").fill(LEAK)
    expect(page.locator(".same")).to_be_visible()

    asked = [(method, url) for method, url in seen if "/hints/" in url]
    assert asked and all(method == "POST" and url.endswith("/desk/hints/") for method, url in asked)


def test_hints_go_when_the_words_no_longer_fit(page_of, ticket, volunteer):
    page = page_of(volunteer)
    type_at_desk(page, LEAK)
    expect(page.locator(".same")).to_be_visible()

    page.get_by_label("发生了什么").fill("电梯停在五楼")

    expect(page.locator(".same")).to_have_count(0)
