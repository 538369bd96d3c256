"""Make BENCH_DB a district of a hundred communities and N tickets, by copying in SQL what bench.fill has loaded.

BENCH_DB=district .venv/bin/python -m bench.fill 20000
BENCH_DB=district .venv/bin/python -m bench.district 1000000

The first community gets a tenth of all tickets, the second a fiftieth, the others share the rest. Every copy keeps
the fate of its ticket: clocks, answers, promises, reporters, ratings, events. Receipts and notices are not copied,
and the index for searching words is dropped, for no report reads them.
"""

import sys

from bench import place

place.prepare()

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import Post, User  # noqa: E402
from bench.signing_in import sign_in  # noqa: E402
from stations.models import Area, Station  # noqa: E402
from tickets.demo import places, volume  # noqa: E402
from tickets.models import Clock, Event, Rating, Reply, Reporter, Ticket  # noqa: E402

STREETS = ("上游街道", "中游街道", "下游街道", "江北街道")
LARGE, MIDDLE = 10, 50  # a tenth, a fiftieth
SECRETARY = "16029999999"
# What differs in a copy: `c` is the row of copies, `s` what all ids are moved by for each copy.
MOVED = "{alias}.{column} + c.n * %(s)s"
TICKET = {
    "number": "t.number || '-' || c.n",
    "submission_id": "gen_random_uuid()",
    "sequence": "t.sequence + 1000 * c.n",
    "area_id": "c.target",
    "station_id": "c.station",
    "unit_id": "(SELECT target FROM copy_units u WHERE u.source = t.unit_id AND u.area = c.target)",
    "building_id": "(SELECT target FROM copy_buildings b WHERE b.source = t.building_id AND b.area = c.target)",
    "merged_into_id": MOVED.format(alias="t", column="merged_into_id"),
    "external_id": "NULL",
}
HANGING = {
    Clock: ("starts_at", {"area_id": "c.target", "unit_id": "(SELECT target FROM copy_units u "
            "WHERE u.source = x.unit_id AND u.area = c.target)"}),
    Reply: ("at", {}),
    Reporter: ("created_at", {"submission_id": "NULL",
               "station_id": "CASE WHEN x.station_id IS NOT NULL THEN c.station END"}),
    Rating: ("created_at", {"reporter_id": MOVED.format(alias="x", column="reporter_id")}),
    Event: ("at", {"area_id": "c.target"}),
}  # fmt: skip
MAPPED = """
CREATE TABLE copy_{name} AS
SELECT own.id AS source, other.area_id AS area, other.id AS target
FROM copied JOIN stations_{one} own ON own.area_id = copied.source
JOIN stations_{one} other ON other.area_id = copied.target AND {same}
"""
KINDS = """
WITH one AS (SELECT t.id, (SELECT min(m.id) FROM tickets_ticket m
                           WHERE m.area_id = t.area_id AND m.status = 'closed' AND m.id > t.id) AS master
             FROM tickets_ticket t WHERE t.status = 'withdrawn' AND mod(t.id, 2) = 0)
UPDATE tickets_ticket t SET status = 'merged', merged_into_id = one.master, withdraw_reason = ''
FROM one WHERE one.id = t.id AND one.master IS NOT NULL
"""
JOINED = """
INSERT INTO tickets_reporter (ticket_id, station_id, name, phone, room, words, place, logged_by_id, created_at)
SELECT r.ticket_id, t.station_id, r.name, r.phone, r.room, '', '', r.logged_by_id, r.created_at
FROM tickets_reporter r JOIN tickets_ticket t ON t.id = r.ticket_id WHERE mod(r.ticket_id, 20) = 0
"""


def main(count: int) -> None:
    homes = _communities()
    run("SET session_replication_role = replica")  # rows that keep every rule need no trigger
    run("DROP INDEX IF EXISTS ticket_search")
    run(KINDS)
    run(JOINED)
    _plan_copies(homes, count)
    indexes = _drop_indexes()
    _copy()
    for statement in indexes:
        run(statement)
    run("RESET session_replication_role")
    call_command("tally", all=True)  # the copies have left no marks
    run("VACUUM ANALYZE")
    sign_in("district", _secretary())
    print(f"{Ticket.objects.count():,} tickets in {len(homes)} communities")


