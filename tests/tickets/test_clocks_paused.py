"""While the resident is asked: what stands still, for how long, and when it is due afterwards.

The oracle knows no office arithmetic: it walks the minutes of a calendar and counts.
"""

from datetime import time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stations import workdays
from tests.factories import CategoryFactory, RuleFactory, at
from tests.tickets.loop import MONDAY, answered, claimed, dispatched, merged, replied, ticket_in, waiting
from tickets import clocks, sweeps, workflow
from tickets.models import Clock, Ticket
from tickets.states import Status

C, W = Status.CLAIMED, Status.WAITING
SHANGHAI = MONDAY.tzinfo
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMIT, LONGEST_PAUSE = 5 * 9 * HOUR, 3 * 9 * HOUR
# Weekends, 国庆 with its worked Saturday, and a year that nobody has announced.
STARTS = ("2026-11-23 10:00", "2026-11-20 19:30", "2026-09-28 16:10", "2026-12-29 09:00")


def resolve_clock(ticket):
    return ticket.clocks.get(kind="resolve", round=ticket.round)


def waiting_clock(ticket):
    return ticket.clocks.get(kind="waiting", round=ticket.round)


def due(ticket):
    return resolve_clock(ticket).due_at


# By hand --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "back", "due_then"),
    [
        ("2026-11-23 11:00", "2026-11-23 15:00", "2026-11-30 14:00"),
        ("2026-11-23 20:00", "2026-11-24 08:00", "2026-11-30 10:00"),
        ("2026-11-27 17:00", "2026-11-30 09:30", "2026-11-30 11:30"),
        ("2026-11-24 10:00", "2026-11-27 10:00", "2026-12-03 10:00"),
        ("2026-11-28 12:00", "2026-11-29 12:00", "2026-11-30 10:00"),
    ],
)
def test_answer_moves_the_solution_by_the_office_time_it_took(house, asked, back, due_then):
    ticket = ticket_in(C, house)

    waiting(ticket, house, now=at(asked))
    answered(ticket, house, now=at(back))

    clock = resolve_clock(ticket)
    assert (clock.due_at, clock.paused_at) == (at(due_then), None)


def test_reply_runs_on_while_the_resident_is_asked(house):
    ticket = ticket_in(C, house)
    before = ticket.clocks.get(kind="reply").due_at

    waiting(ticket, house)
    answered(ticket, house, now=MONDAY + 3 * HOUR)

    clock = ticket.clocks.get(kind="reply")
    assert (clock.due_at, clock.met_at, clock.paused_at) == (before, None, None)


def test_half_and_warning_that_had_not_come_move_along_and_those_past_stay(house):
    ticket = ticket_in(C, house)
    half, warn = resolve_clock(ticket).half_at, resolve_clock(ticket).warn_at

    waiting(ticket, house, now=half + HOUR)
    answered(ticket, house, now=half + 2 * HOUR)

    clock = resolve_clock(ticket)
    assert (clock.half_at, clock.warn_at) == (half, warn + HOUR)


def test_second_question_of_a_round_waits_for_what_the_first_has_left(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=MONDAY)
    answered(ticket, house, now=MONDAY + DAY)

    waiting(ticket, house, now=MONDAY + 2 * DAY)

    clock = waiting_clock(ticket)
    assert (clock.due_at, clock.paused_for, clock.met_at) == (MONDAY + 4 * DAY, 9 * HOUR, None)


def test_late_solution_is_not_paused_and_stays_late(house):
    ticket = ticket_in(C, house)
    was_due = due(ticket)

    waiting(ticket, house, now=was_due + HOUR)
    sweeps.flag_overdue(now=was_due + 2 * HOUR)
    answered(ticket, house, now=was_due + 3 * HOUR)

    clock = resolve_clock(ticket)
    assert (clock.due_at, clock.paused_for, clock.flagged_at) == (was_due, timedelta(), was_due + 2 * HOUR)


def test_nothing_is_paused_at_the_very_moment_it_is_due(house):
    ticket = ticket_in(C, house)

    waiting(ticket, house, now=due(ticket))

    assert resolve_clock(ticket).paused_at is None


@pytest.mark.parametrize("noticed", [3 * DAY + MINUTE, 9 * DAY, 60 * DAY])
def test_waiting_that_nobody_ended_ends_at_its_limit_however_late_that_is_noticed(house, noticed):
    ticket = ticket_in(W, house)

    ended = sweeps.lapse_waiting(now=MONDAY + noticed)

    assert (ended, due(ticket)) == (1, MONDAY + 10 * DAY)


def test_answer_after_the_limit_does_not_lengthen_the_pause(house):
    ticket = ticket_in(W, house)

    answered(ticket, house, now=MONDAY + 4 * DAY)

    clock = resolve_clock(ticket)
    assert (clock.paused_for, clock.due_at) == (LONGEST_PAUSE, MONDAY + 10 * DAY)


