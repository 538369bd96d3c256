"""派单, 认领, 放回, 退单: who holds the ticket, who is told, and whose clock it is."""

from datetime import timedelta

import pytest

from tests.factories import UnitFactory
from tests.tickets.loop import MONDAY, ticket_in, told
from tickets import workflow
from tickets.states import Status

D, C, R = Status.DISPATCHED, Status.CLAIMED, Status.RECEIVED
LATER = MONDAY + timedelta(hours=2)
AFTER_REPLY_DUE = MONDAY + timedelta(days=1, hours=1)


def dispatch(ticket, house, unit=None, now=LATER, reason="不归物业管"):
    return workflow.dispatch(
        ticket, by=house.dispatcher, unit=unit or house.other_unit, reason=reason, now=now
    )


def units_of_clocks(ticket):
    return {clock.kind: clock.unit for clock in ticket.clocks.all()}


def test_dispatching_on_frees_the_claimant_and_tells_both_sides(house):
    ticket = ticket_in(C, house)

    event = dispatch(ticket, house)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.unit, ticket.claimant, ticket.claimed_at) == (
        D,
        house.other_unit,
        None,
        None,
    )
    assert told(event) == {"孙伟", "周建华"}
    assert event.data["unit"] == ["安居物业", "房管服务中心"]


def test_clocks_not_yet_due_follow_the_unit(house):
    ticket = ticket_in(C, house)

    dispatch(ticket, house)

    assert units_of_clocks(ticket) == {"reply": house.other_unit, "resolve": house.other_unit}


def test_clock_already_due_stays_with_the_unit_that_let_it_pass(house):
    ticket = ticket_in(C, house)

    dispatch(ticket, house, now=AFTER_REPLY_DUE)

    assert units_of_clocks(ticket) == {"reply": house.unit, "resolve": house.other_unit}


def test_clock_due_this_very_moment_stays_too(house):
    ticket = ticket_in(C, house)

    dispatch(ticket, house, now=ticket.clocks.get(kind="reply").due_at)

    assert units_of_clocks(ticket)["reply"] == house.unit


def test_dispatching_on_needs_a_reason_but_the_first_dispatch_does_not(house):
    fresh, sent = ticket_in(R, house), ticket_in(D, house)

    dispatch(fresh, house, reason="")
    with pytest.raises(workflow.Invalid) as refusal:
        dispatch(sent, house, reason="  ")

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("unit", ["same", "elsewhere", "closed"])
def test_dispatch_refuses_units_that_cannot_take_it(house, unit):
    ticket = ticket_in(D, house)
    units = {
        "same": house.unit,
        "elsewhere": UnitFactory(),
        "closed": UnitFactory(area=house.area, is_active=False),
    }

    with pytest.raises(workflow.Invalid) as refusal:
        dispatch(ticket, house, unit=units[unit])

    assert refusal.value.field == "unit"


def test_hand_back_returns_to_the_queue_and_its_clocks_to_the_dispatcher(house):
    ticket = ticket_in(C, house)

    event = workflow.hand_back(ticket, by=house.staff, reason="该找房管", now=LATER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.unit, ticket.claimant, ticket.claimed_at) == (R, None, None, None)
    assert units_of_clocks(ticket) == {"reply": None, "resolve": None}
    assert (told(event), event.words) == ({"何敏"}, "该找房管")


def test_hand_back_leaves_a_late_clock_with_the_unit(house):
    ticket = ticket_in(D, house)

    workflow.hand_back(ticket, by=house.colleague, reason="该找房管", now=AFTER_REPLY_DUE)

    assert units_of_clocks(ticket) == {"reply": house.unit, "resolve": None}


def test_release_puts_the_ticket_before_the_colleagues(house):
    ticket = ticket_in(C, house)

    event = workflow.release(ticket, by=house.staff, reason="今天休息", now=LATER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.unit, ticket.claimant) == (D, house.unit, None)
    assert told(event) == {"吴强", "郑洁"}


@pytest.mark.parametrize("verb", [workflow.release, workflow.hand_back])
@pytest.mark.parametrize("reason", [" ", "字" * 4001])
def test_giving_up_a_ticket_needs_a_reason_of_fair_length(house, verb, reason):
    ticket = ticket_in(C, house)

    with pytest.raises(workflow.Invalid) as refusal:
        verb(ticket, by=house.staff, reason=reason, now=LATER)

    assert refusal.value.field == "reason"


def test_unit_lead_names_a_colleague_who_is_told(house):
    ticket = ticket_in(D, house)

    event = workflow.claim(ticket, by=house.unit_lead, colleague=house.colleague, now=LATER)

    ticket.refresh_from_db()
    assert (ticket.claimant, ticket.claimed_at) == (house.colleague, LATER)
    assert (event.by, told(event)) == (house.unit_lead, {"吴强"})


@pytest.mark.parametrize(("by", "colleague"), [("staff", "colleague"), ("unit_lead", "other_staff")])
def test_nobody_is_named_by_a_colleague_or_from_another_unit(house, by, colleague):
    ticket = ticket_in(D, house)

    with pytest.raises(workflow.Invalid) as refusal:
        workflow.claim(ticket, by=getattr(house, by), colleague=getattr(house, colleague), now=LATER)

    ticket.refresh_from_db()
    assert (refusal.value.field, ticket.status) == ("colleague", D)


def test_claim_on_a_stale_page_after_a_new_dispatch_is_a_conflict(house):
    ticket = ticket_in(D, house)
    stale = type(ticket).objects.get(pk=ticket.pk)
    dispatch(ticket, house)

    with pytest.raises(workflow.Conflict, match="刚刚被别人改动过"):
        workflow.claim(stale, by=house.staff, now=LATER)

    ticket.refresh_from_db()
    assert (ticket.unit, ticket.claimant) == (house.other_unit, None)
