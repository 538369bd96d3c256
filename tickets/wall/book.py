"""回音簿: a station's cases of a month on paper, for the table at the station: no names, no residents' words.

It lies at the station, so it says no more than the wall: of a case its category, unit and rating only where five of
that station and page share the category, the building group only where five share it too; words only where the wall
itself says their category and a time within the page. The others stand together, each with a line to write by hand.
Small months stand on one page (tickets.wall.folding); where hardly any words may stand, the wall's own cards follow.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone

from stations.models import Station
from tickets.models import Outcome, Rating, Ticket, WallEntry
from tickets.models.queryset import TicketQuerySet
from tickets.reports.figures import FEWEST
from tickets.reports.satisfaction import Rate
from tickets.states import Status
from tickets.wall import figures
from tickets.wall.coarsening import PERIODS
from tickets.wall.folding import Pages, page_of
from tickets.wall.showing import UNRATED, WORST_FIRST, Card, cards

MOST_BESIDE = 6
STILL = "还在办"


@dataclass(frozen=True)
class Line:
    """A case; what may not be said of it is empty, and so are `title` and `words` where the wall tells nothing."""

    category: str
    group: str
    title: str
    words: str
    unit: str
    result: str
    has_ended: bool
    rated: str


@dataclass(frozen=True)
class Book:
    """The lines, and figures of the same tickets; old ledgers count in neither rate. `beside`: cards of the wall."""

    pages: Pages
    lines: list[Line]
    solved: int
    answered: Rate
    content: Rate
    left_out: int
    beside: list[Card]

    @property
    def named(self) -> list[Line]:
        """Of categories with five at least."""
        return [line for line in self.lines if line.category]

    @property
    def rest(self) -> list[Line]:
        """They go together: how each ended is counted, and what was done is written by hand."""
        return [line for line in self.lines if not line.category]

    @property
    def results(self) -> list[tuple[str, int]]:
        """Of the rest, most first."""
        return Counter(line.result if line.has_ended else STILL for line in self.rest).most_common()

    @property
    def to_write(self) -> int:
        """How many of the rest there is something to write about."""
        return sum(line.has_ended for line in self.rest)

    @property
    def received(self) -> int:
        return len(self.lines) + self.left_out

    @property
    def has_groups(self) -> bool:
        """Whether any line says where; else all would say the same."""
        return any(line.group for line in self.lines)


def of_station(station: Station, month: date, *, now: datetime) -> Book:
    """Everything received there in the month that begins on this date and those on its page; ten statements."""
    today = timezone.localdate(now)
    pages = page_of(station, month, today=today)
    period = pages.period
    here = Ticket.objects.at_station(station)
    received = here.received_between(period.first, period.last)
    listed = received.in_its_own_right()
    tickets = list(listed.with_people().order_by("received_at", "pk"))
    alike = _alike(listed)
    told = {entry.ticket_id: entry for entry in WallEntry.objects.on_wall().of_tickets(tickets).for_public()}
    rated = _rated(tickets)
    lines = [
        _line(t, alike, _fitting(told.get(t.pk), pages), rated.get((t.pk, t.round), [])) for t in tickets
    ]
    counted = figures.of_period(here, period, until=now)
    return Book(
        pages=pages,
        lines=lines,
        solved=sum(ticket.outcome == Outcome.SOLVED for ticket in tickets),
        answered=counted.answered,
        content=counted.content,
        left_out=received.left_out().count(),
        beside=_beside(station, lines, today),
    )


def _beside(station: Station, lines: list[Line], today: date) -> list[Card]:
    """The latest of the community's wall as they stand there, where the page itself tells of less than half."""
    titles = {line.title for line in lines if line.title}
    if not lines or 2 * len(titles) >= len(lines):
        return []
    entries = WallEntry.objects.on_wall().in_communities([station.area_id]).for_public()
    return cards(
        [entry for entry in entries[: MOST_BESIDE + len(titles)] if entry.title not in titles], today=today
    )[:MOST_BESIDE]


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
    said = Rating.objects.of_who_stayed().filter(ticket__in=tickets).exclude(channel=Rating.Channel.LEDGER)
    for ticket, number, satisfied in said.values_list("ticket", "round", "satisfied"):
        found.setdefault((ticket, number), []).append(satisfied)
    return found


def _line(ticket: Ticket, alike: Counter, entry: WallEntry | None, rated: list[str]) -> Line:
    is_one_of_five = alike[ticket.category_id] >= FEWEST
    words = entry if entry and is_one_of_five and entry.category_id == ticket.category_id else None
    group = words.group if words else (ticket.building.group if ticket.building else "")
    worst = next((value.label for value in WORST_FIRST if value in rated), UNRATED)
    return Line(
        category=(ticket.category.name if ticket.category else "没选类别") if is_one_of_five else "",
        group=group if alike[ticket.category_id, group] >= FEWEST else "",
        title=words.title if words else "",
        words=words.words if words else "",
        unit=(ticket.unit.name if ticket.unit else "社区") if is_one_of_five else "",
        result=ticket.get_outcome_display() if ticket.outcome else Status(ticket.status).label,
        has_ended=bool(ticket.outcome),
        rated=worst if ticket.outcome and is_one_of_five else "",
    )


def _fitting(entry: WallEntry | None, pages: Pages) -> WallEntry | None:
    """Only what the wall says of a time that lies on the page as a whole: else the two together would say more."""
    if entry is None or entry.span not in PERIODS:
        return None
    said = PERIODS[WallEntry.Span(entry.span)](entry.month)
    return entry if pages.first <= said.first and said.last <= pages.last else None
