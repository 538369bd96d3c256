"""空班: what is free, in which order, and why one cannot take it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.factories import at
from tests.volunteers.rosters import MORNING, profile_of, seated, shift, volunteer
from volunteers.models import Absence
from volunteers.seating import standins

NOW = at("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def me(house):
    return profile_of(house.volunteer)


@pytest.fixture
def mine(house, client_of):
    return client_of(house.volunteer)


def page(client, name, *args):
    return client.get(reverse(f"volunteers:{name}", args=args)).content.decode()


def test_open_seats_come_by_day_those_looked_for_soon_first(house, me, mine):
    alone, beside = shift(house.station, at("2026-11-27 09:00")), shift(house.station)
    seated(beside.seats.first(), volunteer(house.station, name="罗建国"))
    for day in ("2026-11-28 09:00", "2026-12-05 09:00"):
        held = seated(
            shift(house.station, at(day), seats=1).seats.get(), volunteer(house.station, name="孙福")
        )
        standins.seek(held, by=house.lead, now=NOW)

    text = page(mine, "open_seats")

    days = ["周六 11月28日", "周三 11月25日", "周五 11月27日", "周六 12月5日"]
    assert sorted(days, key=text.index) == days
    assert "缺2人" in text and "已有罗建国" in text and "还没有人" in text
    assert reverse("volunteers:take", args=[alone.seats.first().pk]) in text


def test_open_seats_on_days_of_leave_are_folded_and_lead_to_it(house, me, mine):
    shift(house.station)
    Absence.objects.create(profile=me, from_on=MORNING.date(), until_on=MORNING.date())

    text = page(mine, "open_seats")

    assert text.index("您去不了的") < text.index("周三 11月25日")
    assert reverse("volunteers:my_part", args=["absence"]) in text


def test_open_seats_say_why_one_cannot(house, me, mine):
    seated(shift(house.station).seats.first(), me)
    shift(house.station, at("2026-11-25 11:00"))

    text = page(mine, "open_seats")

    assert text.index("您去不了的") < text.index(f"您这段时间已经有班了：09:00–12:30 {house.station}。")
    assert ">我来<" not in text


def test_open_seats_name_whom_one_would_replace(house, me, mine):
    made = seated(shift(house.station, seats=1).seats.get(), volunteer(house.station))
    standins.seek(made, by=made.profile.user, now=NOW)

    assert "替胡秀英" in page(mine, "open_seats")
    assert mine.post(reverse("volunteers:take", args=[made.seat.pk]), {"from": "open"}).status_code == 302
    assert "以后四周都有人" in page(mine, "open_seats")


def test_open_seats_of_other_stations_are_not_shown(house, me, mine):
    shift(house.outsider.posts.get().station)

    assert "以后四周都有人" in page(mine, "open_seats")


def test_open_seats_cost_the_same_for_one_and_many(house, me, mine, django_assert_max_num_queries):
    for n in range(20):
        made = shift(house.station, MORNING + timedelta(days=n), seats=3)
        seated(made.seats.first(), volunteer(house.station))

    with django_assert_max_num_queries(12):
        page(mine, "open_seats")
