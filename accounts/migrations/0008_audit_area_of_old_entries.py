"""Old entries get the community of their post, else of the person's first post, else of the slip's station."""

from django.db import migrations

# The trigger that keeps entries as they are is set aside within this transaction; nobody else sees it gone.
OPEN = "ALTER TABLE accounts_auditentry DISABLE TRIGGER append_only;"
SHUT = "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE accounts_auditentry ENABLE TRIGGER append_only;"
# post id → community
PLACES = """
SELECT p.id, p.user_id, coalesce(p.area_id, s.area_id, u.area_id) AS area_id FROM accounts_post p
LEFT JOIN stations_station s ON s.id = p.station_id LEFT JOIN stations_unit u ON u.id = p.unit_id
"""
FORWARD = f"""
{OPEN}
UPDATE accounts_auditentry SET subject = detail, detail = ''
    WHERE action IN ('slip_printed', 'slip_reissued') AND subject = '';
UPDATE accounts_auditentry e SET area_id = s.area_id FROM stations_station s
    WHERE e.area_id IS NULL AND e.subject <> '' AND s.code = split_part(e.subject, '-', 1);
UPDATE accounts_auditentry e SET area_id = place.area_id FROM ({PLACES}) place
    WHERE e.area_id IS NULL AND e.post_id = place.id;
UPDATE accounts_auditentry e SET area_id = place.area_id
    FROM (SELECT DISTINCT ON (user_id) user_id, area_id FROM ({PLACES}) every ORDER BY user_id, id) place
    WHERE e.area_id IS NULL AND e.post_id IS NULL AND e.action <> 'sign_in_failed'
    AND place.user_id = coalesce(e.person_id, e.actor_id);
{SHUT}
"""  # noqa: S608 - no value comes from outside
BACKWARD = f"""
{OPEN}
UPDATE accounts_auditentry SET detail = subject WHERE action IN ('slip_printed', 'slip_reissued');
{SHUT}
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_audit_of_an_area")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
