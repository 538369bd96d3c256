"""Find promises by their day, and answered tickets of a community or a station."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_tellings")]

    operations = [
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("promised_on__isnull", False)), fields=["promised_on"], name="reply_promised"
            ),
        ),
    ]
