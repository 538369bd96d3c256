"""答复 and 办结: what the resident is promised, and which clocks that meets."""

from datetime import timedelta

import pytest

from tests.tickets.loop import ANSWER, MONDAY, TUESDAY, replied, resolved, ticket_in
from tickets import workflow
from tickets.models import Event, Reply
from tickets.states import Status

C, R, W = Status.CLAIMED, Status.RECEIVED, Status.WAITING
LATER = MONDAY + timedelta(hours=2)


def reply(ticket, by, **changes):
    return workflow.reply(ticket, by=by, **{**ANSWER, "now": LATER, **changes})


def met(ticket):
    return {clock.kind: clock.met_at for clock in ticket.clocks.exclude(kind="waiting")}


@pytest.mark.parametrize("status", [C, W])
def test_reply_meets_the_reply_clock_and_ends_the_waiting(house, status):
    ticket = ticket_in(status, house)

    reply(ticket, house.staff)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solvable, ticket.promised_on) == (C, "yes", ANSWER["promised_on"])
    assert met(ticket) == {"reply": LATER, "resolve": None}


def test_dispatcher_replies_from_the_queue_and_it_stays_there(house):
    ticket = ticket_in(R, house)

    reply(ticket, house.dispatcher, solvable="no", promised_on=None, told="slip")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solvable) == (R, "no")


def test_later_promise_is_a_second_reply_and_leaves_the_clock_met_when_it_was(house):
    ticket = ticket_in(C, house)
    reply(ticket, house.staff)

    reply(ticket, house.staff, promised_on=TUESDAY.date() + timedelta(days=7), now=TUESDAY)

    promises = Reply.objects.values_list("promised_on", flat=True)
    assert list(promises) == [ANSWER["promised_on"], TUESDAY.date() + timedelta(days=7)]
    assert met(ticket)["reply"] == LATER


def test_identical_reply_pressed_twice_is_one(house):
    ticket = ticket_in(C, house)
    first = reply(ticket, house.staff)

    again = reply(ticket, house.staff, now=LATER + timedelta(minutes=9))

    assert again == first
    assert (Reply.objects.count(), Event.objects.filter(verb="reply").count()) == (1, 1)


def test_same_words_an_hour_later_are_a_new_reply(house):
    ticket = ticket_in(C, house)
    reply(ticket, house.staff)

    reply(ticket, house.staff, now=LATER + timedelta(hours=1))

    assert Reply.objects.count() == 2


def test_identical_reply_of_somebody_who_no_longer_holds_it_is_refused(house):
    ticket = ticket_in(C, house)
    reply(ticket, house.staff)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.other_unit, reason="改派", now=LATER)

    with pytest.raises(workflow.Conflict):
        reply(ticket, house.staff)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"solvable": "perhaps"}, "solvable"),
        ({"promised_on": None}, "promised_on"),
        ({"solvable": "no"}, "promised_on"),
        ({"promised_on": LATER.date() - timedelta(days=1)}, "promised_on"),
        ({"promised_on": LATER.date() + timedelta(days=367)}, "promised_on"),
        ({"words": " "}, "words"),
        ({"words": "字" * 4001}, "words"),
        ({"told": "pigeon"}, "told"),
    ],
)
def test_reply_refuses_half_an_answer(house, changes, field):
    ticket = ticket_in(C, house)

    with pytest.raises(workflow.Invalid) as refusal:
        reply(ticket, house.staff, **changes)

    assert refusal.value.field == field
    assert not Reply.objects.exists()


def test_promise_for_today_is_the_local_day(house):
    ticket = ticket_in(C, house)
    past_utc_midnight = TUESDAY.replace(hour=7)

    reply(ticket, house.staff, promised_on=TUESDAY.date(), now=past_utc_midnight)

    assert Reply.objects.get().promised_on == TUESDAY.date()


def test_resolve_without_a_reply_meets_both_clocks_and_starts_the_rating(house):
    ticket = ticket_in(C, house)

    resolved(ticket, house, now=LATER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.resolved_at) == ("resolved", "solved", LATER)
    assert met(ticket) == {"reply": LATER, "resolve": LATER, "rating": None}
    assert ticket.clocks.get(kind="rating").due_at == LATER + timedelta(days=7)


def test_resolve_leaves_an_earlier_reply_where_it_was(house):
    ticket = ticket_in(C, house)
    replied(ticket, house, now=LATER)

    resolved(ticket, house, now=TUESDAY)

    assert met(ticket) == {"reply": LATER, "resolve": TUESDAY, "rating": None}


def test_dispatcher_resolves_what_no_unit_owns(house):
    ticket = ticket_in(R, house)

    workflow.resolve(ticket, by=house.dispatcher, outcome="not", words="已转街道", now=LATER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("resolved", "not")


@pytest.mark.parametrize(
    ("outcome", "words", "field"), [("done", "好了", "outcome"), ("solved", " ", "words")]
)
def test_resolve_needs_an_outcome_and_words(house, outcome, words, field):
    ticket = ticket_in(C, house)

    with pytest.raises(workflow.Invalid) as refusal:
        workflow.resolve(ticket, by=house.staff, outcome=outcome, words=words, now=LATER)

    assert refusal.value.field == field
