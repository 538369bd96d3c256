"""What each number of the report counts: one condition, used for counting and for listing what was counted.

Every figure but 现在超时 is about the tickets received in the period; definitions.py says it to people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from tickets.models import Clock, Outcome, Rating, Reply, Reporter
from tickets.models.queryset import TicketQuerySet
from tickets.promises import Promise
from tickets.states import DONE, Status

FEWEST = 5
NONE = "none"
LEFT_OUT = (Status.MERGED, Status.WITHDRAWN)
CONTENT = (Rating.Satisfied.SATISFIED, Rating.Satisfied.MOSTLY)


@dataclass(frozen=True)
class Kind:
    """What is counted: rows of which table, and where received day, charged unit and category stand.

    `by` names a column whose value is itself the code of the figure a row counts in: dear to work out, so once.
    """

    received_on: str
    unit: str
    category: str
    rows: Callable[[TicketQuerySet, datetime], QuerySet]
    by: str = ""


def _promises(tickets: TicketQuerySet, now: datetime) -> QuerySet:
    return Reply.objects.promises().of(tickets).with_outcome(timezone.localdate(now))


OF_TICKET = ("ticket__received_on", "ticket__unit", "ticket__category")
OF_MASTER = ("ticket__merged_into__received_on", "ticket__merged_into__unit", "ticket__merged_into__category")
TICKET = Kind("received_on", "unit", "category", lambda tickets, now: tickets)
CLOCK = Kind(
    "ticket__received_on", "unit", "ticket__category", lambda t, now: Clock.objects.first_replies().of(t)
)
REPORTER = Kind(*OF_TICKET, lambda t, now: _with_ratings(Reporter.objects.waiting_for(t), "ticket"))
# Whose own ticket was merged rates, and is counted with, the one it was merged into.
MERGED = Kind(
    *OF_MASTER, lambda t, now: _with_ratings(Reporter.objects.merged_into(t), "ticket__merged_into")
)
PROMISE = Kind(*OF_TICKET, _promises, by="outcome")


def _with_ratings(reporters: QuerySet, path: str) -> QuerySet:
    """One row for each rating a reporter has given the ticket at `path` (`rated_round`, `rated_as`); one without.

    Ratings of another ticket, given before merging or separating, are not these.
    """
    given = Rating.objects.filter(reporter=OuterRef("pk"))
    is_its = Q(rating_of=F(path))
    rows = reporters.annotate(
        of_ticket=F(path),
        of_status=F(f"{path}__status"),
        of_round=F(f"{path}__round"),
        rating=F("ratings__pk"),
        rating_of=F("ratings__ticket"),
        rated_round=Case(When(ratings__ticket=F(path), then=F("ratings__round"))),
        rated_as=Case(When(ratings__ticket=F(path), then=F("ratings__satisfied"))),
    )
    first_other = ~Exists(given.filter(ticket=OuterRef(path))) & ~Exists(
        given.filter(pk__lt=OuterRef("rating"))
    )
    return rows.filter(Q(rating=None) | is_its | first_other)


@dataclass(frozen=True)
class Figure:
    """A number of the report. `condition(now)` is what a row of its kind fulfils; `measure` is 单, 人 or 件."""

    kind: Kind
    label: str
    condition: Callable[[datetime], Q]
    measure: str = "单"


@dataclass(frozen=True)
class Cut:
    """The part of a report a number stands in; unit, category: an id, NONE for rows without, None for all."""

    first: date | None = None
    last: date | None = None
    unit: int | str | None = None
    category: int | str | None = None


def _always(condition: Any) -> Callable[[datetime], Q]:
    return lambda now: condition


def _late(now: datetime) -> Q:
    """Answered late, ended late without an answer, or past due and still without one."""
    unmet = Q(met_at=None)
    return (
        Q(met_at__gt=F("due_at"))
        | (unmet & Q(stopped_at__gt=F("due_at")))
        | (unmet & Q(stopped_at=None, due_at__lt=now))
    )


_ON_TIME = Q(met_at__lte=F("due_at"))
_COUNTED = ~Q(status__in=LEFT_OUT)
_SOLVED = _COUNTED & Q(outcome=Outcome.SOLVED)
# A ticket of a later round was resolved once, wherever it stands now.
_ASKED = Q(of_status__in=DONE) | Q(of_round__gt=1)
_NO_RATING = Q(rated_round=None)
_LATER = Rating.objects.filter(
    reporter=OuterRef("pk"), ticket=OuterRef("of_ticket"), round__gt=OuterRef("rated_round")
)
# Most tickets have one round, so the second look is rare.
_LAST = Q(rated_round=F("of_round")) | (Q(rated_round__isnull=False) & ~Exists(_LATER))

FIGURES: dict[str, Figure] = {
    "received": Figure(TICKET, "收到", _always(Q(pk__isnull=False))),
    "counted": Figure(TICKET, "计入办结率", _always(_COUNTED)),
    "solved": Figure(TICKET, "已解决", _always(_SOLVED)),
    "unsolved": Figure(TICKET, "还没解决", _always(_COUNTED & ~Q(outcome=Outcome.SOLVED))),
    "merged": Figure(TICKET, "并单", _always(Q(status=Status.MERGED))),
    "withdrawn": Figure(TICKET, "撤单", _always(Q(status=Status.WITHDRAWN))),
    "reopened": Figure(TICKET, "重办", _always(Q(round__gt=1))),
    "decided": Figure(CLOCK, "已到期或已答复", lambda now: _ON_TIME | _late(now)),
    "on_time": Figure(CLOCK, "按时答复", _always(_ON_TIME)),
    "late": Figure(CLOCK, "没有按时答复", _late),
    "undecided": Figure(CLOCK, "未到期", lambda now: Q(met_at=None, stopped_at=None, due_at__gte=now)),
    "asked": Figure(REPORTER, "可以评价", _always(_ASKED & (_NO_RATING | _LAST)), "人"),
    "rated": Figure(REPORTER, "已评价", _always(_LAST), "人"),
    "good": Figure(REPORTER, "满意或基本满意", _always(_LAST & Q(rated_as__in=CONTENT)), "人"),
    "bad": Figure(REPORTER, "不满意", _always(_LAST & Q(rated_as=Rating.Satisfied.NOT)), "人"),
    "first_rated": Figure(REPORTER, "第一轮评价", _always(Q(rated_round=1)), "人"),
    "first_good": Figure(
        REPORTER, "第一轮满意或基本满意", _always(Q(rated_round=1, rated_as__in=CONTENT)), "人"
    ),
    "kept": Figure(PROMISE, "守约", _always(Q(outcome=Promise.KEPT)), "件"),
    "moved": Figure(PROMISE, "改期", _always(Q(outcome=Promise.MOVED)), "件"),
    "broken": Figure(PROMISE, "过了答应的日子", _always(Q(outcome=Promise.BROKEN)), "件"),
    "overdue": Figure(TICKET, "现在超时", _always(Q(pk__isnull=False))),
}
OVERDUE = "overdue"


def of_kind(kind: Kind) -> dict[str, Figure]:
    """The figures counted over the period's rows of this kind."""
    meant = REPORTER if kind is MERGED else kind
    return {code: figure for code, figure in FIGURES.items() if figure.kind is meant and code != OVERDUE}


