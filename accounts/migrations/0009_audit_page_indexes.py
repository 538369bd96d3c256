"""What the audit page reads: a community's entries in the order of time, by kind, marked, by ticket, by who looked."""

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_audit_area_of_old_entries")]
    operations = [
        migrations.AddIndex("auditentry", index)
        for index in (
            models.Index(fields=["area", "-at", "-id"], name="audit_area_at"),
            models.Index(fields=["area", "action", "-at", "-id"], name="audit_area_action_at"),
            models.Index(
                fields=["area", "-at", "-id"], condition=Q(is_marked=True), name="audit_area_marked"
            ),
            models.Index(
                fields=["actor", "at"], condition=Q(action="revealed"), name="audit_reveals_of_actor"
            ),
            models.Index(
                django.db.models.functions.text.Right("subject", 8),
                condition=~Q(subject=""),
                name="audit_subject_tail",
            ),
        )
    ]
