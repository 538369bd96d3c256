"""并单, 拆单: what two tickets become, what their clocks do, and how it was before comes back."""

from datetime import timedelta

import pytest

from accounts.models import Post
from tests.factories import House, at
from tests.tickets.loop import (
    MONDAY,
    TUESDAY,
    claimed,
    dispatched,
    end_posts,
    replied,
    resolved,
    ticket_in,
    told,
    withdrawn,
)
from tickets import sweeps, workflow
from tickets.models import Clock, Event, Reply, Ticket
from tickets.states import OPEN, Status

HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR
REPLY_DUE, LATER_DUE = at("2026-11-24 10:00"), at("2026-11-24 11:00")


@pytest.fixture
def first(house):
    return house.receive("厨房水管漏水", now=MONDAY)


@pytest.fixture
def second(house):
    return house.receive("楼上往下滴水", now=LATER)


def merge(ticket, master, house, now=LATER):
    return workflow.merge(ticket, by=house.dispatcher, master=master, now=now)


def unmerge(ticket, house, now=TUESDAY):
    return workflow.unmerge(Ticket.objects.get(pk=ticket.pk), by=house.dispatcher, now=now)


def clock(ticket, kind="reply"):
    return Clock.objects.get(ticket=ticket, kind=kind, round=ticket.round)


# What may be merged ---------------------------------------------------------------------------------


def test_merged_ticket_names_its_master_and_both_owners_are_told(first, second, house):
    for step in (dispatched, claimed):
        step(first, house)

    event = merge(second, first, house)

    second.refresh_from_db()
    assert (second.status, second.merged_into, second.closed_at) == (Status.MERGED, first, LATER)
    assert (event.ticket, event.data["number"]) == (second, first.number)
    assert told(event) == {"周建华"}
    assert event.pk == Event.objects.latest("pk").pk


@pytest.mark.parametrize("status", [s for s in Status if s not in OPEN])
def test_master_must_be_open(second, house, status):
    master = ticket_in(status, house)

    with pytest.raises(workflow.Invalid) as refusal:
        merge(second, master, house)

    assert refusal.value.field == "master" and Status(status).label in str(refusal.value)


@pytest.mark.parametrize("status", OPEN)
def test_every_open_ticket_can_be_merged_and_comes_back_as_it_was(first, house, status):
    ticket = ticket_in(status, house)

    merge(ticket, first, house)
    unmerge(ticket, house)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.merged_into, ticket.closed_at) == (status, None, None)


def test_not_into_itself_nor_into_another_community(second, house):
    elsewhere = House().receive(now=MONDAY)

    for master in (second, elsewhere):
        with pytest.raises(workflow.Invalid):
            merge(second, master, house)

    assert not Ticket.objects.merged().exists()


def test_foreign_master_reads_like_none(second, house):
    elsewhere = House().receive(now=MONDAY)

    with pytest.raises(workflow.Invalid) as refusal:
        merge(second, elsewhere, house)

    assert elsewhere.number not in str(refusal.value)


def test_who_has_duplicates_is_not_merged_itself(first, second, house):
    third = house.receive(now=LATER)
    merge(second, first, house)

    with pytest.raises(workflow.Invalid, match="已有工单并在这一张里"):
        merge(first, third, house)


def test_only_the_communitys_dispatcher_merges(first, second, house):
    for person in (house.volunteer, house.unit_lead, house.secretary, House().dispatcher):
        with pytest.raises(workflow.NotAllowed):
            workflow.merge(second, by=person, master=first, now=LATER)


def test_master_with_duplicates_is_withdrawn_only_as_not_ours(first, second, house):
    merge(second, first, house)

    with pytest.raises(workflow.Invalid, match="先拆单"):
        withdrawn(first, house)

    replied_by_office(first, house)
    workflow.withdraw(first, by=house.dispatcher, reason="not_ours", now=TUESDAY)
    assert first.status == Status.WITHDRAWN


# Clocks ---------------------------------------------------------------------------------------------


def replied_by_office(ticket, house, now=LATER):
    answer = {"solvable": "no", "words": "归燃气公司", "told": "phone"}
    workflow.reply(ticket, by=house.dispatcher, now=now, **answer)


