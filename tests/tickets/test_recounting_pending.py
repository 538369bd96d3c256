"""While clocks still wait for a change of the calendar: a page does a bounded part and says how many are left; a second
change comes, and each clock is judged at its own moment.
"""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from stations import locks
from stations.models import Area, LocalDay
from tests.factories import House, at
from tests.stations.invented import this_year
from tests.tickets.closures import (
    NOON,
    TUESDAY,
    clock,
    close,
    due,
    elsewhere,
    held_elsewhere,
    impatient,
    recounts,
    statements,
    version_of,
)
from tests.tickets.loop import MONDAY, ticket_in, waiting
from tickets import calendaring, moving, recounting, sweeps, workflow
from tickets.models import Clock, Event, Ticket
from tickets.states import Status

pytestmark = pytest.mark.slow

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


# What only ends ------------------------------------------------------------------------------------------


def test_time_to_rate_does_not_end_by_an_old_calendar(house):
    ticket_in(Status.RESOLVED, house)
    close(house)
    by_the_old, by_the_new = MONDAY + 7 * DAY + HOUR, MONDAY + 8 * DAY + HOUR

    early = sweeps.close_unrated(now=by_the_old)
    recounting.recount(now=by_the_old)

    assert (early, sweeps.close_unrated(now=by_the_old), sweeps.close_unrated(now=by_the_new)) == (0, 0, 1)


def test_time_to_answer_does_not_end_by_an_old_calendar(house):
    waiting(ticket_in(Status.CLAIMED, house), house, now=NOON)
    close(house, now=NOON + HOUR)
    by_the_old, by_the_new = NOON + 3 * DAY + HOUR, NOON + 4 * DAY + HOUR

    early = sweeps.lapse_waiting(now=by_the_old)
    recounting.recount(now=by_the_old)

    assert (early, sweeps.lapse_waiting(now=by_the_old), sweeps.lapse_waiting(now=by_the_new)) == (0, 0, 1)


def test_what_had_ended_before_the_change_ends_though_others_are_still_counted(house):
    ticket_in(Status.RESOLVED, house)
    after = MONDAY + 7 * DAY + HOUR
    close(house, CHRISTMAS_EVE, now=after)

    assert sweeps.close_unrated(now=after) == 1


# Many clocks ----------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """A page counts three clocks, no more."""
    monkeypatch.setattr(recounting, "AT_ONCE", 3)


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def page_of_day(house):
    return reverse("tickets:calendar_day", args=[house.area.pk, TUESDAY.isoformat()])


def close_by_page(client, house):
    return client.post(
        page_of_day(house), {"wanted": "close", "reason": "停电检修", "sure": "1"}, follow=True
    )


def told(response):
    return re.findall(r"还有[\d,]+个时限在重算", response.content.decode())


def test_page_counts_a_bounded_part_and_says_how_many_are_left(house, client_of, noon, small):
    tickets = [house.receive(now=MONDAY) for _ in range(4)]
    client = client_of(house.dispatcher)

    page = close_by_page(client, house)

    assert "已经生效，3个时限已经改了，其余的接着重算" in page.content.decode()
    assert told(page) == ["还有5个时限在重算"] and "一般几分钟内完成" in page.content.decode()
    assert Event.objects.filter(verb="recount").count() == 3
    sweeps.flag_overdue(now=NOON)
    assert told(client.get(reverse("tickets:calendar"))) == []
    assert {due(ticket) for ticket in tickets} == {MONDAY + 2 * DAY}


def test_reload_says_how_far_it_is(house, client_of, noon, small):
    for _ in range(4):
        house.receive(now=MONDAY)
    client = client_of(house.dispatcher)
    close_by_page(client, house)

    said = []
    for _ in range(3):
        recounting.begin(now=NOON)
        said += told(client.get(reverse("tickets:calendar")))

    assert said == ["还有2个时限在重算"]


def test_page_that_can_count_all_says_so_and_leaves_nothing(house, client_of, noon, monkeypatch):
    monkeypatch.setattr(recounting, "AT_ONCE", 9)
    for _ in range(4):
        house.receive(now=MONDAY)

    page = close_by_page(client_of(house.dispatcher), house)

    assert "已经生效，8个时限跟着改了" in page.content.decode() and told(page) == []
    assert Area.objects.get(pk=house.area.pk).recount_since is None


def test_what_has_not_to_be_counted_is_not_left(house, client_of, noon, small):
    """Late ones, of this and of another community, and what the calendar does not concern."""
    for _ in range(4):
        house.receive(now=MONDAY - 3 * DAY)
        House().receive(now=MONDAY)
    Clock.objects.filter(kind="resolve").update(met_at=NOON)

    page = close_by_page(client_of(house.dispatcher), house)

    assert "没有时限要跟着改" in page.content.decode() and told(page) == []


