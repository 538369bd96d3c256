"""加入: who may write down another reporter, what that leaves, and that a repeated form is one reporter."""

import uuid
from datetime import timedelta

import pytest

from tests.factories import StationFactory
from tests.tickets.loop import (
    MONDAY,
    TUESDAY,
    claimed,
    closed,
    dispatched,
    joined,
    neighbour,
    replied,
    resolved,
    rows,
    told,
)
from tickets import search, workflow
from tickets.models import Event, Receipt, Reporter, Ticket
from tickets.states import Status

OWN = {"name": "李阿姨", "phone": "13900005678", "room": "602"}


@pytest.fixture
def ticket(house):
    return house.receive("厨房水管漏水", now=MONDAY, name="王秀兰")


@pytest.fixture
def volunteer(house):
    """Of another desk of the community."""
    return neighbour(house, name="邻站志愿者")


def attach(ticket, by, now=MONDAY, **fields):
    said = {"station": by.active_posts[0].station, "words": "楼上往下滴水", **fields}
    return workflow.attach(ticket, by=by, now=now, **said)


def test_neighbour_joins_at_another_desk_with_own_words_and_receipt(ticket, volunteer):
    receipt = attach(ticket, volunteer, TUESDAY, place="3栋", **OWN)

    reporter = receipt.reporter
    assert reporter.ticket == ticket and ticket.reporters.count() == 2
    assert (reporter.words, reporter.place, reporter.station) == (
        "楼上往下滴水",
        "3栋",
        volunteer.active_posts[0].station,
    )
    assert (reporter.name, reporter.phone, reporter.room) == tuple(OWN.values())
    assert receipt != Receipt.objects.get(reporter=ticket.reporters.first())
    ticket.refresh_from_db()
    assert (ticket.words, ticket.status, Ticket.objects.count()) == ("厨房水管漏水", Status.RECEIVED, 1)


def test_joining_leaves_one_event_and_tells_the_owner(ticket, house, volunteer):
    for step in (dispatched, claimed):
        step(ticket, house)

    attach(ticket, volunteer)

    event = Event.objects.latest("pk")
    assert (event.verb, event.by, event.post) == ("attach", volunteer, volunteer.active_posts[0])
    assert told(event) == {"周建华"}
    assert "王秀兰" not in str(event.data) and "楼上" not in str(event.data) + event.words


def test_desk_that_took_a_reporter_sees_the_ticket_from_then_on(ticket, volunteer):
    assert not Ticket.objects.visible_to(volunteer).exists()

    attach(ticket, volunteer)

    assert list(Ticket.objects.visible_to(volunteer)) == [ticket]


def test_desk_that_took_a_reporter_sees_what_the_ticket_was_merged_into(ticket, house, volunteer):
    attach(ticket, volunteer)
    master, unconcerned = house.receive(now=MONDAY), house.receive(now=MONDAY)

    workflow.merge(Ticket.objects.get(pk=ticket.pk), by=house.dispatcher, master=master, now=MONDAY)

    assert set(Ticket.objects.visible_to(volunteer)) == {ticket, master}
    assert not Ticket.objects.visible_to(neighbour(house)).exists() and unconcerned


def test_what_those_who_joined_said_is_found_and_stays_found(ticket, house, volunteer):
    attach(ticket, volunteer, words="阳台栏杆也松了")
    found = Ticket.objects.matching("栏杆")
    assert list(found) == [ticket]

    ticket.refresh_from_db()
    workflow.amend(ticket, by=house.dispatcher, place="二楼", now=MONDAY)

    assert list(Ticket.objects.matching("栏杆")) == list(Ticket.objects.matching("水管")) == [ticket]


def test_a_hundred_long_reports_stay_within_the_search_column(ticket, house):
    long = "".join(chr(0x4E00 + i) for i in range(4000))
    for n in range(3):
        joined(ticket, house, words=long[n:])

    assert Ticket.objects.matching(long[:2]).exists()
    assert len(search.terms(long)) == 4000


@pytest.mark.parametrize("who", ["outsider", "staff", "unit_lead", "secretary", "admin"])
def test_others_may_not_attach(ticket, house, who):
    before = rows()

    with pytest.raises(workflow.NotAllowed, match="本社区站点"):
        workflow.attach(ticket, by=getattr(house, who), station=house.station, words="我家也是", now=MONDAY)

    assert rows() == before


