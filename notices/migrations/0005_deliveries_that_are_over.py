"""What was sent or dropped long ago is found by an index, to be forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0004_deliveries'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ['sent', 'dropped'])), fields=['ended_at'], name='delivery_over'),
        ),
    ]
