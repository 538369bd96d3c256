"""Find promises by their day, answered tickets by their community, and what a person has just told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0014_photos")]

    operations = [
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("promised_on__isnull", False)), fields=["promised_on"], name="reply_promised"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("solvable__gt", ""),
                    ("status__in", ["received", "dispatched", "claimed", "waiting", "resolved"]),
                ),
                fields=["area"],
                name="ticket_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="telling",
            index=models.Index(condition=models.Q(("by__isnull", False)), fields=["by", "at"], name="telling_by"),
        ),
    ]
