"""The pages of people in a real browser: sizes, axe, the CSP, and what stays behind after leaving."""

import os

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts import people
from notices.models import Notice
from stations.models import Facility, OpeningHours
from tests.factories import PASSWORD, PostFactory, UserFactory

SIZES = [(360, False), (360, True), (1280, False), (1280, True)]
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def town(house):
    """The house with something on every page."""
    for number, name in enumerate(["陈秀英", "欧阳淑芬", "王建国"]):
        user = UserFactory(name=name, phone=f"1380013123{number}")
        PostFactory(user=user, role="volunteer", station=house.station)
    people.remove(user.posts.get(), by=house.lead)
    for number, text in enumerate(
        ["工单超时，请尽快答复：HY01-20261123-007 24栋·房屋墙面", "派来一张新工单"]
    ):
        Notice.objects.create(
            recipient=house.lead, effect=f"e{number}", text=text, is_urgent=not number, url="/me/"
        )
    for weekday in range(7):
        OpeningHours.objects.create(station=house.station, weekday=weekday)
    Facility.objects.create(station=house.station, kind="wheelchair", note="两把，押金50元")
    return house


def addresses(town):
    post = town.volunteer.posts.get().pk
    own = ["me", "password", "people", "enrol"]
    return {
        **{name: reverse(f"accounts:{name}") for name in own},
        "remove": reverse("accounts:remove", args=[post]),
        "reset": reverse("accounts:reset_password", args=[post]),
        "notices": reverse("notices:list"),
        "station": reverse("stations:station", args=[town.station.code]),
    }


def look(page, name, width, large):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.{width}{'.large' if large else ''}.png", full_page=True)


@pytest.mark.parametrize(("width", "large"), SIZES)
def test_pages_of_a_lead(page_of, town, axe, no_sideways_scroll, width, large):
    page = page_of(town.lead, width=width, large=large)

    for name, address in addresses(town).items():
        page.goto(address)
        look(page, name, width, large)
        no_sideways_scroll(page)
        assert axe(page) == []


@pytest.mark.parametrize(("width", "large"), SIZES)
def test_answers_to_a_lead(page_of, town, axe, no_sideways_scroll, width, large):
    page = page_of(town.lead, width=width, large=large)

    page.goto(reverse("accounts:enrol"))
    page.get_by_role("button", name="登记", exact=True).click()
    look(page, "enrol_error", width, large)
    no_sideways_scroll(page)
    assert axe(page) == []
    page.get_by_label("姓名").fill("陈秀英")
    page.get_by_label("手机号").fill("139 0000 8888")
    page.get_by_role("button", name="登记", exact=True).click()
    page.locator(".one-time").wait_for()
    look(page, "one_time", width, large)
    no_sideways_scroll(page)
    assert axe(page) == []


@pytest.mark.parametrize(("width", "large"), SIZES)
def test_door(page_of, town, axe, no_sideways_scroll, width, large):
    page = page_of(width=width, large=large)

    page.goto(reverse("accounts:login"))
    look(page, "login", width, large)
    assert axe(page) == []
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_label("密码").fill("wrong")
    page.keyboard.press("Enter")
    page.locator(".err-sum").wait_for()
    look(page, "login_error", width, large)
    no_sideways_scroll(page)
    assert axe(page) == []


def test_one_time_password_leads_to_an_own_one(page_of, town):
    password = people.reset_password(town.volunteer, by=town.lead)
    page = page_of(width=360)

    page.goto(reverse("accounts:login"))
    page.get_by_label("手机号").fill(town.volunteer.phone)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="请设一个自己的密码").wait_for()
    look(page, "first_password", 360, False)
    page.get_by_label("新密码", exact=True).fill("对面楼三只花猫都很胖")
    page.get_by_label("再输一次新密码").fill("对面楼三只花猫都很胖")
    page.keyboard.press("Enter")

    page.get_by_text("密码改好了").wait_for()


def test_nothing_is_left_after_leaving(page_of, town):
    page = page_of(town.lead)
    page.goto(reverse("accounts:people"))
    page.get_by_text("刘桂芳").first.wait_for()
    page.locator("details.menu summary").click()
    page.locator("details.menu").get_by_role("button", name="退出").click()
    page.get_by_role("heading", name="登录").wait_for()

    page.go_back()
    page.wait_for_load_state()

    assert "刘桂芳" not in page.content()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert town.volunteer.name not in kept
    assert town.volunteer.phone not in kept


def test_without_script_the_door_opens(page_of, town):
    page = page_of(javascript=False)

    page.goto(reverse("accounts:login"))
    page.get_by_label("手机号").fill(town.lead.phone)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    assert not page.url.endswith(reverse("accounts:login"))


def test_admin_keeps_to_the_policy(page_of, town):
    """`page_of` fails on any console error, and a broken policy is one."""
    page = page_of(town.admin)

    page.goto(reverse("admin:index"))
    look(page, "admin", 1280, False)
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        page.goto(reverse(f"admin:{name}_changelist"))
        look(page, f"admin_{name}", 1280, False)
        if model._meta.model_name not in ("auditentry", "profile"):
            page.goto(reverse(f"admin:{name}_add"))
            look(page, f"admin_{name}_add", 1280, False)
