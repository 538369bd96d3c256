"""What a database and the folder of its photos hold, to be compared with what another, or the same later, holds.

That it was restored is written down after it was, and not counted here.
"""

import hashlib

from django.conf import settings
from django.db import connection

from accounts.models import AuditEntry
from tickets import photo_files
from tickets.backups import archive, copying
from tickets.backups.manifest import Manifest

AUDIT = AuditEntry._meta.db_table
SCHEMA = """
SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_generated, is_nullable)
FROM information_schema.columns WHERE table_schema = 'public'
ORDER BY 1
"""


def rows():
    """{table: every row as text, all columns, those too that the database works out}; those left out are not of it."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in copying.tables_of_the_house()}


def _rows(cursor, table):
    cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
    return [row for (row,) in cursor.fetchall() if not (table == AUDIT and ",restored," in row)]


def next_numbers():
    with connection.cursor() as cursor:
        numbers = copying.sequences(cursor, copying.tables_of_the_house())
    noted = AuditEntry.objects.filter(action=AuditEntry.Action.RESTORED).count()
    return {**numbers, f"{AUDIT}_id_seq": numbers[f"{AUDIT}_id_seq"] - noted}


def schema():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        return [line for (line,) in cursor.fetchall()]


def photos():
    """{file: SHA-256}"""
    files = [path for path in photo_files.folder().rglob("*") if path.is_file()]
    return {str(file.relative_to(settings.MEDIA_ROOT)): _sha(file) for file in files}


def everything():
    return rows(), next_numbers(), photos()


def rewritten(source, target, change):
    """A whole and sealed backup with another manifest or another table, as no product of ours makes it.

    `change(facts, contents)` may change both: the manifest's fields, {member: bytes}.
    """
    with archive.opened(source) as backup:
        facts = dict(vars(backup.manifest))
        contents = {name: backup.read(name) for name in backup.manifest.members}
    change(facts, contents)
    with target.open("w+b") as file, archive.writing(file) as writer:
        for name, data in contents.items():
            with writer.member(name, is_packed=True) as member:
                member.write(data)
        writer.finish(Manifest(**{**facts, "members": writer.members}))
    return target


def _sha(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()
