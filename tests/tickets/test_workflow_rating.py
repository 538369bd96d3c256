"""评单: one rating a reporter and round, what a bad one does, and until when it may be changed."""

from datetime import timedelta

import pytest

from tests.factories import person
from tests.tickets.loop import BAD, GOOD, MONDAY, joins, second_reporter, ticket_in, told
from tickets import workflow
from tickets.models import Event, Rating
from tickets.states import Status

S, X, C = Status.RESOLVED, Status.CLOSED, Status.CLAIMED
LATER = MONDAY + timedelta(hours=2)


def rate(ticket, reporter, now=LATER, **answer):
    return workflow.review(ticket, by=reporter, now=now, **(answer or GOOD))


def change(ticket, reporter, now=LATER, **answer):
    return workflow.change_rating(ticket, by=reporter, now=now, **answer)


@pytest.fixture
def resolved(house):
    return ticket_in(S, house)


def test_ticket_of_two_reporters_closes_with_the_second_rating(house, resolved):
    first, second = resolved.reporters.get(), second_reporter(resolved, house)

    rate(resolved, first)
    after_one = resolved.status
    rate(resolved, second, now=LATER + timedelta(hours=1))

    resolved.refresh_from_db()
    assert (after_one, resolved.status) == (S, X)
    assert resolved.closed_at == resolved.clocks.get(kind="rating").met_at == LATER + timedelta(hours=1)


def test_worker_and_unit_lead_hear_of_a_rating_that_does_not_close_yet(house, resolved):
    second_reporter(resolved, house)

    event = rate(resolved, resolved.reporters.first())

    assert (resolved.status, told(event)) == (S, {"周建华", "郑洁"})


def test_bad_rating_of_one_reopens_although_the_other_is_content(house, resolved):
    first, second = resolved.reporters.get(), second_reporter(resolved, house)
    rate(resolved, first)

    rate(resolved, second, **BAD)

    resolved.refresh_from_db()
    assert (resolved.status, resolved.round) == (C, 2)


def test_rating_twice_is_refused_and_the_first_stays(house, resolved):
    first = resolved.reporters.get()
    second_reporter(resolved, house)
    rate(resolved, first)

    with pytest.raises(workflow.Conflict, match="已经评过"):
        rate(resolved, first, **BAD)

    assert Rating.objects.get().satisfied == "satisfied"
    assert Event.objects.filter(verb="review").count() == 1


def test_each_round_is_rated_anew(house, resolved):
    reporter = resolved.reporters.get()
    rate(resolved, reporter, **BAD)
    workflow.resolve(resolved, by=house.staff, outcome="solved", words="这次修好了", now=LATER)

    rate(resolved, reporter)

    assert list(Rating.objects.values_list("round", "satisfied")) == [(1, "not"), (2, "satisfied")]


def test_proxy_rates_for_the_reporter_and_is_named(house, resolved):
    neighbour = person("volunteer", station=house.station)
    answer = {**GOOD, "reporter": resolved.reporters.get(), "channel": "phone"}

    event = workflow.review(resolved, by=neighbour, now=LATER, **answer)

    rating = Rating.objects.get()
    assert (rating.entered_by, rating.channel, event.by) == (neighbour, "phone", neighbour)


@pytest.mark.parametrize("by", ["volunteer", "staff", "unit_lead"])
def test_whoever_logged_or_handled_it_does_not_rate(house, resolved, by):
    answer = {**GOOD, "reporter": resolved.reporters.get(), "channel": "desk"}

    with pytest.raises(workflow.NotAllowed):
        workflow.review(resolved, by=getattr(house, by), now=LATER, **answer)

    assert not Rating.objects.exists()


def test_dispatcher_who_resolved_it_does_not_rate(house):
    ticket = house.receive(now=MONDAY)
    workflow.resolve(ticket, by=house.dispatcher, outcome="solved", words="好了", now=MONDAY)
    answer = {**GOOD, "reporter": ticket.reporters.get(), "channel": "desk"}

    with pytest.raises(workflow.NotAllowed, match="不能代评"):
        workflow.review(ticket, by=house.dispatcher, now=LATER, **answer)


