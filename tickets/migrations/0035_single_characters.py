"""A single character is found as the beginning of a pair, so it is stored only where it begins none.

Tickets that new requests are still compared with, by the number of their terms, give up those they have too many;
in older ones they do no harm.
"""

from django.db import migrations

FORWARD = r"""
UPDATE tickets_ticket SET search = ts_delete(search, ARRAY(
    SELECT one.lexeme FROM unnest(search) one
    WHERE one.lexeme ~ '^[^a-z0-9]$' AND EXISTS (
        SELECT FROM unnest(search) pair WHERE length(pair.lexeme) = 2 AND starts_with(pair.lexeme, one.lexeme)
    )
))
WHERE received_at > now() - interval '60 days';
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0034_changes_are_marked")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
