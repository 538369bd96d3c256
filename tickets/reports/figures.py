"""What each number of the report counts: one condition, used for counting and for listing what was counted.

Every figure but 现在超时 is about the tickets received in the period; definitions.py says it to people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from tickets.models import Clock, Outcome, Rating, Reply, Reporter, Ticket, WithdrawReason
from tickets.models.queryset import TicketQuerySet
from tickets.promises import Promise
from tickets.states import DONE, LEFT_OUT, Status

FEWEST = 5
NONE = "none"
ENDED = (Promise.KEPT, Promise.MOVED, Promise.BROKEN)
CONTENT = (Rating.Satisfied.SATISFIED, Rating.Satisfied.MOSTLY)


@dataclass(frozen=True)
class Kind:
    """What is counted: rows of which table, and on which path from there the ticket stands that they count with.

    Of None instead of tickets the rows of all. `charged` is the path to the unit where that is not the ticket's own.
    `facts` are the annotations of a row that its figures' conditions read, where they read nothing else; what takes
    long to find out is then found out once a row (cubes.py).
    """

    rows: Callable[[Any, datetime], QuerySet]
    path: str = ""
    charged: str = ""
    facts: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """Where a row of this kind has the ticket's unit, station, category, building, area, received_on."""
        return self.charged if name == "unit" and self.charged else f"{self.path}{name}"


def _of_them(rows: Any, tickets: TicketQuerySet | None) -> Any:
    return rows if tickets is None else rows.of(tickets)


def _promises(tickets: TicketQuerySet | None, now: datetime) -> QuerySet:
    return _of_them(Reply.objects.promises(), tickets).with_outcome(timezone.localdate(now))


def _counted_promises(tickets: TicketQuerySet | None, now: datetime) -> QuerySet:
    return _of_them(Reply.objects.counted_at_once(), tickets).with_outcome(timezone.localdate(now))


def _own_reporters(tickets: TicketQuerySet | None, now: datetime) -> QuerySet:
    return _with_ratings(_of_them(Reporter.objects.not_merged(), tickets), "ticket")


RATED = ("of_status", "of_round", "rated_round", "rated_as", "rated_by", "is_last")
TICKET = Kind(lambda tickets, now: Ticket.objects.all() if tickets is None else tickets)
CLOCK = Kind(lambda t, now: _of_them(Clock.objects.first_replies(), t), "ticket__", "unit")
REPORTER = Kind(_own_reporters, "ticket__", facts=RATED)
# Whose own ticket was merged rates, and is counted with, the one it was merged into.
MERGED = Kind(
    lambda t, now: _with_ratings(Reporter.objects.of_merged().merged_into(t), "ticket__merged_into"),
    "ticket__merged_into__",
    facts=RATED,
)
PROMISE = Kind(_promises, "ticket__")
# The same for counting; what is no promise has no outcome and counts nowhere.
COUNTED = Kind(_counted_promises, "ticket__", facts=("outcome",))
LATE = Kind(lambda tickets, now: tickets.open().overdue(now))
LEFT = Kind(lambda tickets, now: tickets.left_out())
# What the medians are of; counted along with them (medians.py).
ANSWERED = Kind(lambda t, now: Clock.objects.first_met().of(t).filter(kind="reply"), "ticket__", "unit")
DONE_WITH = Kind(lambda t, now: Clock.objects.first_met().of(t).filter(kind="resolve"), "ticket__")
LISTED_AS = {MERGED: REPORTER, COUNTED: PROMISE}


