"""When the working calendar or office hours have changed: what moves, as a preview before, by the sweep afterwards.

Only open clocks move, and how is decided in `tickets.reckoning`. Each that moves leaves an event on its ticket, and
who has the ticket in hand is told, once per change and community. The sweep is a question over stored state: a clock
whose calendar is not its community's. Missed, doubled or parallel runs give the same result, since late is judged by
the moment of the change, not of the run.

A second change may come while clocks still wait for the first. Then two moments count, and only the rows of the
second are left to count by; so before it is made, `catch_up` counts what came due between the two. What it leaves late
then is late at the second change, the rest had not come due by then, and all of them are judged by that moment.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from notices.models import Notice
from stations import calendars, saying, stamps, workdays
from stations.calendars import Rows
from stations.models import Area
from stations.shipped import Calendar
from stations.workdays import Hours
from tickets import causes
from tickets.announce import subject
from tickets.causes import Causes
from tickets.clocks import MIXED
from tickets.models import Clock, Event, Ticket
from tickets.reckoning import Around, around, reckon
from tickets.states import OPEN, Verb
from tickets.workflow.door import BY_SYSTEM

BATCH = 500
AT_ONCE, SOME_AREAS = 500, 20  # what a page waits for
MOST_EXAMINED = 5000
SHOWN = 50
NEAREST = "照新的算法已经过去了，从改动那一刻起给一个工作日。"
PAST, AHEAD = timedelta(days=400), timedelta(days=800)
# Django's own update of many rows takes twenty times as long to put together as the database to do it. Half time that
# was told is not told again wherever it moves; 80 % is, where it still lies ahead.
_STORE = """
UPDATE tickets_clock c
SET due_at = n.due_at, half_at = n.half_at, warn_at = n.warn_at, own_due_at = n.own_due_at,
    told_half_at = CASE WHEN c.told_half_at = c.half_at THEN n.half_at ELSE c.told_half_at END,
    told_warn_at = CASE WHEN c.told_warn_at = c.warn_at AND n.warn_at <= %s THEN n.warn_at ELSE c.told_warn_at END,
    paused_for = n.paused_for, provisional = n.provisional, calendar_version = %s
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
            %s::interval[], %s::boolean[])
     AS n (id, due_at, half_at, warn_at, own_due_at, paused_for, provisional)
WHERE c.id = n.id
"""


@dataclass(frozen=True)
class Move:
    """One due moment that moves; both aware."""

    clock: Clock
    from_at: datetime
    to_at: datetime
    is_nearest: bool = False

    @property
    def ticket(self) -> Ticket:
        return self.clock.ticket


@dataclass(frozen=True)
class Preview:
    """`count` due moments move on `tickets` tickets; `moves` are the first of them by their old moment.

    `is_cut`: there were more clocks than are looked at for a page, so the count is a least.
    """

    count: int
    tickets: int
    moves: list[Move]
    is_cut: bool = False


def preview(
    change: Callable[[Rows], Rows],
    areas: Collection[Area],
    *,
    now: datetime | None = None,
    shown: int = SHOWN,
) -> Preview:
    """Which due moments in these communities a change of the rows would move; changes nothing.

    `change` gives the rows as they would be: `lambda rows: rows.with_local(day, False)`. A fixed number of
    statements, whatever there is to move.
    """
    now = now or timezone.now()
    years, local = calendars.rows_of(None), calendars.local_rows([area.pk for area in areas])
    hours, first = {}, None
    for area in areas:
        before = Rows(years.years, local.get(area.pk, {}))
        its = calendars.calendar_of(change(before))
        changed = _first_changed(calendars.calendar_of(before), its, timezone.localdate(now))
        if changed:
            hours[area.pk] = Hours(area.office_opens, area.office_closes, its)
            first = min(first or changed, changed)
    return _previewed(first, hours, now, shown) if first else Preview(0, 0, [])


def preview_hours(
    area: Area, opens: time, closes: time, *, now: datetime | None = None, shown: int = SHOWN
) -> Preview:
    """Which due moments in a community other office hours (Asia/Shanghai) would move; as `preview`."""
    now = now or timezone.now()
    hours = {area.pk: Hours(opens, closes, area.calendar)}
    return _previewed(timezone.localdate(now) - PAST, hours, now, shown)


def _previewed(first: date, hours: dict[int, Hours], now: datetime, shown: int) -> Preview:
    """Of the clocks that are due from a date on, counted by these hours and their calendars."""
    found = list(Clock.objects.due_since(workdays.at(first), hours)[: MOST_EXAMINED + 1])
    moves = [*_moves(found[:MOST_EXAMINED], hours, now)]
    tickets = {move.clock.ticket_id for move in moves}
    return Preview(len(moves), len(tickets), moves[:shown], len(found) > MOST_EXAMINED)


def recount(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Count the open clocks of an older calendar anew, as of `now` (aware); how many due moments moved.

    In batches of so many clocks, each its own transaction with a fixed number of statements. A run beside it
    waits for the batch: when this returns, no clock is left that a calendar changed before `now` would move.
    """
    now = now or timezone.now()
    stamps.stamp(now=now)
    return sum(moved for moved, _ in _batches(_waiting(), now, batch))


