"""The rows of a list of tickets: two narrow statements for a page, and plain words for its template."""

from datetime import datetime, time
from typing import NamedTuple

from django.urls import reverse

from tickets import presenting, saying
from tickets.models import Clock
from tickets.models.ticket import where
from tickets.presenting import Due
from tickets.states import OPEN


class Row(NamedTuple):
    number: str
    url: str
    title: str
    where: str
    received: str
    unit: str
    claimant: str
    status: str
    is_pressing: bool
    due: Due | None


class _Hours(NamedTuple):
    office_opens: time
    office_closes: time


def rows(tickets, *, now: datetime) -> list[Row]:
    """One row for each of the tickets of a page."""
    found = list(tickets.as_rows())
    clocks = Clock.objects.next_of([ticket.pk for ticket in found if ticket.status in OPEN])
    address = reverse("tickets:detail", args=["NUMBER"])
    return [_row(ticket, address, clocks.get(ticket.pk), now) for ticket in found]


def _row(ticket, address, clock, now) -> Row:
    hours = _Hours(ticket.area__office_opens, ticket.area__office_closes)
    return Row(
        ticket.number,
        address.replace("NUMBER", ticket.number),
        ticket.title,
        where(ticket.building__name, ticket.place),
        saying.moment(ticket.received_at, now=now),
        ticket.unit__name or "",
        ticket.claimant__name or "",
        ticket.status,
        ticket.is_pressing,
        presenting.due_of_clock(clock, area=hours, now=now) if clock else None,
    )
