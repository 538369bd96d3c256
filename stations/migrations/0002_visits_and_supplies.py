"""Visits, supplies with their changes, and what is lent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0001_places'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Supply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='例如 口罩、急救药箱、充电器', max_length=30, verbose_name='名称')),
                ('unit_word', models.CharField(default='个', help_text='例如 个、只、本、把', max_length=4, verbose_name='量词')),
                ('stock', models.PositiveIntegerField(default=0, verbose_name='现有')),
                ('low_mark', models.PositiveIntegerField(blank=True, help_text='剩到这个数就提醒“快用完了”；不填就不提醒。', null=True, verbose_name='提醒数')),
                ('is_lendable', models.BooleanField(default=False, verbose_name='可以借出')),
                ('is_active', models.BooleanField(default=True, verbose_name='在用')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplies', to='stations.station', verbose_name='站点')),
            ],
            options={
                'verbose_name': '物品',
                'verbose_name_plural': '物品',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission_id', models.UUIDField(editable=False, unique=True, verbose_name='提交号')),
                ('quantity', models.PositiveIntegerField(default=1, verbose_name='数量')),
                ('borrower', models.CharField(blank=True, max_length=30, verbose_name='怎么称呼')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='手机号')),
                ('lent_at', models.DateTimeField(verbose_name='借出时间')),
                ('due_at', models.DateTimeField(verbose_name='什么时候还')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='归还时间')),
                ('lent_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经手人')),
                ('returned_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='收回人')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='stations.station', verbose_name='站点')),
                ('supply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='stations.supply', verbose_name='物品')),
            ],
            options={
                'verbose_name': '借用',
                'verbose_name_plural': '借用',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SupplyChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('used', '用掉'), ('restocked', '补货'), ('counted', '盘点'), ('lent', '借出'), ('returned', '归还'), ('return_undone', '撤回归还'), ('settings', '改设置')], max_length=16, verbose_name='原因')),
                ('amount', models.IntegerField(verbose_name='增减')),
                ('stock_after', models.PositiveIntegerField(verbose_name='之后现有')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('device', models.CharField(blank=True, max_length=16, verbose_name='设备')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('key', models.UUIDField(blank=True, editable=False, null=True, unique=True, verbose_name='按键号')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
                ('loan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='stations.loan', verbose_name='借用')),
                ('supply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='stations.supply', verbose_name='物品')),
            ],
            options={
                'verbose_name': '物品变动',
                'verbose_name_plural': '物品变动',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True, verbose_name='按键号')),
                ('kind', models.CharField(choices=[('borrow', '借物'), ('water', '接水'), ('chat', '聊天'), ('advice', '咨询')], max_length=8, verbose_name='来做什么')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('day', models.DateField(verbose_name='日期')),
                ('device', models.CharField(blank=True, max_length=16, verbose_name='设备')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='stations.station', verbose_name='站点')),
                ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤回人')),
            ],
            options={
                'verbose_name': '来访',
                'verbose_name_plural': '来访',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='loan',
            name='visit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='loan', to='stations.visit', verbose_name='来访'),
        ),
        migrations.AddConstraint(
            model_name='supply',
            constraint=models.UniqueConstraint(fields=('station', 'name'), name='supply_name_once', violation_error_message='这个站点已经有同名的物品。'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['station', 'day'], name='visit_station_day'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['borrow', 'water', 'chat', 'advice'])), name='visit_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='visit_undone_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(condition=models.Q(('returned_at', None)), fields=['station', 'due_at'], name='loan_out'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(fields=['station', '-lent_at'], name='loan_station_lent'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='loan_of_something'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('lent_at'))), name='loan_due_after_lent'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_at', None), ('returned_by', None)), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False)), _connector='OR'), name='loan_returned_to_somebody'),
        ),
    ]
