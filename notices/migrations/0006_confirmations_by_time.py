"""How many confirmation letters a mailbox was sent in a day is counted by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0005_deliveries_that_are_over'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('subject', 'confirmation')), fields=['created_at'], name='delivery_confirmation'),
        ),
    ]
