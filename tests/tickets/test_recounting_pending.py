"""A second change of the calendar while clocks still wait for the first: each is judged at its own moment."""

from datetime import date, timedelta

import pytest

from stations.models import Area
from tests.factories import House, at
from tests.stations.invented import this_year
from tests.tickets.closures import NOON, TUESDAY, clock, close, due, recounts, version_of
from tests.tickets.loop import MONDAY, ticket_in, waiting
from tickets import calendaring, recounting, sweeps, workflow
from tickets.models import Clock
from tickets.states import Status

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SECOND_CHANGE = MONDAY + DAY + HOUR  # the reply of a ticket of Monday 10:00 has been late for an hour
CHRISTMAS_EVE = date(2026, 12, 24)


@pytest.mark.parametrize("is_followed", [True, False])
def test_clock_late_between_two_changes_stays_late(house, is_followed):
    """Of the first change it does not move, and the second came after its moment, followed at once or not."""
    ticket = house.receive(now=MONDAY)
    close(house, CHRISTMAS_EVE)
    if is_followed:
        recounting.recount(now=NOON)
    close(house, now=SECOND_CHANGE)

    marked = sweeps.flag_overdue(now=SECOND_CHANGE + HOUR)

    assert (marked, due(ticket)) == (1, MONDAY + DAY)
    assert due(ticket, "resolve") == at("2026-12-01 10:00")


@pytest.mark.parametrize("is_followed", [True, False])
def test_clock_saved_by_the_first_change_is_not_made_late_by_its_withdrawal(house, is_followed):
    """The calendar is again the one that the waiting clock was counted by, and its old moment has passed."""
    ticket, later = house.receive(now=MONDAY), house.receive(now=MONDAY + 6 * HOUR)
    local = close(house)
    if is_followed:
        recounting.recount(now=NOON)
    calendaring.withdraw(local, by=house.dispatcher, now=SECOND_CHANGE)

    marked = sweeps.flag_overdue(now=SECOND_CHANGE)

    assert (marked, due(ticket), due(later)) == (0, MONDAY + 2 * DAY, MONDAY + DAY + 6 * HOUR)


def test_clock_filed_after_the_first_change_and_late_before_the_second_stays_late(house):
    close(house, CHRISTMAS_EVE, now=MONDAY - HOUR)
    ticket = house.receive(now=MONDAY)
    close(house, now=SECOND_CHANGE)

    marked = sweeps.flag_overdue(now=SECOND_CHANGE)

    assert (marked, due(ticket)) == (1, MONDAY + DAY)


def test_only_what_came_due_meanwhile_is_counted_before_the_second_change(house):
    ticket = house.receive(now=MONDAY)
    close(house)
    by_the_first = version_of(house)

    close(house, CHRISTMAS_EVE, now=SECOND_CHANGE)

    assert (due(ticket), clock(ticket).calendar_version) == (MONDAY + 2 * DAY, by_the_first)
    assert [event.data["kind"] for event in recounts(ticket)] == ["reply"]
    assert Area.objects.get(pk=house.area.pk).recount_since == SECOND_CHANGE


def test_change_of_the_year_judges_what_waits_in_every_community(house):
    other = House()
    tickets = [house.receive(now=MONDAY), other.receive(now=MONDAY)]
    close(house, CHRISTMAS_EVE)
    close(other, CHRISTMAS_EVE)
    calendaring.apply_notice(this_year(off={TUESDAY: "停"}), by=house.dispatcher, now=SECOND_CHANGE)

    marked = sweeps.flag_overdue(now=SECOND_CHANGE)

    assert (marked, [due(ticket) for ticket in tickets]) == (2, [MONDAY + DAY] * 2)


def test_other_community_still_waits_since_its_own_change(house):
    other = House()
    ticket = other.receive(now=MONDAY)
    close(other)
    close(house, now=NOON + HOUR)

    sweeps.flag_overdue(now=SECOND_CHANGE)

    assert due(ticket) == MONDAY + 2 * DAY


def test_refused_change_counts_nothing(house):
    ticket = house.receive(now=MONDAY)
    close(house)

    with pytest.raises(workflow.Conflict):
        calendaring.withdraw_notice(2026, by=house.dispatcher, now=SECOND_CHANGE)

    assert due(ticket) == MONDAY + DAY and not recounts(ticket).exists()


def test_clock_that_stands_still_meanwhile_is_judged_by_when_it_stopped(house):
    ticket = ticket_in(Status.CLAIMED, house)
    Clock.objects.filter(ticket=ticket, kind="resolve").update(due_at=MONDAY + DAY)
    waiting(ticket, house, now=NOON + HOUR)
    close(house, CHRISTMAS_EVE, now=NOON + 2 * HOUR)
    close(house, date(2026, 11, 26), now=SECOND_CHANGE)

    recounting.recount(now=SECOND_CHANGE)

    assert due(ticket, "resolve") == at("2026-12-01 10:00")
