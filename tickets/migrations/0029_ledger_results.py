"""What an import of an old ledger brought: which tickets, received when, and which rows were there before."""

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0028_ledger_tries'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgerimport',
            name='first_on',
            field=models.DateField(blank=True, null=True, verbose_name='最早接单'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='known_rows',
            field=models.JSONField(default=list, verbose_name='已有的行'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='last_on',
            field=models.DateField(blank=True, null=True, verbose_name='最晚接单'),
        ),
        migrations.AddField(
            model_name='ledgerimport',
            name='unrated',
            field=models.PositiveIntegerField(default=0, verbose_name='办完没有评价'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(django.db.models.fields.json.KeyTextTransform('imported', 'data'), condition=models.Q(('data__has_key', 'imported'), ('verb', 'receive')), name='event_imported'),
        ),
    ]
