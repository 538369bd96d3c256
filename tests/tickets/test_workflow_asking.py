"""待居民补充: who may ask and answer, what ends it, and that nobody ends it twice."""

from datetime import timedelta

import pytest

from tests.factories import CategoryFactory, person
from tests.tickets.loop import (
    MONDAY,
    answered,
    claimed,
    dispatched,
    joined,
    neighbour,
    replied,
    rows,
    second_reporter,
    ticket_in,
    told,
    waiting,
)
from tickets import sweeps, workflow
from tickets.models import Event, Ticket
from tickets.states import Status
from tickets.workflow.asking import MOST_ANSWERS, current_question

C, W = Status.CLAIMED, Status.WAITING
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + HOUR


def answer(ticket, by, **changes):
    return workflow.resident_answered(ticket, by=by, **{"words": "冷水管", "now": LATER, **changes})


def test_question_is_kept_and_the_desk_is_told(house):
    ticket = ticket_in(C, house)

    event = workflow.ask_resident(ticket, by=house.staff, question="是哪一根水管？", now=LATER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.claimant, event.words) == (W, house.staff, "是哪一根水管？")
    assert told(event) == {house.lead.name, house.volunteer.name}
    assert current_question(ticket) == event


def test_question_is_no_reply(house):
    ticket = ticket_in(W, house)

    assert not ticket.replies.exists()
    assert ticket.clocks.get(kind="reply").met_at is None


@pytest.mark.parametrize("question", ["", " \n", "问" * 201])
def test_question_must_be_written_and_short(house, question):
    ticket = ticket_in(C, house)

    with pytest.raises(workflow.Invalid) as refusal:
        workflow.ask_resident(ticket, by=house.staff, question=question, now=LATER)

    assert refusal.value.field == "question"


def test_third_day_used_up_nothing_more_is_asked_in_the_round(house):
    ticket = ticket_in(W, house)
    sweeps.lapse_waiting(now=MONDAY + 4 * DAY)
    ticket.refresh_from_db()

    with pytest.raises(workflow.Invalid, match="已经满3个工作日"):
        workflow.ask_resident(ticket, by=house.staff, question="还有呢？", now=MONDAY + 4 * DAY)


def test_emergency_is_answered_before_anybody_waits(house):
    urgent = house.receive(
        category=CategoryFactory(emergency_hours=2, emergency_call="119"), called=True, now=MONDAY
    )
    dispatched(urgent, house)
    claimed(urgent, house)

    with pytest.raises(workflow.Invalid, match="紧急的事不能等"):
        waiting(urgent, house)
    replied(urgent, house, now=LATER)
    waiting(urgent, house, now=LATER)

    assert urgent.status == W


def test_resident_answers_by_the_receipt_and_the_claimant_is_told(house):
    ticket = ticket_in(W, house)
    reporter = ticket.reporters.get()

    event = answer(ticket, reporter)

    assert (ticket.status, event.by, event.as_whom, event.words) == (C, None, "反映人", "冷水管")
    assert event.data == {"channel": "link", "reporter": reporter.pk}
    assert told(event) == {house.staff.name}