def test_duplicates_clocks_stop_and_masters_go_on(first, second, house):
    merge(second, first, house)

    assert set(Clock.objects.filter(ticket=second).values_list("stopped_at", flat=True)) == {LATER}
    assert not Clock.objects.filter(ticket=first).exclude(stopped_at=None).exists()
    assert (clock(first).due_at, clock(first).own_due_at) == (REPLY_DUE, None)


def test_later_master_takes_the_earlier_due(first, second, house):
    merge(first, second, house)

    its = clock(second)
    assert (its.due_at, its.own_due_at) == (REPLY_DUE, LATER_DUE)
    assert (its.half_at, its.warn_at) == (clock(first).half_at, clock(first).warn_at)
    assert clock(second, "resolve").own_due_at is None


def test_separating_gives_the_due_moments_back(first, second, house):
    before = [(c.kind, c.due_at, c.half_at, c.warn_at) for c in Clock.objects.order_by("pk")]

    merge(first, second, house)
    unmerge(first, house, now=LATER + HOUR)

    clocks = list(Clock.objects.order_by("pk"))
    assert [(c.kind, c.due_at, c.half_at, c.warn_at) for c in clocks] == before
    assert {(c.stopped_at, c.met_at, c.own_due_at) for c in clocks} == {(None, None, None)}


def test_separating_one_of_two_leaves_the_other_ones_due(first, second, house):
    third = house.receive(now=LATER + HOUR)
    merge(first, third, house, LATER + HOUR)
    merge(second, third, house, LATER + HOUR)

    unmerge(first, house, now=LATER + 2 * HOUR)

    assert (clock(third).due_at, clock(third).own_due_at) == (LATER_DUE, at("2026-11-24 12:00"))


def test_borrowed_due_that_has_passed_stays_late(first, second, house):
    merge(first, second, house)

    unmerge(first, house, now=REPLY_DUE + timedelta(minutes=30))

    assert (clock(second).due_at, clock(second).own_due_at) == (REPLY_DUE, LATER_DUE)
    assert clock(second).is_late(REPLY_DUE + HOUR)


def test_late_duplicate_stays_late_and_hands_no_past_due_on(first, house):
    sweeps.flag_overdue(now=REPLY_DUE + HOUR)
    master = house.receive(now=REPLY_DUE + 2 * HOUR)

    merge(first, master, house, REPLY_DUE + 2 * HOUR)

    its = clock(first)
    assert its.flagged_at and its.stopped_at is None and its.met_at is None
    assert clock(master).own_due_at is None
    assert clock(first, "resolve").stopped_at == REPLY_DUE + 2 * HOUR


def test_masters_reply_meets_what_runs_on_of_a_late_duplicate(first, house):
    sweeps.flag_overdue(now=REPLY_DUE + HOUR)
    master = house.receive(now=REPLY_DUE + 2 * HOUR)
    merge(first, master, house, REPLY_DUE + 2 * HOUR)

    replied_by_office(master, house, now=REPLY_DUE + 3 * HOUR)

    assert clock(first).met_at == clock(master).met_at == REPLY_DUE + 3 * HOUR
    assert clock(first).is_late(REPLY_DUE + 3 * HOUR)


def test_late_duplicate_of_an_answered_master_is_answered_by_merging(first, house):
    sweeps.flag_overdue(now=REPLY_DUE + HOUR)
    master = house.receive(now=REPLY_DUE + HOUR)
    replied_by_office(master, house, now=REPLY_DUE + 2 * HOUR)

    merge(first, master, house, REPLY_DUE + 3 * HOUR)

    assert clock(first).met_at == REPLY_DUE + 3 * HOUR


def test_reply_given_meanwhile_is_the_separated_ones_reply_too(first, second, house):
    merge(second, first, house)
    for step in (dispatched, claimed, replied):
        step(first, house, now=LATER + HOUR)

    unmerge(second, house, now=TUESDAY)

    second.refresh_from_db()
    assert (clock(second).met_at, clock(second, "resolve").stopped_at) == (LATER + HOUR, None)
    assert (second.solvable, second.promised_on) == (first.solvable, first.promised_on)
    assert Reply.objects.filter(ticket=second, at=LATER + HOUR).count() == 1


