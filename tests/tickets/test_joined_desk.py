"""What somebody joined at a desk is that desk's too: its counts, its lists, its shift's end."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from stations.models import Station
from tests.tickets.loop import MONDAY, claimed, dispatched, joined, neighbour, waiting
from tickets import workflow

DESK, HAND_OVER, LIST = (reverse(f"tickets:{name}") for name in ("desk", "hand_over", "list"))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def tuesday_noon():
    with time_machine.travel(MONDAY + DAY + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def other(house):
    """A volunteer of another desk of the community."""
    return neighbour(house)


@pytest.fixture
def ticket(house, other):
    """Filed on Monday at one desk, joined on Tuesday at the other, asked about since."""
    ticket = house.receive("三楼水管漏水", now=MONDAY)
    for step in (dispatched, claimed):
        step(ticket, house)
    joined(ticket, house, by=other, station=other.active_posts[0].station, now=MONDAY + DAY)
    waiting(ticket, house, now=MONDAY + DAY)
    return ticket


def test_desk_counts_what_was_joined_there_and_each_link_leads_to_it(house, other, ticket, client_of):
    client = client_of(other)
    page = client.get(DESK)

    counted = [page.context[name] for name in ("open_count", "asked_count", "today_count")]
    links = [
        page.context["asked_url"],
        page.context["today_url"],
        f"{LIST}?station={page.context['station'].pk}",
    ]
    found = [client.get(link) for link in links]

    assert counted == [1, 1, 1]
    assert [answer.text.count(f'href="{ticket.get_absolute_url()}"') for answer in found] == [1, 1, 1]
    assert "10:00 加入" in page.text and page.context["next_of_today"] == 1


def test_shift_that_ends_hands_it_over(house, other, ticket, client_of):
    page = client_of(other).get(HAND_OVER)

    assert (page.context["open_count"], [row.number for row, _ in page.context["rows"]]) == (
        1,
        [ticket.number],
    )


def test_desk_where_it_was_filed_has_it_once(house, ticket, client_of):
    joined(ticket, house, now=MONDAY + DAY)

    page = client_of(house.lead).get(DESK)

    assert [page.context[name] for name in ("open_count", "asked_count", "today_count")] == [1, 1, 1]
    assert page.text.count("加入</span>") == 1  # today's joining; the ticket is of yesterday
    assert "补打回执" not in page.text  # that would be the first one's


def test_yesterdays_joining_is_not_of_today(house, other, ticket, client_of):
    with time_machine.travel(MONDAY + 2 * DAY, tick=False):
        page = client_of(other).get(DESK)

    assert [page.context[name] for name in ("open_count", "today_count", "next_of_today")] == [1, 0, 1]


def test_what_its_own_ticket_was_merged_into_is_open_at_the_desk(house, other, client_of):
    station = other.active_posts[0].station
    master, words = house.receive(now=MONDAY), {"words": "燃气灶坏了", "submission_id": uuid.uuid4()}
    duplicate = workflow.receive(by=other, station=station, now=MONDAY + DAY, **words).reporter.ticket
    workflow.merge(duplicate, by=house.dispatcher, master=master, now=MONDAY + DAY)

    page = client_of(other).get(DESK)

    assert page.context["open_count"] == 1 and [row.number for row, _ in page.context["rows"]] == [
        master.number
    ]
    assert page.context["next_of_today"] == 2


def test_dispatcher_filters_by_the_station_where_it_was_joined(house, other, ticket, client_of):
    stations = [house.station, other.active_posts[0].station]

    found = [client_of(house.dispatcher).get(f"{LIST}?station={station.pk}").text for station in stations]

    assert all(re.search(ticket.number, page) for page in found)


def test_what_the_joined_ticket_was_merged_into_is_open_at_the_desk(house, other, ticket, client_of):
    master = house.receive("二楼也漏", now=MONDAY)
    workflow.merge(ticket, by=house.dispatcher, master=master, now=MONDAY + DAY)

    page = client_of(other).get(DESK)

    assert page.context["open_count"] == 1 and [row.number for row, _ in page.context["rows"]] == [
        master.number
    ]


def test_link_of_the_shifts_end_leads_to_what_it_counts(house, other, ticket, client_of):
    client = client_of(other)
    page = client.get(HAND_OVER)

    found = client.get(page.context["all_url"]).text

    assert page.context["open_count"] == found.count(f'href="{ticket.get_absolute_url()}"') == 1


def test_nobody_is_sent_to_call_the_own_desk(house, client_of):
    Station.objects.filter(pk=house.station.pk).update(phone="02368681234")
    ticket = house.receive("路灯不亮", now=MONDAY)
    for step in (dispatched, claimed):
        step(ticket, house)

    offered = [
        "问接单的站" in client_of(by).get(ticket.get_absolute_url()).text for by in (house.staff, house.lead)
    ]

    assert offered == [True, False]