def listed(code: str, tickets: TicketQuerySet, cut: Cut, *, now: datetime) -> QuerySet:
    """Exactly the rows a figure counts among these tickets: tickets, clocks, reporters or promises, newest first."""
    figure = FIGURES[code]
    if code == OVERDUE:
        tickets = tickets.open().overdue(now)
    elif cut.first and cut.last:
        tickets = tickets.received_between(cut.first, cut.last)
    rows = _fulfilling(figure, figure.kind, tickets, cut, now)
    if figure.kind is REPORTER:
        rows = _with_merged(code, rows, _fulfilling(figure, MERGED, tickets, cut, now))
    prefix = "" if figure.kind is TICKET else "ticket__"
    return rows.order_by(f"-{prefix}received_at", "-pk")


def _fulfilling(figure: Figure, kind: Kind, tickets: TicketQuerySet, cut: Cut, now: datetime) -> QuerySet:
    return kind.rows(tickets, now).filter(figure.condition(now), *_of(kind, cut))


def _with_merged(code: str, own: QuerySet, merged: QuerySet) -> QuerySet:
    """Both as reporters, each once, with the rating that was counted."""
    ids = own.order_by().values("pk").union(merged.order_by().values("pk"), all=True)
    master = Coalesce(OuterRef("ticket__merged_into"), OuterRef("ticket"))
    given = Rating.objects.filter(reporter=OuterRef("pk"), ticket=master)
    if code.startswith("first_"):
        given = given.filter(round=1)
    rated_as = Subquery(given.order_by("-round").values("satisfied")[:1])
    return Reporter.objects.filter(pk__in=ids).annotate(rated_as=rated_as)


def _of(kind: Kind, cut: Cut) -> list[Q]:
    wanted = ((kind.unit, cut.unit), (kind.category, cut.category))
    return [Q(**{name: None if value == NONE else value}) for name, value in wanted if value is not None]
