"""Notices know when the step was taken that they asked for: what asks for it outside is not sent after that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0006_confirmations_by_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='settled_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='办了的时间'),
        ),
    ]
