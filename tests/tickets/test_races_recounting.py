"""Sweeps, verbs and changes of the calendar at once: every clock ends where the calendar says, moved once.

With controls: without the lock around a batch, two runs write the same story twice; without that around a change,
two dispatchers are told of a failure instead of what is in their way.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from notices.models import Notice
from stations import stamps, workdays
from stations.models import Area, LocalDay
from tests.factories import House
from tests.racing import all_read, at_once, meeting
from tests.tickets.loop import claimed, dispatched, replied
from tickets import calendaring, recounting, sweeps, workflow
from tickets.models import Clock, Event, Ticket

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TICKETS, RUNS, TRIES, SPANS = 12, 6, 3, 4
NO = {"solvable": "no", "promised_on": None}


@pytest.fixture
def house(transactional_db):
    return House()


def next_working_day(house, number=1):
    area = Area.objects.get(pk=house.area.pk)
    return workdays.working_days_from(timezone.localdate() + timedelta(days=1), number, area=area)[-1]


def close(house, number=1):
    return calendaring.close_day(
        house.area, next_working_day(house, number), reason="停电", by=house.dispatcher
    )


def filed(house):
    return [house.receive() for _ in range(TICKETS)]


def wrong(house):
    """Open clocks that do not say what their community's calendar says now."""
    area = Area.objects.get(pk=house.area.pk)
    for clock in Clock.objects.running():
        expected = workdays.due_at(clock.starts_at, clock.working_days, area=area)
        if clock.due_at != expected or clock.calendar_version != area.calendar_version:
            yield clock


def moved_twice():
    """Events that say the same as another of their ticket."""
    events = [(e.ticket_id, e.data["kind"], e.data["to"]) for e in Event.objects.filter(verb="recount")]
    return len(events) - len(set(events))


def test_runs_at_once_move_every_clock_once(house):
    filed(house)
    close(house)

    moved = at_once(*[lambda: recounting.recount(batch=5)] * RUNS)

    assert sum(moved) == Event.objects.filter(verb="recount").count() >= TICKETS
    assert (moved_twice(), list(wrong(house))) == (0, [])
    assert Notice.objects.filter(effect__startswith="recount:").count() == 1


def test_without_the_lock_they_are_moved_more_than_once(house, monkeypatch):
    """Negative control: each run reads the old moments before another has written the new ones."""
    monkeypatch.setattr(stamps, "alone", lambda: None)
    monkeypatch.setattr(recounting, "_locked", all_read(_unlocked, meeting(RUNS)))
    filed(house)
    close(house)

    at_once(*[lambda: recounting.recount(batch=TICKETS)] * RUNS)

    assert moved_twice()


def _unlocked(tickets, area, since):
    related = Clock.objects.to_recount(area, since).select_related("ticket__building", "ticket__category")
    return list(related.filter(pk__in=tickets).order_by("pk"))


def spans_at_once(house):
    """Four dispatchers close four working days each, all of them with a day in common."""

    def span(number):
        first, last = next_working_day(house, number), next_working_day(house, number + 3)
        how = {"works": False, "reason": "停电", "by": house.dispatcher}
        return [day.date for day in calendaring.set_days(house.area, first, last, **how)]

    return at_once(*[lambda number=number: span(number) for number in range(1, SPANS + 1)])


def test_spans_that_overlap_hold_whole_or_not_at_all(house):
    got = spans_at_once(house)

    [held] = [one for one in got if isinstance(one, list)]
    refused = [str(one) for one in got if isinstance(one, workflow.Invalid)]
    assert len(refused) == 3 and all("已经有本地安排，先撤回再改" in one for one in refused)
    assert list(LocalDay.objects.values_list("date", flat=True)) == held and len(held) == 4


def test_without_the_lock_a_span_fails_at_the_database(house, monkeypatch):
    """Negative control: both look before either has written; the constraint alone keeps a day from being set twice."""
    monkeypatch.setattr(stamps, "alone", lambda: None)
    monkeypatch.setattr(calendaring, "days_to_set", all_read(calendaring.days_to_set, meeting(SPANS)))

    got = spans_at_once(house)

    assert any(isinstance(one, IntegrityError) for one in got)


def test_filing_and_answering_go_on_while_the_calendar_changes(house):
    """Whoever files at that moment may count by the old calendar; the next sweep finds it."""
    tickets = filed(house)
    for ticket in tickets:
        dispatched(ticket, house, now=timezone.now())
        claimed(ticket, house, now=timezone.now())

    for number in range(1, TRIES + 1):
        mine = [Ticket.objects.get(pk=ticket.pk) for ticket in tickets[:4]]
        got = at_once(
            lambda number=number: close(house, number),
            lambda: recounting.recount(batch=3),
            *[house.receive] * 4,
            *[lambda own=own: replied(own, house, now=timezone.now(), **NO) for own in mine],
            sweeps.flag_overdue,
        )
        tickets = tickets[4:]
        assert [one for one in got if isinstance(one, Exception)] == []

    recounting.recount()
    assert list(wrong(house)) == []
    assert Clock.objects.exclude(flagged_at=None).count() == 0
