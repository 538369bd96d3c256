"""A community closes or opens on a day, and what its clocks and events say then: shared by the tests of recounting."""

import threading
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from stations.models import Area
from tests.tickets.loop import MONDAY
from tickets import calendaring
from tickets.models import Clock, Event

NOON = MONDAY + timedelta(hours=2)
TUESDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 28)


def close(house, day=TUESDAY, now=NOON):
    return calendaring.close_day(house.area, day, reason="停电检修", by=house.dispatcher, now=now)


def opened(house, day=SATURDAY, now=NOON):
    return calendaring.open_day(house.area, day, reason="年终加班", by=house.dispatcher, now=now)


def clock(ticket, kind="reply"):
    return Clock.objects.get(ticket=ticket, kind=kind, round=1)


def due(ticket, kind="reply"):
    return clock(ticket, kind).due_at


def recounts(ticket):
    return Event.objects.filter(ticket=ticket, verb="recount").order_by("pk")


def version_of(house):
    return fresh_area(house).calendar_version


def fresh_area(house):
    return Area.objects.get(pk=house.area.pk)


def statements(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return len([query for query in asked if "SAVEPOINT" not in query["sql"]])


def held_elsewhere(rows):
    """Another connection has these rows in hand while the block runs."""
    return elsewhere(lambda: list(rows.select_for_update()))


@contextmanager
def elsewhere(take):
    """Another connection holds what it takes while the block runs."""
    begun, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            take()
            begun.set()
            done.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def impatient():
    """Locks are waited for as on a page, but not three seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