def test_new_round_has_its_own_three_days(house):
    ticket = ticket_in(W, house)
    sweeps.lapse_waiting(now=MONDAY + 4 * DAY)
    ticket.refresh_from_db()
    workflow.resolve(ticket, by=house.staff, outcome="not", words="没办成", now=MONDAY + 4 * DAY)
    workflow.reopen(ticket, by=house.dispatcher, reason="再办", now=MONDAY + 4 * DAY)

    waiting(ticket, house, now=MONDAY + 4 * DAY)

    assert waiting_clock(ticket).paused_for == timedelta()
    assert ticket.clocks.filter(kind="waiting").count() == 2


# Every way out --------------------------------------------------------------------------------------

LATER = MONDAY + 2 * HOUR
WAYS_OUT = {
    "release": lambda t, h: workflow.release(t, by=h.staff, reason="请假", now=LATER),
    "hand_back": lambda t, h: workflow.hand_back(t, by=h.staff, reason="归房管", now=LATER),
    "dispatch": lambda t, h: workflow.dispatch(
        t, by=h.dispatcher, unit=h.other_unit, reason="归房管", now=LATER
    ),
    "reply": lambda t, h: replied(t, h, now=LATER),
    "answer": lambda t, h: answered(t, h, now=LATER),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_every_way_out_of_waiting_ends_the_pause(house, way):
    ticket = ticket_in(W, house)

    WAYS_OUT[way](ticket, house)

    clock, asked = resolve_clock(ticket), waiting_clock(ticket)
    assert (clock.paused_at, clock.paused_for, clock.due_at) == (None, 2 * HOUR, MONDAY + 7 * DAY + 2 * HOUR)
    assert (asked.met_at, asked.stopped_at) == ((LATER, None) if way == "answer" else (None, LATER))
    assert ticket.clocks.get(kind="reply").paused_for == timedelta()


def test_done_while_waiting_is_in_time_when_the_pause_is_counted(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=MONDAY + 6 * DAY)
    done_at = MONDAY + 8 * DAY  # a day after the first due moment, and two days into the pause

    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换好了", now=done_at)

    assert not resolve_clock(ticket).is_late(done_at + DAY)
    assert not ticket.clocks.running().exclude(kind="rating").exists()


def test_withdrawn_and_restored_it_owes_what_was_left(house):
    ticket = ticket_in(W, house)
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake", now=LATER)

    workflow.restore(ticket, by=house.dispatcher, reason="弄错了", now=LATER + HOUR)

    clock, asked = resolve_clock(ticket), waiting_clock(ticket)
    assert (clock.due_at, clock.stopped_at, clock.paused_at) == (MONDAY + 7 * DAY + 2 * HOUR, None, None)
    assert asked.stopped_at == LATER


def test_merged_and_taken_apart_it_waits_for_what_is_left(house):
    ticket, master = ticket_in(W, house), house.receive(now=MONDAY)
    workflow.merge(ticket, by=house.dispatcher, master=master, now=LATER)
    stopped = waiting_clock(ticket).stopped_at

    workflow.unmerge(ticket, by=house.dispatcher, now=LATER + HOUR)

    clock, asked = resolve_clock(ticket), waiting_clock(ticket)
    assert (ticket.status, stopped, asked.stopped_at) == (W, LATER, None)
    assert (clock.paused_at, clock.paused_for, asked.due_at) == (
        LATER + HOUR,
        2 * HOUR,
        MONDAY + 3 * DAY + HOUR,
    )


def test_resumed_while_waiting_it_waits_for_what_is_left(house):
    """What unmerging asks for: the ticket goes back to where it was."""
    ticket = ticket_in(W, house)
    clocks.go_on(ticket, LATER)
    clocks.stop(ticket, LATER)

    clocks.resume(ticket, LATER + HOUR)

    clock, asked = resolve_clock(ticket), waiting_clock(ticket)
    assert (clock.paused_at, clock.paused_for, clock.stopped_at) == (LATER + HOUR, 2 * HOUR, None)
    assert (asked.stopped_at, asked.due_at) == (None, MONDAY + 3 * DAY + HOUR)


def test_resumed_with_nothing_left_it_lapses_at_once(house):
    ticket = ticket_in(W, house)
    clocks.go_on(ticket, MONDAY + 5 * DAY)

    clocks.resume(ticket, MONDAY + 5 * DAY)

    assert sweeps.lapse_waiting(now=MONDAY + 5 * DAY + MINUTE) == 1


# Amending -------------------------------------------------------------------------------------------


def amended(ticket, house, now, **limits):
    category = CategoryFactory()
    RuleFactory(category=category, area=house.area, **limits)
    workflow.amend(ticket, by=house.dispatcher, category=category, reason="选错了", now=now)


def test_amended_after_a_pause_the_new_limit_runs_from_the_start_plus_the_pause(house):
    ticket = ticket_in(W, house)
    answered(ticket, house, now=LATER)

    amended(ticket, house, LATER, resolve_days=8)

    assert due(ticket) == workdays.due_at(MONDAY, 8) + 2 * HOUR


def test_amended_during_a_pause_it_stands_still_on(house):
    ticket = ticket_in(W, house)

    amended(ticket, house, MONDAY + DAY, resolve_days=8)
    answered(ticket, house, now=MONDAY + 2 * DAY)

    assert due(ticket) == workdays.due_at(MONDAY, 10)


def test_amended_long_after_its_old_due_moment_a_paused_clock_still_moves(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=MONDAY + 6 * DAY)

    amended(ticket, house, MONDAY + 8 * DAY, resolve_days=8)

    assert due(ticket) == workdays.due_at(MONDAY, 8)


def test_amended_to_a_limit_that_had_passed_it_is_late_and_no_longer_paused(house):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=MONDAY + 4 * DAY)

    amended(ticket, house, MONDAY + 4 * DAY + HOUR, resolve_days=2)
    answered(ticket, house, now=MONDAY + 7 * DAY)

    clock = resolve_clock(ticket)
    assert (clock.due_at, clock.paused_for) == (MONDAY + 2 * DAY, timedelta())
    assert sweeps.flag_overdue(now=MONDAY + 7 * DAY) == 2


