"""A change of the calendar among 200,000 open clocks: the question is two probes a community, a batch costs the same.

Times are printed, not judged, but for what an index must answer at once.
"""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import House
from tests.tickets.closures import NOON, close, opened
from tests.tickets.loop import MONDAY
from tickets import recounting
from tickets.models import Clock, Event

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
MANY = """
INSERT INTO tickets_clock (ticket_id, area_id, unit_id, kind, round, working_days, starts_at, due_at, half_at, warn_at,
                           paused_for, provisional, calendar_version)
SELECT ticket_id, area_id, unit_id, kind, n, working_days, starts_at, due_at, half_at, warn_at,
       paused_for, provisional, calendar_version
FROM tickets_clock, generate_series(2, 20001) n WHERE kind = 'reply'
"""


@pytest.fixture
def town(db):
    """Ten communities with twenty thousand open clocks each, counted by the calendar of now."""
    houses = [House() for _ in range(10)]
    for house in houses:
        house.receive(now=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute(MANY)
        cursor.execute("ANALYZE tickets_clock")
    recounting.recount(now=NOON)
    return houses


def plan_of(queryset):
    with CaptureQueriesContext(connection) as asked:
        list(queryset)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ANALYZE {asked[0]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_question_is_answered_by_the_index(town):
    started = time.perf_counter()
    found = list(Clock.objects.areas_to_recount())
    print(f"\n{Clock.objects.count():,} open clocks, nothing to count: {time.perf_counter() - started:.4f} s")

    plan = plan_of(Clock.objects.areas_to_recount())
    assert found == []
    assert "clock_to_recount" in plan and "Seq Scan on tickets_clock" not in plan, plan


def test_twenty_thousand_move_in_batches_of_the_same_cost(town):
    close(town[0])
    with CaptureQueriesContext(connection) as asked:
        started = time.perf_counter()
        moved = recounting.recount(now=NOON)
        passed = time.perf_counter() - started
    print(f"\n{moved:,} due moments moved in {passed:.1f} s, {moved / passed:.0f} a second")

    batches = -(-moved // recounting.BATCH)
    assert moved == Event.objects.filter(verb="recount").count() == 20_002
    assert len(asked) <= 20 + 17 * batches


def test_clocks_that_do_not_move_are_stamped_faster(town):
    opened(town[1])
    started = time.perf_counter()
    moved = recounting.recount(now=NOON)
    print(f"\n20,000 clocks stamped in {time.perf_counter() - started:.1f} s")

    assert moved == 1
    assert list(Clock.objects.areas_to_recount()) == []


def test_page_moves_one_batch_and_counts_what_is_left(town):
    close(town[0])
    started = time.perf_counter()
    moved = recounting.begin([town[0].area.pk], now=NOON)
    passed = time.perf_counter() - started
    left = recounting.left()
    print(
        f"\n{moved} moved in {passed:.1f} s, {left:,} left, asked in {time.perf_counter() - started - passed:.3f} s"
    )

    assert (moved, left) == (recounting.AT_ONCE, 20_002 - recounting.AT_ONCE)
