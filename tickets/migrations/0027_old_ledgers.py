"""Old ledgers: the files, what could not be taken of them, and what a ticket made of one does not know."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0005_calendar_year_before'),
        ('tickets', '0026_wall_entries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='行')),
                ('reasons', models.JSONField(default=list, verbose_name='原因')),
                ('cells', models.JSONField(default=dict, verbose_name='内容')),
            ],
            options={
                'ordering': ['line'],
            },
        ),
        migrations.CreateModel(
            name='LedgerImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='时间')),
                ('file_name', models.CharField(max_length=120, verbose_name='文件名')),
                ('size', models.PositiveBigIntegerField(verbose_name='字节')),
                ('how', models.CharField(blank=True, max_length=20, verbose_name='读成')),
                ('answered_ends', models.BooleanField(default=True, verbose_name='答复算结束')),
                ('state', models.CharField(choices=[('reading', '正在读'), ('read', '等确认'), ('writing', '正在导入'), ('done', '已导入'), ('refused', '没有读成')], default='reading', max_length=8, verbose_name='状态')),
                ('is_kept', models.BooleanField(default=True, verbose_name='留着文件')),
                ('refusal', models.CharField(blank=True, max_length=400, verbose_name='为什么没读成')),
                ('columns', models.JSONField(default=list, verbose_name='列')),
                ('notes', models.JSONField(default=dict, verbose_name='说明')),
                ('examples', models.JSONField(default=list, verbose_name='前几行')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='读了')),
                ('ready', models.PositiveIntegerField(default=0, verbose_name='可以导入')),
                ('known', models.PositiveIntegerField(default=0, verbose_name='已经有')),
                ('bad', models.PositiveIntegerField(default=0, verbose_name='有问题')),
                ('written', models.PositiveIntegerField(default=0, verbose_name='导入了')),
                ('done_line', models.PositiveIntegerField(default=0, verbose_name='做到第几行')),
                ('held_until', models.DateTimeField(blank=True, null=True, verbose_name='有人在做，到')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='做完')),
            ],
            options={
                'verbose_name': '导入旧台账',
                'verbose_name_plural': '导入旧台账',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='LedgerPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='reply',
            name='reply_promise_if_solvable',
        ),
        migrations.AddField(
            model_name='ticket',
            name='external_id',
            field=models.CharField(editable=False, help_text='从旧台账导入的，在那里的编号。', max_length=64, null=True, verbose_name='原编号'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='channel',
            field=models.CharField(choices=[('link', '扫码或查询码'), ('phone', '电话回访'), ('desk', '站点代评'), ('ledger', '旧台账')], max_length=8, verbose_name='渠道'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='solved',
            field=models.CharField(blank=True, choices=[('yes', '解决了'), ('partly', '一部分'), ('no', '没解决')], help_text='旧台账没写的空着。', max_length=8, verbose_name='解决了吗'),
        ),
        migrations.AlterField(
            model_name='reply',
            name='solvable',
            field=models.CharField(blank=True, choices=[('yes', '能'), ('partly', '部分'), ('no', '不能')], help_text='旧台账没写的空着。', max_length=8, verbose_name='能否解决'),
        ),
        migrations.AlterField(
            model_name='reply',
            name='told',
            field=models.CharField(blank=True, choices=[('phone', '打电话'), ('in_person', '当面'), ('link', '扫码查看'), ('slip', '站点转告')], max_length=10, verbose_name='怎么告知'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('promised_on', None), ('solvable__in', ['no', ''])), models.Q(('promised_on__isnull', False), ('solvable__in', ['yes', 'partly'])), _connector='OR'), name='reply_promise_if_solvable'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id__isnull', False)), fields=('area', 'external_id'), name='ticket_external_once'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='area',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.area', verbose_name='社区'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='station',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.station', verbose_name='导入到站点'),
        ),
        migrations.AddField(
            model_name='ledgerfault',
            name='ledger',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='faults', to='tickets.ledgerimport'),
        ),
        migrations.AddField(
            model_name='ledgerpart',
            name='ledger',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='tickets.ledgerimport'),
        ),
        migrations.AddConstraint(
            model_name='ledgerimport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['reading', 'read', 'writing', 'done', 'refused'])), name='ledger_state_known'),
        ),
        migrations.AddConstraint(
            model_name='ledgerimport',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('ready'), '+', models.F('known')), '+', models.F('bad')))), name='ledger_rows_add_up'),
        ),
        migrations.AddConstraint(
            model_name='ledgerfault',
            constraint=models.UniqueConstraint(fields=('ledger', 'line'), name='ledger_fault_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerpart',
            constraint=models.UniqueConstraint(fields=('ledger', 'number'), name='ledger_part_once'),
        ),
    ]
