"""A kept connection is looked at before a request, not asked; a dead one is found all the same."""

import psycopg2
import pytest
from django.db import close_old_connections, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper as DjangosWrapper

from stations.models import Area

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch):
    """What the database was asked while looking."""
    found = []
    real = DjangosWrapper.is_usable
    monkeypatch.setattr(DjangosWrapper, "is_usable", lambda self: found.append(1) or real(self))
    connection.ensure_connection()
    yield found
    connection.close()


def killed():
    """The server's end of the connection, ended as an administrator ends it."""
    with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()


def test_living_connection_is_not_asked(asked):
    assert connection.is_usable()
    assert asked == []


def test_killed_connection_is_found(asked):
    killed()

    assert not connection.is_usable()
    assert asked == [1]


def test_next_request_takes_a_new_connection(asked):
    killed()
    close_old_connections()  # as every request begins; the test client leaves it out

    assert not Area.objects.exists()


def test_connection_in_a_broken_transaction_is_not_usable(asked):
    with transaction.atomic():
        with pytest.raises(psycopg2.Error):
            connection.connection.cursor().execute("SELECT 1/0")

        assert not connection.is_usable()
        transaction.set_rollback(True)


def test_closed_or_unopened_connection_is_not_usable(asked):
    connection.close()

    assert not connection.is_usable()