def test_volunteer_who_was_named_claimant_elsewhere_in_the_loop_does_not_rate(house):
    """Named by the unit lead, the claim's event is the lead's; it still counts for the one named."""
    ticket = ticket_in(Status.DISPATCHED, house)
    both = person("volunteer", station=house.station)
    both = joins(both, "unit_staff", unit=house.unit)
    workflow.claim(ticket, by=house.unit_lead, colleague=both, now=MONDAY)
    workflow.resolve(ticket, by=both, outcome="solved", words="好了", now=MONDAY)
    workflow.reopen(ticket, by=house.dispatcher, reason="再看看", now=MONDAY)
    workflow.release(ticket, by=house.unit_lead, reason="换人", now=MONDAY)
    workflow.claim(ticket, by=house.staff, now=MONDAY)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="好了", now=MONDAY)

    with pytest.raises(workflow.NotAllowed):
        workflow.review(ticket, by=both, reporter=ticket.reporters.get(), channel="desk", now=LATER, **GOOD)


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"solved": "", "satisfied": "satisfied"}, "solved"),
        ({"solved": "yes", "satisfied": "very"}, "satisfied"),
        ({**GOOD, "words": "字" * 4001}, "words"),
    ],
)
def test_review_refuses_half_an_answer(resolved, answer, field):
    with pytest.raises(workflow.Invalid) as refusal:
        rate(resolved, resolved.reporters.get(), **answer)

    assert refusal.value.field == field
    assert not Rating.objects.exists()


@pytest.mark.parametrize("reporter", ["none", "another's"])
def test_proxy_names_a_reporter_of_this_ticket(house, resolved, reporter):
    other = house.receive(now=MONDAY).reporters.get() if reporter == "another's" else None

    with pytest.raises(workflow.Invalid) as refusal:
        workflow.review(resolved, by=house.lead, reporter=other, channel="desk", now=LATER, **GOOD)

    assert refusal.value.field == "reporter"


def test_changing_to_bad_reopens_with_the_same_worker(house):
    ticket = ticket_in(X, house)

    event = change(ticket, ticket.reporters.get(), **BAD)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.round, ticket.claimant, ticket.closed_at) == (C, 2, house.staff, None)
    assert (event.data["solved"], event.data["satisfied"]) == (["yes", "no"], ["satisfied", "not"])
    assert told(Event.objects.get(verb="reopen")) == {"周建华"}


def test_rating_changes_until_seven_days_after_closing_to_the_second(house):
    ticket = ticket_in(X, house)
    reporter, last = ticket.reporters.get(), ticket.closed_at + timedelta(days=7)

    change(ticket, reporter, now=last, solved="partly", satisfied="mostly")
    with pytest.raises(workflow.NotAllowed, match="7天"):
        change(ticket, reporter, now=last + timedelta(seconds=1), **BAD)

    ticket.refresh_from_db()
    assert (ticket.status, Rating.objects.get().satisfied) == (X, "mostly")
    assert Rating.objects.get().changed_at == last


def test_who_has_not_rated_has_nothing_to_change(house, resolved):
    other = second_reporter(resolved, house)
    rate(resolved, resolved.reporters.first())

    with pytest.raises(workflow.Conflict, match="还没有评价"):
        change(resolved, other, **GOOD)


def test_closing_unrated_leaves_the_ratings_given_and_tells_nobody(house, resolved):
    second_reporter(resolved, house)
    rate(resolved, resolved.reporters.first())

    event = workflow.close_unrated(resolved, now=LATER)

    resolved.refresh_from_db()
    clock = resolved.clocks.get(kind="rating")
    assert (resolved.status, resolved.closed_at) == (X, LATER)
    assert (clock.met_at, clock.stopped_at) == (None, LATER)
    assert (Rating.objects.count(), told(event)) == (1, set())
