"""Three days without beat, 1,000 tickets: real processes, two beats, ten at once, some killed, the clock set back."""

import random
import time
from datetime import timedelta

import pytest
from django.db import connection

from stations.locks import Lock
from tests.tickets import beat_down
from tests.tickets.beat_down import BACK, DOWN, MINUTE, World

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
TICKETS, AT_RETURN, KILLED = 1_000, 10, 6
AFTER = [
    BACK - 10 * MINUTE,
    BACK - timedelta(days=1),
    BACK + MINUTE,
    BACK + 2 * MINUTE,
    BACK + timedelta(days=1),
]
RUNS = [DOWN, BACK, *AFTER]


def together(now, number):
    processes = [beat_down.command(now) for _ in range(number)]
    for process in processes:
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors.decode()


def killed_at_work(now, chance):
    """While it marks, writes events or notices; a killed run leaves all of it or nothing."""
    process = beat_down.command(now)
    while process.poll() is None and not is_at_work():
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.1))
    was_at_work = process.poll() is None
    process.kill()
    process.communicate()
    return was_at_work


def is_at_work():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [Lock.LADDER.value]
        )
        return cursor.fetchone()[0] > 0


def test_three_days_without_beat_lose_and_double_nothing(transactional_db):
    chance = random.Random(20261123)  # noqa: S311
    world = World(TICKETS)

    together(DOWN, 2)
    killed = sum(killed_at_work(BACK, chance) for _ in range(KILLED))
    together(BACK, AT_RETURN)
    for now in AFTER:
        together(now, 2)

    marked, told = beat_down.outcome()
    assert (marked, told) == beat_down.expected(world, RUNS)
    assert beat_down.digests_per_run() == 1
    assert killed
    print(
        f"\n{killed} killed at work; {len(marked)} limits marked once each, {sum(told.values())} times told"
    )
