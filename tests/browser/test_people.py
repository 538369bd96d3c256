"""The pages of people in a real browser: sizes, axe, the CSP, and what stays behind after leaving."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts import people
from notices.models import Notice
from stations.models import Facility, OpeningHours
from tests.factories import PASSWORD, PostFactory, UserFactory


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
    return [
        *(reverse(f"accounts:{name}") for name in ("me", "password", "people", "enrol")),
        reverse("accounts:remove", args=[post]),
        reverse("accounts:reset_password", args=[post]),
        reverse("notices:list"),
        reverse("stations:station", args=[town.station.code]),
    ]


@pytest.mark.parametrize("large", [False, True])
def test_pages_of_a_lead(page_of, town, fits, large):
    page = page_of(town.lead, width=360, large=large)

    for address in addresses(town):
        page.goto(address)
        fits(page)


@pytest.mark.parametrize("large", [False, True])
def test_answers_to_a_lead(page_of, town, fits, large):
    page = page_of(town.lead, width=360, large=large)

    page.goto(reverse("accounts:enrol"))
    page.get_by_role("button", name="登记", exact=True).click()
    fits(page)
    page.get_by_label("姓名").fill("陈秀英")
    page.get_by_label("手机号").fill("139 0000 8888")
    page.get_by_role("button", name="登记", exact=True).click()
    page.locator(".one-time").wait_for()
    fits(page)


@pytest.mark.parametrize("large", [False, True])
def test_door(page_of, town, fits, large):
    page = page_of(width=360, large=large)

    page.goto(reverse("accounts:login"))
    fits(page)
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_label("密码").fill("wrong")
    page.keyboard.press("Enter")
    page.locator(".err-sum").wait_for()
    fits(page)


def test_one_time_password_leads_to_an_own_one(page_of, town):
    password = people.reset_password(town.volunteer, by=town.lead)
    page = page_of(width=360)

    page.goto(reverse("accounts:login"))
    page.get_by_label("手机号").fill(town.volunteer.phone)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="请设一个自己的密码").wait_for()
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
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        page.goto(reverse(f"admin:{name}_changelist"))
        if model._meta.model_name not in ("auditentry", "profile"):
            page.goto(reverse(f"admin:{name}_add"))
