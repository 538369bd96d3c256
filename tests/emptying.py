"""Empties the database after a test that committed; Django truncates every table, also the many that are empty.

That and its renewal of permissions cost more than most tests. Here only rows that are there are deleted, past the
triggers, and what belongs to the tables rather than to a test stays: content types and permissions.
"""

from django.db import connection
from django.test import TransactionTestCase

MAY = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
# Replicas check no foreign key and run no trigger, such as those that keep a table append-only.
EMPTY = """
DO $$
DECLARE name text; is_filled boolean;
BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public'
      AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
  LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO is_filled;
    IF is_filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
END $$
"""

_flush = TransactionTestCase._fixture_teardown


def empty(case):
    """In the place of TransactionTestCase._fixture_teardown; where the role may not, as Django does it."""
    with connection.cursor() as cursor:
        cursor.execute(MAY)
        if cursor.fetchone() == (True,):
            cursor.execute(EMPTY)
            return
    _flush(case)
