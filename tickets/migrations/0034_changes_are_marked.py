"""Every event marks the community's month for which figures were counted beforehand, and those it goes along with.

Of a ticket merged or taken apart that is also the month of the other one, whose reporters change; and of those merged
into it, whose late clocks end with its own. An event written before its ticket would mark nothing: NULL is refused.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tickets_event_marks_tallies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_tallymark (area_id, month)
    SELECT DISTINCT t.area_id, date_trunc('month', t.received_on)::date
    FROM new_events e
    LEFT JOIN tickets_ticket own ON own.id = e.ticket_id
    LEFT JOIN LATERAL (
        SELECT area_id, received_on FROM tickets_ticket
        WHERE id IN (own.id, own.merged_into_id, (e.data ->> 'master')::bigint)
        UNION ALL
        SELECT area_id, received_on FROM tickets_ticket WHERE merged_into_id = own.id
    ) t ON true;
    RETURN NULL;
END $$;
CREATE TRIGGER marks_tallies AFTER INSERT ON tickets_event REFERENCING NEW TABLE AS new_events
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_event_marks_tallies();
INSERT INTO tickets_tallymark (area_id, month)
SELECT DISTINCT area_id, date_trunc('month', received_on)::date FROM tickets_ticket;
"""
BACKWARD = """
DELETE FROM tickets_tallymark;
DROP TRIGGER marks_tallies ON tickets_event;
DROP FUNCTION tickets_event_marks_tallies();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0033_tallies")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
