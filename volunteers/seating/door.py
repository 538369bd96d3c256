"""The private door: every verb goes through `begin` or `step`, which change a row only while it is as expected.

Both run inside the caller's transaction and append the event. That nobody is doubled and no seat is taken twice is
the database's to refuse: `begin` says which of the two it was.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from stations.refusals import Conflict
from volunteers.models import Assignment, AssignmentEvent, Profile, Seat, Shift
from volunteers.seating import reminders, telling
from volunteers.states import COMING, RETIMED, TRANSITIONS, Status

FULL = "已满：这个岗位刚刚有人了。可以排候补，有人退出就轮到您。"
ELSEWHERE = "这段时间已经有别的班了。"
CANCELLED = "这一班取消了。"
REMOVED = "这个岗位撤掉了，请看一眼现在的样子再点。"
CHANGED = "这一班刚刚有变动，请看一眼现在的样子再点。"
_SAID = {"seat_taken_once": FULL, "nobody_in_two_places": ELSEWHERE, "seat_proposed_once": "已经请过了。"}


def begin(
    verb: str, seat: Seat, profile: Profile, *, via: str, by: User | None, now: datetime, **facts: object
) -> Assignment:
    """A new row in the status the verb leads to; Conflict with the sentence if the seat or the person is taken.

    `by` is None for the system. The shift is held until the transaction ends: nobody moves, cancels or clears it away
    while somebody takes a seat of it.
    """
    shift = hold(seat).shift
    assignment = Assignment(
        seat=seat, profile=profile, status=TRANSITIONS[verb][1], via=via, created_at=now, created_by=by,
        starts_at=shift.starts_at, ends_at=shift.ends_at, **facts,
    )  # fmt: skip
    _write(lambda: assignment.save(force_insert=True))
    _note(assignment, verb, by, now, "")
    return assignment


def begin_all(verb: str, made: list[Assignment], *, now: datetime) -> None:
    """Many rows at once, into seats of shifts that are held already; Conflict, and none of them, if one is refused."""
    for assignment in made:
        assignment.status, assignment.created_at = Status(TRANSITIONS[verb][1]), now
    _write(lambda: Assignment.objects.bulk_create(made))
    AssignmentEvent.objects.bulk_create(
        AssignmentEvent(assignment=row, at=now, by=row.created_by, verb=verb, detail="") for row in made
    )


def hold(seat: Seat) -> Seat:
    """The seat and its shift as they are now, locked; Conflict if either is not to be taken any more.

    The shift first, as everywhere: shifts, then people, then what stands in them.
    """
    hold_shifts([seat.shift_id])
    held = Seat.objects.with_shift().select_for_update(of=("self",), no_key=True)
    found = held.filter(pk=seat.pk).first()
    if found is None or found.removed_at:
        raise Conflict(REMOVED)
    if found.shift.cancelled_at:
        raise Conflict(CANCELLED)
    return found


def hold_shifts(keys: Iterable[int]) -> list[Shift]:
    """The shifts as they are now, locked until the transaction ends, always in the same order."""
    held = Shift.objects.select_related("station").select_for_update(of=("self",), no_key=True)
    return list(held.filter(pk__in=list(keys)).order_by("pk"))


def step(
    assignment: Assignment, verb: str, *, by: User | None, now: datetime, detail: str = "", **facts: object
) -> AssignmentEvent:
    """Lead the row to the verb's status, if it still stands in one the verb starts from; else Conflict.

    Whatever was asked about the place before (请您值班, 找替班) needs no answer any more.
    """
    sources, target = TRANSITIONS[verb]
    changed: list[int] = []
    rows = Assignment.objects.filter(pk=assignment.pk, status__in=sources)
    _write(lambda: changed.append(rows.update(status=target, **facts)))
    if changed != [1]:
        raise Conflict(CHANGED)
    assignment.status = Status(target)
    for name, value in facts.items():
        setattr(assignment, name, value)
    telling.settle(assignment, now=now)
    if target not in COMING:
        reminders.settle(assignment, now=now)
    return _note(assignment, verb, by, now, detail)


def retime(
    assignment: Assignment,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: User | None,
    now: datetime,
    detail: str,
) -> AssignmentEvent:
    """Another time for who keeps the seat, in the status it has."""
    Assignment.objects.filter(pk=assignment.pk).update(starts_at=starts_at, ends_at=ends_at)
    return _note(assignment, RETIMED, by, now, detail)


def _note(assignment: Assignment, verb: str, by: User | None, now: datetime, detail: str) -> AssignmentEvent:
    return AssignmentEvent.objects.create(assignment=assignment, at=now, by=by, verb=verb, detail=detail)


def _write(change) -> None:  # type: ignore[no-untyped-def]
    """A savepoint, so that a refused row leaves the verb's transaction usable."""
    try:
        with transaction.atomic():
            change()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if constraint not in _SAID:
            raise
        raise Conflict(_SAID[constraint]) from None
