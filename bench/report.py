"""The report against the bare GROUP BY over the same tickets, and against the peer's report; prints tables.

BENCH_DB=district .venv/bin/python -m bench.report [--turns 5] [--marked 60] [--peer VENV DIR DATABASE:TICKETS …]

Everything is asked in turn, several times over; medians count. CPU is that of PostgreSQL, the web server and its
client together, as everywhere in ../shared/bench.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import place

place.prepare()

import django  # noqa: E402

django.setup()

import psycopg2  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.district import SECRETARY  # noqa: E402
from bench.serving import Server, cpu_of, postmaster  # noqa: E402
from stations.models import Area, Station  # noqa: E402
from tickets.models import Tally, TallyMark, Ticket  # noqa: E402
from tickets.reports.periods import TWELVE, Period, named  # noqa: E402

MIB = 1024 * 1024
# What somebody who knows SQL writes for the three rates of a report, of its period and the one before, by the same
# five kinds of rows. No promises, no medians, no channels, no first rounds, no duplicates' reporters, no trend.
BARE = """
SELECT part, month, unit_id, station_id, category_id, place,
    count(*),
    count(*) FILTER (WHERE status NOT IN ('merged', 'withdrawn')),
    count(*) FILTER (WHERE status NOT IN ('merged', 'withdrawn') AND outcome = 'solved'),
    count(*) FILTER (WHERE round > 1),
    count(*) FILTER (WHERE met_at <= due_at),
    count(*) FILTER (WHERE met_at IS NOT NULL OR coalesce(stopped_at, now()) > due_at),
    sum(rated), sum(good)
