"""Nobody, this application included, may change or delete an event once it is written."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tickets_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tickets_event
    FOR EACH ROW EXECUTE FUNCTION tickets_event_is_append_only();
"""
BACKWARD = """
DROP TRIGGER append_only ON tickets_event;
DROP FUNCTION tickets_event_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_tickets")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
