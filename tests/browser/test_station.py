"""What goes on at the desk besides tickets, in a real browser: taps that lose nothing, a thing lent and given back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stations.models import Loan, Visit
from tests.factories import CategoryFactory
from tests.pictures import picture
from tests.stations.shelf import DAY, lent, supply
from tests.volunteers.rosters import seated, shift, volunteer
from tickets.models import Category
from volunteers.seating import on_duty

HOUR = timedelta(hours=1)


@pytest.fixture
def charger(house):
    return supply(house)


def tap(page, name):
    return page.locator("[data-taps]").get_by_role("button", name=name)


def test_tap_counts_by_keyboard_and_keeps_what_is_being_typed(page_of, house):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("楼道灯不亮")

    tap(page, "接水").focus()
    page.keyboard.press("Enter")
    expect(tap(page, "接水 1")).to_be_focused()
    page.keyboard.press("Enter")

    expect(tap(page, "接水 2")).to_be_focused()
    expect(page.get_by_label("发生了什么")).to_have_value("楼道灯不亮")
    assert Visit.objects.count() == 2


def test_pressing_many_times_counts_once(page_of, house):
    page = page_of(house.volunteer)
    page.goto("/desk/")

    page.evaluate("for (let i = 0; i < 5; i++) document.querySelector('[data-taps] [value=chat]').click()")

    expect(tap(page, "聊天 1")).to_be_visible()
    assert Visit.objects.count() == 1


def test_wrong_tap_is_taken_back_in_place(page_of, house):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("楼道灯不亮")

    tap(page, "咨询").click()
    tap(page, "点错了撤回").click()

    expect(tap(page, "咨询 0")).to_be_visible()
    expect(tap(page, "点错了撤回")).to_have_count(0)
    expect(page.get_by_label("发生了什么")).to_have_value("楼道灯不亮")


def test_lost_network_is_said_and_the_tap_can_be_pressed_again(page_of, house):
    page = page_of(house.volunteer)
    page.goto("/desk/")
    page.route("**/desk/visits/", lambda route: route.abort())

    tap(page, "接水").click()
    expect(page.get_by_text("没有记上")).to_be_visible()
    page.unroute("**/desk/visits/")
    tap(page, "接水").click()

    expect(tap(page, "接水 1")).to_be_visible()
    page.problems.clear()  # the aborted request


@pytest.mark.parametrize("answer", ["accept", "dismiss"])
def test_borrowing_asks_before_it_leaves_a_half_typed_request(page_of, house, charger, answer):
    page, asked = page_of(house.volunteer), []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), getattr(dialog, answer)()))
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("楼道灯不亮")

    with page.expect_event("dialog"):
        tap(page, "借物").click()

    expect(page).to_have_url(re.compile("/desk/loans/new/" if answer == "accept" else "/desk/$"))
    assert len(asked) == 1 and "还没有接单" in asked[0]


@pytest.mark.parametrize("javascript", [True, False])
def test_thing_is_lent_and_given_back(page_of, house, charger, javascript):
    page = page_of(house.volunteer, javascript=javascript)
    page.goto("/desk/")

    tap(page, "借物").click()
    page.get_by_label("充电器·剩3个").check()
    page.get_by_label("明天下班前").check()
    page.get_by_label("怎么称呼").fill("李福生")
    page.get_by_role("button", name="借出", exact=True).click()
    expect(page.get_by_text("充电器已借出")).to_be_visible()
    page.goto("/desk/")
    page.get_by_role("button", name="已还").click()

    expect(page.get_by_text("充电器还回来了")).to_be_visible()
    expect(page).to_have_url(re.compile("/desk/$"))
    loan = Loan.objects.get()
    assert loan.returned_by == house.volunteer and loan.visit == Visit.objects.get()


def test_taps_work_without_script(page_of, house):
    page = page_of(house.volunteer, javascript=False)
    page.goto("/desk/")

    tap(page, "聊天").click()

    expect(tap(page, "聊天 1")).to_be_visible()
    tap(page, "点错了撤回").click()
    expect(tap(page, "聊天 0")).to_be_visible()


def test_other_time_stands_there_when_it_is_wanted(page_of, house, charger):
    page = page_of(house.volunteer)
    page.goto("/desk/loans/new/")
    expect(page.get_by_label("哪一天")).to_be_hidden()

    page.get_by_label("选时间", exact=True).check()

    expect(page.get_by_label("哪一天")).to_be_visible()


def test_desk_stands_on_one_screen(page_of, house, charger):
    """1280 × 800 with all that may stand there: eight categories, three emergencies, lists, things out,
    two on duty."""
    Category.objects.update(ordinal=0)
    for n in range(7):
        CategoryFactory(ordinal=n + 1)
    for n in range(3):
        CategoryFactory(ordinal=n + 9, emergency_hours=2, emergency_call="119")
    now = timezone.now()
    both = shift(house.station, now - HOUR, hours=4, seats=2).seats.all()
    for seat, name in zip(both, ("孙正东", "刘桂芳"), strict=True):
        on_duty.check_in(seated(seat, volunteer(house.station, name=name)), by=house.lead, now=now)
    for _ in range(5):
        house.receive("楼道灯不亮", building=None)
        lent(house, supply(house, f"雨伞{_}", low_mark=9), now=timezone.now() - DAY)
    page = page_of(house.volunteer)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/desk/")

    tap(page, "接水").click()

    expect(tap(page, "接水 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= 800

    page.locator("input[type=file][multiple]").set_input_files(
        [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture()} for n in range(6)]
    )
    expect(page.get_by_role("button", name="不要第6张照片")).to_be_visible()
    expect(page.get_by_text("正在处理")).to_have_count(0)
    button = page.get_by_role("button", name="接单并打印回执").bounding_box()
    assert button["y"] + button["height"] <= 800
