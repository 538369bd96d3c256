"""Advisory locks of the database: one number for each thing that one process at a time may do, all in one place.

They end with the transaction, but for those that are held beyond it (`held`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, unique

from django.db import connection


@unique
class Lock(IntEnum):
    """Any numbers, as long as no two are the same; the database is told no more than these."""

    LADDER = 20261121
    CALENDAR = 20261126
    RECONCILING = 20261127
    ROSTER = 20261128
    PROPOSING = 20261129
    BACKUP = 20261130
    PHOTOS = 20261201
    IMPORTING = 20261202
    LEDGERS = 20261203
    TALLYING = 20261204
    DEMO = 7_405_110_118


def wait_for(lock: Lock) -> None:
    """Hold the lock until the transaction ends, once whoever holds it now has ended theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock.value])


def wait_for_one(lock: Lock, key: int) -> None:
    """The same for the one thing of that key, a station say: the others go on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock.value, key])


def take(lock: Lock) -> bool:
    """Hold the lock until the transaction ends; False, without waiting, where somebody else holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock.value])
        [is_ours] = cursor.fetchone()
    return bool(is_ours)


def take_shared(lock: Lock) -> bool:
    """Hold it, as others may too, until the transaction ends; False where somebody holds it alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [lock.value])
        [is_ours] = cursor.fetchone()
    return bool(is_ours)


@contextmanager
def held(lock: Lock, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock over several transactions of this connection, or give False where somebody else holds it.

    With `wait`, once they have let go. A connection that breaks lets go too.
    """
    taking = "SELECT pg_advisory_lock(%s) IS NOT NULL" if wait else "SELECT pg_try_advisory_lock(%s)"
    with connection.cursor() as cursor:
        cursor.execute(taking, [lock.value])
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock.value])
