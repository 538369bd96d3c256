"""Who leaves a station: places to come are free, what was stays, the lead is told."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import people
from notices.models import Notice
from tests.factories import PostFactory, StationFactory, at
from tests.volunteers.rosters import seated, shift, volunteer
from volunteers.models import Seat, Waiting
from volunteers.seating import asking, leaving
from volunteers.states import Status

NOW = at("2026-11-26 10:00")


@pytest.fixture
def person(house):
    return volunteer(house.station)


@pytest.fixture
def places(house, person):
    """One yesterday, one to come, one proposed, one waited for."""
    past, coming, proposed, full = (
        shift(house.station, at("2026-11-25 09:00") + timedelta(days=3 * n)) for n in range(4)
    )
    rows = [seated(past.seats.first(), person), seated(coming.seats.first(), person)]
    rows.append(asking.propose(proposed.seats.first(), person, by=house.lead, now=NOW))
    Waiting.objects.create(shift=full, profile=person, since=NOW)
    return rows


def leave(person, house):
    people.remove(person.user.posts.get(station=house.station), by=house.lead, now=NOW)


def test_what_becomes_free_is_said_before(house, person, places, client_of):
    post = person.user.posts.get(station=house.station)

    with time_machine.travel(NOW, tick=False):
        text = client_of(house.lead).get(reverse("accounts:remove", args=[post.pk])).content.decode()
        others = PostFactory(user=person.user, role="volunteer", station=StationFactory())

    assert "以后的1个班会空出来：11月28日（周六）09:00–12:30。" in text
    assert leaving.warning(others, now=NOW) == ""


def test_places_to_come_are_free_and_history_stays(house, person, places):
    leave(person, house)

    statuses = list(person.assignments.order_by("pk").values_list("status", flat=True))
    assert statuses == [Status.ACCEPTED, Status.CANCELLED, Status.CANCELLED]
    assert places[1].seat in Seat.objects.open()
    assert not person.waiting.present().exists()


def test_leads_hear_once_of_all_that_is_free(house, person, places):
    other = PostFactory(role="station_lead", station=house.station).user

    leave(person, house)

    told = Notice.objects.filter(recipient=other)
    assert [n.text for n in told] == [f"胡秀英不在{house.station}服务了，空出：11月28日（周六）09:00–12:30。"]


def test_who_goes_on_elsewhere_keeps_what_is_there(house, person):
    elsewhere = StationFactory()
    PostFactory(user=person.user, role="volunteer", station=elsewhere)
    kept = seated(shift(elsewhere, at("2026-11-28 09:00")).seats.first(), person)

    leave(person, house)

    kept.refresh_from_db()
    assert kept.status == Status.ACCEPTED
