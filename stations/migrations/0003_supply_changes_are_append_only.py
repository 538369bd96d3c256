"""Nobody, this application included, may change or delete a change of stock once it is written."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION stations_supplychange_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'changes of stock are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON stations_supplychange
    FOR EACH ROW EXECUTE FUNCTION stations_supplychange_is_append_only();
"""
BACKWARD = """
DROP TRIGGER append_only ON stations_supplychange;
DROP FUNCTION stations_supplychange_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0002_visits_and_supplies")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
