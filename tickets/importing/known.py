"""What the rows of an old ledger are held against: the lists of a community, and what somebody said of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Post
from stations.models import Area, Building, Station, Unit
from tickets.importing.headings import plain
from tickets.models import Category, LedgerImport, Ticket


@dataclass(frozen=True)
class Known:
    """What rows are held against: the lists of the community, and how an answer without an end is meant.

    `by_hand`, `layouts`: what somebody said of the columns of this file, and of earlier ones (columns.find). `ratings`:
    what words for satisfaction count as that nobody listed. `desk_since`: an old ledger is of the time before that
    day. What came in later has its way through the desk, so that nobody adds cases, and how satisfied people were
    with them, past those who log, handle and rate.
    """

    area: Area
    station: Station
    now: datetime
    answered_ends: bool
    stations: dict[str, int]
    units: dict[str, Unit]
    staffed: frozenset[int]
    buildings: dict[str, Building]
    categories: dict[str, Category]
    desk_since: date | None
    by_hand: Mapping[str, str]
    layouts: Mapping[str, Mapping[str, str]]
    ratings: Mapping[str, str]


def known_in(
    station: Station,
    *,
    now: datetime,
    answered_ends: bool,
    by_hand: Mapping[str, str] | None = None,
    ratings: Mapping[str, str | None] | None = None,
) -> Known:
    """Eight statements. `by_hand` and `ratings`: what somebody said of the columns, and of words for satisfaction."""
    area = station.area
    units = {plain(one.name): one for one in Unit.objects.active().in_areas([area])}
    staffed = Post.objects.in_units([unit.pk for unit in units.values()]).people_by_unit()
    return Known(
        area=area,
        station=station,
        now=now,
        answered_ends=answered_ends,
        stations={
            plain(text): one.pk for one in Station.objects.filter(area=area) for text in (one.name, one.code)
        },
        units=units,
        staffed=frozenset(staffed),
        buildings={plain(one.name): one for one in Building.objects.in_areas([area])},
        categories={plain(one.name): one for one in Category.objects.all()},
        desk_since=Ticket.objects.desk_since(area),
        by_hand=by_hand or {},
        layouts=LedgerImport.objects.layouts_in(area),
        ratings={plain(word): code for word, code in (ratings or {}).items() if code is not None},
    )


def known_for(ledger: LedgerImport, *, now: datetime) -> Known:
    """Held against these a file is read as it was looked at, whatever was said of other files since."""
    return known_in(
        ledger.station, now=now, answered_ends=ledger.answered_ends,
        by_hand=ledger.assigned, ratings=ledger.ratings,
    )  # fmt: skip
