"""回音壁: words for the public about closed tickets, by one person and approved by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0005_calendar_year_before'),
        ('tickets', '0025_team_jobs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WallEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='写的是第几轮')),
                ('title', models.CharField(max_length=24, verbose_name='标题')),
                ('words', models.CharField(max_length=60, verbose_name='办成什么样')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='第几稿')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('proposed', '待审'), ('refused', '已退回'), ('published', '在墙上'), ('withdrawn', '已撤下')], default='draft', max_length=10, verbose_name='到哪一步')),
                ('written_at', models.DateTimeField(verbose_name='写的时间')),
                ('judged_at', models.DateTimeField(null=True, verbose_name='审的时间')),
                ('changed_at', models.DateTimeField(verbose_name='最近一步的时间')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='退回或撤下的原因')),
                ('group', models.CharField(blank=True, max_length=30, verbose_name='写出来的楼群')),
                ('span', models.CharField(blank=True, choices=[('month', '月'), ('quarter', '季度'), ('year', '年'), ('ever', '不写时间')], max_length=8, verbose_name='写出来的时间有多长')),
                ('month', models.DateField(help_text='那个月的第一天；对外只按“写出来的时间”写。', verbose_name='哪个月接的单')),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.area', verbose_name='社区')),
                ('category', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category', verbose_name='写出来的类别')),
                ('judged_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁审的')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='wall_entry', to='tickets.ticket', verbose_name='工单')),
                ('withdrawn_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁撤的')),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁写的')),
            ],
            options={
                'verbose_name': '回音壁',
                'verbose_name_plural': '回音壁',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['area', 'state', '-judged_at', '-id'], name='wall_entry_shown')],
                'constraints': [models.CheckConstraint(condition=models.Q(('judged_by', None), models.Q(('judged_by', models.F('written_by')), _negated=True), _connector='OR'), name='wall_entry_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'refused']), _negated=True), models.Q(('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='wall_entry_judged_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('span', ''), _negated=True), _connector='OR'), name='wall_entry_published_is_coarse'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='wall_entry_refused_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_by__isnull', False), _connector='OR'), name='wall_entry_withdrawn_by_somebody')],
            },
        ),
    ]
