"""The private address of one's shifts: what a calendar reads there is what the person has, and nobody else reads it."""

from datetime import timedelta

import pytest
import recurring_ical_events
import time_machine
from django.urls import reverse
from icalendar import Calendar

from accounts import people
from stations.models import Station
from tests.factories import at
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers import feeds, timetable
from volunteers.models import CalendarFeed, Shift
from volunteers.seating import door, moving

NOW = at("2026-11-24 10:42")
PAGE = reverse("volunteers:calendar")
YEAR_END = at("2026-12-31 20:00")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(house):
    Station.objects.filter(pk=house.station.pk).update(address="和苑家园中庭")
    return profile_of(house.volunteer)


def feed_of(profile):
    return reverse("volunteers:calendar_feed", args=[feeds.renew(profile, now=NOW)])


def read(client, address):
    return Calendar.from_ical(client.get(address).content)


def taken(house, profile, *starts):
    return [seated(shift(house.station, at(start)).seats.first(), profile, now=NOW) for start in starts]


def test_calendar_reads_the_shifts_that_the_page_shows(house, mine, client):
    taken(house, mine, "2026-11-25 09:00", "2026-11-27 16:30", "2027-01-04 09:00")
    long = shift(house.station, YEAR_END, hours=4)
    seated(long.seats.first(), mine, now=NOW)
    seated(
        shift(house.station, at("2026-11-26 09:00")).seats.first(), volunteer(house.station, name="罗建国")
    )

    found = recurring_ical_events.of(read(client, feed_of(mine))).between(NOW, NOW + timedelta(days=365))

    shown = timetable.ahead_of(house.volunteer, NOW)
    spans = sorted((event["DTSTART"].dt, event["DTEND"].dt) for event in found)
    assert spans == [(one.starts_at, one.ends_at) for one in shown]
    assert len(spans) == 4
    assert spans[2] == (YEAR_END, at("2027-01-01 00:00"))


def test_event_is_in_shanghai_and_names_nobody(house, mine, client):
    made = taken(house, mine, "2026-11-25 09:00")[0]
    seated(made.seat.shift.seats.last(), volunteer(house.station, name="罗建国"), now=NOW)

    answer = client.get(feed_of(mine))
    text = answer.content.decode()
    [event] = Calendar.from_ical(text).walk("VEVENT")

    assert "DTSTART;TZID=Asia/Shanghai:20261125T090000" in text
    assert "TZOFFSETTO:+0800" in text
    assert event["SUMMARY"] == f"值班：{house.station}"
    assert event["LOCATION"] == "和苑家园中庭"
    for secret in ("刘桂芳", "罗建国", house.volunteer.phone, house.station.phone):
        assert secret not in text.replace("\r\n ", "")


def test_change_keeps_the_uid_and_raises_the_sequence(house, mine, client):
    [made] = taken(house, mine, "2026-11-25 09:00")
    address = feed_of(mine)
    [before] = read(client, address).walk("VEVENT")

    door.step(made, "seek_standin", by=house.volunteer, now=NOW + timedelta(hours=1))
    [after] = read(client, address).walk("VEVENT")

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "在找替班" in after["SUMMARY"]


def test_moved_shift_raises_the_sequence(house, mine, client):
    [made] = taken(house, mine, "2026-11-25 09:00")
    address = feed_of(mine)
    [before] = read(client, address).walk("VEVENT")

    Shift.objects.filter(pk=made.seat.shift_id).update(moved_at=NOW + timedelta(hours=1))

    assert read(client, address).walk("VEVENT")[0]["SEQUENCE"] > before["SEQUENCE"]


def test_seat_given_back_is_cancelled_for_a_while_then_gone(house, mine, client):
    [made] = taken(house, mine, "2026-12-20 09:00")
    address = feed_of(mine)
    door.step(made, "withdraw", by=house.volunteer, now=NOW)

    [event] = read(client, address).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"

    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        assert read(client, address).walk("VEVENT") == []


