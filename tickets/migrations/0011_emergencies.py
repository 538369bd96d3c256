"""Categories for emergencies: the number to call first, and hours by day and night for the reply."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0010_waiting')]

    operations = [
        migrations.AddField(
            model_name='category',
            name='emergency_advice',
            field=models.CharField(blank=True, help_text='例如：先关阀门、开窗、不碰电器，人到屋外再打电话。', max_length=120, verbose_name='先怎么做'),
        ),
        migrations.AddField(
            model_name='category',
            name='emergency_call',
            field=models.CharField(blank=True, help_text='紧急类别必填，例如 119。', max_length=20, validators=[django.core.validators.RegexValidator('^[0-9+][0-9 -]{2,19}$', '填写电话号码，只用数字、空格和短横，例如 023-1200 0118。')], verbose_name='先打的电话'),
        ),
        migrations.AddField(
            model_name='category',
            name='emergency_hours',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(2, '2小时（有危险）'), (24, '24小时（停水、停电、停气、停暖）')], help_text='不分昼夜；空着就不是紧急类别。', null=True, verbose_name='紧急：几小时内答复'),
        ),
        migrations.AddField(
            model_name='clock',
            name='hours',
            field=models.PositiveSmallIntegerField(blank=True, help_text='紧急类别的答复，不分昼夜。', null=True, verbose_name='钟点数'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='working_days',
            field=models.PositiveSmallIntegerField(help_text='按钟点算的为0。', verbose_name='工作日数'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('emergency_call', ''), ('emergency_hours', None)), models.Q(('emergency_hours__gt', 0), models.Q(('emergency_call', ''), _negated=True)), _connector='OR'), name='category_emergency_has_number', violation_error_message='紧急类别要同时填写几小时内答复和先打的电话；不是紧急类别，两项都空着。'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hours', None), ('working_days__gt', 0)), models.Q(('hours__gt', 0), ('kind', 'reply'), ('working_days', 0)), _connector='OR'), name='clock_days_or_hours'),
        ),
    ]
