"""Counts failed sign-ins per account and per address; see docs/decisions/0004."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_is_append_only")]
    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("blocked_until", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name": "登录失败计数", "verbose_name_plural": "登录失败计数"},
        ),
    ]
