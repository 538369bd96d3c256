"""On what terms a volunteer team did something; paid work has no record of service."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0024_reporter_on_duty'),
        ('volunteers', '0006_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='轮次')),
                ('fee_mode', models.CharField(choices=[('free', '免费'), ('low', '低偿'), ('paid', '有偿')], max_length=4, verbose_name='收费方式')),
                ('minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='用了多少分钟')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('profile', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='team_jobs', to='volunteers.profile', verbose_name='谁办的')),
                ('record', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='team_job', to='volunteers.servicerecord', verbose_name='服务记录')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team_jobs', to='tickets.ticket', verbose_name='工单')),
            ],
            options={
                'verbose_name': '服务队办的事',
                'verbose_name_plural': '服务队办的事',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'round', 'profile'), name='team_job_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('record', None), ('fee_mode', 'free'), _connector='OR'), name='team_job_paid_is_no_service'), models.CheckConstraint(condition=models.Q(('record', None), ('profile__isnull', False), _connector='OR'), name='team_job_record_names_a_person'), models.CheckConstraint(condition=models.Q(('fee_mode__in', ['free', 'low', 'paid'])), name='team_job_fee_known')],
            },
        ),
    ]
