"""Whether a day promised lies after the limit of the solution, and how that is said to those who answer for it.

Nothing is refused: DESIGN §4 lets any day of a year be promised, and the limit stays as it is. A promise holds until
the end of its local day, so one for the day of the limit itself does not lie after it.
"""

from collections.abc import Iterable
from datetime import date, datetime

from stations import saying
from tickets import clocks
from tickets.due import Due
from tickets.models import Clock, Ticket


def is_beyond(day: date, limit: datetime) -> bool:
    """Whether a promise for this local day lies after the limit, an aware moment."""
    return day > saying.date_of(limit)


def limit_if_answered(ticket: Ticket, its: Iterable[Clock], *, now: datetime) -> datetime | None:
    """When the solution is due once an answer given now has ended a waiting; None where no such clock runs.

    `its` are the ticket's clocks, of this round or of all.
    """
    running = {
        clock.kind: clock
        for clock in its
        if clock.round == ticket.round and clock.met_at is None and clock.stopped_at is None
    }
    resolve, waiting = running.get(Clock.Kind.RESOLVE), running.get(Clock.Kind.WAITING)
    if resolve is None or resolve.paused_at is None:
        return resolve and resolve.due_at
    end = min(now, waiting.due_at) if waiting else now
    return clocks.later(resolve.due_at, resolve.paused_at, end, ticket.area)


def warning(limit: datetime | None, *, now: datetime) -> str:
    """Beside the days to choose from: until when it is to be done at all."""
    if limit is None:
        return ""
    if limit < now:
        return f"办结时限{saying.until(limit, now=now)}已经过了，越早越好"
    return f"办结时限是{saying.before(limit, now=now)}，答应得更晚，办结会超时"


def remark(day: date, limit: datetime | None, *, now: datetime) -> str:
    """After a day was promised; nothing where it lies within the limit."""
    if limit is None or not is_beyond(day, limit):
        return ""
    promised = saying.day(day, today=saying.date_of(now))
    return f"答应的{promised}晚于办结时限（{saying.until(limit, now=now)}）。到那天才办好，算办结超时。"


def chip(ticket: Ticket, its: Iterable[Clock], *, now: datetime) -> Due | None:
    """For whoever reads the promise; nothing while the limit stands still, since nobody knows yet when it ends."""
    own = (c for c in its if c.kind == Clock.Kind.RESOLVE and c.round == ticket.round)
    clock = next((c for c in own if c.met_at is None and c.stopped_at is None), None)
    return _chip(ticket, clock.due_at, now) if clock and clock.paused_at is None else None


def chip_of(ticket: Ticket, *, now: datetime) -> Due | None:
    """The same of a ticket read `with_due()`."""
    is_resolve = ticket.due_kind == Clock.Kind.RESOLVE
    return _chip(ticket, ticket.due_at, now) if is_resolve else None


def _chip(ticket: Ticket, limit: datetime, now: datetime) -> Due | None:
    if ticket.promised_on is None or not is_beyond(ticket.promised_on, limit):
        return None
    return Due("near", "晚于办结时限", title="承诺", counted=saying.until(limit, now=now))
