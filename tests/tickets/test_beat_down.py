"""Beat was down for three days: marks and notices equal an oracle's, none lost, none twice. At length: tests/prove."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from tests.factories import House
from tests.racing import PATIENCE, at_once, somebody_waits_for_us, wait_until
from tests.tickets import beat_down
from tests.tickets.beat_down import BACK, DOWN, MINUTE, World
from tests.tickets.loop import ticket_in
from tickets import ladder, rungs, sweeps
from tickets.models import Clock, Ticket
from tickets.states import Status

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TICKETS = 60
SET_BACK = BACK - 10 * MINUTE
RUNS = [DOWN, BACK, SET_BACK, BACK + MINUTE, BACK + 30 * MINUTE]


@pytest.fixture
def world(transactional_db):
    return World(TICKETS)


def run_all(beats=2, at_return=10):
    """Ten at once when it is back, two beats at every other moment; what any of them raised."""
    outcomes = []
    for now in RUNS:
        number = at_return if now == BACK else beats
        outcomes += at_once(
            *[partial(call_command, "flag_overdue", now=now.isoformat(), verbosity=0)] * number
        )
    return [outcome for outcome in outcomes if outcome is not None]


def test_marks_and_notices_equal_the_oracles(world, capsys):
    raised = run_all()

    assert raised == []
    assert beat_down.outcome() == beat_down.expected(world, RUNS)
    assert beat_down.digests_per_run() == 1
    marked, told = beat_down.outcome()
    assert len(marked) > TICKETS and {rung for _, rung in told} == set(rungs.RUNGS)


def test_lost_notice_is_noticed(world, capsys, monkeypatch):
    """Negative control: somebody's digest is never written."""
    monkeypatch.setattr(ladder, "digests", lambda steps, now, all_of=ladder.digests: all_of(steps, now)[1:])

    run_all()

    marked, told = beat_down.outcome()
    assert marked == beat_down.expected(world, RUNS)[0]
    assert told != beat_down.expected(world, RUNS)[1]


def test_rung_that_forgets_that_it_was_told_is_noticed(world, capsys, monkeypatch):
    """Negative control: half time is told again by every run."""
    forgetful = rungs._CLIMB.replace("ELSE c.half_at END", "ELSE NULL END")
    assert forgetful != rungs._CLIMB
    monkeypatch.setattr(rungs, "_CLIMB", forgetful)

    run_all()

    assert beat_down.outcome()[1] != beat_down.expected(world, RUNS)[1]


def second_run_within_the_first():
    """What becomes of a run that began while another had marked, and not yet committed."""
    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            marked = sweeps.climb(BACK)
            second = aside.submit(in_own_connection, sweeps.flag_overdue, now=BACK)
            wait_until(lambda: second.done() or somebody_waits_for_us())
        assert marked
        return second.exception(PATIENCE) or second.result()


def test_second_run_leaves_everything_to_the_first(world):
    assert second_run_within_the_first() == 0


@pytest.mark.parametrize("is_ladder_free", [False, True])
def test_each_of_the_two_locks_keeps_the_second_run_away(world, monkeypatch, is_ladder_free):
    """The rows' own, and that of the whole ladder."""
    if is_ladder_free:
        monkeypatch.setattr(sweeps.locks, "take", lambda lock: True)
    else:
        monkeypatch.setattr(rungs, "_CLIMB", unlocked())

    assert second_run_within_the_first() == 0


def test_runs_without_their_locks_fall_over_each_other(world, monkeypatch):
    """Negative control: the second reads what the first is marking; the database refuses the second mark."""
    monkeypatch.setattr(rungs, "_CLIMB", unlocked())
    monkeypatch.setattr(sweeps.locks, "take", lambda lock: True)

    assert "event_flag_once" in str(second_run_within_the_first())


def unlocked():
    free = rungs._CLIMB.replace("FOR NO KEY UPDATE SKIP LOCKED", "")
    assert free != rungs._CLIMB
    return free


def test_ticket_that_somebody_holds_is_left_to_the_next_run(transactional_db):
    """A verb has locked it and will want its clock: the sweep goes by, and neither waits for the other."""
    house = House()
    held, free = (ticket_in(Status.CLAIMED, house, now=DOWN) for _ in range(2))
    with ThreadPoolExecutor(1) as aside, transaction.atomic():
        Ticket.objects.select_for_update().get(pk=held.pk)

        first = aside.submit(in_own_connection, sweeps.flag_overdue, now=BACK).result(PATIENCE)

    assert first == 1 and Clock.objects.exclude(flagged_at=None).get().ticket == free
    assert sweeps.flag_overdue(now=BACK) == 1


def in_own_connection(call, **how):
    try:
        return call(**how)
    finally:
        connections.close_all()
