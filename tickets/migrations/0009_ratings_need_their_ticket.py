"""Third of three: one rating per reporter, ticket and round."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0008_ratings_name_their_ticket')]

    operations = [
        migrations.AlterField(
            model_name='rating',
            name='ticket',
            field=models.ForeignKey(help_text='并单以后评的是并入的那一张。', on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='tickets.ticket', verbose_name='评的工单'),
        ),
        migrations.RemoveConstraint(
            model_name='rating',
            name='rating_once_a_round',
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(fields=('reporter', 'ticket', 'round'), name='rating_once_a_round'),
        ),
    ]
