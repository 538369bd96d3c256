"""One matter brought by several people: who joined where, and what a ticket was merged into."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0005_fewer_indexes'), ('stations', '0001_places')]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='own_due_at',
            field=models.DateTimeField(blank=True, help_text='并单后跟着更早的那一张到期时，原来的到期时刻。', null=True, verbose_name='自己的到期'),
        ),
        migrations.AddField(
            model_name='reporter',
            name='station',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.station', verbose_name='加入时的站点'),
        ),
        migrations.AddField(
            model_name='reporter',
            name='submission_id',
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name='提交号'),
        ),
        migrations.AddField(
            model_name='reporter',
            name='words',
            field=models.TextField(blank=True, max_length=4000, verbose_name='他的说法'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='tickets.ticket', verbose_name='并入'),
        ),
        migrations.AddIndex(
            model_name='reporter',
            index=models.Index(condition=models.Q(('station__isnull', False)), fields=['station', 'ticket'], name='reporter_joined'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='ticket_duplicates'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'merged')), models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='ticket_merged_has_master'),
        ),
    ]
