"""Fixtures everybody shares: a community with its people, and browsers signed in as them."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase

from stations import calendars
from tests import emptying
from tests.factories import House

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


@pytest.fixture(scope="session", autouse=True)
def photo_folder(tmp_path_factory):
    """No photo of a test lies in the checkout, and no backup."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    settings.BACKUP_ROOT = tmp_path_factory.mktemp("backups")


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