def recount_within(seconds: float, *, now: datetime, batch: int = BATCH) -> bool:
    """`recount`, but no batch is begun after so many seconds; False where clocks are left to the next run."""
    until = monotonic() + seconds
    stamps.stamp(now=now)
    late = (counted and monotonic() >= until for _, counted in _batches(_waiting(), now, batch))
    return not any(late)


def begin(area_ids: Collection[int] | None = None, *, now: datetime) -> int:
    """What a page does that has just changed a calendar: one batch at most, the rest is the sweep's; how many moved.

    Of these communities, of all by default, but not of more than SOME_AREAS.
    """
    everywhere = Clock.objects.areas_to_recount(with_clocks=True)
    moved, allowed = 0, AT_ONCE
    for pk in list(everywhere[:SOME_AREAS]) if area_ids is None else area_ids:
        counted = allowed
        while counted and allowed:
            number, counted = _recount_batch(pk, now, allowed)
            moved, allowed = moved + number, allowed - counted
    return moved


def left(area_ids: Collection[int] | None = None) -> int:
    """How many clocks of these communities, of all by default, are still to be counted after a change."""
    ids = list(Area.objects.being_recounted(area_ids).values_list("pk", flat=True))
    return Clock.objects.left_to_recount(ids).count() if ids else 0


def catch_up(*, now: datetime, batch: int = BATCH) -> None:
    """Count what came due by `now` while it waited for a change, by the calendar that still holds.

    In the transaction of the next change and before its rows are written. Usually nothing: since beat came by last.
    """
    stamps.stamp(now=now)  # where rows were changed behind our back, the versions are to say so
    for area in Area.objects.being_recounted():
        while _count(area, now, batch, before=now)[1]:
            pass


def _waiting() -> list[int]:
    return list(Clock.objects.areas_to_recount())


def _batches(area_ids: Iterable[int], now: datetime, batch: int) -> Iterator[tuple[int, int]]:
    """One batch after the other until no community has clocks left; what each moved and counted."""
    for pk in area_ids:
        counted = 1
        while counted:
            moved, counted = _recount_batch(pk, now, batch)
            yield moved, counted


@transaction.atomic
def _recount_batch(area_id: int, now: datetime, batch: int) -> tuple[int, int]:
    """How many due moments moved, and how many clocks were looked at; none when nothing is left to count."""
    stamps.alone()
    area = Area.objects.get(pk=area_id)
    if area.calendar_version != workdays.calendar_version(area):
        return 0, 0  # its hours were changed by hand a moment ago: the next sweep stamps it first
    moved, counted = _count(area, now, batch)
    if not counted:
        Area.objects.filter(pk=area_id).update(recount_since=None)
    return moved, counted


def _count(area: Area, now: datetime, batch: int, *, before: datetime | None = None) -> tuple[int, int]:
    since = min(area.recount_since or now, now)
    waiting = Clock.objects.to_recount(area, since)
    found = (waiting.filter(due_at__lt=before) if before else waiting).order_by("pk")[:batch]
    tickets = dict(found.values_list("pk", "ticket"))
    if not tickets:
        return 0, 0
    clocks = _locked(tickets, area, since)
    moves = _write(clocks, area, since)
    if moves:
        why = causes.since(area, since)
        Event.objects.bulk_create(_event(move, why, now) for move in moves)
        is_full = len(tickets) == batch
        Notice.objects.post(_notices(moves, area, since=since, now=now, is_full=is_full))
    return len(moves), len(tickets)


def _locked(tickets: dict[int, int], area: Area, since: datetime) -> list[Clock]:
    """These clocks, their tickets held first, as every verb holds them, so that none waits in a circle."""
    held = Ticket.objects.filter(pk__in=set(tickets.values())).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk", flat=True))
    still = Clock.objects.to_recount(area, since).filter(pk__in=tickets)
    related = still.select_related("ticket__building", "ticket__category")
    return list(related.order_by("pk").select_for_update(of=("self",)))


