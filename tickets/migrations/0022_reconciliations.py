"""The nightly comparison of the tables with each other, and what did not agree."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0003_supply_changes_are_append_only'),
        ('tickets', '0021_flagged_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='日期')),
                ('started_at', models.DateTimeField(verbose_name='开始')),
                ('finished_at', models.DateTimeField(verbose_name='做完')),
                ('checked', models.JSONField(help_text='每一项：{查了多少行, 不对的有多少}', verbose_name='查了多少')),
            ],
            options={
                'verbose_name': '每晚对账',
                'verbose_name_plural': '每晚对账',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_code', models.CharField(max_length=20, verbose_name='哪一项')),
                ('words', models.CharField(max_length=200, verbose_name='哪里不对')),
                ('area', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.area', verbose_name='社区')),
                ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.ticket', verbose_name='工单')),
                ('reconciliation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='tickets.reconciliation', verbose_name='哪一晚')),
            ],
            options={
                'verbose_name': '对账发现',
                'verbose_name_plural': '对账发现',
                'ordering': ['pk'],
            },
        ),
    ]
