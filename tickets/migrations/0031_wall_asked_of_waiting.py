"""What waits for approval was asked about with the version that waits."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    entries = apps.get_model("tickets", "WallEntry").objects
    entries.filter(state="proposed", asked_as=None).update(asked_as=F("version"))


def empty(apps, schema_editor):
    apps.get_model("tickets", "WallEntry").objects.update(asked_as=None)


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0030_wall_asked_as'),
    ]

    operations = [migrations.RunPython(fill, empty)]
