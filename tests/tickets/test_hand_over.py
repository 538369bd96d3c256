"""Who is on duty: on the desk's page, with what is filed, and what one shift leaves to the next."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.access.served import Duty
from tests.tickets.loop import MONDAY
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from tickets.models import Reporter
from volunteers import attendance
from volunteers.models import HandOver
from volunteers.seating import on_duty

DESK, RECEIVE, HAND_OVER = (reverse(f"tickets:{name}") for name in ("desk", "receive", "hand_over"))


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def morning(house):
    """10:00 to 13:30, two seats; at 13:30 come two others."""
    made = shift(house.station, MONDAY)
    after = shift(house.station, made.ends_at)
    for seat, name in zip(after.seats.all(), ("孙玉珍", "蒋德明"), strict=True):
        seated(seat, volunteer(house.station, name=name))
    return made


def on(seat, profile):
    place = seated(seat, profile)
    on_duty.check_in(place, by=profile.user)
    return profile.user


def filed(client, **fields):
    client.post(
        RECEIVE, {"words": "楼道灯不亮", "submission_id": uuid.uuid4(), "not_duplicate": "1", **fields}
    )
    return Reporter.objects.latest("pk").on_duty


def test_desk_says_who_is_there_until_when_and_who_comes_next(morning, house, client_of):
    first, second = morning.seats.all()
    on(first, profile_of(house.volunteer))
    on(second, volunteer(house.station, name="王强"))

    page = client_of(house.volunteer).get(DESK).content.decode()

    assert "在岗：<b>刘桂芳、王强，到13:30</b>" in page
    assert "下一班 13:30 孙玉珍、蒋德明" in page


def test_next_shift_tomorrow_is_said_with_its_day(house):
    seated(shift(house.station, MONDAY + timedelta(days=1)).seats.first(), volunteer(house.station))

    assert attendance.at_desk(house.station, now=MONDAY).coming(now=MONDAY) == "明天 10:00 胡秀英"


def test_nobody_there_is_said(house, client_of):
    assert "没有人签到" in client_of(house.volunteer).get(DESK).content.decode()
    assert filed(client_of(house.volunteer)) is None


def test_the_only_one_on_duty_is_stored_whoever_files(morning, house, client_of):
    there = on(morning.seats.first(), profile_of(house.volunteer))

    assert 'name="on_duty"' not in client_of(house.lead).get(DESK).content.decode()
    assert filed(client_of(house.lead)) == there


def test_of_several_the_signed_in_one_is_chosen_before_and_another_can_be(morning, house, client_of):
    first, second = morning.seats.all()
    me, other = on(first, profile_of(house.volunteer)), on(second, volunteer(house.station, name="王强"))
    client = client_of(me)

    page = client.get(DESK).content.decode()

    assert f'name="on_duty" value="{me.pk}" checked' in page
    assert filed(client) == me
    assert filed(client, on_duty=other.pk) == other
    assert filed(client_of(house.lead)) is None  # nobody was chosen


@pytest.mark.parametrize("typed", ["x", "99999999999999999999", "-1"])
def test_who_is_not_on_duty_is_not_stored(morning, house, client_of, typed):
    there = on(morning.seats.first(), profile_of(house.volunteer))

    assert filed(client_of(house.volunteer), on_duty=typed) == there
    assert filed(client_of(house.volunteer), on_duty=house.outsider.pk) == there


def test_other_station_is_not_asked(house, client_of):
    elsewhere = Duty(type(house)())
    on_duty.check_in(elsewhere.today, by=elsewhere.house.volunteer)

    assert filed(client_of(house.volunteer)) is None


def test_who_joined_is_stored_too(morning, house, client_of):
    there = on(morning.seats.first(), profile_of(house.volunteer))
    ticket = house.receive()

    assert filed(client_of(house.volunteer), words=ticket.words, same_as=ticket.number) == there


def test_ticket_page_names_who_was_on_duty(morning, house, client_of):
    on(morning.seats.first(), profile_of(house.volunteer))
    filed(client_of(house.lead))
    ticket = Reporter.objects.latest("pk").ticket

    page = client_of(house.dispatcher).get(ticket.get_absolute_url()).content.decode()

    assert "陈国平（值班：刘桂芳）" in page


def test_ticket_page_names_once_who_was_on_duty_and_logged_it(morning, house, client_of):
    on(morning.seats.first(), profile_of(house.volunteer))
    filed(client_of(house.volunteer))
    ticket = Reporter.objects.latest("pk").ticket

    page = client_of(house.dispatcher).get(ticket.get_absolute_url()).content.decode()

    assert "刘桂芳" in page and "（值班：刘桂芳）" not in page


def test_filing_asks_one_thing_more(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        attendance.at_desk(house.station, now=MONDAY)


def test_hand_over_shows_notes_and_open_tickets(house, client_of):
    ticket = house.receive()
    client = client_of(house.volunteer)

    client.post(HAND_OVER, {"words": "轮椅借给3栋，五点还"})
    page = client_of(house.lead).get(HAND_OVER).content.decode()

    assert "轮椅借给3栋，五点还" in page and ticket.title in page
    assert HandOver.objects.get().by == house.volunteer


@pytest.mark.parametrize("words", ["", " ", "长" * 501])
def test_note_without_words_or_too_long_is_not_left(house, client_of, words):
    assert client_of(house.volunteer).post(HAND_OVER, {"words": words}).status_code == 422
    assert not HandOver.objects.exists()


def test_hand_over_asks_the_same_for_one_and_three(house, client_of, django_assert_max_num_queries):
    client = client_of(house.volunteer)
    for _ in range(3):
        house.receive()
        on_duty.leave_note(house.station, words="钥匙", by=house.volunteer)
        with django_assert_max_num_queries(9):
            client.get(HAND_OVER)