def test_what_was_only_proposed_is_not_there(house, mine, client):
    made = shift(house.station, at("2026-11-25 09:00"))
    seated(made.seats.first(), mine, verb="propose", now=NOW)
    other = shift(house.station, at("2026-11-26 09:00"))
    door.step(seated(other.seats.first(), mine, verb="propose", now=NOW), "take_back", by=None, now=NOW)

    assert read(client, feed_of(mine)).walk("VEVENT") == []


def test_same_feed_is_not_sent_twice(house, mine, client):
    taken(house, mine, "2026-11-25 09:00")
    address = feed_of(mine)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "no-store"


def test_feed_costs_the_same_however_many_shifts(house, mine, client, django_assert_num_queries):
    address = feed_of(mine)
    taken(house, mine, "2026-11-25 09:00")
    client.get(address)
    with django_assert_num_queries(3):
        client.get(address)
    taken(house, mine, "2026-11-27 09:00", "2026-11-29 09:00")

    with django_assert_num_queries(3):
        client.get(address)


def test_wrong_old_and_revoked_addresses_answer_alike(house, mine, client):
    old, ended = feed_of(mine), feed_of(profile_of(house.lead))
    feed_of(mine)
    feeds.revoke(profile_of(house.lead))

    answers = [
        client.get(address) for address in (old, ended, "/roster/feed/x.ics", f"/roster/feed/{'y' * 90}.ics")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_whoever_guesses_too_often_waits_and_others_do_not(house, mine, client):
    address = feed_of(mine)

    answers = [client.get("/roster/feed/x.ics").status_code for _ in range(31)]

    assert answers == [404] * 29 + [429] * 2
    assert client.get(address).status_code == 200


def test_leaving_ends_the_address(house, mine, client):
    address = feed_of(mine)

    people.remove(house.volunteer.posts.get(), by=house.lead, now=NOW)

    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_somebody_who_may_not_sign_in_has_no_feed(house, mine, client):
    address = feed_of(mine)
    type(house.volunteer).objects.filter(pk=house.volunteer.pk).update(is_active=False)

    assert client.get(address).status_code == 404


def test_only_the_hash_is_stored(house, mine):
    token = feeds.renew(mine, now=NOW)

    assert len(token) == 32
    assert token not in CalendarFeed.objects.get().token_hash


def test_address_is_shown_once(house, client_of):
    me = client_of(house.volunteer)

    made = me.post(PAGE).content.decode()
    again = me.get(PAGE).content.decode()

    assert "/roster/feed/" in made
    assert made.index("在这台手机上") < made.index('href="webcal:') < made.index('<svg class="qr-c')
    assert "微信里可能打不开" in made
    assert "/roster/feed/" not in again
    assert "手机还没有来取过" in again


def test_reading_is_told_to_the_owner(house, mine, client, client_of):
    client.get(feed_of(mine))

    assert "手机上次来取是今天 10:42" in client_of(house.volunteer).get(PAGE).content.decode()


def test_ending_it_asks_for_a_press(house, mine, client_of):
    me = client_of(house.volunteer)
    feed_of(mine)

    assert me.get(reverse("volunteers:calendar_revoke")).status_code == 405
    assert CalendarFeed.objects.exists()
    assert me.post(reverse("volunteers:calendar_revoke")).url == PAGE
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("who", ["staff", "dispatcher", "secretary", "admin"])
def test_page_is_for_people_of_a_station(house, client_of, who):
    assert client_of(getattr(house, who)).get(PAGE).status_code == 403


def test_place_kept_at_another_time_raises_the_sequence(house, mine):
    [own] = taken(house, mine, "2026-11-25 09:00")
    before = Calendar.from_ical(feeds.calendar(mine, now=NOW)).events[0]
    kept = {"by": house.lead, "now": NOW + timedelta(minutes=1), "follows": True}

    moving.move_shift(own.seat.shift, own.starts_at + timedelta(minutes=30), own.ends_at, **kept)

    after = Calendar.from_ical(feeds.calendar(mine, now=NOW)).events[0]
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(minutes=30)
    assert after["SEQUENCE"] > before["SEQUENCE"]
