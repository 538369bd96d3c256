"""Counts per station, day and month: who may read which, what is counted on which day."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from stations import visiting
from stations.models import Loan
from tests.by_chance import without_chance
from tests.factories import House, StationFactory, at, person
from tests.stations.shelf import lent, supply, tapped

COUNTS = reverse("tickets:counts")
NOW = at("2026-11-24 10:00")


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield NOW


def days_of(station, **query):
    return reverse("tickets:station_counts", args=[station.code]), query


def numbers(line):
    return dict(line.cells)


def test_day_counts_visits_loans_and_tickets(house, client_of, today):
    tapped(house, "water")
    tapped(house, "chat", by=house.lead)
    visiting.undo(tapped(house, "advice"), by=house.volunteer)
    lent(house, supply(house))
    house.receive()

    page = client_of(house.lead).get(*days_of(house.station))

    expected = {"借物": 1, "接水": 1, "聊天": 1, "咨询": 0, "借出": 1, "接单": 1}
    assert numbers(page.context["now"]) == numbers(page.context["total"]) == expected


def test_each_day_has_its_own_line_and_the_month_its_sum(house, client_of, today):
    for moment in ("2026-10-31 23:59", "2026-11-01 00:00", "2026-11-23 23:59", "2026-11-24 00:00"):
        tapped(house, now=at(moment))
        house.receive(now=at(moment))

    page = client_of(house.lead).get(*days_of(house.station, month="2026-11"))

    lines = {line.label.isoformat(): numbers(line) for line in page.context["lines"]}
    assert len(lines) == 24
    assert [day for day, line in lines.items() if line["接水"] == line["接单"] == 1] == [
        "2026-11-01",
        "2026-11-23",
        "2026-11-24",
    ]
    assert numbers(page.context["total"])["接水"] == 3


def test_loan_counts_on_the_day_it_was_lent_in_shanghai(house, client_of, today):
    lent(house, now=at("2026-11-23 00:30"))

    page = client_of(house.lead).get(*days_of(house.station))

    lent_on = [line.label.day for line in page.context["lines"] if numbers(line)["借出"]]
    assert lent_on == [23]


@pytest.mark.parametrize("month", ["2026-12", "2027-01", "2026-13", "xx", "", "2026-11-01"])
def test_other_months_than_those_past_are_this_month(house, client_of, today, month):
    page = client_of(house.lead).get(*days_of(house.station, month=month))

    assert page.context["month"].isoformat() == "2026-11-01"
    assert page.context["after"] is None and page.context["before"].isoformat() == "2026-10-01"


def test_past_month_is_whole_and_has_no_today(house, client_of, today):
    page = client_of(house.lead).get(*days_of(house.station, month="2026-02"))

    assert len(page.context["lines"]) == 28 and page.context["now"] is None


def test_overview_has_a_line_for_each_station_and_the_sum(house, client_of, today):
    second = StationFactory(area=house.area)
    for station in (house.station, house.station, second):
        visiting.tap(station, "water", key=uuid.uuid4(), by=house.volunteer)

    page = client_of(house.secretary).get(COUNTS)

    lines = {line.label: numbers(line)["接水"] for line in page.context["lines"]}
    assert lines == {house.station: 2, second: 1}
    assert numbers(page.context["total"])["接水"] == 3
    for station in lines:
        assert reverse("tickets:wall_book", args=[station.code]) in page.content.decode()


@pytest.mark.parametrize("who", ["lead", "dispatcher", "secretary"])
def test_other_communities_stay_out(house, client_of, today, who):
    other = House()
    tapped(other)
    other.receive()
    client = client_of(getattr(house, who))

    page = client.get(COUNTS)

    assert [line.label for line in page.context["lines"]] == [house.station]
    assert not any(page.context["total"].numbers)
    assert client.get(*days_of(other.station)).status_code == 404


def test_street_secretary_reads_all_stations_below(house, client_of, today):
    secretary = person("secretary", area=house.area.parent)
    other = StationFactory(area__parent=house.area.parent)

    page = client_of(secretary).get(COUNTS)

    assert {line.label for line in page.context["lines"]} == {house.station, other}


@pytest.mark.parametrize("who", ["volunteer", "staff", "unit_lead", "admin"])
def test_counts_are_not_for_others(house, client_of, who):
    client = client_of(getattr(house, who))

    assert client.get(COUNTS).status_code == client.get(*days_of(house.station)).status_code == 403


def test_counts_name_nobody(house, client_of, today):
    lent(house, supply(house), borrower="李福生", phone="13800138000")
    client = client_of(house.secretary)

    page = client.get(*days_of(house.station)).content.decode()

    Loan.objects.update(borrower="王建国", phone="13900005678")
    assert "李" not in page and "13800138000" not in page and house.volunteer.name not in page
    assert without_chance(page) == without_chance(client.get(*days_of(house.station)).content.decode())


def test_counts_ask_the_same_questions_for_1_and_4_stations(
    house, client_of, today, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(house.secretary)
    client.get(COUNTS)
    with django_assert_max_num_queries(10) as one:
        client.get(COUNTS)
    for _ in range(3):
        visiting.tap(StationFactory(area=house.area), "chat", key=uuid.uuid4(), by=house.volunteer)

    with django_assert_num_queries(len(one)):
        client.get(COUNTS)
