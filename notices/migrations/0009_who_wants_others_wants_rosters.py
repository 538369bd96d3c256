"""Until now shifts went with the others: whoever chose those goes on hearing of shifts."""

from django.db import migrations

ADD = "UPDATE notices_preference SET kinds = kinds || ARRAY['roster']::varchar[] WHERE 'other' = ANY(kinds) AND NOT 'roster' = ANY(kinds)"
TAKE = "UPDATE notices_preference SET kinds = array_remove(kinds, 'roster'::varchar)"


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0008_rosters_are_a_kind'),
    ]

    operations = [migrations.RunSQL(ADD, TAKE)]
