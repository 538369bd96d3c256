"""What is told about shifts is a kind of its own, so that people can choose it."""

import django.contrib.postgres.fields
from django.db import migrations, models

import notices.models.outlets


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0007_notices_are_settled'),
    ]

    operations = [
        migrations.AlterField(
            model_name='preference',
            name='kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('ticket', '工单有变化'), ('clock', '时限提醒'), ('roster', '排班提醒'), ('other', '其他提醒')], max_length=8), blank=True, default=notices.models.outlets._all_kinds, size=None, verbose_name='发哪些'),
        ),
    ]