FROM (
    SELECT t.received_on >= %(first)s AS part, date_trunc('month', t.received_on) AS month,
        t.unit_id, t.station_id, t.category_id, t.{place} AS place,
        t.status, t.outcome, t.round, c.met_at, c.due_at, c.stopped_at, r.rated, r.good
    FROM tickets_ticket t
    LEFT JOIN tickets_clock c ON c.ticket_id = t.id AND c.kind = 'reply' AND c.round = 1
    LEFT JOIN (SELECT g.ticket_id, g.round, count(*) AS rated,
                      count(*) FILTER (WHERE g.satisfied IN ('satisfied', 'mostly')) AS good
               FROM tickets_rating g JOIN tickets_ticket o ON o.id = g.ticket_id
               WHERE o.area_id = ANY(%(areas)s) AND o.received_on BETWEEN %(before)s AND %(last)s
               GROUP BY g.ticket_id, g.round) r ON r.ticket_id = t.id AND r.round = t.round
    WHERE t.area_id = ANY(%(areas)s) AND t.received_on BETWEEN %(before)s AND %(last)s
) AS counted
GROUP BY GROUPING SETS ((part, month), (part, unit_id), (part, station_id), (part, category_id), (part, place))
"""
HEAD = """
| 报告 | 数到的工单 | 语句 | 报告 CPU 毫秒 | 裸的 GROUP BY | 倍数 | 报告毫秒 | 裸的毫秒 | 倍数 |
|---|--:|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass
class Asked:
    """A report of our own and what it cost, turn by turn: (CPU seconds, seconds)."""

    name: str
    area: Area
    period: Period
    code: str
    spent: list[tuple[float, float]] = field(default_factory=list)
    bare: list[tuple[float, float]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"{reverse('reports:satisfaction')}?area={self.area.pk}&period={self.code}"

    @property
    def tickets(self) -> int:
        """Of the period and of the one before, which both are counted."""
        return (
            Ticket.objects.in_area(self.area)
            .received_between(self.period.before.first, self.period.last)
            .count()
        )


def main() -> None:
    given = _arguments()
    reports = _reports()
    print(
        f"{Ticket.objects.count():,} 张工单，{Area.objects.filter(kind=Area.Kind.COMMUNITY).count()} 个社区"
    )
    reports = [asked for asked in reports if given.only in asked.name]
    with _marked(given.marked), Server(given.venv, "bench.wsgi:application", ".") as ours:
        for turn in range(given.turns + 1):  # the first warms up
            for asked in reports:
                _ask(asked, ours, keep=turn > 0)
        print(HEAD)
        for asked in reports:
            print(_line(asked))
        print(f"\n工作进程最多用的内存：{ours.peak_memory() / MIB:.0f} MiB")
    for database in given.database:
        _peer(given, *database.split(":"))


@contextmanager
def _marked(count: int) -> Iterator[None]:
    """So many of the newest months of communities have just changed and are not counted yet."""
    marks = TallyMark.objects.mark(Tally.objects.cells()[:count])
    try:
        yield
    finally:
        TallyMark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--turns", type=int, default=5)
    given.add_argument("--venv", default=".venv")
    given.add_argument("--only", default="", help="reports whose name contains this")
    given.add_argument("--marked", type=int, default=0, help="months of communities that have just changed")
    given.add_argument("--peer", nargs=2, metavar=("VENV", "DIR"))
    given.add_argument("--database", action="append", default=[], metavar="NAME:TICKETS")
    return given.parse_args()


def _reports() -> list[Asked]:
    """The whole district and its two largest communities: twelve months against twelve, and the month that opens."""
    today = timezone.localdate()
    large, middle = (Station.objects.get(code=code).area for code in ("CS01", "CS02"))
    district = large.parent.parent
    areas = {"区": district, "大社区": large, "中等社区": middle}
    codes = {TWELVE: "近12个月", "this_month": "本月"}
    return [
        Asked(f"{name}，{words}", area, named(code, today), code)
        for code, words in codes.items()
        for name, area in areas.items()
    ]


def _ask(asked: Asked, ours: Server, *, keep: bool) -> None:
    is_wide = asked.area.kind != Area.Kind.COMMUNITY
    values = {
        "first": asked.period.first,
        "before": asked.period.before.first,
        "last": asked.period.last,
        "areas": [area.pk for area in Area.objects.below([asked.area])],
    }
    bare = _measured(lambda: _run(BARE.format(place="area_id" if is_wide else "building_id"), values))
    spent = _measured(lambda: ours.get(f"/as/district{asked.path}", "按时答复率"), ours)
    if keep:
        asked.bare.append(bare)
        asked.spent.append(spent)


def _run(statement: str, values: dict) -> None:
    with psycopg2.connect(place.url()) as own, own.cursor() as cursor:
        cursor.execute("SET jit = off")  # compiling takes longer here than it saves
        cursor.execute(statement, values)
        cursor.fetchall()


def _measured(call, *servers: Server) -> tuple[float, float]:
    """CPU seconds and seconds of the call, with PostgreSQL's and the servers'."""
    roots = [postmaster(), *(server.pid for server in servers)]
    started, before = time.perf_counter(), sum(map(cpu_of, roots)) + time.process_time()
    call()
    spent = time.perf_counter() - started
    return sum(map(cpu_of, roots)) + time.process_time() - before, spent


def _line(asked: Asked) -> str:
    cpu, wall = (_median(asked.spent, n) for n in (0, 1))
    bare_cpu, bare_wall = (_median(asked.bare, n) for n in (0, 1))
    return (
        f"| {asked.name} | {asked.tickets:,} | {_statements(asked)} | {cpu:,.0f} | {bare_cpu:,.0f} | "
        f"{cpu / bare_cpu:.2f} | {wall:,.0f} | {bare_wall:,.0f} | {wall / bare_wall:.2f} |"
    )


def _median(spent: list[tuple[float, float]], which: int) -> float:
    """Milliseconds."""
    return 1000 * statistics.median(one[which] for one in spent)


def _statements(asked: Asked) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(phone=SECRETARY))
    with CaptureQueriesContext(connection) as statements:
        assert client.get(asked.path).status_code == 200
    return len(statements)


def _peer(given: argparse.Namespace, database: str, tickets: str) -> None:
    """django-helpdesk's /reports/ in its own database, which stands on the same server."""
    venv, folder = given.peer
    with Server(
        venv, "wsgi:application", folder, BENCH_DB=database, DJANGO_SETTINGS_MODULE="settings"
    ) as peer:
        peer.log_in("/login/", "staff", "staff-pass")
        turns = [_measured(lambda: peer.get("/reports/", "Department"), peer) for _ in range(given.turns + 1)]
        cpu, wall = (_median(turns[1:], n) for n in (0, 1))
        print(f"django-helpdesk，{int(tickets):,} 张：{cpu:,.0f} 毫秒 CPU，{wall:,.0f} 毫秒，"
              f"{peer.peak_memory() / MIB:.0f} MiB")  # fmt: skip


if __name__ == "__main__":
    main()
