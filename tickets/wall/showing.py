"""What the public sees: the cards, the figures of the month, what is being worked on. Nothing else leaves from here.

A card has no number, no day, no room and no person; figures are those of the secretary's report.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from stations import saying, workdays
from stations.models import Area
from tickets.models import Clock, Rating, Ticket, WallEntry
from tickets.reports import periods, satisfaction
from tickets.wall.coarsening import said_time

A_WEEK = timedelta(days=7)
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
    """Figures of the month so far, as the report has them; `answered` and `content` are rates with their n."""

    name: str
    received: int
    solved: int
    answered: satisfaction.Rate
    content: satisfaction.Rate


@dataclass(frozen=True)
class Working:
    """What is being worked on in a category, by when it is due. `first_due` in words; empty where all stands still."""

    category: str
    count: int
    over: int
    today: int
    week: int
    later: int
    waiting: int
    first_due: str


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
    """The present month; three statements."""
    today = timezone.localdate(now)
    [*_, line] = satisfaction.trend(Ticket.objects.in_community(area), periods.month_of(today), now=now)
    return Month(
        name=f"{today.month}月",
        received=line.sums["received"],
        solved=line.sums["solved"],
        answered=line.rate("reply"),
        content=line.rate("content"),
    )


def working(area: Area, *, now: datetime) -> list[Working]:
    """By category, most first; one statement."""
    tomorrow = workdays.at(timezone.localdate(now) + timedelta(days=1))
    runs, next_week = Q(paused_at=None), tomorrow + A_WEEK
    counted = {
        "count": Count("pk"),
        "over": Count("pk", filter=runs & Q(due_at__lt=now)),
        "today": Count("pk", filter=runs & Q(due_at__gte=now, due_at__lt=tomorrow)),
        "week": Count("pk", filter=runs & Q(due_at__gte=tomorrow, due_at__lt=next_week)),
        "later": Count("pk", filter=runs & Q(due_at__gte=next_week)),
        "waiting": Count("pk", filter=~runs),
        "next_due": Min("due_at", filter=runs & Q(due_at__gte=now)),
    }
    rows = Clock.objects.working(area).annotate(**counted).order_by("-count", "name")
    return [_working(row, now) for row in rows]


def _working(row: dict, now: datetime) -> Working:
    due = row["next_due"]
    return Working(
        category=row["name"] or "没选类别",
        first_due=f"{saying.day(timezone.localdate(due), today=timezone.localdate(now))}前" if due else "",
        **{name: row[name] for name in ("count", "over", "today", "week", "later", "waiting")},
    )
