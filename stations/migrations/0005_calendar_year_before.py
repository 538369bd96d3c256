"""What a loaded year said before it was loaded over, so that the last loading can be taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0004_working_calendar'),
    ]

    operations = [
        migrations.AddField(
            model_name='calendaryear',
            name='before',
            field=models.JSONField(editable=False, null=True, verbose_name='之前'),
        ),
    ]
