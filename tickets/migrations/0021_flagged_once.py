"""A ticket is flagged once for each kind of limit and due moment."""

from django.db import migrations, models
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [
        ('tickets', '0020_ladder'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(
                models.F('ticket'), KT('data__kind'), KT('data__due_at'),
                condition=models.Q(verb='flag'), name='event_flag_once',
            ),
        ),
    ]
