"""Who has been told of an answer: at the reply, later by somebody, by looking, by rating."""

from datetime import timedelta

import pytest

from tests.factories import StationFactory, person
from tests.tickets.loop import (
    GOOD,
    MONDAY,
    another_house_person,
    claimed,
    dispatched,
    joins,
    neighbour,
    replied,
    resolved,
    rows,
    second_reporter,
)
from tickets import permissions, workflow
from tickets.models import Event, Reporter, Telling, Ticket

LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def ticket(house):
    ticket = house.receive(now=MONDAY)
    dispatched(ticket, house)
    claimed(ticket, house)
    return ticket


def tellings(**wanted):
    return list(Telling.objects.filter(**wanted).values_list("reporter", "channel", "by__name"))


def waiting(user):
    return [reporter.pk for reporter in Telling.objects.missing_for(type(user).objects.get(pk=user.pk))]


@pytest.mark.parametrize(("told", "left"), [("phone", 0), ("in_person", 0), ("link", 1), ("slip", 1)])
def test_reply_tells_the_only_reporter_or_leaves_it_to_the_desk(house, ticket, told, left):
    replied(ticket, house, told=told)

    reporter = ticket.reporters.get()
    assert waiting(house.volunteer) == [reporter.pk] * left
    assert tellings() == [(reporter.pk, told, "周建华")] * (1 - left)


def test_of_several_only_those_named_are_told(house, ticket):
    first, second = ticket.reporters.get(), second_reporter(ticket, house)

    replied(ticket, house, told="phone", told_to=[second])

    assert (tellings(), waiting(house.dispatcher)) == ([(second.pk, "phone", "周建华")], [first.pk])


def test_of_several_nobody_is_told_unless_named(house, ticket):
    second_reporter(ticket, house)

    replied(ticket, house, told="phone")

    assert (tellings(), len(waiting(house.dispatcher))) == ([], 2)


def test_reporter_of_another_matter_is_never_told(house, ticket):
    stranger = house.receive(now=MONDAY).reporters.get()

    replied(ticket, house, told="phone", told_to=[stranger])

    assert tellings() == []


@pytest.mark.parametrize("who", ["volunteer", "lead", "dispatcher", "staff"])
def test_desk_dispatcher_and_claimant_tell_later(house, ticket, who):
    replied(ticket, house, told="slip")
    reply, reporter, by = ticket.replies.get(), ticket.reporters.get(), getattr(house, who)

    event = workflow.tell(reply, reporter, by=by, channel="in_person", now=LATER)

    assert (event.verb, event.by, event.status_from, event.status_to) == ("tell", by, "claimed", "claimed")
    assert (tellings(), waiting(by)) == ([(reporter.pk, "in_person", by.name)], [])


def test_told_twice_is_told_once(house, ticket):
    replied(ticket, house, told="slip")
    told = {"reply": ticket.replies.get(), "reporter": ticket.reporters.get()}
    workflow.tell(**told, by=house.volunteer, channel="phone", now=LATER)

    again = workflow.tell(**told, by=house.lead, channel="in_person", now=LATER)

    assert (again, len(tellings()), Event.objects.filter(verb="tell").count()) == (None, 1, 1)


def test_older_reply_can_no_longer_be_told(house, ticket):
    replied(ticket, house, told="slip")
    old, reporter = ticket.replies.get(), ticket.reporters.get()
    replied(ticket, house, told="slip", words="改到下周", now=LATER)

    with pytest.raises(workflow.Conflict, match="有更新"):
        workflow.tell(old, reporter, by=house.volunteer, channel="phone", now=LATER)

    assert (tellings(), waiting(house.volunteer)) == ([], [reporter.pk])


def test_newer_reply_has_to_be_told_anew(house, ticket):
    replied(ticket, house, told="phone")

    replied(ticket, house, told="link", words="改到下周", now=LATER)

    assert waiting(house.volunteer) == [ticket.reporters.get().pk]


def test_reopened_ticket_starts_anew(house, ticket):
    replied(ticket, house, told="slip")
    resolved(ticket, house)

    workflow.reopen(ticket, by=house.dispatcher, reason="又漏了", now=LATER)

    assert waiting(house.volunteer) == []
    replied(ticket, house, told="slip", words="明天再来", now=LATER)
    assert waiting(house.volunteer) == [ticket.reporters.get().pk]


def test_rating_shows_that_the_answer_is_known(house, ticket):
    replied(ticket, house, told="slip")
    resolved(ticket, house)
    reporter = ticket.reporters.get()

    workflow.review(ticket, by=house.lead, reporter=reporter, channel="desk", now=LATER, **GOOD)

    assert tellings() == [(reporter.pk, "in_person", "陈国平")]


@pytest.mark.parametrize(("who", "channel"), [("reporter", "link"), ("volunteer", "phone")])
def test_whoever_answers_a_question_knows_the_answer(house, ticket, who, channel):
    replied(ticket, house, told="slip")
    workflow.ask_resident(ticket, by=house.staff, question="哪一根水管？", now=MONDAY)
    reporter = ticket.reporters.get()
    said = {} if who == "reporter" else {"reporter": reporter, "channel": channel}
    by = reporter if who == "reporter" else house.volunteer

    workflow.resident_answered(ticket, by=by, words="冷水管", now=LATER, **said)

    assert [found[:2] for found in tellings()] == [(reporter.pk, channel)]


