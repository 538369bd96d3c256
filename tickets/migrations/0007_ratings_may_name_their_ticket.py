"""First of three: a rating names the ticket it is about."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0006_duplicates')]

    operations = [
        migrations.AddField(
            model_name='rating',
            name='ticket',
            field=models.ForeignKey(null=True, help_text='并单以后评的是并入的那一张。', on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='tickets.ticket', verbose_name='评的工单'),
        ),
    ]
