"""Figures counted beforehand for each community and month, and marks of what has changed since."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0005_calendar_year_before"),
        ("tickets", "0032_ledger_columns"),
    ]

    operations = [
        migrations.CreateModel(
            name="TallyMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.area",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "待重数的月计",
                "verbose_name_plural": "待重数的月计",
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="这个月的第一天。", verbose_name="月份")),
                ("sums", models.TextField(verbose_name="合计")),
                ('parts', models.TextField(help_text='按责任单位、站点、类别，和并单撤单是谁经手的。', verbose_name='分项')),
                ('places', models.TextField(help_text='按楼栋，和收到的按类别和楼栋。', verbose_name='分楼栋')),
                (
                    "hours",
                    models.TextField(help_text="第一轮答复和办结用了多少秒办公时间。", verbose_name="用时"),
                ),
                (
                    "definition",
                    models.CharField(
                        help_text="数的时候各项是怎么定义的。", max_length=64, verbose_name="算法"
                    ),
                ),
                ("calendar_version", models.CharField(max_length=80, verbose_name="日历版本")),
                ("counted_at", models.DateTimeField(verbose_name="数的时间")),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="stations.area",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "月计",
                "verbose_name_plural": "月计",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("area", "month"), name="tally_once")],
            },
        ),
    ]