def test_office_hours_of_the_community_count(house):
    house.area.office_opens, house.area.office_closes = time(8), time(12)
    house.area.save()
    ticket = house.receive(now=at("2026-11-23 08:00"))
    dispatched(ticket, house)
    claimed(ticket, house)

    waiting(ticket, house, now=at("2026-11-23 10:00"))

    assert waiting_clock(ticket).due_at == at("2026-11-26 10:00")


# Against an oracle ----------------------------------------------------------------------------------


def is_office_minute(moment):
    local = moment.astimezone(SHANGHAI)
    return workdays.is_working_day(local.date()) and time(9) <= local.time() < time(18)


def expected(start, questions):
    """(when the solution is due, the office time it stood still), by walking the minutes from the start.

    questions: (asked, answered or None) in order; after three days' office time in all, nothing is waited for.
    """
    counted = paused = timedelta()
    moment = start
    while counted < LIMIT:
        # The walk ends at the due moment: what is asked after it pauses nothing, late stays late.
        is_asked = any(asked <= moment < back for asked, back in questions) and paused < LONGEST_PAUSE
        if is_office_minute(moment):
            paused, counted = (paused + MINUTE, counted) if is_asked else (paused, counted + MINUTE)
        moment += MINUTE
    return moment, paused


steps = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 3), st.integers(0, 60 * 24 * 4), st.booleans()), max_size=5
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(start=st.sampled_from(STARTS), steps=steps)
@example(start=STARTS[0], steps=[(0, 60 * 24 * 4, False), (5, 60, True)])
def test_running_time_is_the_limit_whatever_is_asked_and_when(house, start, steps):
    start = at(start)
    ticket = house.receive(now=start)
    dispatched(ticket, house, now=start)
    claimed(ticket, house, now=start)
    now, questions = start, []

    for before, long, is_answered in steps:
        asked = now + before * MINUTE
        try:
            waiting(ticket, house, now=asked)
        except workflow.Invalid as refusal:
            assert "满3个工作日" in str(refusal) and clocks.left_to_ask(ticket) == timedelta()
            break
        now = asked + long * MINUTE
        questions.append((asked, now))
        if is_answered or not sweeps.lapse_waiting(now=now):
            ticket = Ticket.objects.get(pk=ticket.pk)
            if ticket.status == W:
                answered(ticket, house, now=now)
        ticket = Ticket.objects.get(pk=ticket.pk)

    clock = resolve_clock(ticket)
    due_at, paused = expected(start, questions)
    assert (clock.due_at, clock.paused_for) == (due_at, paused)
    assert clock.paused_at is None and clock.paused_for <= LONGEST_PAUSE
    assert clock.starts_at < clock.half_at < clock.warn_at < clock.due_at
    assert not Clock.objects.waiting().of([ticket]).exists()


def test_oracle_notices_a_pause_that_is_not_counted(house):
    """Negative control: the oracle and a clock that ran through the pause disagree."""
    ticket = ticket_in(W, house)
    running = due(ticket)
    answered(ticket, house, now=LATER)

    assert expected(MONDAY, [(MONDAY, LATER)]) == (due(ticket), 2 * HOUR)
    assert running != due(ticket)


def test_merged_ticket_waits_for_nobody(house):
    ticket = ticket_in(W, house)

    merged(ticket, house)

    assert sweeps.lapse_waiting(now=MONDAY + 30 * DAY) == 0