def _write(clocks: list[Clock], area: Area, since: datetime) -> list[Move]:
    """Store what each says by the area's calendar; the due moments that moved."""
    facts, moves, changed = around(clocks), [], []
    same: dict[bool, list[int]] = defaultdict(list)
    for clock in clocks:
        found = reckon(clock, area, facts, since=since)
        if found and found.due_at != clock.due_at:
            moves.append(Move(clock, clock.due_at, found.due_at, found.is_nearest))
        if found and found.differs_from(clock):
            changed.append((clock.pk, *found.stored))
        else:
            same[found.provisional if found else clock.provisional].append(clock.pk)
    _store(changed, area.calendar_version, since)
    for provisional, ids in same.items():
        of_now = {"provisional": provisional, "calendar_version": area.calendar_version}
        Clock.objects.filter(pk__in=ids).update(**of_now)
    return moves


def _store(changed: list[tuple[Any, ...]], version: str, since: datetime) -> None:
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [since, version, *(list(column) for column in zip(*changed, strict=True))])


def _event(move: Move, since: Causes, now: datetime) -> Event:
    clock, ticket, area = move.clock, move.ticket, since.area
    hours = saying.hours(area.office_opens, area.office_closes) if _is_by_hours(move, area) else ""
    because = f"办公时间改为{hours}。" if hours else ""
    because += causes.said(since, clock, max(move.from_at, move.to_at))
    how = NEAREST if move.is_nearest else workdays.explain(clock.starts_at, move.to_at, area=area)
    return Event(
        ticket=ticket,
        area_id=clock.area_id,
        verb=Verb.RECOUNT,
        status_from=ticket.status,
        status_to=ticket.status,
        round=clock.round,
        at=now,
        as_whom=BY_SYSTEM,
        words=because + how,
        data={
            "kind": clock.kind,
            "from": timezone.localtime(move.from_at).isoformat(),
            "to": timezone.localtime(move.to_at).isoformat(),
            "calendar": area.calendar_version,
            **({"hours": hours} if hours else {}),
        },
    )


def _is_by_hours(move: Move, area: Area) -> bool:
    """Whether it had been counted by other office hours; that of a clock between two calendars is not known."""
    version = move.clock.calendar_version
    return version != MIXED and workdays.hours_of(version) != (area.office_opens, area.office_closes)


def _notices(
    moves: Iterable[Move], area: Area, *, since: datetime, now: datetime, is_full: bool
) -> list[Notice]:
    """One a person, change and community: a later batch of the same change says nothing more."""
    in_hand = [move for move in moves if move.ticket.status in OPEN]
    units = {move.ticket.unit_id for move in in_hand if not move.ticket.claimant_id}
    people = Post.objects.in_units(units - {None}).people_by_unit()
    dispatchers = set(Post.objects.dispatching(area).values_list("user", flat=True))
    by_person: dict[int, list[Move]] = defaultdict(list)
    for move in in_hand:
        ticket = move.ticket
        unit = people.get(ticket.unit_id, set()) if ticket.unit_id else dispatchers
        for pk in {ticket.claimant_id} if ticket.claimant_id else unit:
            by_person[pk].append(move)
    effect = f"recount:{area.pk}:{since:%Y%m%d%H%M%S%f}"
    return [
        Notice(recipient_id=pk, effect=effect, created_at=now, **_told(mine, area, now, is_full))
        for pk, mine in by_person.items()
    ]


def _told(moves: list[Move], area: Area, now: datetime, is_full: bool) -> dict[str, str]:
    first = moves[0]
    why = "办公时间" if all(_is_by_hours(move, area) for move in moves) else "工作日历"
    if len(moves) == 1 and not is_full:
        kind, due = first.clock.get_kind_display(), saying.exact(first.to_at, now=now)
        text = f"{subject(first.ticket)}的{kind}时限改到{due}前：{why}有变动"
        return {"text": text, "url": first.ticket.get_absolute_url()}
    many = "多项" if is_full else f"{len(moves)}项"
    return {"text": f"{why}有变动，您手上有{many}时限跟着改了，看工单的办理经过", "url": reverse("home")}


def _moves(clocks: list[Clock], hours: dict[int, Hours], now: datetime) -> Iterable[Move]:
    facts: Around = around(clocks)
    for clock in clocks:
        found = reckon(clock, hours[clock.area_id], facts, since=now)
        if found and found.due_at != clock.due_at:
            yield Move(clock, clock.due_at, found.due_at, found.is_nearest)


def _first_changed(before: Calendar, after: Calendar, today: date) -> date | None:
    """The first date about now on which offices work by only one of the two; nothing due before it moves."""
    days = (today - PAST + n * workdays.DAY for n in range((PAST + AHEAD).days))
    return next((day for day in days if before.day(day).is_working != after.day(day).is_working), None)
