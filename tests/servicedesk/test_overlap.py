"""Four runs of one job at once do what one does: beat doubled, a slow run overtaken by the next."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from notices.models import Notice
from servicedesk.celery import app
from tests.tickets.loop import ticket_in
from tests.volunteers.rosters import profile_of, seated, shift
from tickets import sweeps, upkeep
from tickets.models import Clock, Event, Finding, Heartbeat, Reconciliation, Ticket
from tickets.reconciling import nightly
from tickets.states import Status
from volunteers.models import AssignmentEvent, ServiceRecord
from volunteers.seating import on_duty

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RUNS = 4
COUNTED = (Event, Notice, Clock, Ticket, Reconciliation, Finding, Session, AssignmentEvent, ServiceRecord)


@pytest.fixture
def neglected(house):
    """A month in which nobody did anything, beat included."""
    then = timezone.now() - timedelta(days=30)
    for status in (Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED, Status.WAITING, Status.RESOLVED):
        ticket_in(status, house, then)
    place = seated(shift(house.station, then).seats.first(), profile_of(house.volunteer))
    seated(shift(house.station, then + timedelta(days=1)).seats.first(), place.profile)
    on_duty.check_in(place, by=house.volunteer, now=then)
    house.dispatcher.posts.update(ended_at=timezone.now())
    # Tonight's backup is there: it would be a process of its own, which tests/tickets/backups runs twice at once.
    Heartbeat.objects.note(Heartbeat.BACKUP, finished_at=timezone.now())
    Session.objects.create(session_key="old", session_data="", expire_date=then)
    return house


def run_at_once(task):
    """What each of the runs returned; an exception is raised here."""
    barrier, results = threading.Barrier(RUNS), []

    def run():
        barrier.wait()
        results.append(task.apply(throw=False))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(RUNS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [result.get() for result in results]


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


@pytest.mark.slow
def test_overlapping_runs_of_every_job_do_what_one_does(neglected):
    app.loader.import_default_modules()
    done = {}
    for name in upkeep.schedule():
        done[name] = run_at_once(app.tasks[name])
        before = counts()
        app.tasks[name].apply(throw=True)
        assert counts() == before, name

    late = Clock.objects.exclude(flagged_at=None).count()
    assert sum(done["tickets.flag_overdue"]) == late == Event.objects.filter(verb="flag").count() > 0
    assert sum(done["tickets.close_unrated"]) == sum(done["tickets.lapse_waiting"]) == 1
    assert sum(done["volunteers.attend"]) == 2  # one forgot to check out, one never came
    assert not Session.objects.exists()
    sweeps.flag_overdue()  # what the end of the waiting made late
    nightly.run()
    assert set(Finding.objects.values_list("check_code", flat=True)) == {"owners"}
