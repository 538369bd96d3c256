"""Whatever was asked of the resident and when, and whichever days are closed afterwards: counted minute by minute."""

from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stations import stamps
from stations.models import LocalDay
from tests.factories import at
from tests.tickets.closures import clock, fresh_area
from tests.tickets.loop import answered, claimed, dispatched, waiting
from tickets import recounting, sweeps, workflow
from tickets.models import Ticket
from tickets.states import Status

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMIT, LONGEST_PAUSE = 5 * 9 * HOUR, 3 * 9 * HOUR
STARTS = ("2026-11-23 10:00", "2026-09-28 16:10", "2026-10-09 19:30")
SHANGHAI = at(STARTS[0]).tzinfo

steps = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 2), st.integers(1, 60 * 24 * 3), st.booleans()), max_size=3
)
closures = st.sets(st.integers(-4, 8), min_size=1, max_size=4)


def counts(moment, closed):
    local = moment.astimezone(SHANGHAI)
    day = local.date()
    return day not in closed and chinese_calendar.is_workday(day) and time(9) <= local.time() < time(18)


def expected(start, questions, closed):
    """When the solution is due, walking the minutes from the start; pauses are those that really were."""
    counted = paused = timedelta()
    moment = start
    while counted < LIMIT:
        is_asked = any(asked <= moment < back for asked, back in questions) and paused < LONGEST_PAUSE
        if counts(moment, closed):
            paused, counted = (paused + MINUTE, counted) if is_asked else (paused, counted + MINUTE)
        moment += MINUTE
    return moment


def asked_and_answered(house, start, steps):
    """A claimed ticket with its questions; what it was asked, and the moment after the last step."""
    ticket = house.receive(now=start)
    dispatched(ticket, house, now=start)
    claimed(ticket, house, now=start)
    now, questions = start, []
    for before, long, is_answered in steps:
        asked, now = now + before * MINUTE, now + (before + long) * MINUTE
        try:
            waiting(Ticket.objects.get(pk=ticket.pk), house, now=asked)
        except workflow.Invalid:
            break
        if is_answered or not sweeps.lapse_waiting(now=now):
            answered(Ticket.objects.get(pk=ticket.pk), house, now=now)
        questions.append((asked, now))
    return ticket, questions, now


def close_days(house, days, now):
    facts = {"area": house.area, "works": False, "reason": "停电", "set_at": now, "set_by": house.dispatcher}
    LocalDay.objects.bulk_create(LocalDay(date=day, **facts) for day in days)
    stamps.stamp(now=now)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, database=None)
@given(start=st.sampled_from(STARTS), steps=steps, days=closures)
@example(start=STARTS[0], steps=[(60, 60 * 24 * 2, True)], days={-1})
@example(start=STARTS[0], steps=[(0, 60 * 24 * 3, False), (5, 60, True)], days={-2, 1})
def test_solution_is_due_by_the_minutes_of_the_new_calendar(house, start, steps, days):
    start = at(start)
    LocalDay.objects.all().delete()
    stamps.stamp(now=start)
    recounting.recount(now=start)
    house.station.area.refresh_from_db()
    ticket, questions, now = asked_and_answered(house, start, steps)
    before = clock(ticket, "resolve")
    closed = {(now + n * DAY).astimezone(SHANGHAI).date() for n in days}

    close_days(house, closed, now)
    recounting.recount(now=now)

    after = clock(ticket, "resolve")
    is_late = before.due_at < now
    assert after.due_at == (before.due_at if is_late else expected(start, questions, closed))
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLAIMED
    if not is_late:
        assert after.calendar_version == fresh_area(house).calendar_version
        assert after.starts_at < after.half_at < after.warn_at < after.due_at


def test_oracle_notices_a_closure_that_is_not_counted():
    """Negative control."""
    start = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)

    assert expected(start, [], {date(2026, 11, 24)}) == expected(start, [], set()) + DAY
