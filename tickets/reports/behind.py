"""The rows behind the figures, for the workbook: a 1 under every figure a row counts in, so a column adds up to it.

What counts is decided by the conditions of figures.py alone. Nothing of residents is read: no name, phone, room, words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from heapq import merge
from itertools import islice
from operator import itemgetter, or_
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, When

from tickets.models import Event, Outcome, Rating, WithdrawReason
from tickets.models.queryset import TicketQuerySet
from tickets.promises import Promise
from tickets.reports.figures import CLOCK, LATE, MERGED, PROMISE, REPORTER, TICKET, Kind, of_kind
from tickets.reports.periods import Period
from tickets.states import LEFT_OUT, Status

MOST = 20_000  # rows of a sheet; what is more is asked for with a shorter period or a smaller area
CHUNK = 1000
OF_TICKET = {
    "编号": "number",
    "接单时间": "received_at",
    "社区": "area__name",
    "站点": "station__name",
    "楼栋": "building__name",
    "类别": "category__name",
    "责任单位": "unit__name",
}
RECEIVED_AT = list(OF_TICKET.values()).index("received_at")
ITSELF = {
    "位置": "place",
    "标题": "title",
    "状态": "status",
    "轮次": "round",
    "办理结果": "outcome",
    "办结时间": "resolved_at",
    "并入": "merged_into__number",
    "撤单原因": "withdraw_reason",
    "并单撤单经手人": "ended_by_name",
}
RATED = {
    "评价渠道": "rated_by",
    "满意吗": "rated_as",
    "评价轮次": "rated_round",
    "代记人": "ratings__entered_by__name",
}
LABELS = {
    "status": dict(Status.choices),
    "outcome": {**dict(Outcome.choices), **dict(Promise.choices)},
    "withdraw_reason": dict(WithdrawReason.choices),
    "rated_by": dict(Rating.Channel.choices),
    "rated_as": dict(Rating.Satisfied.choices),
}


@dataclass(frozen=True)
class Detail:
    """A sheet of rows: of which kinds, and what stands in it besides the ticket and the figures."""

    name: str
    kinds: tuple[Kind, ...]
    own: dict[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        return list(of_kind(self.kinds[0]))

    @property
    def head(self) -> list[str]:
        return [*OF_TICKET, *self.own, *(figure.label for figure in of_kind(self.kinds[0]).values())]


DETAILS = (
    Detail("明细·工单", (TICKET,), ITSELF),
    Detail("明细·答复", (CLOCK,), {"计入单位": "unit__name", "到期": "due_at", "答复": "met_at"}),
    Detail("明细·评价", (REPORTER, MERGED), RATED),
    Detail(
        "明细·承诺",
        (PROMISE,),
        {"答复轮次": "round", "先答应的日子": "promised_on", "最后的日子": "last_on", "结果": "outcome"},
    ),
    Detail("明细·现在超时", (LATE,), {"标题": "title", "状态": "status"}),
)


def rows(detail: Detail, tickets: TicketQuerySet, period: Period, *, now: datetime) -> Iterator[list[Any]]:
    """The rows of a sheet that count in a figure, newest tickets first; one more than MOST says that there are more."""
    if LATE not in detail.kinds:
        tickets = tickets.received_between(period.first, period.last)
    most = MOST + 1
    of_kinds = [_read(kind, detail, tickets, now)[:most].iterator(chunk_size=CHUNK) for kind in detail.kinds]
    for row in islice(merge(*of_kinds, key=itemgetter(RECEIVED_AT), reverse=True), most):
        facts, hits = row[: -len(detail.codes)], row[-len(detail.codes) :]
        yield [*_said(detail, facts), *(int(bool(hit)) for hit in hits)]


def _read(kind: Kind, detail: Detail, tickets: TicketQuerySet, now: datetime) -> QuerySet:
    """Its rows with a truth for every figure; none that counts in no figure, so that a limit is one of real rows."""
    conditions = {f"c_{code}": figure.condition(now) for code, figure in of_kind(kind).items()}
    truths = {
        name: ExpressionWrapper(condition, output_field=BooleanField())
        for name, condition in conditions.items()
    }
    found = kind.rows(tickets, now).filter(reduce(or_, conditions.values()))
    if kind is TICKET:
        found = found.annotate(ended_by_name=Case(When(status__in=LEFT_OUT, then=_who_ended())))
    columns = [kind.column(path) if kind.path else path for path in OF_TICKET.values()]
    newest = F(kind.column("received_at")).desc()
    return (
        found.annotate(**truths).order_by(newest, "-pk").values_list(*columns, *detail.own.values(), *truths)
    )


def _who_ended() -> Subquery:
    return Subquery(Event.objects.taking_out().filter(ticket=OuterRef("pk")).values("by__name")[:1])


def _said(detail: Detail, facts: tuple) -> Iterator[Any]:
    for path, value in zip((*OF_TICKET.values(), *detail.own.values()), facts, strict=True):
        yield LABELS[path].get(value, value) if path in LABELS else value
