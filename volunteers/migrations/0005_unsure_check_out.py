"""Whether somebody still has to confirm when a volunteer went."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0004_shift_kept_or_closed")]

    operations = [
        migrations.AddField(
            "assignment", "is_out_unsure", models.BooleanField("签退待确认", default=False)
        )
    ]
