"""今天到期: what falls due today or on the next working day, for whoever has to see to it, the most pressing first.

Whose tickets those are says TicketQuerySet.due_to; which moments make a day is decided here, in Shanghai time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Subquery
from django.utils import timezone

from accounts.models import Post, User
from stations import workdays
from tickets.due import Due, due_of
from tickets.models import Event, Ticket
from tickets.models.queryset import TicketQuerySet, count_of

URGENT, OVER, LATER = "急事", "已超时", "还没到时间"


@dataclass(frozen=True)
class Days:
    """Two stretches of time: until the end of today, and on to the end of the next working day."""

    now: datetime
    tomorrow_at: datetime
    next_on: date
    after_at: datetime


@dataclass(frozen=True)
class Row:
    """One ticket with its chip, under the heading of its group."""

    ticket: Ticket
    due: Due | None
    group: str


def days(user: User, *, now: datetime) -> Days:
    """Counted by the calendar of the first community that this person works for."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    [next_on] = workdays.working_days_from(tomorrow, 1, area=user.home_area)
    return Days(now, workdays.at(tomorrow), next_on, workdays.at(next_on + timedelta(days=1)))


def today(user: User, its: Days) -> TicketQuerySet:
    """Overdue since whenever, or due by the end of today."""
    return Ticket.objects.due_to(user).due_before(its.tomorrow_at).with_people().by_due()


def next_day(user: User, its: Days) -> TicketQuerySet:
    """Due after today, by the end of the next working day."""
    mine = Ticket.objects.due_to(user).due_before(its.after_at).exclude(due_at__lt=its.tomorrow_at)
    return mine.with_people().by_due()


def counts(user: User, its: Days) -> dict[str, int]:
    """{"urgent", "over", "today", "next"}: emergencies without an answer, overdue, both and the rest, the next day."""
    mine = Ticket.objects.due_to(user).due_before(its.after_at)
    return mine.due_counts(its.now, its.tomorrow_at)


class DispatchersDay(NamedTuple):
    """`due` today or before; `sent` on by this person today, and number and status of the last of these."""

    due: int
    sent: int
    last: str | None
    last_status: str | None


def day_of_dispatcher(user: User, *, now: datetime) -> DispatchersDay:
    """What a dispatcher's page counts beside its list; one statement."""
    midnight = workdays.at(timezone.localdate(now))
    due = Ticket.objects.due_to(user).due_before(midnight + timedelta(days=1))
    sent = Event.objects.dispatches_by(user, midnight)
    last = [Subquery(sent.values(f"ticket__{name}")[:1]) for name in ("number", "status")]
    its = Ticket.objects.filter(pk__in=sent.order_by().values("ticket"))  # sent twice it is one ticket
    row = User.objects.filter(pk=user.pk).values_list(count_of(due), count_of(its), *last)
    return DispatchersDay(*row.get())


def rows(tickets: Iterable[Any], *, now: datetime) -> list[Row]:
    return [Row(ticket, due_of(ticket, now=now), _group(ticket, now)) for ticket in tickets]


def sees_more_than_own(user: User) -> bool:
    """Whoever looks after others' tickets too is told whose each is."""
    return user.has_role(Post.Role.DISPATCHER, Post.Role.UNIT_LEAD)


def _group(ticket: Any, now: datetime) -> str:
    if ticket.is_pressing:
        return URGENT
    return OVER if ticket.due_at < now else LATER
