"""The dispatcher's queue: what waits, in which order, under which tab, what comes after it, and which emergencies
that were sent on nobody has taken.

Reads one light row for every waiting ticket, so that counts, neighbours and pages agree with each other; the
page itself loads only the fifty it shows.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Page, Paginator

from accounts.models import Post, PostQuerySet, User
from stations.composed import Composed
from stations.models import Unit
from stations.paging import PER_PAGE
from tickets import ownerless
from tickets.models import Ticket
from tickets.models.ownership import Lost
from tickets.models.queryset import PRESSING
from tickets.routing import Router
from tickets.states import IN_UNIT, Status

LOST = "ownerless"
TABS = {"all": "全部", "overdue": "超时", "returned": "退单", "unproposed": "无建议", LOST: "没人接"}
FIRST_TAB = "all"


def tab(asked: str | None) -> str:
    """The tab asked for, if there is one of that name."""
    return asked if asked in TABS else FIRST_TAB


@dataclass(frozen=True)
class Waiting:
    """One ticket of the queue; `proposed` is what the rule says, `lost` why nobody can act on it."""

    pk: int
    number: str
    is_overdue: bool
    is_pressing: bool
    handed_back_by: str
    has_come_back: bool
    proposed: Unit | None
    lost: str = ""

    @property
    def is_refused(self) -> bool:
        """The unit that the rule names is the one that has just handed it back."""
        return self.proposed is not None and self.proposed.name == self.handed_back_by

    @property
    def unit(self) -> Unit | None:
        """The unit to send it to with one key; never straight back to who refused it."""
        return None if self.is_refused else self.proposed

    def is_under(self, tab: str) -> bool:
        return {
            "overdue": self.is_overdue,
            "returned": bool(self.handed_back_by),
            "unproposed": self.unit is None,
        }.get(tab, True)


_shown = Composed(Ticket.objects.as_queue, [1, 2])
_waiting_for = Composed(lambda user: Ticket.objects.to_send_on(_areas_of(user)).light_by_due())

_pressing_in_units = Composed(
    lambda user: (
        Ticket.objects.in_communities(_areas_of(user))
        .filter(PRESSING, status__in=IN_UNIT)
        .select_related("area", "unit")
        .with_due()
        .by_due()
    )
)


def _areas_of(user: int) -> PostQuerySet:
    """The communities for which this person dispatches."""
    return Post.objects.active().as_role(Post.Role.DISPATCHER).filter(user=user).order_by().values("area")


@dataclass(frozen=True)
class Alarms:
    """Emergencies that a rule or a dispatcher sent on: those that nobody has, and those whose answer is late."""

    untaken: list[Ticket]
    late: list[Ticket]

    @classmethod
    def of(cls, pressing: list[Ticket], lost: set[int], now: datetime) -> "Alarms":
        untaken = [ticket for ticket in pressing if ticket.status == Status.DISPATCHED or ticket.pk in lost]
        late = [ticket for ticket in pressing if ticket.due_at is not None and ticket.due_at < now]
        return cls(untaken, [ticket for ticket in late if ticket not in untaken])

    @property
    def count(self) -> int:
        return len(self.untaken) + len(self.late)

    @property
    def tickets(self) -> list[Ticket]:
        return self.untaken + self.late

    @property
    def sentence(self) -> str:
        """急事2单，还没有人认领; or how many of which."""
        if not self.late:
            return f"急事{self.count}单，还没有人认领"
        if not self.untaken:
            return f"急事{self.count}单，过了答复时限还没有答复"
        untaken, late = len(self.untaken), len(self.late)
        return f"急事{self.count}单：{untaken}单还没有人认领，{late}单过了答复时限还没有答复"


class Queue:
    """What a dispatcher has to send on, in the list's order: emergencies, overdue ones, what falls due."""

    def __init__(self, user: User, *, now: datetime):
        self.areas = [post.area for post in user.posts_as(Post.Role.DISPATCHER)]
        self.router = Router.of(self.areas)
        rows = _waiting_for(user.pk)
        self.all = [self._waiting(row, now) for row in rows if row.status == Status.RECEIVED]
        self.lost = [self._lost(row, now) for row in rows if row.status != Status.RECEIVED]
        self.alarms = Alarms.of(_pressing_in_units(user.pk), {waiting.pk for waiting in self.lost}, now)

    def under(self, tab: str) -> list[Waiting]:
        return self.lost if tab == LOST else [waiting for waiting in self.all if waiting.is_under(tab)]

    def counts(self) -> dict[str, int]:
        """For every tab; the one for what nobody can act on is there only while there is something."""
        counts = {tab: len(self.under(tab)) for tab in TABS}
        return counts if self.lost else {tab: count for tab, count in counts.items() if tab != LOST}

    @property
    def urgent_count(self) -> int:
        """How many emergencies wait for an answer: here, where the list begins with them, and sent on, untaken."""
        return sum(waiting.is_pressing for waiting in self.all) + self.alarms.count

    def load(self, page: list[Waiting]) -> list[tuple[Waiting, Ticket]]:
        """The tickets of a page in its order, without those that left the queue a moment ago."""
        found = {ticket.pk: ticket for ticket in _shown([waiting.pk for waiting in page])}
        return [(waiting, found[waiting.pk]) for waiting in page if _waits_still(waiting, found[waiting.pk])]

    def why(self, waiting: Waiting, ticket: Ticket) -> str:
        """What stands behind 派给: the rule in words, or why a person has to choose."""
        if waiting.lost:
            return ownerless.why(waiting.lost, ticket.unit, ticket.claimant)
        if waiting.is_refused:
            return f"{waiting.handed_back_by}刚退回，请另选"
        return self.router.explain(ticket)

    def _waiting(self, row, now) -> Waiting:
        proposed = self.router.propose(row.area_id, row.category_id, row.building_id)
        is_overdue = row.due_at is not None and row.due_at < now
        back = row.handed_back_by or "", row.brought_back is not None
        return Waiting(row.pk, row.number, is_overdue, row.is_pressing, *back, proposed)

    def _lost(self, row, now) -> Waiting:
        """Best back to the colleagues of who left; else where the rule says."""
        waiting = self._waiting(row, now)
        own = self.router.unit(row.area_id, row.unit_id) if row.owner_lost == Lost.CLAIMANT_GONE else None
        return replace(waiting, lost=row.owner_lost, handed_back_by="", proposed=own or waiting.proposed)


