"""A station's card for the staff of its community."""

from datetime import time

import pytest
from django.urls import reverse

from stations.models import Facility, OpeningHours
from tests.factories import PostFactory, StationFactory, UserFactory, person


def card(station):
    return reverse("stations:station", args=[station.code])


@pytest.mark.parametrize(
    "role", ["volunteer", "lead", "staff", "unit_lead", "dispatcher", "secretary", "admin"]
)
def test_staff_of_the_community_see_the_card(house, client_of, role):
    page = client_of(getattr(house, role)).get(card(house.station)).content.decode()

    assert house.station.phone in page
    assert "刘桂芳" in page
    assert house.volunteer.phone not in page


def test_street_secretary_sees_the_stations_below(house, client_of):
    secretary = person("secretary", area=house.area.parent)

    assert client_of(secretary).get(card(house.station)).status_code == 200


def test_other_community_finds_nothing(house, client_of):
    client = client_of(house.outsider)

    assert client.get(card(house.station)).status_code == 404
    assert client.get("/stations/ZZ99/").status_code == 404


def test_card_shows_hours_and_facilities(house, client_of):
    for weekday in range(7):
        OpeningHours.objects.create(station=house.station, weekday=weekday, closes_at=time(20, 30))
    Facility.objects.create(station=house.station, kind="wheelchair", note="两把")

    page = client_of(house.volunteer).get(card(house.station)).content.decode()

    assert page.count("09:00–20:30") == 8
    assert "轮椅" in page
    assert "两把" in page


def test_closed_day_is_said(house, client_of):
    assert "不开放" in client_of(house.volunteer).get(card(house.station)).content.decode()


def test_card_is_read_only(house, client_of):
    assert client_of(house.volunteer).post(card(house.station)).status_code == 405


def test_query_count_does_not_grow(
    house, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(house.volunteer)
    client.get(card(house.station))
    with django_assert_max_num_queries(9) as one:
        client.get(card(house.station))
    for user in UserFactory.create_batch(2):
        PostFactory(user=user, role="volunteer", station=house.station)

    with django_assert_num_queries(len(one)):
        client.get(card(house.station))


def test_stranger_goes_to_the_door(client, db):
    assert client.get(card(StationFactory())).url.startswith(reverse("accounts:login"))