def test_acknowledging_tells_once_and_without_a_person(house, ticket):
    replied(ticket, house, told="link")
    reporter = ticket.reporters.get()

    first = workflow.acknowledge(reporter, now=LATER)

    assert (first.by, first.as_whom, tellings()) == (None, "反映人", [(reporter.pk, "link", None)])
    assert workflow.acknowledge(reporter, now=LATER) is None


def test_nothing_can_be_acknowledged_before_there_is_an_answer(house, ticket):
    before = rows()

    assert workflow.acknowledge(ticket.reporters.get(), now=LATER) is None
    assert rows() == before


def test_teller_takes_it_back_within_ten_minutes(house, ticket):
    replied(ticket, house, told="slip")
    told = {"reply": ticket.replies.get(), "reporter": ticket.reporters.get(), "by": house.volunteer}
    workflow.tell(**told, channel="phone", now=LATER)

    event = workflow.untell(**told, now=LATER + timedelta(minutes=10))

    assert (event.data, tellings()) == ({"undone": True}, [])
    assert waiting(house.volunteer) == [told["reporter"].pk]


@pytest.mark.parametrize(("who", "minutes"), [("volunteer", 11), ("lead", 1)])
def test_nobody_else_takes_it_back_and_not_later(house, ticket, who, minutes):
    replied(ticket, house, told="slip")
    told = {"reply": ticket.replies.get(), "reporter": ticket.reporters.get()}
    workflow.tell(**told, by=house.volunteer, channel="phone", now=LATER)

    with pytest.raises(workflow.Conflict, match="10分钟"):
        workflow.untell(**told, by=getattr(house, who), now=LATER + timedelta(minutes=minutes))

    assert len(tellings()) == 1


def test_list_is_for_the_station_where_that_reporter_came(house, ticket):
    other = person("volunteer", station=StationFactory(area=house.area))
    first, second = ticket.reporters.get(), second_reporter(ticket, house)
    Reporter.objects.filter(pk=second.pk).update(station=other.posts.get().station)
    replied(ticket, house, told="slip")

    assert waiting(house.volunteer) == [first.pk]
    assert waiting(other) == [second.pk]
    assert set(waiting(house.dispatcher)) == set(waiting(house.staff)) == {first.pk, second.pk}


@pytest.mark.parametrize("who", ["colleague", "unit_lead", "other_staff", "outsider", "secretary", "admin"])
def test_nobody_else_has_anybody_to_tell(house, ticket, who):
    replied(ticket, house, told="slip")
    reply, reporter = ticket.replies.get(), ticket.reporters.get()

    assert waiting(getattr(house, who)) == []
    with pytest.raises(workflow.NotAllowed):
        workflow.tell(reply, reporter, by=getattr(house, who), channel="phone", now=LATER)


def merged_into(ticket, house):
    """Another one's ticket of the same matter, merged; its reporter."""
    duplicate = house.receive(now=MONDAY)
    workflow.merge(duplicate, by=house.dispatcher, master=ticket, now=MONDAY)
    return Reporter.objects.get(ticket=duplicate)


def test_reporter_of_a_merged_ticket_waits_for_the_other_tickets_answer(house, ticket):
    reporter = merged_into(ticket, house)
    replied(ticket, house, told="slip")
    reply = ticket.replies.get()

    everybody = {reporter.pk, ticket.reporters.get().pk}
    assert set(waiting(house.volunteer)) == set(waiting(house.staff)) == everybody
    workflow.tell(reply, reporter, by=house.volunteer, channel="phone", now=LATER)
    assert waiting(house.volunteer) == [ticket.reporters.get().pk]


@pytest.mark.parametrize(("is_told", "left"), [(True, 0), (False, 1)])
def test_taken_apart_again_everybody_knows_what_they_knew(house, ticket, is_told, left):
    reporter = merged_into(ticket, house)
    replied(ticket, house, now=LATER, told="phone", told_to=[reporter] if is_told else [])

    workflow.unmerge(
        Ticket.objects.get(pk=reporter.ticket_id), by=house.dispatcher, now=LATER + timedelta(hours=1)
    )

    assert len([pk for pk in waiting(house.dispatcher) if pk == reporter.pk]) == left


def test_ended_tickets_are_not_listed(house, ticket):
    replied(ticket, house, told="slip")

    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake", now=LATER)

    assert waiting(house.volunteer) == waiting(house.dispatcher) == []


def test_rows_read_already_say_the_same_of_who_tells_as_the_query(house, ticket):
    near, far = neighbour(house), neighbour(house)
    workflow.attach(ticket, by=near, station=near.active_posts[0].station, words="我家也是", now=MONDAY)
    said = {"station": far.active_posts[0].station, "words": "楼上漏水", "submission_id": None}
    other = workflow.receive(by=far, now=MONDAY, **said).reporter.ticket
    workflow.merge(other, by=house.dispatcher, master=ticket, now=MONDAY)
    both = joins(house.staff, "volunteer", station=house.station)
    people = [near, far, house.volunteer, house.lead, house.dispatcher, house.staff, house.colleague]
    people += [house.unit_lead, house.other_staff, house.secretary, house.outsider, both]
    people += [another_house_person("dispatcher")]
    ticket.refresh_from_db()
    told_of = Reporter.objects.of_matter(ticket)

    told = {user: {r.pk for r in told_of if permissions.tells(user, ticket, r)} for user in people}

    assert told == {user: {r.pk for r in told_of.told_by(user)} for user in people}
    assert {len(its) for its in told.values()} == {0, 1, 3}
