"""A single character is found as the beginning of a pair, so only the last of a run is stored besides the pairs.

Tickets that new requests are still compared with, by the number of their terms, give up those they have too many;
in older ones they do no harm.
"""

from django.db import migrations

FORWARD = r"""
UPDATE tickets_ticket SET search = ts_delete(search, ARRAY(
    SELECT lexeme FROM unnest(search) WHERE lexeme ~ '^[^a-z0-9]$'
    INTERSECT SELECT left(lexeme, 1) FROM unnest(search) WHERE length(lexeme) = 2
))
WHERE received_at > now() - interval '60 days';
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0034_changes_are_marked")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
