"""重办: the next round, whose it is, and who hears of the third."""

from datetime import timedelta

import pytest

from tests.factories import person
from tests.tickets.loop import BAD, MONDAY, TUESDAY, end_posts, ticket_in, told
from tickets import workflow
from tickets.models import Event
from tickets.states import Status

S, X, C, D, R = Status.RESOLVED, Status.CLOSED, Status.CLAIMED, Status.DISPATCHED, Status.RECEIVED


def reopen(ticket, house, now=TUESDAY):
    return workflow.reopen(ticket, by=house.dispatcher, reason="居民说又坏了", now=now)


def owner(ticket):
    ticket.refresh_from_db()
    return ticket.status, ticket.unit, ticket.claimant


@pytest.mark.parametrize("status", [S, X])
def test_reopening_starts_both_clocks_anew_and_freezes_the_old(house, status):
    ticket = ticket_in(status, house)
    old = list(ticket.clocks.exclude(kind="rating").values())

    reopen(ticket, house)

    new = ticket.clocks.filter(round=2)
    assert {c.kind: (c.starts_at, c.due_at) for c in new} == {
        "reply": (TUESDAY, TUESDAY + timedelta(days=1)),
        "resolve": (TUESDAY, TUESDAY + timedelta(days=7)),
    }
    assert list(ticket.clocks.filter(round=1).exclude(kind="rating").values()) == old
    assert not ticket.clocks.running().filter(round=1).exists()


def test_reopening_clears_what_the_last_round_promised(house):
    ticket = ticket_in(X, house)

    reopen(ticket, house)

    ticket.refresh_from_db()
    promised = (ticket.solvable, ticket.promised_on, ticket.outcome, ticket.resolved_at, ticket.closed_at)
    assert promised == ("", None, "", None, None)


def test_same_worker_goes_on(house):
    ticket = ticket_in(X, house)

    event = reopen(ticket, house)

    assert owner(ticket) == (C, house.unit, house.staff)
    assert told(event) == {"周建华"}


def test_worker_gone_falls_to_the_unit(house):
    ticket = ticket_in(X, house)
    end_posts(house.staff)

    event = reopen(ticket, house)

    assert owner(ticket) == (D, house.unit, None)
    assert told(event) == {"吴强", "郑洁"}


def test_unit_gone_falls_to_the_queue(house):
    ticket = ticket_in(X, house)
    house.unit.is_active = False
    house.unit.save()
    deputy = person("dispatcher", area=house.area, name="派单员乙")

    event = reopen(ticket, house)

    assert owner(ticket) == (R, None, None)
    assert told(event) == {deputy.name}
    assert set(ticket.clocks.filter(round=2).values_list("unit", flat=True)) == {None}


def test_third_round_is_told_to_the_joint_group(house):
    ticket = ticket_in(S, house)
    reporter = ticket.reporters.get()
    workflow.review(ticket, by=reporter, now=MONDAY, **BAD)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="又修了", now=MONDAY)
    second_round = told(Event.objects.get(verb="reopen"))

    workflow.review(ticket, by=reporter, now=MONDAY, **BAD)

    third_round = told(Event.objects.filter(verb="reopen").last())
    assert (ticket.round, second_round) == (3, {"周建华"})
    assert third_round == {"周建华", "何敏", "黎书文", "郑洁"}


def test_reopening_ends_ninety_days_after_closing(house):
    ticket = ticket_in(X, house)
    last = ticket.closed_at + timedelta(days=90)

    with pytest.raises(workflow.NotAllowed, match="90天"):
        reopen(ticket, house, now=last + timedelta(seconds=1))
    reopen(ticket, house, now=last)

    assert owner(ticket)[0] == C


def test_reopening_needs_a_reason(house):
    ticket = ticket_in(X, house)

    with pytest.raises(workflow.Invalid) as refusal:
        workflow.reopen(ticket, by=house.dispatcher, reason=" ", now=TUESDAY)

    assert refusal.value.field == "reason"


def test_bad_rating_says_in_the_event_what_was_rated(house):
    ticket = ticket_in(S, house)

    workflow.review(ticket, by=ticket.reporters.get(), now=TUESDAY, **BAD)

    event = Event.objects.get(verb="reopen")
    assert (event.words, event.by, event.as_whom) == ("居民评价：没解决、不满意", None, "系统")
