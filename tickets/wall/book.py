"""回音簿: a station's cases of a month on paper, for the table at the station: no names, no residents' words.

It lies at the station, so it says no more than the wall: words only where the wall tells of them to the month, and of
a case its category, unit and rating only where five of that station and month share the category, the building group
only where five share it too. Elsewhere a line is left to write by hand.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from stations.models import Station
from tickets.models import Outcome, Rating, Ticket, WallEntry
from tickets.models.queryset import TicketQuerySet
from tickets.reports import periods
from tickets.reports.figures import FEWEST
from tickets.reports.satisfaction import Rate
from tickets.states import Status
from tickets.wall import figures
from tickets.wall.showing import UNRATED, WORST_FIRST


@dataclass(frozen=True)
class Line:
    """A case; what may not be said of it is empty, and so are `title` and `words` where the wall tells nothing."""

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
    """The lines, and figures of the same tickets; old ledgers count in neither rate."""

    lines: list[Line]
    solved: int
    answered: Rate
    content: Rate
    left_out: int

    @property
    def received(self) -> int:
        return len(self.lines) + self.left_out

    @property
    def has_groups(self) -> bool:
        """Whether any line says where; else all would say the same."""
        return any(line.group for line in self.lines)


def of_station(station: Station, month: date, *, now: datetime) -> Book:
    """Everything received there in the month that begins on this date; seven statements."""
    period = periods.month_of(month)
    here = Ticket.objects.at_station(station)
    received = here.received_between(period.first, period.last)
    listed = received.in_its_own_right()
    tickets = list(listed.with_people().order_by("received_at", "pk"))
    alike = _alike(listed)
    told = {entry.ticket_id: entry for entry in WallEntry.objects.on_wall().of_tickets(tickets).for_public()}
    rated = _rated(tickets)
    lines = [
        _line(place, ticket, alike, told.get(ticket.pk), rated.get((ticket.pk, ticket.round), []))
        for place, ticket in enumerate(tickets, start=1)
    ]
    counted = figures.of_period(here, period, until=now)
    return Book(
        lines=lines,
        solved=sum(ticket.outcome == Outcome.SOLVED for ticket in tickets),
        answered=counted.answered,
        content=counted.content,
        left_out=received.left_out().count(),
    )


def _alike(tickets: TicketQuerySet) -> Counter:
    """{(category, building group): n}, and {category: n} of any group."""
    by = tickets.order_by().values_list("category", "building__group").annotate(n=Count("pk"))
    counts: Counter = Counter()
    for category, group, n in by:
        counts[category, group] += n
        counts[category] += n
    return counts


def _rated(tickets: list[Ticket]) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = {}
    said = Rating.objects.filter(ticket__in=tickets).exclude(channel=Rating.Channel.LEDGER)
    for ticket, number, satisfied in said.values_list("ticket", "round", "satisfied"):
        found.setdefault((ticket, number), []).append(satisfied)
    return found


def _line(place: int, ticket: Ticket, alike: Counter, entry: WallEntry | None, rated: list[str]) -> Line:
    is_one_of_five = alike[ticket.category_id] >= FEWEST
    words = entry if entry and is_one_of_five and _tells_no_less(entry, ticket) else None
    group = words.group if words else (ticket.building.group if ticket.building else "")
    worst = next((value.label for value in WORST_FIRST if value in rated), UNRATED)
    return Line(
        place=place,
        category=(ticket.category.name if ticket.category else "没选类别") if is_one_of_five else "",
        group=group if alike[ticket.category_id, group] >= FEWEST else "",
        title=words.title if words else "",
        words=words.words if words else "",
        unit=(ticket.unit.name if ticket.unit else "社区") if is_one_of_five else "",
        result=ticket.get_outcome_display() if ticket.outcome else Status(ticket.status).label,
        rated=worst if ticket.outcome and is_one_of_five else "",
    )


def _tells_no_less(entry: WallEntry, ticket: Ticket) -> bool:
    """Whether the wall says the month and the category of these words itself."""
    return entry.span == WallEntry.Span.MONTH and entry.category_id == ticket.category_id
