"""Photos of a ticket, and the drafts that wait for their form."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0013_tellings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='文件名')),
                ('draft', models.UUIDField(blank=True, null=True, verbose_name='随哪张表')),
                ('stage', models.CharField(choices=[('received', '反映时'), ('answered', '答复时'), ('finished', '办完后')], max_length=8, verbose_name='哪一步')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='轮次')),
                ('width', models.PositiveIntegerField(verbose_name='宽')),
                ('height', models.PositiveIntegerField(verbose_name='高')),
                ('bytes', models.PositiveIntegerField(verbose_name='字节数')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁传的')),
                ('event', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='tickets.event', verbose_name='随哪一步')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='tickets.reporter', verbose_name='反映人')),
                ('ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='tickets.ticket', verbose_name='工单')),
            ],
            options={
                'verbose_name': '照片',
                'verbose_name_plural': '照片',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('ticket', None)), fields=['draft'], name='photo_draft')],
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['received', 'answered', 'finished'])), name='photo_stage_known'), models.CheckConstraint(condition=models.Q(models.Q(('draft', None), ('ticket__isnull', False)), models.Q(('draft__isnull', False), ('ticket', None)), _connector='OR'), name='photo_ticket_or_draft')],
            },
        ),
    ]
