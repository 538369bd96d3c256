"""What is not restored, and leaves everything as it was: files of another making, databases that are not free."""

import threading
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.pictures import photo_of
from tests.tickets.backups import held
from tickets.backups import archive, making, restoring
from tickets.backups.manifest import Table

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@contextmanager
def nothing_changes():
    before = held.everything(), held.schema()
    yield
    assert (held.everything(), held.schema()) == before


def test_filled_database_is_not_restored_into_unless_it_is_said(house, ticket, path):
    making.make(path)
    first = held.rows()
    photo_of(house.receive())

    with nothing_changes(), pytest.raises(CommandError, match="--replace"):
        call_command("restore", path)
    call_command("restore", path, replace=True, verbosity=0)

    assert held.rows() == first


def test_damaged_file_is_refused_before_anything_is_touched(ticket, path):
    making.make(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    with nothing_changes(), pytest.raises(CommandError) as refused:
        call_command("restore", path, replace=True)

    assert str(refused.value) == archive.DAMAGED


def forged(path, change):
    making.make(path)
    return held.rewritten(path, path.with_name("forged.zip"), change)


def broken_key(facts, contents):
    """Its tickets are gone, what belongs to them is not; and a photo comes with it."""
    contents["tables/tickets_ticket"] = b""
    tables = [Table(t.name, t.columns, 0 if t.name == "tickets_ticket" else t.rows) for t in facts["tables"]]
    facts["tables"] = tables
    facts["sequences"] = dict.fromkeys(facts["sequences"], 9999)
    contents[f"photos/{'ab' * 20}.jpg"] = b"picture"


def one_row_less(facts, contents):
    contents["tables/tickets_event"] = contents["tables/tickets_event"].partition(b"\n")[2]


def no_rows_at_all(facts, contents):
    contents["tables/tickets_event"] = b"nonsense\n"


def newer_code(facts, contents):
    facts["migrations"] = (*facts["migrations"], ("tickets", "9999_to_come"))


def older_schema(facts, contents):
    facts["migrations"] = facts["migrations"][:-1]


def no_audit(facts, contents):
    facts["tables"] = [t for t in facts["tables"] if t.name != "accounts_auditentry"]
    del contents["tables/accounts_auditentry"]


def column_less(facts, contents):
    facts["tables"] = [
        Table(t.name, t.columns[:-1] if t.name == "tickets_event" else t.columns, t.rows)
        for t in facts["tables"]
    ]


def table_listed_only(facts, contents):
    del contents["tables/tickets_event"]


def photo_less(facts, contents):
    del contents[f"photos/{facts['photos'][0]}.small.jpg"]


def torn_history(facts, contents):
    facts["migrations"] = facts["migrations"][1:]


def climbing(facts, contents):
    contents["photos/../../climbed.jpg"] = b"picture"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (broken_key, "恢复没有做成，数据库保持原样"),
        (one_row_less, "已经损坏"),
        (no_rows_at_all, "恢复没有做成，数据库保持原样"),
        (newer_code, "更新版本的软件"),
        (older_schema, "结构和备份的不一样|已经损坏"),
        (climbing, "已经损坏"),
        (no_audit, "已经损坏"),
        (column_less, "已经损坏"),
        (table_listed_only, "已经损坏"),
        (photo_less, "已经损坏"),
        (torn_history, "已经损坏"),
    ],
)
def test_sealed_file_that_does_not_fit_leaves_everything_as_it_was(ticket, path, change, sentence):
    file = forged(path, change)

    with nothing_changes(), pytest.raises(CommandError, match=sentence):
        call_command("restore", file, replace=True)

    assert not list(path.parent.rglob("climbed*"))


@pytest.mark.parametrize(
    "change", [newer_code, climbing, no_audit, column_less, table_listed_only, photo_less, torn_history]
)
def test_file_that_cannot_be_restored_is_not_called_good(ticket, path, change):
    file = forged(path, change)

    with pytest.raises(CommandError, match="更新版本的软件|已经损坏"):
        call_command("restore", file, check=True)


def test_database_in_use_is_left_alone(ticket, path, monkeypatch):
    making.make(path)
    monkeypatch.setattr(restoring, "PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    held_by_other, may_end = threading.Event(), threading.Event()

    def read():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT count(*) FROM tickets_ticket")
            held_by_other.set()
            may_end.wait(60)
            cursor.execute("ROLLBACK")
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    held_by_other.wait(60)
    with nothing_changes(), pytest.raises(CommandError, match="还有程序在用这个数据库"):
        call_command("restore", path, replace=True)
    may_end.set()
    reader.join()


def test_other_receipt_key_is_told(ticket, path, settings, capsys):
    making.make(path)
    call_command("restore", path, check=True)
    same = capsys.readouterr().out

    settings.RECEIPT_KEY = "another"
    call_command("restore", path, check=True)

    assert "备份完好" in same and "RECEIPT_KEY" not in same
    assert restoring.OTHER_KEY in capsys.readouterr().out
