"""退出 and 准假: who gives a seat back, until when, and that whoever waits gets it."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from stations.refusals import Conflict, Refused
from volunteers import permissions, wording
from volunteers.models import Assignment
from volunteers.seating import admitting, door, telling, waiting
from volunteers.states import Status

# Who pressed by mistake may undo it, however near the shift is.
GRACE = timedelta(minutes=10)
SIGNED_UP = (Assignment.Via.SELF, Assignment.Via.LEAD, Assignment.Via.DESK)
TOO_LATE = "离开始不到24小时，不能直接退出：请找替班，或者请站长准假。"
STILL_SOUGHT = "离开始不到24小时，不能直接退出：正在找替班，一直没人接的话，请站长准假。"
WHY = "写一句为什么"


@transaction.atomic
def withdraw(assignment: Assignment, *, by: User, now: datetime, why: str = "") -> None:
    """Give the seat back in time; the first on the waiting list gets it, else the lead hears of it."""
    [shift] = door.hold_shifts([assignment.seat.shift_id])
    admitting.refuse_if(permissions.why_not_answer(by, assignment))
    if sentence := why_not_withdraw(assignment, now=now):
        raise Conflict(sentence)
    event = door.step(assignment, "withdraw", by=by, now=now, detail=why)
    when, person = wording.when_and_where(shift, now=now), assignment.profile
    telling.tell(
        event, [person.user_id], f"{telling.name_of(by, shift.station)}替您退出了：{when}。您不用来了。"
    )
    if not waiting.move_up(shift, now=now):
        leads = telling.leads_of(shift.station) - {person.user_id}
        telling.tell(
            event, leads, f"{telling.name_of(person.user, shift.station)}退出了：{when}，空出一个位置。"
        )


@transaction.atomic
def excuse(assignment: Assignment, *, by: User, now: datetime, why: str) -> None:
    """准假, by the lead, with a reason, however late, and afterwards for somebody who did not come."""
    [shift] = door.hold_shifts([assignment.seat.shift_id])
    admitting.refuse_if(permissions.why_not_arrange(by, shift.station))
    if not (why := why.strip()[:200]):
        raise Refused(WHY, "reason")
    event = door.step(assignment, "excuse", by=by, now=now, detail=why)
    when = wording.when_and_where(shift, now=now)
    is_to_come = now < shift.starts_at
    said = f"站长准了假：{when}，您不用来了。{why}" if is_to_come else f"{when}的班记为请假：{why}"
    telling.tell(event, [assignment.profile.user_id], said)
    if is_to_come:
        waiting.move_up(shift, now=now)


def why_not_withdraw(assignment: Assignment, *, now: datetime) -> str:
    """The sentence after the deadline, a day before the shift; empty before it, and just after signing up."""
    if now <= assignment.starts_at - waiting.NOTICE:
        return ""
    is_fresh = assignment.via in SIGNED_UP and now - assignment.created_at <= GRACE
    if is_fresh and now < assignment.starts_at:
        return ""
    return STILL_SOUGHT if assignment.status == Status.SEEKING else TOO_LATE
