"""What the public sees: the cards, the figures of the month, what is being worked on. Nothing else leaves from here.

A card has no number, no day, no room and no person; figures are those of last night (tickets.wall.figures).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from stations import workdays
from stations.models import Area
from tickets.models import Rating, Ticket, WallEntry
from tickets.reports import periods
from tickets.wall import figures
from tickets.wall.coarsening import said_time

A_DAY = timedelta(days=1)
WORST_FIRST = (Rating.Satisfied.NOT, Rating.Satisfied.MOSTLY, Rating.Satisfied.SATISFIED)
UNRATED = "未评价"
NO_CATEGORY = "居民反映"


@dataclass(frozen=True)
class Card:
    """One entry as anybody may read it."""

    group: str
    title: str
    words: str
    category: str
    when: str
    unit: str
    rated: str
    rated_as: str


@dataclass(frozen=True)
class Month:
    """The figures of a month up to last night; on the first of a month those of the whole month before."""

    name: str
    is_whole: bool
    figures: figures.Figures


def cards(entries: Iterable[WallEntry], *, today: date) -> list[Card]:
    """Of entries read `for_public()` or `for_desk()`."""
    return [card(entry, today=today) for entry in entries]


def card(entry: Any, *, today: date) -> Card:
    rated_as = next((value for value in WORST_FIRST if value in entry.rated), None)
    return Card(
        group=entry.group,
        title=entry.title,
        words=entry.words,
        category=entry.category.name if entry.category else NO_CATEGORY,
        when=said_time(entry, today=today),
        unit=entry.ticket.unit.name if entry.ticket.unit else "社区",
        rated=rated_as.label if rated_as else UNRATED,
        rated_as=rated_as.value if rated_as else "",
    )


def month(area: Area, *, now: datetime) -> Month:
    """Three statements."""
    period = periods.month_of(timezone.localdate(now) - A_DAY)
    return Month(
        name=f"{period.first.month}月",
        is_whole=period.last < timezone.localdate(now),
        figures=figures.of_period(Ticket.objects.in_community(area), period, until=last_night(now)),
    )


def working(area: Area, *, now: datetime) -> figures.Worked:
    """What was being worked on last night; one statement."""
    return figures.working(area, until=last_night(now))


def last_night(now: datetime) -> datetime:
    """When today began in Shanghai."""
    return workdays.at(timezone.localdate(now))
