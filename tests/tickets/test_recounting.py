"""What a change of the calendar moves, and what it leaves alone; who is told and what it costs is beside this."""

from datetime import date, timedelta

import pytest

from stations import shipped, workdays
from stations.calendars import YearDays
from tests.factories import EmergencyFactory, House, at
from tests.stations.invented import this_year
from tests.tickets.closures import NOON, SATURDAY, clock, close, due, opened, recounts, version_of
from tests.tickets.loop import MONDAY, answered, merged, replied, resolved, rows, ticket_in, waiting
from tickets import calendaring, recounting, sweeps, workflow
from tickets.models import Clock, Ticket
from tickets.states import Status

pytestmark = pytest.mark.slow

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
R, D, C, S = Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED, Status.RESOLVED


# What moves -----------------------------------------------------------------------------------------


def test_closure_moves_every_open_clock_that_runs_over_it(house):
    ticket = house.receive(now=MONDAY)
    close(house)

    moved = recounting.recount(now=NOON)

    reply, resolve = clock(ticket), clock(ticket, "resolve")
    assert (moved, reply.due_at, resolve.due_at) == (2, at("2026-11-25 10:00"), at("2026-12-01 10:00"))
    assert (reply.half_at, reply.warn_at) == (at("2026-11-23 14:30"), at("2026-11-23 17:12"))
    assert resolve.half_at == at("2026-11-26 14:30")
    assert {reply.calendar_version, resolve.calendar_version} == {version_of(house)}


def test_opening_moves_them_forward(house):
    ticket = house.receive(now=MONDAY)
    opened(house)

    recounting.recount(now=NOON)

    assert (due(ticket), due(ticket, "resolve")) == (MONDAY + DAY, at("2026-11-28 10:00"))


def test_each_moved_clock_leaves_an_event_that_says_from_when_to_when_and_why(house):
    ticket = house.receive(now=MONDAY)
    close(house)

    recounting.recount(now=NOON)

    reply, resolve = recounts(ticket)
    assert reply.data == {
        "kind": "reply",
        "from": "2026-11-24T10:00:00+08:00",
        "to": "2026-11-25T10:00:00+08:00",
        "calendar": version_of(house),
    }
    assert reply.words == "本社区定了不办公（停电检修）。11月24日（周二）本社区不办公。"
    assert (reply.as_whom, reply.by, reply.status_from, reply.status_to, reply.at) == (
        "系统",
        None,
        R,
        R,
        NOON,
    )
    assert resolve.data["kind"] == "resolve"


def test_other_community_is_left_alone(house):
    other = House()
    ticket = other.receive(now=MONDAY)
    close(house)
    before = rows()

    recounting.recount(now=NOON)

    assert rows() == before and due(ticket) == MONDAY + DAY


def test_clock_that_does_not_run_over_the_day_gets_the_version_and_no_event(house):
    ticket = house.receive(now=MONDAY)
    close(house, date(2026, 12, 24))

    moved = recounting.recount(now=NOON)

    assert (moved, due(ticket), clock(ticket).calendar_version) == (0, MONDAY + DAY, version_of(house))
    assert not recounts(ticket).exists()


def test_withdrawn_closure_moves_them_back(house):
    ticket = house.receive(now=MONDAY)
    local = close(house)
    recounting.recount(now=NOON)
    calendaring.withdraw(local, by=house.dispatcher, now=NOON + HOUR)

    recounting.recount(now=NOON + HOUR)

    assert (due(ticket), due(ticket, "resolve")) == (MONDAY + DAY, MONDAY + 7 * DAY)
    assert recounts(ticket).count() == 4


