"""How exactly the wall may say where, what kind and when: never so that fewer than five tickets fit (SAFETY PR-8).

Tickets that were merged or withdrawn hide nobody, so they are not counted.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from tickets.models import Category, Ticket, WallEntry
from tickets.reports import periods
from tickets.reports.figures import FEWEST

Span = WallEntry.Span
# From the most exact on: with the building group, with the category, how long a time.
LEVELS = (
    (True, True, Span.MONTH),
    (False, True, Span.MONTH),
    (False, True, Span.QUARTER),
    (False, True, Span.YEAR),
    (False, False, Span.YEAR),
    (False, False, Span.EVER),
)
PERIODS = {Span.MONTH: periods.month_of, Span.QUARTER: periods.quarter_of, Span.YEAR: periods.year_of}


@dataclass(frozen=True)
class Coarse:
    """What may be said of a ticket: an empty group and a missing category stay unsaid."""

    group: str
    category: Category | None
    span: str
    month: date

    @property
    def columns(self) -> dict:
        return {"group": self.group, "category": self.category, "span": self.span, "month": self.month}


def coarse(ticket: Ticket) -> Coarse | None:
    """The most exact of the levels at which the ticket is one of five at least; None where there is none."""
    group = ticket.building.group if ticket.building else ""
    month = ticket.received_on.replace(day=1)
    wanted = [level for level in LEVELS if group or not level[0]]
    counts = {str(n): Count("pk", filter=_alike(ticket, group, *level)) for n, level in enumerate(wanted)}
    found = Ticket.objects.in_community(ticket.area_id).in_its_own_right().order_by().aggregate(**counts)
    for n, (with_group, with_category, span) in enumerate(wanted):
        if found[str(n)] >= FEWEST:
            return Coarse(
                group if with_group else "", ticket.category if with_category else None, span, month
            )
    return None


def said_time(entry: WallEntry | Coarse, *, today: date) -> str:
    """11月, 第四季度, 2026年; the year in front when it is not this one; empty where the time stays unsaid."""
    return PERIODS[Span(entry.span)](entry.month).name(today) if entry.span in PERIODS else ""


def _alike(ticket: Ticket, group: str, with_group: bool, with_category: bool, span: str) -> Q:
    """Which tickets fit what would be said."""
    fits = Q(building__group=group) if with_group else Q(pk__isnull=False)
    if with_category:
        fits &= Q(category=ticket.category_id)
    if span in PERIODS:
        period = PERIODS[Span(span)](ticket.received_on)
        fits &= Q(received_on__range=(period.first, period.last))
    return fits
