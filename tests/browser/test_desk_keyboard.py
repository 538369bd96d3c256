"""A request filed at the desk without touching the mouse, and what the page does against pressing twice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import open_desk, type_at_desk
from tests.factories import CategoryFactory, RuleFactory
from tickets.models import Category, Ticket

SLIP = re.compile(r"/tickets/[^/]+/slip/")


@pytest.fixture
def categories(house):
    Category.objects.filter(pk=house.category.pk).update(ordinal=0)
    return [house.category, *(CategoryFactory(ordinal=n) for n in range(1, 8))]


def test_request_is_filed_by_keyboard_alone(page_of, house, categories):
    page = page_of(house.volunteer)
    type_at_desk(page, "厨房水管接头漏水")
    page.keyboard.press("Tab")
    page.keyboard.press("3")
    for typed in ("24", "502", "吴阿姨", "138 0013 8000"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(SLIP)
    ticket = Ticket.objects.get()
    reporter = ticket.reporters.get()
    assert (ticket.words, ticket.category, ticket.building) == (
        "厨房水管接头漏水",
        categories[2],
        house.building,
    )
    assert (reporter.room, reporter.name, reporter.phone) == ("502", "吴阿姨", "13800138000")


def test_enter_goes_from_line_to_line_and_files_in_the_last(page_of, house, categories):
    page = page_of(house.volunteer)
    type_at_desk(page, "楼道灯不亮")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    for typed in ("24", "502", "吴阿姨", "13800138000"):
        page.keyboard.press("Enter")
        page.keyboard.type(typed)
    assert not Ticket.objects.exists()
    page.keyboard.press("Enter")

    expect(page).to_have_url(SLIP)
    assert Ticket.objects.get().reporters.get().phone == "13800138000"


def test_next_request_follows_the_slip_by_keyboard(page_of, house):
    page = page_of(house.volunteer)
    type_at_desk(page, "楼道灯不亮")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="再接一单")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.get_by_label("发生了什么")).to_be_focused()


def test_size_of_print_changes_and_nothing_typed_is_lost(page_of, house):
    page = page_of(house.volunteer)
    type_at_desk(page, "楼道灯不亮")

    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html.large")).to_be_attached()
    page.get_by_role("button", name="标准版").click()
    expect(page.locator("html:not(.large)")).to_be_attached()

    expect(page.get_by_label("发生了什么")).to_have_value("楼道灯不亮")
    expect(page.get_by_label("房号")).to_be_visible()


def test_digits_typed_into_the_words_choose_nothing(page_of, house, categories):
    page = page_of(house.volunteer)
    type_at_desk(page, "3楼漏水")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(SLIP)
    assert (Ticket.objects.get().words, Ticket.objects.get().category) == ("3楼漏水", None)


def test_pressing_many_times_files_once(page_of, house):
    page = page_of(house.volunteer)
    type_at_desk(page, "楼道灯不亮")

    page.evaluate("for (let i = 0; i < 5; i++) document.querySelector('[data-desk] button').click()")

    expect(page).to_have_url(SLIP)
    assert Ticket.objects.count() == 1


PRESSED = """() => {
  const button = document.querySelector("[data-desk] button");
  button.click();
  return new Promise(seen => setTimeout(() => seen(button.textContent), 50));
}"""


def test_button_says_that_it_is_sending(page_of, house):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    page.route("**/desk/receive/", lambda route: None)

    assert page.evaluate(PRESSED) == "正在提交…"


def test_errors_take_the_focus_and_nothing_typed_is_lost(page_of, house, axe):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    page.get_by_label("手机号").fill("1380013800")

    page.keyboard.press("Control+Enter")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.get_by_label("手机号")).to_have_value("1380013800")
    assert axe(page) == []
    page.get_by_role("link", name="填写发生了什么").click()
    expect(page.get_by_label("发生了什么")).to_be_focused()


def test_category_with_another_limit_shows_its_own_due_time(page_of, house, categories):
    RuleFactory(category=categories[1], area=house.area, reply_days=5)
    page = page_of(house.volunteer)
    open_desk(page)
    usual = page.locator(".until b:visible").inner_text()

    page.keyboard.press("Tab")
    page.keyboard.press("2")

    expect(page.locator(".until b:visible")).not_to_have_text(usual)
    page.keyboard.press("1")
    expect(page.locator(".until b:visible")).to_have_text(usual)


@pytest.mark.parametrize("width", [360, 1280])
def test_large_print_reaches_the_button_within_three_screens(page_of, house, categories, width):
    page = page_of(house.volunteer, width=width, large=True)
    page.goto("/desk/")

    button = page.locator("[data-desk] button[type=submit]").bounding_box()

    assert button["y"] + button["height"] <= 3 * page.viewport_size["height"]
    assert button["height"] >= 60
    expect(page.get_by_label("房号")).to_be_hidden()


def test_desk_works_without_script(page_of, house):
    page = page_of(house.volunteer, javascript=False)
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("楼道灯不亮")

    page.get_by_role("button", name="接单并打印回执").click()

    expect(page).to_have_url(SLIP)
    assert Ticket.objects.get().words == "楼道灯不亮"


def test_nothing_typed_is_left_in_the_browser(page_of, house):
    page = page_of(house.volunteer)
    type_at_desk(page, "楼道灯不亮")
    page.get_by_label("怎么称呼").fill("吴阿姨")

    kept = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.title])"
    )

    assert "吴" not in kept and "楼道灯" not in kept


@pytest.mark.parametrize("large", [False, True])
def test_desk_is_accessible_and_fits(page_of, house, categories, fits, large):
    house.receive("楼道墙皮脱落掉到扶手上有一块砸到楼梯上了请尽快来看")
    page = page_of(house.volunteer, width=360, large=large)

    page.goto("/desk/")

    expect(page.get_by_role("heading", name="接单", exact=True)).to_be_visible()
    fits(page)
