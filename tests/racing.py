"""Races with a known course: who starts together, who waits for whom, and who has read before anybody writes.

A race that is left to chance proves nothing on the day on which nobody meets: a slow machine runs one after the other.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from threading import Barrier, local

from django.db import connection, connections, transaction

PATIENCE = 600  # seconds, for what takes a few: a machine may be slow, and busy with something else
WAITING_FOR_US = """
SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))
"""


def at_once(*calls):
    """Run all calls from one start in threads of their own; what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait(PATIENCE)
        try:
            return call()
        except Exception as error:  # a race is judged by its outcomes, whatever they are
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def within(first, second):
    """`second`, begun while the transaction that has done `first` is still open; what it returned or raised."""
    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            first()
            late = aside.submit(at_once, second)
            wait_until(lambda: late.done() or somebody_waits_for_us())
        [outcome] = late.result(PATIENCE)
        return outcome


def meeting(count):
    """A point where each of so many threads waits for the others, the first time it comes by."""
    barrier, thread = Barrier(count), local()

    def meet():
        if not hasattr(thread, "has_met"):
            thread.has_met = True
            barrier.wait(PATIENCE)

    return meet


def all_read(read, meet):
    """`read`, which no thread leaves before all that `meet` have read: what they write comes after."""

    @wraps(read)
    def reading(*args, **how):
        found = read(*args, **how)
        meet()
        return found

    return reading


def all_come(write, meet):
    """`write`, which no thread begins before all that `meet` have come to it with what they have read."""

    @wraps(write)
    def writing(*args, **how):
        meet()
        return write(*args, **how)

    return writing


def wait_until(true):
    while not true():
        time.sleep(0.02)


def somebody_waits_for_us():
    """Whether another session waits for a lock that this thread's transaction holds."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_FOR_US)
        return cursor.fetchone()[0]
