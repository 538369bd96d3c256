"""The working calendar in the database: years loaded, a community's own days, and the version every area carries."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0003_supply_changes_are_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='area',
            name='calendar_version',
            field=models.CharField(blank=True, default='', editable=False, max_length=80, verbose_name='日历版本'),
        ),
        migrations.AddField(
            model_name='area',
            name='recount_since',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='日历改动待重算自'),
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='年份')),
                ('source', models.CharField(choices=[('notice', '国务院通知'), ('chinesecalendar', 'chinesecalendar 软件包')], max_length=16, verbose_name='来源')),
                ('document', models.CharField(blank=True, max_length=40, verbose_name='文号')),
                ('loaded_at', models.DateTimeField(verbose_name='录入时间')),
                ('loaded_by', models.ForeignKey(db_index=False, help_text='空着表示用命令录入。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
            ],
            options={
                'verbose_name': '年度放假安排',
                'verbose_name_plural': '年度放假安排',
                'ordering': ['year'],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='日期')),
                ('works', models.BooleanField(verbose_name='上班')),
                ('name', models.CharField(help_text='节日的名称，或者调休上班。', max_length=20, verbose_name='名称')),
                ('year', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='stations.calendaryear', verbose_name='通知年份')),
            ],
            options={
                'verbose_name': '放假和调休',
                'verbose_name_plural': '放假和调休',
                'ordering': ['year', 'date'],
                'constraints': [models.UniqueConstraint(fields=('year', 'date'), name='calendar_day_once')],
            },
        ),
        migrations.CreateModel(
            name='LocalDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='日期')),
                ('works', models.BooleanField(verbose_name='上班')),
                ('reason', models.CharField(max_length=60, verbose_name='原因')),
                ('set_at', models.DateTimeField(verbose_name='登记时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='local_days', to='stations.area', verbose_name='社区')),
                ('set_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('withdrawn_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤回人')),
            ],
            options={
                'verbose_name': '本地安排',
                'verbose_name_plural': '本地安排',
                'ordering': ['date', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('area', 'date'), name='local_day_once_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='local_day_has_a_reason')],
            },
        ),
    ]
