"""Second of three: until now every rating was about its reporter's own ticket."""

from django.db import migrations

NAME_TICKETS = """
UPDATE tickets_rating SET ticket_id = r.ticket_id FROM tickets_reporter r
WHERE r.id = tickets_rating.reporter_id AND tickets_rating.ticket_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [('tickets', '0007_ratings_may_name_their_ticket')]

    operations = [
        migrations.RunSQL(NAME_TICKETS, migrations.RunSQL.noop),
    ]
