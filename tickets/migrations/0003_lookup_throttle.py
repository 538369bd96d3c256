"""Failed look-ups of receipts, counted per address, per receipt and for the whole site."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_events_are_append_only")]

    operations = [
        migrations.CreateModel(
            name="LookupFailure",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name": "查询失败计数", "verbose_name_plural": "查询失败计数"},
        )
    ]