def _communities() -> list[tuple[Area, Area]]:
    """(source, target): the twenty there are, then eighty more, each a copy of one of them."""
    own = [station.area for station in Station.objects.filter(code__startswith="CS").order_by("code")]
    district = own[0].parent.parent
    pairs = [(area, area) for area in own]
    for street in STREETS:
        node = Area.objects.create(name=street, kind=Area.Kind.STREET, parent=district)
        for name, area in zip(volume.NAMES, own, strict=True):
            pairs.append((area, volume.community(len(pairs) + 1, name, node).area))
    return pairs


def _plan_copies(homes: list[tuple[Area, Area]], count: int) -> None:
    """`copies`: which community's tickets are copied how often into which."""
    each = Ticket.objects.filter(area=homes[0][0]).count()
    in_all = count // each - len(volume.NAMES)
    times = [in_all // LARGE, in_all // MIDDLE]
    left, others = in_all - sum(times), len(homes) - 2
    times += [left // others + (n < left % others) for n in range(others)]
    planned = [pair for pair, often in zip(homes, times, strict=True) for _ in range(often)]
    run("CREATE TABLE copied AS SELECT * FROM unnest(%(a)s::bigint[], %(b)s::bigint[]) AS pair(source, target)",
        {"a": [source.pk for source, _ in homes], "b": [target.pk for _, target in homes]})  # fmt: skip
    run("CREATE TABLE copies AS SELECT n, source, target, (SELECT id FROM stations_station WHERE area_id = target) "
        "AS station FROM unnest(%(a)s::bigint[], %(b)s::bigint[]) WITH ORDINALITY AS pair(source, target, n)",
        {"a": [source.pk for source, _ in planned], "b": [target.pk for _, target in planned]})  # fmt: skip
    run(MAPPED.format(name="units", one="unit", same="other.kind = own.kind"))
    run(MAPPED.format(name="buildings", one="building", same="other.name = own.name"))
    run("CREATE UNIQUE INDEX ON copy_units(source, area)")
    run("CREATE UNIQUE INDEX ON copy_buildings(source, area)")
    run("ANALYZE")


def _copy() -> None:
    """Tickets in the order of their receipt and what hangs on them in that of its time, as life writes them."""
    stride = {"s": 1 + max(model.objects.latest("pk").pk for model in (Ticket, *HANGING))}
    run(
        "CREATE TABLE originals AS SELECT id, area_id FROM tickets_ticket WHERE area_id IN (SELECT source FROM copied)"
    )
    run(f"{_copying(Ticket, TICKET, 't')} FROM tickets_ticket t JOIN originals o ON o.id = t.id "
        "JOIN copies c ON c.source = t.area_id ORDER BY t.received_at", stride)  # fmt: skip
    for model, (when, changed) in HANGING.items():
        own = {"ticket_id": MOVED.format(alias="x", column="ticket_id"), **changed}
        run(f"{_copying(model, own, 'x')} FROM {model._meta.db_table} x JOIN originals o ON o.id = x.ticket_id "
            f"JOIN copies c ON c.source = o.area_id ORDER BY x.{when}", stride)  # fmt: skip
    run("DROP TABLE originals, copied, copies, copy_units, copy_buildings")


def _copying(model, changed: dict[str, str], alias: str) -> str:
    """INSERT … SELECT of every column the database does not fill itself."""
    fields = [f.column for f in model._meta.concrete_fields if not f.generated]
    own = {"id": MOVED.format(alias=alias, column="id"), **changed}
    values = ", ".join(own.get(name, f'{alias}."{name}"') for name in fields)
    names = ", ".join(f'"{name}"' for name in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values}'  # noqa: S608 - names of ours


def _drop_indexes() -> list[str]:
    """Drops what can be built at the end much faster; gives the statements that build it."""
    tables = [model._meta.db_table for model in (Ticket, *HANGING)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS "
            "(SELECT FROM pg_constraint WHERE conname = indexname)",
            [tables],
        )
        found = cursor.fetchall()
    for name, _ in found:
        run(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


def _secretary() -> User:
    user, _ = User.objects.get_or_create(phone=SECRETARY, defaults={"name": "区书记"})
    district = Area.objects.get(name=places.DISTRICT)
    Post.objects.get_or_create(user=user, role=Post.Role.SECRETARY, area=district)
    return user


def run(statement: str, values: dict | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or {})


if __name__ == "__main__":
    main(int(sys.argv[1]))
