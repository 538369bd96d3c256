"""Flagging among 1,000,000 tickets: nothing due is a glance at an index; much due is so many tickets a second.

Plans and numbers of statements are judged; times are printed, for they are the machine's (bench/RESULTS.md).
"""

import time
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.models import Notice
from tests.factories import House
from tests.tickets.loop import MONDAY, ticket_in
from tickets import sweeps
from tickets.models import Clock, Event, Ticket
from tickets.states import Status

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
TICKETS, OPEN, COMMUNITIES = 1_000_000, 60_000, 20
SECOND = timedelta(seconds=1)
DUE = MONDAY + timedelta(days=1)
# Those in hand come first; all the others were answered in time.
TICKET_COLUMNS = {
    "number": "'T' || n",
    "sequence": "100000 + n",
    "submission_id": "gen_random_uuid()",
    "search": "NULL",
    "area_id": "(%(areas)s::bigint[])[1 + n %% %(communities)s]",
    "unit_id": "(%(units)s::bigint[])[1 + n %% %(communities)s]",
    "claimant_id": "(%(claimants)s::bigint[])[1 + n %% %(communities)s]",
    "status": "CASE WHEN n <= %(open)s THEN 'claimed' ELSE 'resolved' END",
}
CLOCK_COLUMNS = {
    "ticket_id": "t.id",
    "area_id": "t.area_id",
    "unit_id": "t.unit_id",
    "met_at": "CASE WHEN t.status = 'resolved' THEN c.starts_at END",
}


@pytest.fixture
def million(transactional_db):
    """Twenty communities, each with its people; a claimed ticket copied in SQL, with its reply clock."""
    houses = [House() for _ in range(COMMUNITIES)]
    model = ticket_in(Status.CLAIMED, houses[0])
    values = {
        "areas": [house.area.pk for house in houses],
        "units": [house.unit.pk for house in houses],
        "claimants": [house.staff.pk for house in houses],
        "communities": COMMUNITIES,
        "open": OPEN,
    }
    started = time.perf_counter()
    run("SET session_replication_role = replica")  # copies of rows that keep every rule need no trigger
    run(f"{copying(Ticket, TICKET_COLUMNS, 't')} FROM tickets_ticket t, generate_series(1, {TICKETS}) n "
        f"WHERE t.id = {model.pk}", values)  # fmt: skip
    run(f"{copying(Clock, CLOCK_COLUMNS, 'c')} FROM tickets_clock c, tickets_ticket t "
        f"WHERE c.ticket_id = {model.pk} AND c.kind = 'reply' AND t.number LIKE 'T%%'", values)  # fmt: skip
    run("RESET session_replication_role")
    Clock.objects.filter(ticket=model).delete()
    run("VACUUM ANALYZE tickets_clock")
    run("ANALYZE tickets_ticket")
    print(f"\nfilled in {time.perf_counter() - started:.0f} s")
    return houses


def copying(model, changed, alias):
    """INSERT … SELECT of every column the database does not fill itself."""
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(changed.get(field.column, f"{alias}.{field.column}") for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values}'  # noqa: S608


def run(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def plan_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def timed(call, times=1):
    started = time.perf_counter()
    results = [call() for _ in range(times)]
    return results[-1], (time.perf_counter() - started) / times


def test_flagging_among_a_million(million):
    nothing_due_is_a_glance_at_the_index()
    batch_is_one_statement_along_indexes()
    much_due_is_so_many_a_second(million)


def nothing_due_is_a_glance_at_the_index():
    early = MONDAY + timedelta(hours=1)
    with CaptureQueriesContext(connection) as asked:
        assert sweeps.climb(early) == 0

    plan = plan_of(asked[0]["sql"])
    _, spent = timed(lambda: sweeps.climb(early), 100)
    _, whole = timed(lambda: sweeps.flag_overdue(now=early), 20)
    print(f"nothing due: {spent * 1000:.2f} ms; with the look at the calendar {whole * 1000:.2f} ms\n{plan}")

    assert len(asked) == 1
    assert "Index Only Scan using clock_climbs" in plan and "Seq Scan" not in plan, plan


def batch_is_one_statement_along_indexes():
    """Half time, in one batch and in three, and then for all the rest: what overdue costs is measured by itself."""
    half, asked = MONDAY + timedelta(hours=5), []
    for most in (1_000, 3_000):
        with CaptureQueriesContext(connection) as statements, mock.patch.object(sweeps, "MOST", most):
            sweeps.climb(half, 1_000)
        asked.append(len(statements))
    climbing = next(query["sql"] for query in statements if "WITH next AS" in query["sql"])
    plan = plan_of(climbing)

    assert asked[1] - asked[0] == 2, asked
    assert "Seq Scan" not in plan, plan
    while Clock.objects.climbing(half).exists():
        sweeps.climb(half)


def much_due_is_so_many_a_second(houses):
    late, before = DUE + SECOND, Notice.objects.count()
    marked, runs, started = 0, 0, time.perf_counter()
    while done := sweeps.climb(late):
        marked, runs = marked + done, runs + 1
    spent = time.perf_counter() - started

    notices = Notice.objects.count() - before
    print(
        f"much due: {marked} tickets in {spent:.1f} s, {marked / spent:.0f} a second, {runs} runs, {notices} notices"
    )
    assert marked == Event.objects.filter(verb="flag").count() == OPEN
    assert notices == runs * 2 * len(houses)
