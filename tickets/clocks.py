"""When a ticket's reply, solution and rating are due, and what stops, meets or moves those clocks.

A clock that is late stays late: nothing here moves a due moment that has passed. Which unit answers for a clock
follows the ticket while the clock is not yet due and stands still afterwards. While a resident is asked for more, the
resolve clock stands still, for three working days a round at most; the reply clock runs on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stations import workdays
from stations.composed import Composed
from stations.models import Area
from stations.workdays import OfficeHours
from tickets.models import Category, Clock, Rule, Ticket
from tickets.models.clock import ClockQuerySet
from tickets.models.rule import REPLY_DAYS, RESOLVE_DAYS
from tickets.states import Status

Kind = Clock.Kind
NONE = timedelta()


@dataclass(frozen=True)
class Limit:
    """So many working days, or, for the reply to an emergency, so many hours by day and night."""

    days: int = 0
    hours: int | None = None


@dataclass(frozen=True)
class Pause:
    """A ticket waits for the resident: until when, and between which moments its resolve clock has time left."""

    until: datetime
    paused_at: datetime | None = None
    due_at: datetime | None = None


def limits(area: Area, category: Category | None) -> dict[str, Limit]:
    """For reply and resolve by the community's rule for the category, else the defaults; emergencies in hours."""
    return limits_by(Rule.objects.for_ticket(area=area, category=category), category)


def limits_by(rule: Rule | None, category: Category | None) -> dict[str, Limit]:
    """The same where the rule is known already."""
    reply = Limit(rule.reply_days if rule else REPLY_DAYS)
    if category and category.is_emergency:
        reply = Limit(hours=category.emergency_hours)
    return {Kind.REPLY: reply, Kind.RESOLVE: Limit(rule.resolve_days if rule else RESOLVE_DAYS)}


def reply_limits(area: Area) -> dict[int, Limit]:
    """For every category that has another reply limit than usual in this community, by its id."""
    limits = {pk: Limit(hours=hours) if hours else Limit(days) for pk, hours, days in _limited(area.pk)}
    return {pk: limit for pk, limit in limits.items() if limit != USUAL_REPLY}


def deadline(limit: Limit, at: datetime, area: OfficeHours, *, paused: timedelta = NONE) -> workdays.Deadline:
    """When a limit that begins at this moment ends, in working days of the area or by the clock on the wall."""
    if limit.hours:
        return workdays.wall_deadline(at, limit.hours, area=area)
    return workdays.deadline(at, limit.days, area=area, paused=paused)


def agrees(clock: Clock, area: OfficeHours) -> bool:
    """Whether the calendar of the area, as it is now, gives a clock's own due moment; that in hours it always does.

    It does not where the calendar was changed after the clock was met or missed, or so lately that it is still to be
    counted anew.
    """
    if clock.hours:
        return True
    counted = deadline(Limit(clock.working_days), clock.starts_at, area, paused=clock.paused_for)
    return counted.due_at == (clock.own_due_at or clock.due_at)


def waiting_moments(at: datetime, left: timedelta, area: OfficeHours) -> list[datetime]:
    """MOMENTS of a wait for the resident that begins now, with so much office time left."""
    return [workdays.after(at, part, area=area) for part in workdays.shares(left)]


_limited = Composed(
    lambda area: Category.objects.with_reply_limits(area).values_list("pk", "emergency_hours", "its_days")
)
RATING = Limit(5)
USUAL_REPLY = Limit(REPLY_DAYS)
WAITING = Limit(3)
MOMENTS = ("due_at", "half_at", "warn_at")
MIXED = ""  # no calendar has this version


def start_round(ticket: Ticket, rule: Rule | None, at: datetime) -> None:
    """Start the reply and resolve clocks of the ticket's current round, by the rule for its category."""
    Clock.objects.bulk_create(of_round(ticket, rule, at))


def of_round(ticket: Ticket, rule: Rule | None, at: datetime) -> list[Clock]:
    """Those two clocks, not yet written."""
    its = limits_by(rule, ticket.category)
    return [prepare(ticket, kind, its[kind], at) for kind in (Kind.REPLY, Kind.RESOLVE)]


def start_rating(ticket: Ticket, at: datetime) -> None:
    """Give the reporters five working days to rate."""
    prepare(ticket, Kind.RATING, RATING, at).save()


def prepare(ticket: Ticket, kind: str, limit: Limit, at: datetime) -> Clock:
    """An unsaved clock of the current round starting at `at`."""
    clock = Clock(
        ticket=ticket, area_id=ticket.area_id, unit_id=ticket.unit_id, kind=kind, round=ticket.round
    )
    return _set(clock, limit, at, ticket.area)


