"""Readers of many communities read by time alone; whose name is hidden is found without the person's other entries."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_audit_rule_changed")]
    operations = [
        migrations.AddIndex("auditentry", models.Index(fields=["-at", "-id"], name="audit_at")),
        migrations.AddIndex(
            "auditentry",
            models.Index(
                fields=["post"],
                condition=Q(detail="登记时填的姓名与已有姓名不同"),
                name="audit_other_name",
            ),
        ),
    ]
