"""A roster from the first pattern to the hours given, in real browsers; the volunteers on phones in large print."""

import re

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar
from playwright.sync_api import expect

from stations.models import OpeningHours
from tests.factories import House, at
from tests.volunteers.rosters import profile_of, volunteer
from volunteers import check_in_codes, feeds
from volunteers.models import Assignment, Availability

SUNDAY = "2026-11-22 15:00"
TUESDAY = "2026-11-24"
NOON = 12 * 60 + 30
MINE = reverse("volunteers:my_shifts")


class Village:
    """A station open every day; one volunteer has time on Tuesday mornings, another gave no times."""

    def __init__(self):
        self.house = House()
        self.station = self.house.station
        OpeningHours.objects.bulk_create(OpeningHours(station=self.station, weekday=day) for day in range(7))
        self.first = profile_of(self.house.volunteer)
        Availability.objects.create(profile=self.first, weekday=1, from_minute=540, until_minute=NOON)
        self.second = volunteer(self.station, name="罗建国")
        profile_of(self.house.lead)

    def address(self, name):
        return reverse(f"volunteers:{name}", args=[self.station.code])


@pytest.fixture
def village(transactional_db):
    with time_machine.travel(at("2026-11-20 09:00"), tick=True):
        return Village()


def test_roster_from_pattern_to_hours(page_of, village, client):
    """Each step as its person takes it, at its own moment."""
    with time_machine.travel(at(SUNDAY), tick=True):
        lead = page_of(village.house.lead)
        make_a_pattern(lead, village)
        propose(lead, village)
        old = page_of(village.first.user, width=390, large=True)
        accept_and_look_for_a_standin(old)
        young = page_of(village.second.user, width=360, large=True)
        take_the_seat(young)
        expect_it_on_the_grid(lead, village)
        calendar = Calendar.from_ical(client.get(feed_of(village.second)).content)
        assert [event["DTSTART"].dt for event in calendar.walk("VEVENT")] == [at(f"{TUESDAY} 09:00")]

    with time_machine.travel(at(f"{TUESDAY} 08:55"), tick=True):
        young = page_of(village.second.user, width=360, large=True)  # the session of Sunday is over
        check_in(young, village)
    with time_machine.travel(at(f"{TUESDAY} 12:31"), tick=True):
        hand_over_and_check_out(young, village)
        see_the_hours(young)


def make_a_pattern(lead, village):
    lead.goto(village.address("patterns"))
    lead.get_by_role("link", name="照开放时间排三班").click()
    expect(lead.get_by_text("新排")).to_be_visible()
    lead.get_by_role("button", name="建立班表").click()
    expect(lead.get_by_text("班表建好了")).to_be_visible()


def propose(lead, village):
    lead.goto(village.address("propose") + f"?span=dates&first={TUESDAY}&last={TUESDAY}")
    expect(lead.get_by_role("heading", name="会请谁")).to_be_visible()
    lead.get_by_role("button", name="发出邀请").click()
    expect(lead.get_by_role("heading", name="会请谁")).to_have_count(0)
    assert [one.profile for one in Assignment.objects.proposed()] == [village.first]


def accept_and_look_for_a_standin(page):
    page.goto(MINE)
    page.get_by_role("button", name="我来").click()
    expect(page.get_by_text("定下了")).to_be_visible()
    page.goto(MINE)
    page.get_by_text("来不了？").first.click()
    page.get_by_role("button", name="找替班").click()
    expect(page.get_by_text("已经请大家替班")).to_be_visible()


def take_the_seat(page):
    page.goto(reverse("notices:list"))
    page.get_by_text("找替班").first.click()
    page.wait_for_url("**/roster/shifts/*/")
    row = page.get_by_role("listitem").filter(has_text="替刘桂芳")
    row.get_by_role("button", name=re.compile("我来")).click()
    expect(page.get_by_role("heading", name="您在这一班")).to_be_visible()


def expect_it_on_the_grid(lead, village):
    lead.goto(village.address("roster") + f"?week={TUESDAY}")
    tuesday = lead.locator(f"#d{TUESDAY}")
    expect(tuesday.get_by_text("罗建国")).to_be_visible()
    expect(tuesday.get_by_text("刘桂芳")).to_have_count(0)
    lead.keyboard.press("ArrowLeft")
    expect(lead.get_by_role("heading", name="11月16日—22日")).to_be_visible()


def feed_of(profile):
    return reverse("volunteers:calendar_feed", args=[feeds.renew(profile, now=at(SUNDAY))])


def check_in(page, village):
    page.goto(reverse("volunteers:check_in", args=[check_in_codes.token(village.station)]))
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.get_by_text("，在岗")).to_be_visible()


def hand_over_and_check_out(page, village):
    page.reload()
    page.locator("[name=note]").fill("钥匙在抽屉里")
    page.get_by_role("button", name="签退").click()
    expect(page.get_by_text("辛苦了")).to_be_visible()
    page.goto(village.address("roster"))
    expect(page.get_by_text("本周有人值守")).to_be_visible()


def see_the_hours(page):
    page.goto(MINE)
    page.get_by_role("button", name="撤回签退").click(trial=True)  # nothing lies over it
    page.goto(reverse("volunteers:my_records"))
    expect(page.get_by_text(re.compile("3小时3[0-9]分")).first).to_be_visible()
