"""Nobody, this application included, may change or delete a record of service, a correction, an event, a hand-over."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION volunteers_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
BACKWARD = "DROP FUNCTION volunteers_is_append_only();"
TABLES = ("servicerecord", "correction", "assignmentevent", "handover")
ON = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON volunteers_{0}
    FOR EACH ROW EXECUTE FUNCTION volunteers_is_append_only();
"""
OFF = "DROP TRIGGER append_only ON volunteers_{0};"


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0005_unsure_check_out")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *(migrations.RunSQL(ON.format(table), OFF.format(table)) for table in TABLES),
    ]