def amend(ticket: Ticket, at: datetime) -> None:
    """Recompute the running clocks from their start by the category's limits; late stays late."""
    its = limits(ticket.area, ticket.category)
    # Locked, so that a sweep at this very moment either flags the clock first or finds the new due moment.
    for clock in _current(ticket).ticking().not_late(at).select_for_update():
        _set(clock, its[clock.kind], clock.starts_at, ticket.area)
        if clock.paused_at and clock.due_at <= clock.paused_at:
            clock.paused_at = None  # by the new limit it was late when the resident was asked
        clock.save()
        if clock.own_due_at:
            give_back(ticket, at)


def meet(ticket: Ticket, kind: str, at: datetime) -> None:
    """Meet the ticket's clock of this round, and what runs on, being late already, of its duplicates."""
    _current(ticket).running().filter(kind=kind).update(met_at=at)
    Clock.objects.of_duplicates(ticket).running().filter(kind=kind).update(met_at=at)


def stop(ticket: Ticket, at: datetime) -> None:
    """Stop whatever still runs, of every round and of its duplicates too."""
    ticket.clocks.running().update(stopped_at=at)
    Clock.objects.of_duplicates(ticket).running().update(stopped_at=at)


def resume(ticket: Ticket, at: datetime) -> None:
    """Let what a withdrawal or a merging stopped run on towards its old due moment.

    A ticket that comes back to waiting for the resident waits for what is left.
    """
    stopped = _current(ticket).of_staff().filter(met_at=None, stopped_at__isnull=False)
    stopped.update(stopped_at=None)
    if ticket.status == Status.WAITING:
        pause(ticket, at)


def pauses(tickets: Iterable[Ticket]) -> dict[int, Pause]:
    """By ticket id, for those that wait for the resident; asks nothing of the database where none does."""
    asked = [ticket.pk for ticket in tickets if ticket.status == Status.WAITING]
    running = Clock.objects.of(asked).running() if asked else []
    clocks = {(clock.ticket_id, clock.kind): clock for clock in running}
    return {
        pk: _pause(clock, clocks.get((pk, Kind.RESOLVE)))
        for (pk, kind), clock in clocks.items()
        if kind == Kind.WAITING
    }


def left_to_ask(ticket: Ticket) -> timedelta:
    """Office time for which the resident can still be waited for in this round; zero when it is used up."""
    return _left(_current(ticket).filter(kind=Kind.WAITING).first(), ticket.area)


def asked_until(ticket: Ticket, at: datetime) -> datetime | None:
    """How long an answer to a question asked now would be waited for; None when there is no time left."""
    left = left_to_ask(ticket)
    return workdays.after(at, left, area=ticket.area) if left else None


def pause(ticket: Ticket, at: datetime) -> Clock:
    """Wait for the resident: the waiting clock runs for what is left, the resolve clock stands still if not late."""
    waiting = _current(ticket).filter(kind=Kind.WAITING).first() or prepare(ticket, Kind.WAITING, WAITING, at)
    left = _left(waiting, ticket.area)
    waiting.starts_at, waiting.met_at, waiting.stopped_at = at, None, None
    for name, moment in zip(MOMENTS, waiting_moments(at, left, ticket.area), strict=True):
        setattr(waiting, name, moment)
    waiting.provisional = workdays.is_provisional(at, waiting.due_at, area=ticket.area)
    waiting.calendar_version = workdays.calendar_version(ticket.area)
    waiting.save()
    resolve = _current(ticket).ticking().filter(kind=Kind.RESOLVE)
    resolve.not_paused().not_late(at).exclude(due_at=at).update(paused_at=at)
    return waiting


def go_on(ticket: Ticket, at: datetime, *, answered: bool = False) -> None:
    """End the waiting where there is one: at its limit at the latest, however late that is noticed."""
    running = {clock.kind: clock for clock in _current(ticket).running().select_for_update()}
    waiting, resolve = running.get(Kind.WAITING), running.get(Kind.RESOLVE)
    if waiting is None:
        return
    end = min(at, waiting.due_at)
    waiting.paused_for += workdays.office_time(waiting.starts_at, end, area=ticket.area)
    waiting.met_at, waiting.stopped_at = (at, None) if answered else (None, at)
    waiting.save()
    if resolve and resolve.paused_at:
        _run_on(resolve, resolve.paused_at, end, ticket.area)


def later(moment: datetime, stood_since: datetime, at: datetime, area: Area) -> datetime:
    """Where a moment of a clock that stood still comes to lie once the clock runs on: itself if it had come before."""
    left = workdays.office_time(stood_since, moment, area=area)
    return workdays.after(at, left, area=area) if left else moment


