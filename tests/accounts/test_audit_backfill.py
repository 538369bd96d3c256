"""Entries from before the audit page get their community; afterwards nobody can change them again."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry

migration = import_module("accounts.migrations.0008_audit_area_of_old_entries")


def run(statements):
    """In a transaction of its own the migration finds no row whose references are still to be checked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statements)


def old(action, **fields):
    return AuditEntry.objects.create(action=action, **fields)


def found(entry):
    entry.refresh_from_db()
    return entry.area, entry.subject, entry.detail


def test_old_entries_get_their_community(house):
    number = house.receive().number
    slip = old("slip_printed", actor=house.volunteer, detail=number)
    enrolled = old("enrolled", actor=house.lead, person=house.volunteer, post=house.volunteer.posts.get())
    signed_in = old("sign_in", actor=house.staff, person=house.staff)
    failed = old("sign_in_failed", person=house.staff, detail="15 分钟内第 1 次")
    admins = old("sign_in", actor=house.admin, person=house.admin)

    run(migration.FORWARD)

    assert found(slip) == (house.area, number, "")
    assert [found(entry)[0] for entry in (enrolled, signed_in)] == [house.area, house.area]
    assert [found(entry)[0] for entry in (failed, admins)] == [None, None]


def test_backfill_can_be_taken_back(house):
    slip = old("slip_reissued", actor=house.lead, detail="HY01-20261121-003")

    run(migration.FORWARD)
    run(migration.BACKWARD)

    assert found(slip)[2] == "HY01-20261121-003"


def test_entries_cannot_be_changed_afterwards(house):
    old("sign_in", actor=house.staff, person=house.staff)

    run(migration.FORWARD)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run("DELETE FROM accounts_auditentry")
