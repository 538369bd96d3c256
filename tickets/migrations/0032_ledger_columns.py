"""What somebody says the columns of an old ledger are, and what unknown words for satisfaction count as."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0031_wall_asked_of_waiting'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgerimport',
            name='head',
            field=models.CharField(blank=True, max_length=64, verbose_name='表头'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='is_by_hand',
            field=models.BooleanField(default=False, verbose_name='有人说明过列'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='ratings',
            field=models.JSONField(default=dict, verbose_name='评价算什么'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='words',
            field=models.JSONField(default=list, verbose_name='看不懂的评价'),
        ),
    ]
