"""Pairs of tickets that a dispatcher has judged to be two matters."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('tickets', '0017_joined_places'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Apart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁看的')),
                ('one', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='一张')),
                ('other', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='另一张')),
            ],
            options={
                'verbose_name': '不是同一件',
                'verbose_name_plural': '不是同一件',
                'ordering': ['pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('one', 'other'), name='apart_once'),
                    models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='apart_in_order'),
                ],
            },
        ),
    ]
