"""The rows of the lists behind the numbers: each a ticket with the words that tell why it was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from tickets import keeping
from tickets.due import Due, due_of, due_of_clock
from tickets.models import Clock, Rating, Reply, Reporter, Ticket
from tickets.models.queryset import TicketQuerySet
from tickets.promises import Promise, Standing
from tickets.reports.figures import CLOCK, FIGURES, NONE, OVERDUE, REPORTER, TICKET
from tickets.reports.links import Selection

PARTS = ("station", "building", "category", "unit", "area")
NOT_RATED = "还没评价"
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
    if kind is TICKET:
        return rows.with_due().select_related(*PARTS)
    paths = ("ticket", "ticket__merged_into") if kind is REPORTER else ("ticket",)
    own = ("unit",) if kind is CLOCK else ()
    return rows.select_related(*own, *(f"{path}__{part}" for path in paths for part in PARTS))


def rows(found: Iterable[Model], *, now: datetime) -> list[DrillRow]:
    return [_row(row, now) for row in found]


def overdue(tickets: TicketQuerySet, most: int, *, now: datetime) -> list[DrillRow]:
    """What has been overdue longest."""
    late = tickets.open().overdue(now).with_due().by_due().select_related(*PARTS)
    return rows(late[:most], now=now)


def title(code: str, selection: Selection, today: date, unit: str, category: str) -> str:
    """和苑社区11月·安居物业：没有按时答复"""
    when = "" if code == OVERDUE else selection.period.name(today)
    parts = [f"{selection.area.name}{when}", *(part for part in (unit, category) if part)]
    return f"{'·'.join(parts)}：{FIGURES[code].label}"


def name_of(among: QuerySet, key: int | str | None, nobody: str) -> str:
    """What a unit or category is called; empty when all are meant or none among these has this id."""
    if key is None or key == NONE:
        return nobody if key else ""
    return str(among.in_bulk([key]).get(key, ""))


def _row(row: Model, now: datetime) -> DrillRow:
    if isinstance(row, Clock):
        charged = row.unit.name if row.unit else "派单台"
        return DrillRow(row.ticket, _due_of(row, now), f"计入{charged}")
    if isinstance(row, Reporter):
        rated = getattr(row, "rated_as", None)
        return DrillRow(row.matter, None, Rating.Satisfied(rated).label if rated else NOT_RATED)
    if isinstance(row, Reply):
        standing = Standing(Promise(row.outcome), row.promised_on, row.last_on)
        return DrillRow(row.ticket, keeping.chip(standing), f"第{row.round}轮" if row.round > 1 else "")
    assert isinstance(row, Ticket)
    return DrillRow(row, due_of(row, now=now))


def _due_of(clock: Clock, now: datetime) -> Due:
    if clock.stopped_at and not clock.met_at:
        return LATE_WHEN_ENDED
    return due_of_clock(clock, area=clock.ticket.area, now=now)
