"""The limits behind the clocks: by rule, by default, by category, and what late means."""

from datetime import timedelta

import pytest

from tests.factories import AreaFactory, CategoryFactory, RuleFactory, at
from tests.tickets.loop import MONDAY, ticket_in
from tickets import clocks
from tickets.clocks import Limit
from tickets.models import Clock
from tickets.states import Status

HOUR = timedelta(hours=1)


def test_limits_come_from_the_communitys_rule(house):
    category = CategoryFactory()
    RuleFactory(category=category, area=house.area, reply_days=2, resolve_days=8)

    assert clocks.limits(house.area, category) == {"reply": Limit(2), "resolve": Limit(8)}


@pytest.mark.parametrize("case", ["no category", "rule of another community"])
def test_limits_fall_back_to_one_and_five_working_days(house, case):
    category = CategoryFactory()
    RuleFactory(category=category, area=AreaFactory(), reply_days=2, resolve_days=8)

    category = None if case == "no category" else category

    assert clocks.limits(house.area, category) == {"reply": Limit(1), "resolve": Limit(5)}


@pytest.mark.parametrize(
    ("received", "reply_due"),
    [
        ("2026-11-24 10:00", "2026-11-25 10:00"),
        ("2026-11-20 19:30", "2026-11-23 18:00"),
        ("2026-11-21 10:00", "2026-11-23 18:00"),
        ("2026-11-23 07:30", "2026-11-23 18:00"),
        ("2026-11-23 09:00", "2026-11-23 18:00"),
        ("2026-09-30 10:00", "2026-10-08 10:00"),
        ("2026-10-09 10:00", "2026-10-10 10:00"),
        ("2026-10-10 10:00", "2026-10-12 10:00"),
    ],
)
def test_reply_is_due_as_the_design_says(house, received, reply_due):
    ticket = house.receive(now=at(received))

    assert ticket.clocks.get(kind="reply").due_at == at(reply_due)


def test_half_and_warning_lie_between_start_and_due(house):
    for clock in house.receive(now=at("2026-11-20 19:30")).clocks.all():
        assert clock.starts_at <= clock.half_at < clock.warn_at < clock.due_at


def test_office_hours_of_the_community_count(house):
    house.area.office_opens, house.area.office_closes = (
        at("2026-11-23 08:00").time(),
        at("2026-11-23 17:00").time(),
    )
    house.area.save()

    assert house.receive(now=at("2026-11-23 17:30")).clocks.get(kind="reply").due_at == at("2026-11-24 17:00")


@pytest.mark.parametrize(
    ("moments", "late"),
    [
        ({}, True),
        ({"met_at": -HOUR}, False),
        ({"met_at": timedelta(0)}, False),
        ({"met_at": HOUR}, True),
        ({"stopped_at": -HOUR}, False),
        ({"stopped_at": HOUR}, True),
        ({"paused_at": -HOUR}, False),
    ],
)
def test_late_is_past_due_when_it_ended_or_now(moments, late):
    clock = Clock(due_at=MONDAY, **{name: MONDAY + offset for name, offset in moments.items()})

    assert clock.is_late(MONDAY + 2 * HOUR) is late


def test_clock_not_yet_due_is_not_late():
    assert not Clock(due_at=MONDAY).is_late(MONDAY)


def test_meeting_touches_the_current_round_only(house):
    ticket = ticket_in(Status.CLAIMED, house)
    ticket.clocks.update(round=2)

    clocks.meet(ticket, "reply", MONDAY)

    assert not ticket.clocks.exclude(met_at=None).exists()


def test_emergency_is_answered_by_the_clock_on_the_wall(house):
    category = CategoryFactory(emergency_hours=2, emergency_call="119")

    ticket = house.receive(category=category, called=True, now=at("2026-10-01 22:30"))

    reply = ticket.clocks.get(kind="reply")
    assert (reply.hours, reply.working_days) == (2, 0)
    assert (reply.half_at, reply.due_at) == (at("2026-10-01 23:30"), at("2026-10-02 00:30"))
    assert ticket.clocks.get(kind="resolve").working_days == 5
