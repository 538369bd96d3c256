"""Audit entries stay as they were written."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry


@pytest.fixture
def entry(house):
    return audit.record("sign_in", actor=house.volunteer, person=house.volunteer, device="abc")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET detail = 'x'",
        "UPDATE accounts_auditentry SET actor_id = NULL",
        "DELETE FROM accounts_auditentry",
    ],
)
def test_database_refuses_to_change_an_entry(entry, statement):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert AuditEntry.objects.get(pk=entry.pk).device == "abc"


def test_person_with_entries_cannot_be_deleted(entry, house):
    with pytest.raises(IntegrityError), transaction.atomic():
        house.volunteer.posts.all().delete()
        house.volunteer.delete()