def test_only_at_a_desk_of_ones_own(ticket, house, volunteer):
    with pytest.raises(workflow.NotAllowed):
        attach(ticket, volunteer, station=house.station)


def test_dispatcher_attaches_at_any_desk_of_the_community_but_of_no_other(ticket, house):
    elsewhere = StationFactory()

    attach(ticket, house.volunteer, words="一")
    workflow.attach(ticket, by=house.dispatcher, station=house.station, words="二", now=MONDAY)
    with pytest.raises(workflow.NotAllowed):
        workflow.attach(ticket, by=house.dispatcher, station=elsewhere, words="三", now=MONDAY)

    assert ticket.reporters.count() == 3


def test_closed_desk_takes_nobody(ticket, house, volunteer):
    station = volunteer.active_posts[0].station
    station.is_active = False
    station.save()

    with pytest.raises(workflow.Refused):
        attach(ticket, type(volunteer).objects.get(pk=volunteer.pk))
    with pytest.raises(workflow.Conflict, match="停用"):
        workflow.attach(ticket, by=house.dispatcher, station=station, words="我家也是", now=MONDAY)


@pytest.mark.parametrize("words", ["", "  \u3000\u200b"])
def test_own_words_are_needed(ticket, volunteer, words):
    with pytest.raises(workflow.Invalid) as refusal:
        attach(ticket, volunteer, words=words)

    assert refusal.value.field == "words"


def test_nobody_joins_what_is_done(ticket, house, volunteer):
    for step in (dispatched, claimed, replied, resolved, closed):
        step(ticket, house)

    with pytest.raises(workflow.Conflict, match="已结案"):
        attach(ticket, volunteer)


def test_joining_a_merged_ticket_is_told_where_it_went(ticket, house, volunteer):
    master = house.receive(now=MONDAY)
    workflow.merge(ticket, by=house.dispatcher, master=master, now=MONDAY)

    with pytest.raises(workflow.Conflict, match=master.number):
        attach(ticket, volunteer)


# The same form again --------------------------------------------------------------------------------


def test_same_form_again_is_the_same_receipt(ticket, volunteer):
    form = {"submission_id": uuid.uuid4(), **OWN}

    first, again = attach(ticket, volunteer, **form), attach(ticket, volunteer, **form)

    assert first == again
    assert ticket.reporters.count() == 2 and Event.objects.filter(verb="attach").count() == 1


def test_same_form_again_still_answers_when_the_ticket_has_gone_on(ticket, house, volunteer):
    form = {"submission_id": uuid.uuid4()}
    first = attach(ticket, volunteer, **form)
    for step in (dispatched, claimed, resolved):
        step(Ticket.objects.get(pk=ticket.pk), house)

    assert attach(ticket, volunteer, TUESDAY, **form) == first


@pytest.mark.parametrize("change", [{"words": "别的事"}, {"phone": "13900009999"}, {"place": "5栋"}])
def test_changed_form_is_not_taken_for_the_first(ticket, volunteer, change):
    form = {"submission_id": uuid.uuid4(), **OWN}
    attach(ticket, volunteer, **form)

    with pytest.raises(workflow.Conflict, match="改动没有记上"):
        attach(ticket, volunteer, **{**form, **change})

    assert ticket.reporters.count() == 2


def test_one_form_is_either_a_ticket_or_a_reporter(ticket, house):
    form = {"submission_id": uuid.uuid4()}
    house.receive("楼上往下滴水", now=MONDAY, **form)
    other = {"submission_id": uuid.uuid4()}
    joined(ticket, house, **other)

    with pytest.raises(workflow.Conflict, match="已经登记成"):
        joined(ticket, house, words="楼上往下滴水", **form)
    with pytest.raises(workflow.Conflict, match="已经登记成"):
        house.receive("我家也是", now=MONDAY, **other)

    assert (Ticket.objects.count(), Reporter.objects.count()) == (2, 3)


def test_another_persons_form_is_never_shown(ticket, house, volunteer):
    form = {"submission_id": uuid.uuid4()}
    attach(ticket, volunteer, **form)

    with pytest.raises(workflow.Conflict, match="别人"):
        attach(ticket, house.lead, **form)


def test_joining_takes_no_number(ticket, house):
    joined(ticket, house, now=MONDAY + timedelta(minutes=1))

    assert house.receive(now=MONDAY).sequence == 2
