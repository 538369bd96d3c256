"""The numbers on the wall, as they stood at the end of a day: what happens today is not read off them by the minute.

Defined as the report's, but told by what had happened until a moment, and without what an old ledger brought: whoever
imports one does not change what the public reads of the service. Under five there is no rate and no category.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from stations.models import Area
from tickets.models import Clock, Event, Outcome
from tickets.models.queryset import TicketQuerySet
from tickets.reports.figures import CONTENT, FEWEST
from tickets.reports.periods import Period
from tickets.reports.satisfaction import Rate
from tickets.states import Verb

A_WEEK = timedelta(days=7)
OTHERS, ALL, NO_CATEGORY = "其余类别", "各类合计", "没选类别"
PARTS = ("over", "week", "later", "waiting")


@dataclass(frozen=True)
class Figures:
    """`answered` and `content` are rates with their n."""

    received: int
    solved: int
    answered: Rate
    content: Rate


@dataclass(frozen=True)
class Working:
    """What is being worked on in a category, by when it is due."""

    category: str
    count: int
    over: int
    week: int
    later: int
    waiting: int


@dataclass(frozen=True)
class Worked:
    """All that is being worked on; no rows where that is less than five."""

    total: int
    rows: list[Working]


def of_period(tickets: TicketQuerySet, period: Period, *, until: datetime) -> Figures:
    """Of these tickets received in the period, by what had happened before the moment; three statements."""
    received = tickets.received_here().received_between(period.first, period.last).received_before(until)
    solved, content = _results(received, until)
    return Figures(received.count(), solved, _answered(received, until), content)


def working(area: Area, *, until: datetime) -> Worked:
    """What was being worked on at the moment, most first; one statement."""
    runs = Q(paused_at=None) | Q(paused_at__gte=until)
    counted = {
        "count": Count("pk"),
        "over": Count("pk", filter=runs & Q(due_at__lt=until)),
        "week": Count("pk", filter=runs & Q(due_at__gte=until, due_at__lt=until + A_WEEK)),
        "later": Count("pk", filter=runs & Q(due_at__gte=until + A_WEEK)),
        "waiting": Count("pk", filter=~runs),
    }
    found = Clock.objects.working(area, until).annotate(**counted).order_by("-count", "name")
    rows = [Working(row["name"] or NO_CATEGORY, row["count"], *(row[p] for p in PARTS)) for row in found]
    return Worked(sum(row.count for row in rows), folded(rows))


def folded(rows: list[Working]) -> list[Working]:
    """Categories with less than five go together, with the smallest of the others where those are not five yet."""
    shown = [row for row in rows if row.count >= FEWEST]
    rest = [row for row in rows if row.count < FEWEST]
    while rest and shown and _sum(rest).count < FEWEST:
        rest.append(shown.pop())
    if rest and _sum(rest).count >= FEWEST:
        shown.append(_sum(rest, OTHERS if shown else ALL))
    return shown


def _sum(rows: list[Working], category: str = OTHERS) -> Working:
    return Working(category, *(sum(getattr(row, name) for row in rows) for name in ("count", *PARTS)))


def _results(tickets: TicketQuerySet, until: datetime) -> tuple[int, Rate]:
    """How many were solved, and what each reporter said last."""
    solved, said = {}, {}
    for ticket, verb, data in Event.objects.of(tickets).results_before(until):
        if verb == Verb.RESOLVE:
            solved[ticket] = data["outcome"] == Outcome.SOLVED
        elif verb == Verb.REOPEN:
            solved[ticket] = False
        else:
            said[data["reporter"]] = _last(data["satisfied"])
    return sum(solved.values()), Rate(sum(one in CONTENT for one in said.values()), len(said))


def _last(satisfied: str | Iterable[str]) -> str:
    """A changed rating is written down with what it was before."""
    return satisfied if isinstance(satisfied, str) else [*satisfied][-1]


def _answered(tickets: TicketQuerySet, until: datetime) -> Rate:
    on_time = Q(met_at__lte=F("due_at"))
    ended = Q(met_at=None, stopped_at__lte=F("due_at"))
    late = Q(due_at__lt=until) & ~on_time & ~ended
    counts = {"good": Count("pk", filter=on_time & Q(met_at__lt=until)), "late": Count("pk", filter=late)}
    found = Clock.objects.first_replies().of(tickets).order_by().aggregate(**counts)
    return Rate(found["good"], found["good"] + found["late"])