@pytest.mark.parametrize("who", ["volunteer", "lead", "dispatcher", "staff"])
def test_person_writes_down_what_the_resident_said(house, who):
    ticket = ticket_in(W, house)
    by, reporter = getattr(house, who), ticket.reporters.get()

    event = answer(ticket, by, reporter=reporter, channel="in_person")

    assert (event.by, event.data) == (by, {"channel": "in_person", "reporter": reporter.pk})
    assert told(event) == ({house.staff.name} - {by.name})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reporter": None}, "reporter"),
        ({"words": " "}, "words"),
        ({"words": "字" * 4001}, "words"),
        ({"channel": None}, "channel"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_half_an_answer_is_refused(house, changes, field):
    ticket = ticket_in(W, house)
    said = {"reporter": ticket.reporters.get(), "channel": "phone", **changes}

    with pytest.raises(workflow.Invalid) as refusal:
        answer(ticket, house.volunteer, **said)

    assert refusal.value.field == field


def test_reporter_of_another_ticket_is_not_taken_for_this_one(house):
    ticket, other = ticket_in(W, house), house.receive(now=MONDAY)

    with pytest.raises(workflow.Invalid) as refusal:
        answer(ticket, house.volunteer, reporter=other.reporters.get(), channel="phone")
    with pytest.raises(workflow.NotAllowed):
        answer(ticket, other.reporters.get())

    assert refusal.value.field == "reporter"


def test_desk_where_a_neighbour_joined_is_told_too(house):
    ticket = ticket_in(C, house)
    volunteer = neighbour(house, name="另一站志愿者")
    station = volunteer.active_posts[0].station
    lead = person("station_lead", station=station, name="另一站站长")
    joined(ticket, house, by=volunteer, station=station)

    event = workflow.ask_resident(ticket, by=house.staff, question="哪一根？", now=LATER)

    assert told(event) == {house.lead.name, house.volunteer.name, volunteer.name, lead.name}


def test_reporter_of_a_merged_ticket_answers_for_the_one_it_went_into(house):
    ticket, duplicate = ticket_in(C, house), house.receive(now=MONDAY)
    workflow.merge(duplicate, by=house.dispatcher, master=ticket, now=MONDAY)
    waiting(ticket, house)
    reporter = duplicate.reporters.get()

    event = answer(ticket, reporter)

    assert (ticket.status, event.data["reporter"]) == (C, reporter.pk)


def test_same_answer_twice_is_one(house):
    ticket = ticket_in(W, house)
    first = answer(ticket, ticket.reporters.get())
    before = rows()

    again = answer(ticket, ticket.reporters.get(), now=LATER + timedelta(minutes=1))

    assert (again, rows()) == (first, before)


def test_same_answer_from_a_page_read_before_is_one(house):
    ticket = ticket_in(W, house)
    stale = Ticket.objects.get(pk=ticket.pk)
    first = answer(ticket, ticket.reporters.get())

    again = answer(stale, ticket.reporters.get())

    assert (again, Event.objects.filter(verb="resident_answered").count()) == (first, 1)


def test_what_a_second_reporter_answers_is_added(house):
    ticket = ticket_in(W, house)
    other = second_reporter(ticket, house)
    answer(ticket, ticket.reporters.first())

    event = answer(ticket, other, words="热水管")

    assert (event.status_from, event.status_to, event.words) == (C, C, "热水管")
    assert told(event) == {house.staff.name}


def test_answer_after_the_waiting_is_over_goes_to_whoever_has_the_matter(house):
    ticket = ticket_in(W, house)
    sweeps.lapse_waiting(now=MONDAY + 4 * DAY)
    ticket.refresh_from_db()
    workflow.hand_back(ticket, by=house.staff, reason="归自来水公司", now=MONDAY + 4 * DAY)

    event = answer(ticket, ticket.reporters.get(), now=MONDAY + 4 * DAY + HOUR)

    assert (ticket.status, told(event)) == (Status.RECEIVED, {house.dispatcher.name})


@pytest.mark.parametrize(
    ("end", "sentence"),
    [(Status.RESOLVED, "已经办完，不用再补充"), (Status.WITHDRAWN, "已经撤销，不用再补充")],
)
def test_nothing_is_added_once_the_matter_is_over(house, end, sentence):
    ticket = ticket_in(end, house)

    with pytest.raises(workflow.Conflict, match=sentence):
        answer(ticket, ticket.reporters.get())


def test_where_nothing_was_asked_in_the_round_nothing_is_answered(house):
    ticket = ticket_in(C, house)

    with pytest.raises(workflow.Conflict, match="没有要居民补充的"):
        answer(ticket, ticket.reporters.get())


def test_one_reporter_is_not_heard_without_end(house):
    ticket = ticket_in(W, house)
    for number in range(MOST_ANSWERS):
        answer(ticket, ticket.reporters.get(), words=f"第{number}句")

    with pytest.raises(workflow.Conflict, match="请直接和经办人联系"):
        answer(ticket, ticket.reporters.get(), words="还有一句")


def test_answer_to_a_question_that_is_over_is_not_taken_for_the_last_one(house):
    ticket = ticket_in(W, house)
    earlier = current_question(ticket)
    answered(ticket, house, now=LATER)
    waiting(ticket, house, now=LATER, question="几点在家？")
    answered(ticket, house, words="六点", now=LATER)

    with pytest.raises(workflow.Conflict, match="问题后来换过"):
        answer(ticket, ticket.reporters.get(), question=earlier.pk, words="是的")


def test_same_words_to_another_question_are_another_answer(house):
    ticket = ticket_in(W, house)
    first = answer(ticket, ticket.reporters.get())
    waiting(ticket, house, now=LATER)

    second = answer(ticket, ticket.reporters.get())

    assert second != first and ticket.status == C


def test_answer_written_for_an_earlier_question_is_not_taken_for_this_one(house):
    ticket = ticket_in(W, house)
    earlier = current_question(ticket)
    answered(ticket, house, now=LATER)
    waiting(ticket, house, now=LATER, question="几点在家？")

    with pytest.raises(workflow.Conflict, match="问题刚刚换了"):
        answer(ticket, ticket.reporters.get(), question=earlier.pk, words="是的")

    assert Ticket.objects.get(pk=ticket.pk).status == W


# 补充到期 -------------------------------------------------------------------------------------------


def test_waiting_lapses_once_and_the_claimant_is_told(house):
    ticket = ticket_in(W, house)
    due = MONDAY + 3 * DAY

    ended = [sweeps.lapse_waiting(now=now) for now in (due, due + HOUR, due + HOUR)]

    ticket.refresh_from_db()
    event = Event.objects.get(ticket=ticket, verb="waiting_lapsed")
    assert (ended, ticket.status, ticket.claimant) == ([0, 1, 0], C, house.staff)
    assert (told(event), event.by, event.as_whom) == ({house.staff.name}, None, "系统")


def test_waiting_does_not_lapse_before_its_time(house):
    ticket = ticket_in(W, house)

    with pytest.raises(workflow.Conflict, match="还没有到"):
        workflow.waiting_lapsed(ticket, now=MONDAY + 3 * DAY)


def test_asked_again_it_waits_anew(house):
    ticket = ticket_in(W, house)
    answered(ticket, house, now=MONDAY + DAY)
    waiting(ticket, house, now=MONDAY + 3 * DAY)

    assert sweeps.lapse_waiting(now=MONDAY + 4 * DAY) == 0
