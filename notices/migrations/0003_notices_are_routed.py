"""Notices know whether they have been routed outside, and as one of which unit they were told.

What was written before is not sent after the fact: it counts as routed.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0002_recipient_has_one_index'),
        ('stations', '0003_supply_changes_are_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='routed_at',
            field=models.DateTimeField(blank=True, default=django.utils.timezone.now, editable=False, null=True, verbose_name='分发时间'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='notice',
            name='unit',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='责任单位'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('routed_at', None)), fields=['id'], name='notice_unrouted'),
        ),
    ]
