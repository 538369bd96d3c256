"""From which version on the approval of a text for the wall is asked: one notice, however often the text changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0029_ledger_results'),
    ]

    operations = [
        migrations.AddField(
            model_name='wallentry',
            name='asked_as',
            field=models.PositiveIntegerField(null=True, verbose_name='从第几稿起请人审'),
        ),
    ]
