"""How often an old ledger was taken in hand without getting any further."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0027_old_ledgers'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgerimport',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='白做了几次'),
        ),
    ]
