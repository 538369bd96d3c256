"""The whole way of a mark: beat, broker, worker, database; also when some of them die."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.models import Notice
from tests.crash.conftest import QUICK
from tickets.models import Clock, Event

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def overdue(house):
    """A ticket of last month that nobody answered; both its clocks are past."""
    return house.receive(now=timezone.now() - timedelta(days=30))


def marks(ticket):
    return ticket.clocks.exclude(flagged_at=None).count()


def assert_told_once(*tickets):
    """One event for each of the two clocks; no person is told of a clock twice."""
    for ticket in tickets:
        assert Event.objects.filter(ticket=ticket, verb="flag").count() == 2
    assert Clock.objects.exclude(flagged_at=None).count() == 2 * len(tickets)
    digests = Notice.objects.filter(effect__startswith="overdue:")
    assert digests.count() == 2 * len(tickets)


@pytest.mark.prove  # a minute of waiting; the others here send the same job through a real worker at once
def test_overdue_ticket_is_marked_within_two_minutes_by_the_real_schedule(house, crew_on, until):
    ticket = overdue(house)
    crew = crew_on()

    crew.worker()
    crew.beat()

    assert until(lambda: marks(ticket)) == 2
    assert_told_once(ticket)


def test_killed_worker_and_doubled_beat_neither_lose_nor_double_a_mark(house, crew_on, until):
    first, crew = overdue(house), crew_on()
    worker = crew.worker(QUICK)
    crew.beat(QUICK)
    until(lambda: marks(first))

    crew.kill(worker)
    second = overdue(house)
    crew.beat(QUICK)
    crew.worker(QUICK)
    crew.worker(QUICK)

    assert until(lambda: marks(second)) == 2
    assert_told_once(first, second)


def test_worker_sets_half_a_message_aside_and_goes_on(house, crew_on, until, tmp_path):
    """As a full disk, or a machine that lost power, leaves it; kombu's own worker ends here."""
    ticket, crew, half = overdue(house), crew_on(), "1_half.celery.msg"
    (tmp_path / "broker" / "queue").mkdir(parents=True)
    (tmp_path / "broker" / "queue" / half).write_text('{"body": "W1tdLCB7fSwg')

    worker = crew.worker(QUICK)
    crew.beat(QUICK)

    assert until(lambda: marks(ticket)) == 2
    assert worker.poll() is None
    assert (tmp_path / "broker" / "unreadable" / half).exists()


def test_lost_schedule_and_queue_lose_no_mark(house, crew_on, until, tmp_path):
    """What the broker and beat knew is gone: the work is found in the database."""
    crew = crew_on()
    beat = crew.beat(QUICK)
    until(lambda: list((tmp_path / "broker" / "queue").glob("*")))
    crew.kill(beat)
    ticket = overdue(house)
    for file in [*(tmp_path / "broker" / "queue").iterdir(), *tmp_path.glob("beat-schedule*")]:
        file.unlink()

    crew.beat(QUICK)
    crew.worker(QUICK)

    assert until(lambda: marks(ticket)) == 2
    assert_told_once(ticket)


@pytest.mark.redis
def test_marks_come_over_redis_and_outlive_a_killed_worker(house, crew_on, until, redis_url):
    first, crew = overdue(house), crew_on(redis_url)
    worker = crew.worker(QUICK)
    crew.beat(QUICK)
    until(lambda: marks(first))

    crew.kill(worker)
    second = overdue(house)
    crew.worker(QUICK)

    assert until(lambda: marks(second)) == 2
    assert_told_once(first, second)
