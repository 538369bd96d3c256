"""Counting beforehand: the months that were marked are counted anew every minute, by whichever worker comes first.

A mark is deleted before the counting begins: a change that commits meanwhile leaves a mark of its own, and its month
is counted once more. Until then a report counts it itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from itertools import chain, islice

from django.db import transaction
from django.utils import timezone

from stations import locks
from stations.models import Area
from tickets.models import Tally, TallyMark, Ticket
from tickets.models.queryset import TicketQuerySet
from tickets.models.tally import COUNTED
from tickets.reports import cubes, medians, tallies
from tickets.reports.periods import month_of

MOST = 500  # months of communities in one run; the next run comes in a minute
SOME_DAY = date(2020, 1, 1)
WRITTEN = (*COUNTED, "definition", "calendar_version", "counted_at")


def tally(*, now: datetime | None = None, most: int = MOST) -> int:
    """Count what was marked and what is out of date; how many months of communities.

    0 also while another worker is at it.
    """
    now, done = now or timezone.now(), 0
    with locks.held(locks.Lock.TALLYING) as is_ours:
        for month, ids in _to_count(most) if is_ours else ():
            _count(month, ids, now)
            done += len(ids)
    return done


@cache
def definition() -> str:
    """A digest of how everything is counted, called and kept: what an older release did otherwise is no use."""
    now = timezone.make_aware(datetime.combine(SOME_DAY, datetime.min.time()))
    tickets = counted(Ticket.objects.all(), SOME_DAY)
    asked = (cubes.definition(tickets, now=now), medians.definition(tickets, SOME_DAY, [], now=now))
    return sha256(repr((tallies.FORM, cubes.CODES, asked)).encode()).hexdigest()


def counted(tickets: TicketQuerySet, month: date) -> TicketQuerySet:
    """Of these tickets what a tally counts: received in the month that begins that day, and not open."""
    whole = month_of(month)
    return tickets.received_between(whole.first, whole.last).not_open()


def cells(month: date, areas: Iterable[Area], *, now: datetime) -> dict[int, tallies.Cell]:
    """{area id: its month as it is now}. Two statements."""
    every = list(areas)
    tickets = counted(Ticket.objects.in_communities([area.pk for area in every]), month)
    counts = cubes.count_beforehand(tickets, now=now)
    seconds = medians.seconds_beforehand(tickets, month, every, now=now)
    return {area.pk: tallies.cell(counts, seconds, area.pk) for area in every}


def differing(*, now: datetime) -> tuple[int, list[tuple[int, date]]]:
    """How many months of communities stand counted, and which (area id, month) are not what their tickets say.

    What changes while this is looking is no fault; what is one will be counted anew. Three statements a month.
    """
    months = Tally.objects.standing(definition()).months()
    looked = [_compared(month, now) for month in months]
    faults = [cell for _, wrong in looked for cell in wrong]
    TallyMark.objects.mark(faults)
    return sum(rows for rows, _ in looked), faults


def _compared(month: date, now: datetime) -> tuple[int, list[tuple[int, date]]]:
    standing = Tally.objects.standing(definition()).of_months([month])
    rows = list(standing.with_area())
    found = cells(month, [row.area for row in rows], now=now)
    wrong = {row.pk: row for row in rows if row.cell != asdict(found[row.area_id])}
    still = standing.same_as(wrong.values()) if wrong else []
    return len(rows), [(row.area_id, month) for row in still]


def _to_count(most: int) -> Iterator[tuple[date, list[int]]]:
    """By month, so that all its communities are counted in one statement; the newest first."""
    marked = TallyMark.objects.cells()
    outdated = Tally.objects.outdated(definition()).cells()
    by_month: dict[date, list[int]] = defaultdict(list)
    for area, month in islice(dict.fromkeys(chain(marked, outdated)), most):
        by_month[month].append(area)
    yield from sorted(by_month.items(), reverse=True)


@transaction.atomic
def _count(month: date, ids: list[int], now: datetime) -> None:
    TallyMark.objects.of(month, ids).delete()
    areas = Area.objects.in_bulk(ids)
    found = cells(month, areas.values(), now=now)
    rows = [_tally(areas[pk], month, cell, now) for pk, cell in found.items()]
    Tally.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["area", "month"], update_fields=WRITTEN
    )


def _tally(area: Area, month: date, cell: tallies.Cell, now: datetime) -> Tally:
    return Tally(
        area=area,
        month=month,
        **asdict(cell),
        definition=definition(),
        calendar_version=area.calendar_version,
        counted_at=now,
    )