def _waits_still(waiting: Waiting, ticket: Ticket) -> bool:
    if waiting.lost:
        return ticket.status in IN_UNIT and ticket.owner_lost is not None
    return ticket.status == Status.RECEIVED


@dataclass(frozen=True)
class Place:
    """Where the reader stands in the list of a tab: the page shown, the entry chosen, its neighbours."""

    entries: list[Waiting]
    page: Page
    index: int
    is_found: bool

    @classmethod
    def of(cls, entries: list[Waiting], *, number: str | None, page: str | None) -> "Place":
        """At the ticket asked for; if it is not there, or not on the page asked for, at the page's first."""
        numbers = [waiting.number for waiting in entries]
        is_found = number in numbers
        index = numbers.index(number) if is_found else 0
        shown = Paginator(entries, PER_PAGE).get_page(page or index // PER_PAGE + 1)
        if entries and not shown.start_index() <= index + 1 <= shown.end_index():
            index = shown.start_index() - 1
        return cls(entries, shown, index, is_found and numbers[index] == number)

    @property
    def current(self) -> Waiting | None:
        return self.entries[self.index] if self.entries else None

    @property
    def before(self) -> Waiting | None:
        return self.entries[self.index - 1] if self.index else None

    @property
    def after(self) -> Waiting | None:
        return self.entries[self.index + 1] if self.index + 1 < len(self.entries) else None

    @property
    def onward(self) -> Waiting | None:
        """Whose turn it is when the current one has left the queue."""
        return self.after or self.before
