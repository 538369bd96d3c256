"""取消 a whole shift, and taking that back: who was in it is called off with the reason, and asked again afterwards."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from stations.refusals import Conflict
from volunteers import permissions, wording
from volunteers.models import Assignment, AssignmentEvent, Closure, Profile, Seat, Shift
from volunteers.seating import admitting, calling_off, door, taking, telling
from volunteers.states import COMING, Status

GONE = "这一班已经没有了。"
NOT_CANCELLED = "这一班没有取消，或者已经恢复了。"
STARTED = "这一班已经开始，不能再恢复。"
THERE = "已经有人签到了，这一班不能再改时间或取消。真的不开，先在在岗页面撤回签到。"
BACK = "取消的班恢复了"


@transaction.atomic
def cancel_shift(
    shift: Shift, *, reason: str, by: User, now: datetime, closure: Closure | None = None
) -> int:
    """How many people were called off; the reason (60 characters) is told to them and to those who wait."""
    shift = held(shift)
    admitting.refuse_if(permissions.why_not_arrange(by, shift.station))
    if shift.cancelled_at:
        raise Conflict(door.CANCELLED)
    admitting.refuse_once_started(shift, now=now)
    refuse_once_there(shift)
    # Before it is cancelled: nothing is settled of a shift that is none any more.
    there = Assignment.objects.with_shift().filter(seat__shift=shift, status__in=(Status.PROPOSED, *COMING))
    called = calling_off.call_off_all(there, by=by, now=now, why=f"这一班取消了：{reason}")
    when = wording.when_and_where(shift, now=now)
    taking.end_list(shift, f"您候补的班取消了：{when}，{reason}。", now=now)
    shift.cancelled_at, shift.cancelled_by = now, by
    shift.cancel_reason, shift.closure = reason, closure
    shift.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "closure"])
    return called


@transaction.atomic
def restore_shift(shift: Shift, *, by: User, now: datetime) -> int:
    """While it has not begun; how many were asked again. Nobody is put back without a word: plans were made since."""
    shift = held(shift)
    admitting.refuse_if(permissions.why_not_arrange(by, shift.station))
    if not shift.cancelled_at:
        raise Conflict(NOT_CANCELLED)
    if now >= shift.starts_at:
        raise Conflict(STARTED)
    were_in_it = _called_off_with(shift, shift.cancelled_at)
    shift.cancelled_at = shift.cancelled_by = shift.closure = None
    shift.cancel_reason = ""
    shift.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "closure"])
    return sum(_ask_again(seat, profile, by, now) for seat, profile in were_in_it)


def held(shift: Shift) -> Shift:
    """As it is now, locked; Conflict when it was cleared away."""
    found = door.hold_shifts([shift.pk])
    if not found:
        raise Conflict(GONE)
    return found[0]


def refuse_once_there(shift: Shift) -> None:
    """Nobody who is on duty is sent home by a page."""
    if Assignment.objects.on_duty().filter(seat__shift=shift).exists():
        raise Conflict(THERE)


def _called_off_with(shift: Shift, cancelled_at: datetime) -> list[tuple[Seat, Profile]]:
    """Who lost a seat at the moment at which it was cancelled, and still serves."""
    events = AssignmentEvent.objects.filter(verb="call_off", at=cancelled_at)
    rows = Assignment.objects.with_shift().filter(seat__shift=shift, events__in=events, seat__removed_at=None)
    return [(row.seat, row.profile) for row in rows.order_by("pk") if row.profile.left_on is None]


def _ask_again(seat: Seat, profile: Profile, by: User, now: datetime) -> bool:
    """Asked, if nothing is against it meanwhile."""
    seat = Seat.objects.with_shift().get(pk=seat.pk)
    profile = Profile.objects.with_limits().get(pk=profile.pk)
    if admitting.why_not(seat, profile, now=now):
        return False
    made = door.begin("propose", seat, profile, via=Assignment.Via.LEAD, by=by, now=now, why=BACK)
    said = f"{BACK}：{wording.whole(seat, now=now)}。还能来吗？请点“我来”或“去不了”。"
    telling.tell(telling.first_event(made), [profile.user_id], said, asks=True)
    return True
