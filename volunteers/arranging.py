"""One shift as its station's lead arranges it by hand: its time, its seats, added, cancelled, back again.

What becomes of the people in it is decided in volunteers.seating; here it is written down who changed what.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import Post, User
from stations import locks
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers import generation, patterning, recurrence, wording
from volunteers.clock import time_of
from volunteers.models import Assignment, Seat, Shift
from volunteers.patterning import Wanted
from volunteers.planned import Left, digest
from volunteers.seating import admitting, cancelling, door, moving, waiting
from volunteers.seating.moving import Moved
from volunteers.states import INVOLVED

SETTLED = "这一班已经处理过了。"
OTHERWISE = "班表刚刚又有变动，请看一眼现在的样子再点。"
HAS_PEOPLE = "这个岗位有人或者正在等人答复，先请他退出，再撤掉岗位。"
SAME = "这个时间已经有一个班了。还要再加一个，勾上“再加一个班”。"
LAST_SEAT = "最后一个岗位撤不掉；不要这一班，就取消它。"


@transaction.atomic
def add_one_off(
    station: Station, on: date, first: int, minutes: int, seats: Iterable[Wanted], *,
    note: str, by: User, now: datetime, again: bool = False,
) -> Shift:  # fmt: skip
    """A shift that no pattern makes. `first`: minutes since midnight. Beside one at the very same time only `again`."""
    post = patterning.as_lead(by, station)
    starts_at, ends_at = recurrence.span(on, time_of(first), minutes)
    if starts_at <= now:
        raise Refused(moving.TO_COME, "first")
    if not again and Shift.objects.at_station(station).standing().spanning(starts_at, ends_at).exists():
        raise Refused(SAME, "again")
    shift = Shift.objects.create(
        station=station, original_on=on, starts_at=starts_at, ends_at=ends_at, note=note
    )
    Seat.objects.bulk_create(Seat(shift=shift, ordinal=n, **vars(asked)) for n, asked in enumerate(seats, 1))
    _note(by, post, "加临时的班", shift, now)
    return shift


@transaction.atomic
def move(shift: Shift, on: date, first: int, minutes: int, *, by: User, now: datetime) -> Moved:
    post = patterning.as_lead(by, shift.station)
    before = wording.when(shift, now=now)
    starts_at, ends_at = recurrence.span(on, time_of(first), minutes)
    done = moving.move_shift(shift, starts_at, ends_at, by=by, now=now)
    shift.refresh_from_db(fields=["starts_at", "ends_at"])
    _note(by, post, f"{before}改到", shift, now, done.said)
    return done


@transaction.atomic
def cancel(shift: Shift, reason: str, *, by: User, now: datetime) -> int:
    """How many people were called off."""
    post = patterning.as_lead(by, shift.station)
    called = cancelling.cancel_shift(shift, reason=reason, by=by, now=now)
    _note(by, post, "取消", shift, now, reason)
    return called


@transaction.atomic
def restore(shift: Shift, *, by: User, now: datetime) -> int:
    """How many people were asked again."""
    post = patterning.as_lead(by, shift.station)
    asked = cancelling.restore_shift(shift, by=by, now=now)
    _note(by, post, "恢复", shift, now)
    return asked


@transaction.atomic
def add_seat(shift: Shift, wanted: Wanted, *, by: User, now: datetime) -> Seat:
    """Whoever waits gets it."""
    post, shift = _hold(shift, by, now)
    last = shift.seats.aggregate(last=Max("ordinal"))["last"] or 0
    seat = Seat.objects.create(shift=shift, ordinal=last + 1, **vars(wanted))
    _note(by, post, f"添一个岗位（{patterning.staffing([wanted])}）", shift, now)
    waiting.move_up(shift, now=now)
    return seat


@transaction.atomic
def remove_seat(seat: Seat, *, by: User, now: datetime) -> None:
    """One in which nobody is and for which nobody is asked; it can be added again."""
    post, shift = _hold(seat.shift, by, now)
    there = shift.seats.filter(removed_at=None)
    if seat.assignments.filter(status__in=INVOLVED).exists():
        raise Refused(HAS_PEOPLE)
    if there.exclude(pk=seat.pk).count() == 0:
        raise Refused(LAST_SEAT)
    if there.filter(pk=seat.pk).update(removed_at=now) != 1:
        raise Conflict(door.REMOVED)
    _note(by, post, "撤掉一个空岗位", shift, now)


@transaction.atomic
def settle(
    station: Station, pks: Iterable[int] | None, *, keeps: bool, by: User, now: datetime, seen: str = ""
) -> int:
    """Decide about shifts with people that differ from their pattern, all of them where `pks` is None; how many.

    Kept as they are for good, or as the pattern has them now: moved, and the people asked, or cancelled. For that,
    `seen` is the digest of what was looked at: Conflict if it would be another by now.
    """
    wanted = None if pks is None else set(pks)
    locks.wait_for(locks.Lock.ROSTER)
    held = door.hold_shifts(one.shift.pk for one in _differing(station, wanted, now))
    found = _differing(station, {shift.pk for shift in held}, now)
    if not found:
        raise Conflict(SETTLED)
    if not keeps and seen != digest(found):
        raise Conflict(OTHERWISE)
    admitting.hold_people(Assignment.objects.in_shifts(held).values_list("profile", flat=True))
    for one in found:
        _keep(one.shift, by, now) if keeps else _follow(one, by, now)
    return len(found)


def _differing(station: Station, pks: set[int] | None, now: datetime) -> list[Left]:
    left = generation.plan(now, station=station).left
    return [one for one in left if pks is None or one.shift.pk in pks]


def _keep(shift: Shift, by: User, now: datetime) -> None:
    post, shift = _hold(shift, by, now)
    shift.kept_at = now
    shift.save(update_fields=["kept_at"])
    _note(by, post, "班表改了，照旧", shift, now)


def _follow(one: Left, by: User, now: datetime) -> None:
    post = patterning.as_lead(by, one.shift.station)
    before = wording.when(one.shift, now=now)
    if one.to:
        done = moving.move_shift(one.shift, *one.to, by=by, now=now, follows=True)
        audit.record(
            audit.Action.ROSTER_CHANGED,
            actor=by,
            post=post,
            detail=f"{before}跟班表改时间，{done.said}",
            now=now,
        )
    else:
        cancelling.cancel_shift(one.shift, reason=generation.PATTERN_CHANGED, by=by, now=now)
        _note(by, post, "班表里没有了，取消", one.shift, now)


def _hold(shift: Shift, by: User, now: datetime) -> tuple[Post, Shift]:
    """The lead's post and the shift, locked, neither cancelled nor begun."""
    post, shift = patterning.as_lead(by, shift.station), cancelling.held(shift)
    if shift.cancelled_at:
        raise Conflict(door.CANCELLED)
    admitting.refuse_once_started(shift, now=now)
    return post, shift


def _note(by: User, post: Post, what: str, shift: Shift, now: datetime, detail: str = "") -> None:
    said = f"{what}{wording.when(shift, now=now)}{f'：{detail}' if detail else ''}"
    audit.record(audit.Action.ROSTER_CHANGED, actor=by, post=post, detail=said, now=now)