def test_year_counts_a_bounded_part_of_all_communities(house, client_of, noon, small):
    others = [House() for _ in range(3)]
    for home in (house, *others):
        home.receive(now=MONDAY)
    notice = this_year(off={TUESDAY: "停"})
    calendaring.apply_notice(notice, by=house.dispatcher, now=NOON)

    moved = recounting.begin(now=NOON)

    assert (moved, recounting.left(), recounting.left([house.area.pk])) == (3, 5, 0)
    assert told(client_of(house.dispatcher).get(reverse("tickets:calendar_notice"))) == ["还有5个时限在重算"]
    assert told(client_of(house.secretary).get(reverse("tickets:calendar"))) == []
    assert told(client_of(others[-1].secretary).get(reverse("tickets:calendar"))) == ["还有2个时限在重算"]


def test_number_of_communities_that_a_page_counts_is_bounded(house, monkeypatch):
    monkeypatch.setattr(recounting, "SOME_AREAS", 2)
    for home in (house, House(), House()):
        home.receive(now=MONDAY)
    calendaring.apply_notice(this_year(off={TUESDAY: "停"}), by=house.dispatcher, now=NOON)

    assert (recounting.begin(now=NOON), recounting.left()) == (4, 2)


def test_great_numbers_are_written_so_that_they_can_be_read(house, monkeypatch):
    monkeypatch.setattr(recounting, "left", lambda areas: 12340)

    assert moving.left(house.area, everywhere=False) == "12,340"


def test_statements_of_a_page_do_not_depend_on_what_is_left(house, client_of, noon, small):
    client, counts = client_of(house.dispatcher), []
    for number in (3, 9):
        for _ in range(number):
            house.receive(now=MONDAY)
        close(house, TUESDAY + len(counts) * DAY)
        client.get(reverse("tickets:calendar"))
        counts.append(statements(lambda: client.get(reverse("tickets:calendar"))))

    assert counts[0] == counts[1]


def test_run_that_has_no_time_to_count_all_marks_nothing_by_an_old_calendar(house, monkeypatch):
    monkeypatch.setattr(sweeps, "COUNTING", 0)
    saved, late = house.receive(now=MONDAY), house.receive(now=MONDAY - 4 * DAY)
    close(house)

    marked = [sweeps.flag_overdue(now=MONDAY + DAY + HOUR) for _ in range(2)]

    assert marked == [0, 1]
    assert (clock(saved).flagged_at, clock(late).flagged_at) == (None, MONDAY + DAY + HOUR)


def test_job_counts_for_so_long_and_the_next_goes_on(house):
    tickets = [house.receive(now=MONDAY) for _ in range(3)]
    close(house)

    done = [recounting.recount_within(0, now=NOON, batch=2) for _ in range(4)]

    assert done == [False, False, False, True]
    assert {due(ticket) for ticket in tickets} == {MONDAY + 2 * DAY}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_second_change_waits_for_a_ticket_that_somebody_has_in_hand(house):
    ticket = house.receive(now=MONDAY)
    close(house)
    rows = Ticket.objects.filter(pk=ticket.pk)

    with impatient(), held_elsewhere(rows), pytest.raises(workflow.Conflict) as refusal:
        close(house, CHRISTMAS_EVE, now=SECOND_CHANGE)

    assert str(refusal.value) == calendaring.STILL_COUNTING
    assert LocalDay.objects.standing().count() == 1
    close(house, CHRISTMAS_EVE, now=SECOND_CHANGE)
    assert due(ticket) == MONDAY + 2 * DAY


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda house: close(house, CHRISTMAS_EVE, now=SECOND_CHANGE),
        lambda house: calendaring.withdraw(LocalDay.objects.get(), by=house.dispatcher, now=SECOND_CHANGE),
        lambda house: calendaring.apply_notice(
            this_year(worked={date(2026, 11, 28)}), by=house.dispatcher, now=SECOND_CHANGE
        ),
        lambda house: calendaring.withdraw_notice(2026, by=house.dispatcher, now=SECOND_CHANGE),
    ],
    ids=["close", "withdraw", "notice", "withdraw-notice"],
)
def test_change_waits_for_a_run_that_is_counting(house, change):
    close(house)

    with (
        impatient(),
        elsewhere(lambda: locks.wait_for(locks.Lock.CALENDAR)),
        pytest.raises(workflow.Conflict) as refusal,
    ):
        change(house)

    assert str(refusal.value) == calendaring.STILL_COUNTING
    assert LocalDay.objects.standing().count() == 1
