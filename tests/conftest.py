"""Fixtures everybody shares: a community with its people, and browsers signed in as them."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples

from stations import calendars
from tests import emptying
from tests.factories import House
from tests.racing import PATIENCE

# The same examples every time, however long they take; others are tried by tests/prove/test_examples.py. What a
# fixture made stays for all examples of a test: they share the database anyway.
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
examples.register_profile(
    "known", deadline=None, derandomize=True, print_blob=True, suppress_health_check=SLOW
)
examples.register_profile("chance", examples.get_profile("known"), derandomize=False)
examples.load_profile("known")

END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end, the session of a killed process or of a server's thread must not keep the database alive."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHER_SESSIONS)


@pytest.fixture(autouse=True)
def no_calendar_of_another_test():
    """The process keeps for a second which years are loaded; a test's rows are gone with its transaction."""
    yield
    calendars.forget()


@pytest.fixture(autouse=True)
def no_figures_of_another_test():
    """The process keeps the wall's figures until midnight, and the next test's community may have the same id."""
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def photo_folder(tmp_path_factory):
    """No photo of a test lies in the checkout, and no backup."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    settings.BACKUP_ROOT = tmp_path_factory.mktemp("backups")


@pytest.fixture(scope="session", autouse=True)
def slow_clock_of_the_calendar():
    """How many statements a page needs does not depend on whether a second has passed in between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calendars, "NATIONAL_SECONDS", PATIENCE)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_emptying():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture
def house(db):
    """A community with a station, units, a building and one person of each kind."""
    return House()


@pytest.fixture
def client_of():
    """`client_of(user)`: a test client signed in as that person."""

    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in