def _with_ratings(reporters: QuerySet, path: str) -> QuerySet:
    """One row for each rating a reporter has given the ticket at `path`; one without.

    `rated_round`, `rated_as` and `rated_by` say which, `is_last` whether it is the last one. Ratings of another
    ticket, given before merging or separating, are not these.
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
        rated_by=Case(When(ratings__ticket=F(path), then=F("ratings__channel"))),
    )
    first_other = ~Exists(given.filter(ticket=OuterRef(path))) & ~Exists(
        given.filter(pk__lt=OuterRef("rating"))
    )
    later = given.filter(ticket=OuterRef(path), round__gt=OuterRef("rated_round"))
    return rows.filter(Q(rating=None) | is_its | first_other).annotate(
        # Most tickets have one round, so the second look is rare.
        is_last=Case(
            When(rated_round=None, then=False),
            When(rated_round=F("of_round"), then=True),
            default=~Exists(later),
            output_field=BooleanField(),
        )
    )


@dataclass(frozen=True)
class Figure:
    """A number of the report. `condition(now)` is what a row of its kind fulfils; `measure` is 单, 人 or 件."""

    kind: Kind
    label: str
    condition: Callable[[datetime], Q]
    measure: str = "单"


@dataclass(frozen=True)
class Cut:
    """The part of a report a number stands in: ids, NONE for rows without one, None for all.

    `area` is one below the report's own; `approver` is who merged or withdrew.
    """

    first: date | None = None
    last: date | None = None
    unit: int | str | None = None
    station: int | str | None = None
    category: int | str | None = None
    building: int | str | None = None
    approver: int | str | None = None
    area: int | None = None


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
_LAST = Q(is_last=True)

_UNSAID = ~Q(withdraw_reason__in=WithdrawReason.values)


def _rated(satisfied: Q | None = None) -> Callable[[datetime], Q]:
    return _always(_LAST & satisfied if satisfied else _LAST)


def _left(reason: str) -> Callable[[datetime], Q]:
    return _always(Q(status=Status.WITHDRAWN, withdraw_reason=reason))


_GOOD = Q(rated_as__in=CONTENT)

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
    "rated": Figure(REPORTER, "已评价", _rated(), "人"),
    "good": Figure(REPORTER, "满意或基本满意", _rated(_GOOD), "人"),
    "bad": Figure(REPORTER, "不满意", _rated(Q(rated_as=Rating.Satisfied.NOT)), "人"),
    "first_rated": Figure(REPORTER, "第一轮评价", _always(Q(rated_round=1)), "人"),
    "first_good": Figure(REPORTER, "第一轮满意或基本满意", _always(Q(rated_round=1) & _GOOD), "人"),
    **{
        f"{channel}_{code}": Figure(
            REPORTER, f"{channel.label}{label}", _rated(Q(rated_by=channel) & wanted), "人"
        )
        for channel in Rating.Channel
        for code, label, wanted in (("rated", "评价", Q()), ("good", "满意或基本满意", _GOOD))
    },
    "kept": Figure(PROMISE, "守约", _always(Q(outcome=Promise.KEPT)), "件"),
    "moved": Figure(PROMISE, "改期", _always(Q(outcome=Promise.MOVED)), "件"),
    "broken": Figure(PROMISE, "过了答应的日子", _always(Q(outcome=Promise.BROKEN)), "件"),
    "promised": Figure(PROMISE, "答应了日子", _always(Q(outcome__in=ENDED)), "件"),
    "overdue": Figure(LATE, "现在超时", _always(Q(pk__isnull=False))),
    "left_merged": Figure(LEFT, "并单", _always(Q(status=Status.MERGED))),
    **{f"left_{reason}": Figure(LEFT, f"撤单·{reason.label}", _left(reason)) for reason in WithdrawReason},
    "left_unsaid": Figure(LEFT, "撤单·没写原因", _always(Q(status=Status.WITHDRAWN) & _UNSAID)),
    "answered": Figure(ANSWERED, "已答复", _always(Q(pk__isnull=False))),
    "finished": Figure(DONE_WITH, "已办结", _always(Q(pk__isnull=False))),
}
OVERDUE = "overdue"
DIMENSIONS = ("unit", "station", "category", "building")


def of_kind(kind: Kind) -> dict[str, Figure]:
    """The figures counted over rows of this kind."""
    meant = LISTED_AS.get(kind, kind)
    return {code: figure for code, figure in FIGURES.items() if figure.kind is meant}


def listed(code: str, tickets: TicketQuerySet, cut: Cut, *, now: datetime) -> QuerySet:
    """Exactly the rows a figure counts among these tickets: tickets, clocks, reporters or promises, newest first."""
    figure = FIGURES[code]
    if code != OVERDUE and cut.first and cut.last:
        tickets = tickets.received_between(cut.first, cut.last)
    rows = _fulfilling(figure, figure.kind, tickets, cut, now)
    if figure.kind is REPORTER:
        rows = _with_merged(code, rows, _fulfilling(figure, MERGED, tickets, cut, now))
    prefix = "ticket__" if figure.kind.path else ""
    return rows.order_by(f"-{prefix}received_at", "-pk")


def _fulfilling(figure: Figure, kind: Kind, tickets: TicketQuerySet, cut: Cut, now: datetime) -> QuerySet:
    return kind.rows(tickets, now).filter(figure.condition(now), *_of(kind, cut))


def _with_merged(code: str, own: QuerySet, merged: QuerySet) -> QuerySet:
    """Both as reporters, each once, with the rating that was counted (`rated_as`, `rated_by`, `entered_by_name`)."""
    ids = own.order_by().values("pk").union(merged.order_by().values("pk"), all=True)
    master = Coalesce(OuterRef("ticket__merged_into"), OuterRef("ticket"))
    given = Rating.objects.filter(reporter=OuterRef("pk"), ticket=master)
    if code.startswith("first_"):
        given = given.filter(round=1)
    last = given.order_by("-round")
    return Reporter.objects.filter(pk__in=ids).annotate(
        rated_as=Subquery(last.values("satisfied")[:1]),
        rated_by=Subquery(last.values("channel")[:1]),
        rated_in=Subquery(last.values("round")[:1]),
        entered_by_name=Subquery(last.values("entered_by__name")[:1]),
    )


def _of(kind: Kind, cut: Cut) -> list[Q]:
    wanted = [(kind.column(name), getattr(cut, name)) for name in DIMENSIONS]
    if kind is LEFT:
        wanted.append(("ended_by", cut.approver))
    return [Q(**{name: None if value == NONE else value}) for name, value in wanted if value is not None]
