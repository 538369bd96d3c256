"""The one statement that takes clocks up the ladder: half time, 80 %, overdue.

Decides which rung each clock has come to, marks it and writes the events of the overdue ones, a batch at a time;
whom to tell is decided in ladder.py. A rung passed over, because nobody came by, is not told afterwards.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tickets.states import Verb
from tickets.workflow.door import BY_SYSTEM

OVERDUE, WARN, HALF = "overdue", "warn", "half"
RUNGS = (OVERDUE, WARN, HALF)


class Step(NamedTuple):
    """So many clocks of one owner that have come to one rung, and the first of them to fall due.

    `owner_too`: at 80 %, nobody had told the owner of half time.
    """

    rung: str
    owner_too: bool
    area: int
    unit: int | None
    claimant: int | None
    number: int
    clock: int
    is_emergency: bool


# Both rows are locked before anything is read of them, and what somebody else holds is left to the next run: the
# sweep waits for nobody, and the status an event names is the one the ticket has. The clocks are picked before the
# tickets are looked at: joined first, a large backlog would make PostgreSQL read the whole table of tickets.
_CLIMB = """
WITH next AS MATERIALIZED (
    SELECT id, ticket_id, due_at, half_at, warn_at, told_half_at, told_warn_at
    FROM tickets_clock
    WHERE climbs_at < %(now)s
    ORDER BY climbs_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE SKIP LOCKED
), held AS MATERIALIZED (
    SELECT id, status, unit_id, claimant_id FROM tickets_ticket
    WHERE id IN (SELECT ticket_id FROM next)
    FOR NO KEY UPDATE SKIP LOCKED
), due AS (
    SELECT next.id, status, unit_id, claimant_id,
           CASE WHEN due_at < %(now)s THEN 'overdue'
                WHEN warn_at < %(now)s AND told_warn_at IS DISTINCT FROM warn_at THEN 'warn'
                ELSE 'half' END AS rung,
           told_half_at IS DISTINCT FROM half_at AS half_untold
    FROM next JOIN held ON held.id = next.ticket_id
), climbed AS (
    UPDATE tickets_clock c
    SET flagged_at = CASE rung WHEN 'overdue' THEN %(now)s END,
        told_warn_at = CASE rung WHEN 'warn' THEN c.warn_at ELSE c.told_warn_at END,
        told_half_at = CASE rung WHEN 'overdue' THEN c.told_half_at ELSE c.half_at END
    FROM due WHERE c.id = due.id
    RETURNING c.*, due.status, due.unit_id AS owner_unit, due.claimant_id, due.rung, due.half_untold
), told AS (
    INSERT INTO tickets_event (ticket_id, area_id, verb, status_from, status_to, round, at, as_whom,
                               device, words, data)
    SELECT ticket_id, area_id, %(verb)s, status, status, round, %(now)s, %(as_whom)s, '', '',
           jsonb_build_object('kind', kind, 'due_at', to_char(due_at AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), 'calendar', calendar_version)
    FROM climbed WHERE rung = 'overdue' ORDER BY due_at, id
)
SELECT rung, rung = 'warn' AND half_untold, area_id, owner_unit, claimant_id, count(*),
       (array_agg(id ORDER BY due_at, id))[1], bool_or(hours IS NOT NULL)
FROM climbed GROUP BY 1, 2, 3, 4, 5
"""


def climb(now: datetime, batch: int) -> list[Step]:
    """Take the next `batch` clocks up to where they are at `now` (aware), those longest there first."""
    values: dict[str, Any] = {"now": now, "batch": batch, "verb": Verb.FLAG.value, "as_whom": BY_SYSTEM}
    with connection.cursor() as cursor:
        cursor.execute(_CLIMB, values)
        return [Step(*row) for row in cursor.fetchall()]