def join(duplicate: Ticket, master: Ticket, at: datetime) -> None:
    """What a merge does: the duplicate's clocks stop, but for what is marked late, and the master hurries for both.

    A due moment that has passed is not handed on: the duplicate's own clock keeps that it was late.
    """
    _hurry(master, duplicate.clocks.waiting_for_reply().running().filter(due_at__gt=at).first())
    duplicate.clocks.running().filter(flagged_at=None).update(stopped_at=at)
    if master.replies.filter(round=master.round).exists():
        # Whoever brought the duplicate can read that reply from now on.
        duplicate.clocks.waiting_for_reply().running().update(met_at=at)


def part(duplicate: Ticket, master: Ticket, merged_at: datetime, at: datetime) -> None:
    """What separating does: what the merge stopped runs on, and the master is due as without the duplicate."""
    resume(duplicate, at)
    # A master that was done and is being done again has not settled what goes its own way now.
    _current(duplicate).filter(kind=Kind.RESOLVE).update(met_at=None)
    reply = master.replies.filter(at__gt=merged_at).order_by("pk").first()
    if reply:
        duplicate.clocks.waiting_for_reply().running().update(met_at=reply.at)
    give_back(master, at)


def give_back(master: Ticket, at: datetime) -> None:
    """Let the master's reply be due as by its own limit and by the duplicates that are left; late stays late."""
    clock = _open_reply(master)
    if clock and clock.own_due_at and clock.due_at > at and not clock.flagged_at:
        _set(clock, Limit(clock.working_days, clock.hours), clock.starts_at, master.area)
        clock.own_due_at = None
        clock.save()
        left = Clock.objects.of_duplicates(master).waiting_for_reply().filter(flagged_at=None)
        _hurry(master, left.filter(due_at__gt=at).order_by("due_at").first())


def _hurry(master: Ticket, other: Clock | None) -> None:
    """The master's open reply takes over an earlier due moment and what belongs to it."""
    clock = _open_reply(master)
    if clock and other and clock.starts_at <= other.due_at < clock.due_at:
        clock.own_due_at = clock.own_due_at or clock.due_at
        clock.due_at, clock.half_at, clock.warn_at = other.due_at, other.half_at, other.warn_at
        clock.provisional, clock.calendar_version = other.provisional, other.calendar_version
        clock.save()


def _open_reply(ticket: Ticket) -> Clock | None:
    """Locked, so that a sweep at this very moment either marks it first or finds the new due moment."""
    return ticket.clocks.waiting_for_reply().running().select_for_update(of=("self",)).first()


def charge(ticket: Ticket, at: datetime) -> None:
    """The ticket's unit answers for the clocks not yet due."""
    ticket.clocks.ticking().filter(due_at__gt=at).update(unit=ticket.unit_id)


def _current(ticket: Ticket) -> ClockQuerySet:
    return ticket.clocks.filter(round=ticket.round)


def _pause(waiting: Clock, resolve: Clock | None) -> Pause:
    stands = resolve if resolve and resolve.paused_at else None
    return Pause(waiting.due_at, stands.paused_at, stands.due_at) if stands else Pause(waiting.due_at)


def _left(waiting: Clock | None, area: Area) -> timedelta:
    used = waiting.paused_for if waiting else NONE
    return max(workdays.office_days(WAITING.days, area=area) - used, NONE)


def _run_on(clock: Clock, stood_since: datetime, at: datetime, area: Area) -> None:
    """Everything that had not come when the clock stopped comes after as much office time as was left to it.

    If the calendar changed on the way, the moments are of two: the sweep then counts them from the start.
    """
    for name in MOMENTS:
        setattr(clock, name, later(getattr(clock, name), stood_since, at, area))
    clock.paused_for += workdays.office_time(stood_since, at, area=area)
    clock.paused_at = None
    if clock.calendar_version != workdays.calendar_version(area):
        clock.calendar_version = MIXED
    clock.provisional = workdays.is_provisional(clock.starts_at, clock.due_at, area=area)
    clock.save()


def _set(clock: Clock, limit: Limit, at: datetime, area: Area) -> Clock:
    end = deadline(limit, at, area, paused=clock.paused_for)
    clock.working_days, clock.hours = limit.days, limit.hours
    clock.starts_at = at
    clock.due_at, clock.half_at, clock.warn_at = end.due_at, end.half_at, end.warn_at
    clock.provisional, clock.calendar_version = end.provisional, end.calendar_version
    return clock