def test_answer_that_came_along_may_be_given_again_a_moment_later(first, second, house):
    for ticket in (first, second):
        for step in (dispatched, claimed):
            step(ticket, house, now=LATER)
    merge(second, first, house)
    replied(first, house, now=TUESDAY)
    unmerge(second, house, now=TUESDAY)

    for _ in range(2):
        replied(Ticket.objects.get(pk=second.pk), house, now=TUESDAY)

    assert second.events.filter(verb="reply").count() == 1


def test_reply_given_before_is_nothing_of_the_separated_one(first, second, house):
    replied_by_office(first, house, now=LATER)
    merge(second, first, house, now=LATER + HOUR)

    unmerge(second, house, now=LATER + 2 * HOUR)

    assert clock(second).met_at is None and not second.replies.exists()


def test_what_a_done_masters_solution_met_is_open_again_once_separated(first, second, house):
    """Found by a random walk: late, merged, done with the master, done again, separated."""
    late = at("2026-12-01 10:00")
    sweeps.flag_overdue(now=late)
    merge(first, second, house, now=late)
    second = Ticket.objects.get(pk=second.pk)
    for step in (dispatched, claimed, replied, resolved):
        step(second, house, now=late, **({"promised_on": late.date()} if step is replied else {}))
    workflow.reopen(second, by=house.dispatcher, reason="又漏了", now=late)

    unmerge(first, house, now=late + HOUR)

    resolve = clock(first, "resolve")
    assert (resolve.met_at, resolve.stopped_at) == (None, None)
    assert resolve.is_late(late + HOUR)


def test_amending_the_category_keeps_the_earlier_due(first, second, house):
    merge(first, second, house)
    second.refresh_from_db()

    workflow.amend(second, by=house.dispatcher, category=None, now=LATER + HOUR)

    assert (clock(second).due_at, clock(second).own_due_at) == (REPLY_DUE, LATER_DUE)


# Separating -----------------------------------------------------------------------------------------


def test_separated_ticket_goes_to_its_claimant_and_both_owners_are_told(first, second, house):
    for step in (dispatched, claimed):
        step(second, house)
    merge(second, first, house)

    event = unmerge(second, house)

    second.refresh_from_db()
    assert (second.status, second.claimant) == (Status.CLAIMED, house.staff)
    assert told(event) == {"周建华"} and event.status_to == Status.CLAIMED


def test_without_its_claimant_it_is_the_units_again(first, second, house):
    for step in (dispatched, claimed):
        step(second, house)
    merge(second, first, house)
    end_posts(house.staff)

    unmerge(second, house)

    second.refresh_from_db()
    assert (second.status, second.unit, second.claimant) == (Status.DISPATCHED, house.unit, None)


def test_without_its_unit_it_is_the_dispatchers_again(first, second, house):
    dispatched(second, house)
    merge(second, first, house)
    house.unit.is_active = False
    house.unit.save()

    unmerge(second, house)

    second.refresh_from_db()
    assert (second.status, second.unit) == (Status.RECEIVED, None)
    assert clock(second).unit is None


def test_after_a_week_it_stays_merged(first, second, house):
    merge(second, first, house)

    with pytest.raises(workflow.NotAllowed, match="7天"):
        unmerge(second, house, now=LATER + timedelta(days=7, seconds=1))


def test_from_a_master_that_is_done_nothing_is_separated(first, second, house):
    merge(second, first, house)
    for step in (dispatched, claimed, resolved):
        step(first, house)

    with pytest.raises(workflow.Conflict, match=first.number):
        unmerge(second, house)


def test_separating_what_was_merged_elsewhere_meanwhile_is_refused(first, second, house):
    merge(second, first, house)
    stale = Ticket.objects.get(pk=second.pk)
    unmerge(second, house)
    merge(Ticket.objects.get(pk=second.pk), house.receive(now=LATER), house, TUESDAY)

    with pytest.raises(workflow.Conflict):
        workflow.unmerge(stale, by=house.dispatcher, now=TUESDAY)


def test_unit_keeps_a_merged_ticket_in_sight_but_not_in_hand(first, second, house):
    for step in (dispatched, claimed):
        step(second, house)

    merge(second, first, house)

    assert Ticket.objects.visible_to(house.staff).is_there(second)
    assert not Ticket.objects.in_hand_of(house.staff).exists()
    assert Post.objects.in_unit(house.unit).exists()