def test_year_that_is_announced_moves_what_was_provisional(house):
    ticket = house.receive(now=at("2026-12-30 10:00"))
    assert clock(ticket, "resolve").provisional
    notice = YearDays(2027, {date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"}, {date(2027, 1, 9)})

    calendaring.apply_notice(notice, by=house.dispatcher, now=at("2026-12-30 11:00"))
    recounting.recount(now=at("2026-12-30 11:00"))

    resolve = clock(ticket, "resolve")
    assert (resolve.due_at, resolve.provisional) == (at("2027-01-08 10:00"), False)
    assert (due(ticket), clock(ticket).provisional) == (at("2026-12-31 10:00"), False)


def test_rating_time_moves_too(house):
    ticket = ticket_in(S, house)
    close(house)

    recounting.recount(now=NOON)

    assert due(ticket, "rating") == at("2026-12-01 10:00")


def test_emergency_runs_on_by_the_clock_on_the_wall(house):
    ticket = house.receive(category=EmergencyFactory(emergency_hours=24), called=True, now=MONDAY)
    close(house)

    recounting.recount(now=NOON)

    assert (due(ticket), due(ticket, "resolve")) == (MONDAY + DAY, at("2026-12-01 10:00"))
    assert clock(ticket).calendar_version == version_of(house)


@pytest.mark.parametrize("end", [replied, resolved])
def test_met_clock_is_never_judged_again(house, end):
    ticket = ticket_in(C, house)
    end(ticket, house)
    before = Clock.objects.filter(pk=clock(ticket).pk).values().get()
    close(house)

    recounting.recount(now=NOON)

    assert Clock.objects.filter(pk=before["id"]).values().get() == before


def test_newer_package_moves_clocks_as_rows_do(house):
    """What an upgrade of chinesecalendar changes is noticed by the version alone."""
    ticket = house.receive(now=MONDAY)
    Clock.objects.update(calendar_version="chinesecalendar 1.0/2025+table 1", due_at=MONDAY + 2 * DAY)

    recounting.recount(now=NOON)

    assert (due(ticket), clock(ticket).calendar_version) == (MONDAY + DAY, shipped.SHIPPED.version)


# Late stays late ------------------------------------------------------------------------------------


def test_flagged_clock_keeps_its_moment_and_its_calendar(house):
    ticket = house.receive(now=MONDAY)
    sweeps.flag_overdue(now=MONDAY + DAY + SECOND)
    close(house, now=MONDAY + DAY + HOUR)

    recounting.recount(now=MONDAY + DAY + HOUR)

    assert (due(ticket), clock(ticket).calendar_version) == (MONDAY + DAY, shipped.SHIPPED.version)
    assert clock(ticket).flagged_at
    assert due(ticket, "resolve") == at("2026-12-01 10:00")


def test_clock_that_was_late_before_the_change_is_marked_though_nobody_had_come_by(house):
    ticket = house.receive(now=MONDAY)
    close(house, now=MONDAY + DAY + HOUR)

    sweeps.flag_overdue(now=MONDAY + DAY + 2 * HOUR)

    reply = clock(ticket)
    assert (reply.due_at, reply.flagged_at) == (MONDAY + DAY, MONDAY + DAY + 2 * HOUR)


@pytest.mark.parametrize("run", [NOON, MONDAY + DAY + HOUR, MONDAY + 30 * HOUR])
def test_clock_in_time_at_the_change_is_saved_by_it_however_late_beat_comes(house, run):
    ticket = house.receive(now=MONDAY)
    close(house)

    marked = sweeps.flag_overdue(now=run)

    assert (marked, due(ticket)) == (0, at("2026-11-25 10:00"))


def test_second_change_before_the_first_is_followed_does_not_make_late(house):
    ticket = house.receive(now=MONDAY)
    close(house)
    close(house, date(2026, 12, 24), now=MONDAY + DAY + HOUR)

    marked = sweeps.flag_overdue(now=MONDAY + DAY + 2 * HOUR)

    assert (marked, due(ticket)) == (0, at("2026-11-25 10:00"))


def test_closure_of_today_taken_back_makes_nobody_late_and_late_stays_late(house):
    due_before_it, due_after_it = house.receive(now=MONDAY), house.receive(now=MONDAY + 6 * HOUR)
    late = house.receive(now=MONDAY - 3 * DAY)
    sweeps.flag_overdue(now=MONDAY + SECOND)
    local = close(house)
    recounting.recount(now=NOON)

    calendaring.withdraw(local, by=house.dispatcher, now=MONDAY + DAY + HOUR)
    marked = sweeps.flag_overdue(now=MONDAY + DAY + HOUR)

    assert (marked, due(due_before_it), due(due_after_it)) == (
        0, MONDAY + 2 * DAY, MONDAY + DAY + 6 * HOUR,
    )  # fmt: skip
    assert (due(late), clock(late).flagged_at) == (MONDAY, MONDAY + SECOND)


@pytest.mark.parametrize("status", [R, S])
def test_long_closure_taken_back_leaves_a_working_day_and_not_weeks(house, status):
    """What would have come due while it held, by the calendar that holds again."""
    ticket = ticket_in(status, house)
    kind = "rating" if status == S else "reply"
    usual = due(ticket, kind)
    first, last = usual.date(), usual.date() + 20 * DAY
    facts = {"works": False, "reason": "装修", "by": house.dispatcher, "now": usual - HOUR}
    local = calendaring.set_days(house.area, first, last, **facts)
    recounting.recount(now=usual - HOUR)
    assert due(ticket, kind) > usual + 20 * DAY

    back = usual + 5 * HOUR
    calendaring.withdraw(local[0], by=house.dispatcher, together=True, now=back)
    marked = sweeps.flag_overdue(now=back)

    assert (marked, due(ticket, kind)) == (0, workdays.due_at(back, 1))
    assert recounts(ticket).filter(data__kind=kind).last().words.endswith(recounting.NEAREST)
    sweeps.flag_overdue(now=workdays.due_at(back, 1) + SECOND)
    assert (clock(ticket, kind).flagged_at is not None) == (kind == "reply")


def test_solution_that_stands_still_keeps_a_working_day_of_a_closure_taken_back(house):
    """Asked of the resident after it would have been due, while the closure held."""
    ticket = ticket_in(C, house)
    replied(ticket, house, now=MONDAY + HOUR)
    usual = due(ticket, "resolve")
    facts = {"works": False, "reason": "装修", "by": house.dispatcher, "now": usual - 2 * HOUR}
    local = calendaring.set_days(house.area, usual.date(), usual.date() + 20 * DAY, **facts)
    recounting.recount(now=usual - 2 * HOUR)
    asked = usual + HOUR
    waiting(ticket, house, now=asked)

    calendaring.withdraw(local[0], by=house.dispatcher, together=True, now=asked + HOUR)
    sweeps.flag_overdue(now=asked + HOUR)

    assert due(ticket, "resolve") == workdays.due_at(asked, 1)
    assert clock(ticket, "resolve").flagged_at is None


def test_nobody_is_made_late_by_time_gone_by(house):
    """A worked Saturday that a notice names only on the Sunday after it."""
    ticket = house.receive(now=at("2026-11-27 16:00"))
    notice = this_year(worked={SATURDAY})
    calendaring.apply_notice(notice, by=house.dispatcher, now=at("2026-11-29 10:00"))

    marked = sweeps.flag_overdue(now=at("2026-11-29 10:00"))

    assert (marked, due(ticket)) == (0, at("2026-11-30 16:00"))
    assert due(ticket, "resolve") == at("2026-12-03 16:00")


def test_sweep_counts_anew_before_it_marks(house, monkeypatch):
    """Negative control: without that, a clock is marked that the closure had given another day."""
    ticket = house.receive(now=MONDAY)
    close(house)
    monkeypatch.setattr(sweeps, "recount_within", lambda *_, **__: True)

    marked = sweeps.flag_overdue(now=MONDAY + DAY + HOUR)

    assert (marked, due(ticket)) == (1, MONDAY + DAY)


# Pauses ---------------------------------------------------------------------------------------------


def test_paused_solution_stands_still_on_and_runs_on_right(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    close(house)

    recounting.recount(now=NOON + HOUR)
    answered(Ticket.objects.get(pk=ticket.pk), house, now=at("2026-11-25 12:00"))

    resolve = clock(ticket, "resolve")
    assert (resolve.paused_at, resolve.paused_for) == (None, 9 * HOUR)
    assert resolve.due_at == at("2026-12-02 10:00")


@pytest.mark.parametrize("first", ["answer", "recount"])
def test_answer_at_the_moment_of_the_change_is_counted_by_one_calendar_in_the_end(house, first):
    """The page of the answer was read before the closure, and saved before or after the sweep had come by."""
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    close(house, now=NOON + HOUR)
    if first == "recount":
        recounting.recount(now=NOON + HOUR)
    answered(ticket, house, now=at("2026-11-25 12:00"))

    recounting.recount(now=at("2026-11-25 12:01"))

    resolve = clock(ticket, "resolve")
    assert (resolve.due_at, resolve.calendar_version) == (at("2026-12-02 10:00"), version_of(house))


def test_time_to_answer_moves_with_the_closure(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    close(house)

    recounting.recount(now=NOON + HOUR)

    asked = clock(ticket, "waiting")
    assert asked.due_at == at("2026-11-27 12:00")
    assert asked.starts_at < asked.half_at < asked.warn_at < asked.due_at


def test_pause_that_is_over_is_measured_again(house):
    """Written down afterwards that nobody was there on Tuesday: the pause over it took less office time."""
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    answered(ticket, house, now=at("2026-11-25 12:00"))
    assert clock(ticket, "resolve").paused_for == 18 * HOUR
    close(house, now=at("2026-11-25 14:00"))

    recounting.recount(now=at("2026-11-25 14:00"))

    resolve = clock(ticket, "resolve")
    # Five working days from Monday 10:00 without Tuesday, and one more for the pause.
    assert (resolve.paused_for, resolve.due_at) == (9 * HOUR, at("2026-12-02 10:00"))


def test_second_question_waits_for_what_the_new_calendar_leaves(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    answered(ticket, house, now=at("2026-11-25 12:00"))
    waiting(ticket, house, now=at("2026-11-25 13:00"))
    close(house, now=at("2026-11-25 14:00"))

    recounting.recount(now=at("2026-11-25 14:00"))

    asked = clock(ticket, "waiting")
    assert (asked.paused_for, asked.due_at) == (9 * HOUR, at("2026-11-27 13:00"))


# Merged tickets -------------------------------------------------------------------------------------


def _hurried(house):
    """A master that took over the earlier moment of what was merged into it."""
    duplicate = house.receive(now=MONDAY)
    master = house.receive(now=MONDAY + 3 * HOUR)
    workflow.merge(duplicate, by=house.dispatcher, master=master, now=MONDAY + 4 * HOUR)
    return duplicate, master


def test_reply_that_hurries_moves_with_the_other_and_back_to_its_own(house):
    duplicate, master = _hurried(house)
    assert due(master) == MONDAY + DAY
    close(house, now=MONDAY + 5 * HOUR)

    recounting.recount(now=MONDAY + 5 * HOUR)

    reply = clock(master)
    assert (reply.due_at, reply.own_due_at) == (at("2026-11-25 10:00"), at("2026-11-25 13:00"))
    workflow.unmerge(Ticket.objects.get(pk=duplicate.pk), by=house.dispatcher, now=MONDAY + 6 * HOUR)
    recounting.recount(now=MONDAY + 6 * HOUR)
    assert (due(master), due(duplicate)) == (at("2026-11-25 13:00"), at("2026-11-25 10:00"))


def test_solution_does_not_hurry_with_the_replies_of_what_was_merged_in(house):
    _, master = _hurried(house)
    close(house, now=MONDAY + 5 * HOUR)

    recounting.recount(now=MONDAY + 5 * HOUR)

    resolve = clock(master, "resolve")
    assert (resolve.due_at, resolve.own_due_at) == (at("2026-12-01 13:00"), None)


def test_merged_tickets_own_clocks_wait_until_it_is_taken_apart(house):
    ticket = ticket_in(D, house)
    merged(ticket, house)
    before = clock(ticket)
    close(house)

    recounting.recount(now=NOON)

    assert due(ticket) == before.due_at and not recounts(ticket).exists()
