"""What the pages show of the clocks that a change of the calendar would move: one's own by name, others as a number."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import reduce

from django.utils import timezone

from accounts.models import User
from stations import calendars, saying
from stations.calendars import Rows, YearDays
from stations.models import Area
from tickets import calendaring, recounting
from tickets.recounting import MOST_EXAMINED, Move, Preview

SHOWN = 40


@dataclass(frozen=True)
class Row:
    """One due moment of a ticket that the reader may open."""

    title: str
    number: str
    url: str
    kind: str
    before: tuple[str, str]
    after: tuple[str, str]


@dataclass(frozen=True)
class Moves:
    """What would move. `elsewhere` counts other communities' clocks; with `is_cut` every number is a least."""

    rows: list[Row] = field(default_factory=list)
    total: int = 0
    later: int = 0
    sooner: int = 0
    left_out: int = 0
    elsewhere: int = 0
    elsewhere_called: str = "别的社区"
    is_cut: bool = False


def by_notice(days: YearDays, *, user: User, now: datetime) -> Moves:
    """What a year's notice would move everywhere."""
    return _everywhere(lambda rows: rows.with_year(days), user, now)


def by_withdrawal(year: int, *, user: User, now: datetime) -> Moves:
    """What taking a year back would move everywhere."""
    instead = calendars.year_before(year)
    return _everywhere(
        lambda rows: rows.with_year(instead) if instead else rows.without_year(year), user, now
    )


def by_local_days(area: Area, days: Collection[date], works: bool | None, *, now: datetime) -> Moves:
    """What a community's own closures or openings, or taking them back (None), would move."""

    def change(rows: Rows) -> Rows:
        return reduce(lambda those, day: those.with_local(day, works), days, rows)

    return _shown(_preview(change, [area], now), now)


def left(area: Area | None = None, *, everywhere: bool) -> str:
    """How many limits of a community, or `everywhere`, a change has still to count: 12,340; empty for none."""
    number = recounting.left(None if everywhere or area is None else [area.pk])
    return f"{number:,}" if number else ""


def _everywhere(change: Callable[[Rows], Rows], user: User, now: datetime) -> Moves:
    """The reader's own communities in full, those of others as a number."""
    own = calendaring.areas_edited_by(user)
    mine = _preview(change, list(own.values()), now)
    others = _preview(change, list(Area.objects.communities().others_than(own)), now)
    shown = _shown(mine, now)
    return replace(
        shown,
        total=shown.total + others.count,
        elsewhere=others.count,
        elsewhere_called="别的社区" if own else "各社区",
        is_cut=mine.is_cut or others.is_cut,
    )


def _preview(change: Callable[[Rows], Rows], areas: list[Area], now: datetime) -> Preview:
    return recounting.preview(change, areas, now=now, shown=MOST_EXAMINED)


def _shown(found: Preview, now: datetime) -> Moves:
    later = sum(move.to_at > move.from_at for move in found.moves)
    return Moves(
        rows=[_row(move, now) for move in found.moves[:SHOWN]],
        total=found.count,
        later=later,
        sooner=len(found.moves) - later,
        left_out=max(found.count - SHOWN, 0),
        is_cut=found.is_cut,
    )


def _row(move: Move, now: datetime) -> Row:
    ticket = move.ticket
    return Row(
        title=ticket.title,
        number=ticket.number,
        url=ticket.get_absolute_url(),
        kind=move.clock.get_kind_display(),
        before=_day_and_time(move.from_at, now),
        after=_day_and_time(move.to_at, now),
    )


def _day_and_time(moment: datetime, now: datetime) -> tuple[str, str]:
    local = timezone.localtime(moment)
    return saying.day(local.date(), today=timezone.localdate(now)), f"{local:%H:%M}"
