"""回音簿: a station's cases of a month on paper, for the table at the station: no names, no residents' words.

The words are those of the wall; where nobody has written any, a line is left to write by hand. The building group
stands only beside what it hides among five.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from stations.models import Station
from tickets.models import Rating, Ticket, WallEntry
from tickets.reports import periods, satisfaction
from tickets.states import Status
from tickets.wall.coarsening import FEWEST
from tickets.wall.showing import UNRATED, WORST_FIRST


@dataclass(frozen=True)
class Line:
    """A case; `title` and `words` are empty where the wall does not tell of it."""

    place: int
    category: str
    group: str
    title: str
    words: str
    unit: str
    result: str
    rated: str


@dataclass(frozen=True)
class Book:
    """The lines, and the figures of the same tickets as the report counts them."""

    lines: list[Line]
    received: int
    solved: int
    answered: satisfaction.Rate
    content: satisfaction.Rate
    left_out: int


def of_station(station: Station, month: date, *, now: datetime) -> Book:
    """Everything received there in the month that begins on this date; six statements."""
    period = periods.month_of(month)
    here = Ticket.objects.at_station(station)
    received = here.received_between(period.first, period.last)
    [*_, sums] = satisfaction.trend(here, period, now=now)
    tickets = list(received.in_its_own_right().with_people().order_by("received_at", "pk"))
    alike = _alike(station, period)
    told = {entry.ticket_id: entry for entry in WallEntry.objects.on_wall().of_tickets(tickets)}
    rated = _rated(tickets)
    lines = [
        _line(place, ticket, alike, told.get(ticket.pk), rated.get((ticket.pk, ticket.round), []))
        for place, ticket in enumerate(tickets, start=1)
    ]
    return Book(
        lines=lines,
        received=sums.sums["received"],
        solved=sums.sums["solved"],
        answered=sums.rate("reply"),
        content=sums.rate("content"),
        left_out=sums.sums["received"] - len(lines),
    )


def _alike(station: Station, period: periods.Period) -> Counter:
    """{(building group, category): n} of the whole community in the month."""
    around = Ticket.objects.in_community(station.area_id).in_its_own_right()
    by = (
        around.received_between(period.first, period.last)
        .order_by()
        .values_list("building__group", "category")
    )
    return Counter({(group, category): n for group, category, n in by.annotate(n=Count("pk"))})


def _rated(tickets: list[Ticket]) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = {}
    given = Rating.objects.filter(ticket__in=tickets).values_list("ticket", "round", "satisfied")
    for ticket, number, satisfied in given:
        found.setdefault((ticket, number), []).append(satisfied)
    return found


def _line(place: int, ticket: Ticket, alike: Counter, entry: WallEntry | None, rated: list[str]) -> Line:
    group = ticket.building.group if ticket.building else ""
    is_hidden = alike[group, ticket.category_id] >= FEWEST
    worst = next((value.label for value in WORST_FIRST if value in rated), UNRATED)
    return Line(
        place=place,
        category=ticket.category.name if ticket.category else "没选类别",
        group=group if is_hidden else "",
        title=entry.title if entry else "",
        words=entry.words if entry else "",
        unit=ticket.unit.name if ticket.unit else "社区",
        result=ticket.get_outcome_display() if ticket.outcome else Status(ticket.status).label,
        rated=worst if ticket.outcome else "",
    )
