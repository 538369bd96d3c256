"""撤单 and 恢复: no work is lost, and what was late stays late."""

from datetime import timedelta

import pytest

from tests.tickets.loop import MONDAY, TUESDAY, ticket_in, told
from tickets import sweeps, workflow
from tickets.states import Status

R, D, C, W, Z = (
    Status.RECEIVED,
    Status.DISPATCHED,
    Status.CLAIMED,
    Status.WAITING,
    Status.WITHDRAWN,
)
LATER = MONDAY + timedelta(hours=2)


def withdraw(ticket, house, *, by=None, reason="reporter_asked", now=LATER):
    return workflow.withdraw(ticket, by=by or house.dispatcher, reason=reason, now=now)


def restore(ticket, house, now=LATER, reason="居民又来了"):
    return workflow.restore(ticket, by=house.dispatcher, reason=reason, now=now)


@pytest.mark.parametrize("status", [R, D, C, W])
def test_withdrawing_stops_the_clocks_and_keeps_the_reason(house, status):
    ticket = ticket_in(status, house)

    event = withdraw(ticket, house)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.withdraw_reason, ticket.closed_at) == (Z, "reporter_asked", LATER)
    assert set(ticket.clocks.values_list("stopped_at", "met_at")) == {(LATER, None)}
    assert told(event) == ({"周建华"} if status in (C, W) else set())


def test_not_ours_needs_an_answer_first(house):
    ticket = ticket_in(R, house)

    with pytest.raises(workflow.Invalid) as refusal:
        withdraw(ticket, house, reason="not_ours")
    workflow.reply(
        ticket, by=house.dispatcher, solvable="no", words="请找供电所95598", told="phone", now=LATER
    )
    withdraw(ticket, house, reason="not_ours")

    assert (refusal.value.field, ticket.status) == ("reason", Z)


@pytest.mark.parametrize("reason", ["", "boring"])
def test_withdrawing_takes_a_listed_reason(house, reason):
    ticket = ticket_in(R, house)

    with pytest.raises(workflow.Invalid) as refusal:
        withdraw(ticket, house, reason=reason)

    assert refusal.value.field == "reason"


def test_logger_withdraws_on_the_same_day_only(house):
    first, second = ticket_in(R, house), ticket_in(R, house)

    withdraw(first, house, by=house.volunteer)
    with pytest.raises(workflow.NotAllowed):
        withdraw(second, house, by=house.volunteer, now=TUESDAY)

    second.refresh_from_db()
    assert second.status == R


def test_withdrawing_does_not_take_back_the_mark_of_a_late_clock(house):
    ticket = ticket_in(D, house)
    sweeps.flag_overdue(now=TUESDAY + timedelta(hours=1))

    withdraw(ticket, house, now=TUESDAY + timedelta(hours=2))

    clock = ticket.clocks.get(kind="reply")
    assert clock.flagged_at == TUESDAY + timedelta(hours=1)
    assert clock.is_late(TUESDAY + timedelta(hours=3))


def test_restoring_brings_the_old_dues_back_to_the_queue(house):
    ticket = ticket_in(C, house)
    before = dict(ticket.clocks.values_list("kind", "due_at"))
    withdraw(ticket, house)

    restore(ticket, house, now=LATER + timedelta(hours=1))

    ticket.refresh_from_db()
    held = (ticket.status, ticket.unit, ticket.claimant, ticket.closed_at, ticket.withdraw_reason)
    assert held == (R, None, None, None, "")
    assert dict(ticket.clocks.running().values_list("kind", "due_at")) == before
    assert set(ticket.clocks.values_list("unit", flat=True)) == {None}


def test_restoring_does_not_start_a_met_clock_again(house):
    ticket = ticket_in(C, house)
    workflow.reply(ticket, by=house.staff, solvable="no", words="没有配件", told="phone", now=MONDAY)
    withdraw(ticket, house)

    restore(ticket, house)

    assert [clock.kind for clock in ticket.clocks.running()] == ["resolve"]


def test_restored_after_its_due_it_is_flagged_like_any_other(house):
    ticket = ticket_in(D, house)
    withdraw(ticket, house)
    restore(ticket, house, now=TUESDAY + timedelta(days=1))

    sweeps.flag_overdue(now=TUESDAY + timedelta(days=1))

    assert ticket.clocks.get(kind="reply").flagged_at


def test_restoring_ends_seven_days_after_withdrawing(house):
    ticket = ticket_in(Z, house)
    last = ticket.closed_at + timedelta(days=7)

    with pytest.raises(workflow.NotAllowed, match="7天"):
        restore(ticket, house, now=last + timedelta(seconds=1))
    restore(ticket, house, now=last)

    assert ticket.status == R


def test_restoring_needs_a_reason(house):
    ticket = ticket_in(Z, house)

    with pytest.raises(workflow.Invalid) as refusal:
        restore(ticket, house, reason="")

    assert refusal.value.field == "reason"
