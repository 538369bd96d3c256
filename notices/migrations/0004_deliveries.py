"""Mailboxes, group robots, and the messages on their way to them."""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import notices.models.outlets
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0003_notices_are_routed'),
        ('stations', '0003_supply_changes_are_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', '邮件'), ('robot', '群机器人')], max_length=8, verbose_name='渠道')),
                ('effect', models.CharField(help_text='同一事由对同一邮箱或群只发一次。', max_length=60, verbose_name='事由')),
                ('subject', models.CharField(choices=[('notice', '通知'), ('confirmation', '确认邮箱'), ('trial', '试发')], default='notice', max_length=12, verbose_name='用途')),
                ('address', models.CharField(blank=True, help_text='确认信发往还没有确认的邮箱。', max_length=254, verbose_name='只发到')),
                ('text', models.CharField(max_length=200, verbose_name='内容')),
                ('url', models.CharField(blank=True, max_length=200, verbose_name='链接')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='紧急')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('state', models.CharField(choices=[('waiting', '等待发送'), ('sent', '已发出'), ('dead', '发不出去'), ('dropped', '不再发')], default='waiting', max_length=8, verbose_name='状态')),
                ('due_at', models.DateTimeField(verbose_name='下次发送')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='没发成的次数')),
                ('begun', models.PositiveSmallIntegerField(default=0, verbose_name='没有结果的次数')),
                ('attempt', models.UUIDField(blank=True, editable=False, null=True, verbose_name='发送号')),
                ('tried_at', models.DateTimeField(blank=True, null=True, verbose_name='最近发送')),
                ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='从何时起发不出')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='原因')),
            ],
            options={
                'verbose_name': '外发',
                'verbose_name_plural': '外发',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=True, verbose_name='打开')),
                ('quiet_from', models.TimeField(blank=True, default=datetime.time(21, 0), null=True, verbose_name='安静时段从')),
                ('quiet_to', models.TimeField(blank=True, default=datetime.time(8, 0), null=True, verbose_name='到')),
                ('stopped_why', models.CharField(blank=True, editable=False, max_length=120, verbose_name='停发原因')),
                ('address', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                ('wanted', models.EmailField(blank=True, max_length=254, verbose_name='待确认的邮箱')),
                ('asked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='发确认信的时间')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('ticket', '工单有变化'), ('clock', '时限提醒'), ('other', '其他提醒')], max_length=8), blank=True, default=notices.models.outlets._all_kinds, size=None, verbose_name='发哪些')),
            ],
            options={
                'verbose_name': '通知设置',
                'verbose_name_plural': '通知设置',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Robot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=True, verbose_name='打开')),
                ('quiet_from', models.TimeField(blank=True, default=datetime.time(21, 0), null=True, verbose_name='安静时段从')),
                ('quiet_to', models.TimeField(blank=True, default=datetime.time(8, 0), null=True, verbose_name='到')),
                ('stopped_why', models.CharField(blank=True, editable=False, max_length=120, verbose_name='停发原因')),
                ('address', models.CharField(max_length=200, verbose_name='机器人地址')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='设置时间')),
            ],
            options={
                'verbose_name': '群机器人',
                'verbose_name_plural': '群机器人',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='person',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to=settings.AUTH_USER_MODEL, verbose_name='收件人'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='unit',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='stations.unit', verbose_name='责任单位'),
        ),
        migrations.AddField(
            model_name='preference',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preference', to=settings.AUTH_USER_MODEL, verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='robot',
            name='saved_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='设置人'),
        ),
        migrations.AddField(
            model_name='robot',
            name='unit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='robot', to='stations.unit', verbose_name='责任单位'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['channel', 'due_at'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='delivery_dead'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['person', '-id'], name='delivery_person'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('channel', 'robot')), fields=['unit', 'tried_at'], name='delivery_unit'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('effect', 'channel', 'person', 'unit'), name='delivery_effect_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'email'), ('person__isnull', False), ('unit', None)), models.Q(('channel', 'robot'), ('person', None), ('unit__isnull', False)), _connector='OR'), name='delivery_has_a_receiver'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='delivery_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='robot',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='robot_has_an_address'),
        ),
    ]
