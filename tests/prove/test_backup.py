"""The demo from one database into another, by the commands: every row, every photo; killed again and again.

Each database is its own, each command a process of its own. Times are printed, not judged.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from tests.tickets.backups import held
from tickets.backups import archive, copying, restoring

pytestmark = [pytest.mark.prove, pytest.mark.crash]
CHECKOUT = Path(__file__).resolve().parents[2]
KILLS = 12
TICKETS = int(os.environ.get("BACKUP_TICKETS", "0"))
CHANGES_NO_TABLE = ("_audit_", "_sessions_")  # of those in a backup
ROWS = """
SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM "{}" t
"""
# That it was restored is written down after it was: one more row, which is not counted.
AUDIT = "accounts_auditentry"
NOTED = f"SELECT count(*) FROM {AUDIT} WHERE action = 'restored'"  # noqa: S608


class Installation:
    """A database, a folder of photos, and `manage.py` on both."""

    def __init__(self, name, folder):
        self.name, self.media = name, folder / name
        self.address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()

    def begin(self, *arguments):
        own = {"DATABASE_URL": self.address, "MEDIA_ROOT": str(self.media), "DEMO": "1"}
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=CHECKOUT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings", **own},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *arguments):
        """(seconds, what it said)"""
        began = time.monotonic()
        process = self.begin(*arguments)
        said = process.communicate()[0]
        assert process.returncode == 0, said
        return time.monotonic() - began, said

    def kill_after(self, seconds, *arguments):
        """False where it was over before."""
        process = self.begin(*arguments)
        try:
            process.communicate(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True

    def holds(self):
        """({table: (rows, digest)}, the numbers to come, {photo: digest})"""
        tables = copying.tables_of_the_house()
        with psycopg2.connect(self.address) as line, line.cursor() as cursor:
            rows = {table: self._rows(cursor, table) for table in tables}
            numbers = copying.sequences(cursor, tables)
            cursor.execute(NOTED)
            numbers[f"{AUDIT}_id_seq"] -= cursor.fetchone()[0]
        line.close()
        files = [path for path in self.media.rglob("*") if path.is_file()]
        return rows, numbers, {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    @staticmethod
    def _rows(cursor, table):
        cursor.execute(ROWS.format(table) + ("WHERE action <> 'restored'" if table == AUDIT else ""))
        return cursor.fetchone()


@pytest.fixture(scope="module")
def databases(django_db_setup, django_db_blocker, tmp_path_factory):
    """`databases(name)`: an installation with a database without any table."""
    made, folder = [], tmp_path_factory.mktemp("installations")

    def create(name):
        installation = Installation(f"prove_backup_{os.getpid()}_{name}", folder)
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {installation.name}")
        made.append(installation.name)
        return installation

    yield create
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for name in made:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def demo(databases):
    source = databases("source")
    source.run("migrate")
    source.run("load_demo", *(("--tickets", TICKETS) if TICKETS else ()))
    return source


@pytest.fixture(scope="module")
def saved(demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "demo.zip"
    seconds, said = demo.run("backup", path)
    print(f"\nbackup: {seconds:.1f} s\n{said}")
    return path


@pytest.fixture(scope="module")
def held_by_demo(demo):
    return demo.holds()


def test_demo_comes_back_to_the_row_and_the_photo(demo, saved, held_by_demo, databases):
    target = databases("target")

    seconds, said = target.run("restore", saved)

    print(f"\nrestore: {seconds:.1f} s\n{said}")
    rows, numbers, files = target.holds()
    assert files == held_by_demo[2] and len(files) >= 10
    assert rows == held_by_demo[0] and rows["tickets_ticket"][0] > 100
    assert numbers == held_by_demo[1]
    target.run("reconcile")
    target.run("check")


def test_restored_installation_is_saved_to_the_same_content(saved, databases, tmp_path):
    target = databases("again")
    target.run("restore", saved)
    target.run("backup", tmp_path / "again.zip")

    with archive.opened(saved) as first, archive.opened(tmp_path / "again.zip") as second:
        assert _but_audit(first.manifest) == _but_audit(second.manifest)


def test_older_backup_is_brought_up_to_date(saved, held_by_demo, databases, tmp_path):
    def older(facts, contents):
        last = max(one for one in facts["migrations"] if one[0] == "accounts")
        assert any(name in last[1] for name in CHANGES_NO_TABLE)
        facts["migrations"] = tuple(one for one in facts["migrations"] if one != last)

    target, file = databases("older"), held.rewritten(saved, tmp_path / "older.zip", older)

    _, said = target.run("restore", file)

    assert "已经更新到现在的版本" in said
    assert target.holds() == held_by_demo
    assert "[ ]" not in target.run("showmigrations", "accounts")[1]


def test_killed_backups_leave_no_file_under_the_name(demo, saved, tmp_path):
    seconds, _ = demo.run("backup", tmp_path / "whole.zip")
    path, killed = tmp_path / "killed.zip", 0

    for number in range(KILLS):
        killed += demo.kill_after(seconds * (number + 1) / (KILLS + 2), "backup", path)
        if path.exists():
            with archive.opened(path):
                path.unlink()

    assert killed > KILLS / 2
    demo.run("backup", path)
    assert not list(tmp_path.glob(".*.part"))


def test_killed_restores_leave_nothing_or_all(saved, held_by_demo, databases):
    """Into a database without tables, again and again: the tables may be made by one run and filled by another."""
    whole, target, killed = databases("whole"), databases("killed"), 0
    seconds, _ = whole.run("restore", saved)

    for number in range(KILLS):
        killed += target.kill_after(seconds * (number + 1) / (KILLS + 2), "restore", saved)
        if _filled(target):
            break

    assert killed > 1
    if not _filled(target):
        target.run("restore", saved)
    assert target.holds() == held_by_demo


def test_killed_replacements_leave_what_was_there_or_all(saved, held_by_demo, databases):
    target, killed = databases("replaced"), 0
    target.run("migrate")
    target.run("load_demo", "--now", "2026-03-03T10:00+08:00")
    before = target.holds()[:2]
    seconds, _ = target.run("restore", saved, "--check")

    for number in range(KILLS):
        killed += target.kill_after(1 + number / 4, "restore", saved, "--replace")
        if (found := target.holds()[:2]) != before:
            assert found == held_by_demo[:2]
            break

    assert killed
    target.run("restore", saved, "--replace")
    assert target.holds()[:2] == held_by_demo[:2]


def _but_audit(manifest):
    members = {name: facts for name, facts in manifest.members.items() if name != f"tables/{AUDIT}"}
    return [table for table in manifest.tables if table.name != AUDIT], members


def _filled(target):
    """Which tables have rows, but those that have some by themselves; waits for what a killed process left."""
    with psycopg2.connect(target.address) as line, line.cursor() as cursor:
        tables = sorted(copying.columns(cursor, copying.tables_of_the_house()))
        found = set(copying.filled(cursor, tables)) if tables else set()
    line.close()
    return found if found - restoring.UNASKED else set()
