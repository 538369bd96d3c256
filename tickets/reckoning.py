"""What an open clock would say by another calendar, with all that moves with it.

Counted from the start: every pause is measured again, and a reply that hurries with a merged ticket follows that
one's new moment. A clock that was late already never moves. One whose moment would come to lie in time gone by is due
a working day after the change, or when it was if that is sooner: nobody is made late afterwards, and no limit stays
weeks away because a closure was set and taken back. Reads what a batch needs in two statements, writes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from stations import workdays
from stations.workdays import OfficeHours
from tickets.clocks import WAITING, Kind, Limit, deadline, waiting_moments
from tickets.models import Clock, Event
from tickets.states import Status

MOMENTS = ("due_at", "half_at", "warn_at", "own_due_at", "paused_for")


Span = tuple[datetime, datetime | None]  # None while it lasts


@dataclass(frozen=True)
class Reckoned:
    """A clock's moments by a calendar, aware; `paused_for` is office time.

    `is_nearest`: by the calendar it would have been due in time gone by.
    """

    due_at: datetime
    half_at: datetime
    warn_at: datetime
    provisional: bool
    own_due_at: datetime | None = None
    paused_for: timedelta = timedelta()
    is_nearest: bool = False

    def differs_from(self, clock: Clock) -> bool:
        return any(getattr(self, name) != getattr(clock, name) for name in MOMENTS)

    @property
    def stored(self) -> tuple[Any, ...]:
        """As the columns of a row, in the order of MOMENTS and the mark of doubt."""
        return (*(getattr(self, name) for name in MOMENTS), self.provisional)


@dataclass
class Around:
    """What a clock's moments rest on besides itself."""

    pauses: dict[tuple[int, int], list[Span]] = field(default_factory=dict)
    duplicates: dict[int, list[Clock]] = field(default_factory=dict)


def around(clocks: Collection[Clock]) -> Around:
    """For these clocks: when their tickets waited for the resident, and the reply clocks of their duplicates."""
    waited = {clock.ticket_id for clock in clocks if clock.paused_for}
    replies = {clock.ticket_id for clock in clocks if clock.kind == Kind.REPLY}
    duplicates: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.of_merged_into(replies):
        duplicates[clock.ticket.merged_into_id].append(clock)
    return Around(pauses(Event.objects.of(waited).about_waiting()), duplicates)


def reckon(clock: Clock, hours: OfficeHours, around: Around, *, since: datetime) -> Reckoned | None:
    """The clock by the calendar of `hours`, which holds since that aware moment; None where it must not move."""
    if clock.flagged_at or (clock.due_at < since and not clock.paused_at):
        return None
    found = (
        _waiting(clock, hours, around) if clock.kind == Kind.WAITING else _limit(clock, hours, around, since)
    )
    stood = clock.paused_at or since
    if found.due_at < clock.due_at and found.due_at < stood:
        nearest = workdays.after(stood, workdays.office_days(1, area=hours), area=hours)
        return replace(found, due_at=min(clock.due_at, nearest), is_nearest=True)
    return found


def _limit(clock: Clock, hours: OfficeHours, around: Around, since: datetime) -> Reckoned:
    paused = _paused(clock, hours, around)
    own = _deadline(clock, hours, paused)
    duplicates = around.duplicates.get(clock.ticket_id, ()) if clock.kind == Kind.REPLY else ()
    others = [_deadline(other, hours) for other in duplicates]
    first = min([own, *(d for d in others if d.due_at > max(since, clock.starts_at))], key=lambda d: d.due_at)
    hurried = own.due_at if first.due_at < own.due_at else None
    return Reckoned(first.due_at, first.half_at, first.warn_at, first.provisional, hurried, paused)


def _deadline(clock: Clock, hours: OfficeHours, paused: timedelta = timedelta()) -> workdays.Deadline:
    return deadline(Limit(clock.working_days, clock.hours), clock.starts_at, hours, paused=paused)


def _waiting(clock: Clock, hours: OfficeHours, around: Around) -> Reckoned:
    used = _paused(clock, hours, around)
    left = max(workdays.office_days(WAITING.days, area=hours) - used, timedelta())
    due, half, warn = waiting_moments(clock.starts_at, left, hours)
    is_provisional = workdays.is_provisional(clock.starts_at, due, area=hours)
    return Reckoned(due, half, warn, is_provisional, paused_for=used)


def _paused(clock: Clock, hours: OfficeHours, around: Around) -> timedelta:
    """The office time that the pauses of its round took, each round's three days at most."""
    spans = around.pauses.get((clock.ticket_id, clock.round), ())
    over = [(since, until) for since, until in spans if until]
    if not clock.paused_for or not over:
        return clock.paused_for
    spent = sum((workdays.office_time(*span, area=hours) for span in over), timedelta())
    return min(spent, workdays.office_days(WAITING.days, area=hours))


def pauses(events: Iterable[Event]) -> dict[tuple[int, int], list[Span]]:
    """By ticket and round: from every time it began to wait for the resident to when that ended, in order.

    Takes events in order, others too.
    """
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for event in events:
        spans = found[event.ticket_id, event.round]
        if event.status_to == Status.WAITING != event.status_from:
            spans.append((event.at, None))
        elif event.status_from == Status.WAITING != event.status_to and spans and not spans[-1][1]:
            spans[-1] = (spans[-1][0], event.at)
    return found
