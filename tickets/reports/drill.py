"""The rows of the lists behind the numbers: each a ticket with the words that tell why it was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import User
from stations import saying, workdays
from stations.models import Building, Station, Unit
from tickets import keeping
from tickets.due import Due, due_of, due_of_clock
from tickets.models import Category, Clock, Rating, Reply, Reporter, Ticket
from tickets.models.queryset import TicketQuerySet
from tickets.promises import Promise, Standing
from tickets.reports.figures import ANSWERED, CLOCK, DONE_WITH, FIGURES, NONE, OVERDUE, REPORTER, Cut
from tickets.reports.links import Selection
from tickets.reports.satisfaction import NOBODY

PARTS = ("station", "building", "category", "unit", "area")
NOT_RATED = "还没评价"
HOUR = timedelta(hours=1)
CLOCKS = (CLOCK, ANSWERED, DONE_WITH)
LATE_WHEN_ENDED = Due("none", "结束前已超时")


@dataclass(frozen=True)
class DrillRow:
    """A ticket, its due chip where it has one, and the rating or the unit charged where that is the point."""

    ticket: Ticket
    due: Due | None
    words: str = ""


def with_tickets(code: str, rows: Any) -> QuerySet:
    """The rows with their tickets and all that a line shows, in one statement."""
    kind = FIGURES[code].kind
    if not kind.path:
        return rows.with_due().select_related(*PARTS)
    paths = ("ticket", "ticket__merged_into") if kind is REPORTER else ("ticket",)
    own = ("unit",) if kind in CLOCKS else ()
    return rows.select_related(*own, *(f"{path}__{part}" for path in paths for part in PARTS))


def rows(found: Iterable[Model], *, now: datetime) -> list[DrillRow]:
    return [_row(row, now) for row in found]


def overdue(tickets: TicketQuerySet, most: int, *, now: datetime) -> list[DrillRow]:
    """What has been overdue longest."""
    late = tickets.open().overdue(now).with_due().by_due().select_related(*PARTS)
    return rows(late[:most], now=now)


def title(code: str, selection: Selection, today: date, parts: Iterable[str]) -> str:
    """和苑社区11月·安居物业：没有按时答复"""
    when = "" if code == OVERDUE else selection.period.name(today)
    return f"{'·'.join([f'{selection.area.name}{when}', *parts])}：{FIGURES[code].label}"


def narrowed_to(cut: Cut, areas: QuerySet, found: Iterable[Model]) -> list[str]:
    """What the unit, station, building, category and person are called, as far as they are of these areas.

    Who merged or withdrew is named only where it was one of the tickets found.
    """
    ended_by = {getattr(row, "ended_by", None) for row in found}
    among: dict[str, Any] = {
        "unit": Unit.objects.in_areas(areas),
        "station": Station.objects.in_areas(areas),
        "building": Building.objects.in_areas(areas),
        "category": Category.objects.all(),
        "approver": User.objects.filter(pk__in=ended_by - {None}),
    }
    names = (_name_of(its, getattr(cut, name), NOBODY[name]) for name, its in among.items())
    return [name for name in names if name]


def _name_of(among: QuerySet, key: int | str | None, nobody: str) -> str:
    """Empty when all are meant or none among these has this id."""
    if key is None or key == NONE:
        return nobody if key else ""
    found = among.filter(pk=key).first()
    return found.name if found else ""


def _row(row: Any, now: datetime) -> DrillRow:
    if isinstance(row, Clock):
        return DrillRow(row.ticket, _due_of(row, now), _words_of_clock(row))
    if isinstance(row, Reporter):
        return DrillRow(row.matter, None, _words_of_rating(row))
    if isinstance(row, Reply):
        standing = Standing(Promise(row.outcome), row.promised_on, row.last_on)
        chip = keeping.chip(standing, today=saying.date_of(now))
        return DrillRow(row.ticket, chip, f"第{row.round}轮" if row.round > 1 else "")
    assert isinstance(row, Ticket)
    return DrillRow(row, due_of(row, now=now), getattr(row, "ended_as", None) or "")


def _words_of_clock(clock: Clock) -> str:
    """用了3.2工时，计入安居物业"""
    took = ""
    if clock.met_at:
        hours = workdays.office_time(clock.starts_at, clock.met_at, area=clock.ticket.area) / HOUR
        took = f"用了{hours:.1f}工时"
    charged = (
        f"计入{clock.unit.name if clock.unit else NOBODY['unit']}" if clock.kind == Clock.Kind.REPLY else ""
    )
    return "，".join(filter(None, (took, charged)))


def _words_of_rating(reporter: Any) -> str:
    """满意·电话回访（何敏代记）"""
    if not reporter.rated_as:
        return NOT_RATED
    channel = Rating.Channel(reporter.rated_by).label
    by = f"（{reporter.entered_by_name}代记）" if reporter.entered_by_name else ""
    again = f"·第{reporter.rated_in}轮" if reporter.rated_in > 1 else ""
    return f"{Rating.Satisfied(reporter.rated_as).label}{again}·{channel}{by}"


def _due_of(clock: Clock, now: datetime) -> Due:
    if clock.stopped_at and not clock.met_at:
        return LATE_WHEN_ENDED
    return due_of_clock(clock, area=clock.ticket.area, now=now)
