"""The rungs already told of a clock, and the moment of the next one: one index for every question of the sweep."""

from django.db import migrations, models
from django.db.models import Case, F, Q, When

ENDED = (
    Q(met_at__isnull=False)
    | Q(stopped_at__isnull=False)
    | Q(paused_at__isnull=False)
    | Q(flagged_at__isnull=False)
    | ~Q(kind__in=['reply', 'resolve'])
)


class Migration(migrations.Migration):
    dependencies = [
        ('tickets', '0019_heartbeats'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='clock',
            name='clock_to_flag',
        ),
        migrations.AddField(
            model_name='clock',
            name='told_half_at',
            field=models.DateTimeField(blank=True, help_text='提醒时的过半时刻。', null=True, verbose_name='过半已提醒'),
        ),
        migrations.AddField(
            model_name='clock',
            name='told_warn_at',
            field=models.DateTimeField(blank=True, help_text='提醒时的临近时刻。', null=True, verbose_name='临近已提醒'),
        ),
        migrations.AddField(
            model_name='clock',
            name='climbs_at',
            field=models.GeneratedField(
                db_persist=True,
                expression=Case(
                    When(ENDED, then=None),
                    When(told_warn_at=F('warn_at'), then=F('due_at')),
                    When(told_half_at=F('half_at'), then=F('warn_at')),
                    default=F('half_at'),
                ),
                output_field=models.DateTimeField(null=True),
                verbose_name='下一级提醒',
            ),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=Q(climbs_at__isnull=False), fields=['climbs_at'], name='clock_climbs'),
        ),
    ]
