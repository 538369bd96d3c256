"""What the exclusion constraint of assignments needs; trusted by PostgreSQL, so the owner of the database may add it."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_profiles")]

    operations = [BtreeGistExtension()]
