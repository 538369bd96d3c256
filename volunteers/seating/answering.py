"""我来 or 去不了: what somebody answers to whom a seat was proposed; nobody can be forced.

Who is asked next after a decline is decided above (volunteers.proposing).
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from volunteers import permissions, wording
from volunteers.models import Assignment
from volunteers.seating import admitting, door, taking, telling


@transaction.atomic
def accept(assignment: Assignment, *, by: User, now: datetime) -> Assignment:
    """By oneself, or by the lead whom one has told. Limits are asked anew: the person may have taken others since."""
    seat, profile = admitting.take_hold(assignment.seat, assignment.profile)
    admitting.refuse_if(permissions.why_not_answer(by, assignment))
    admitting.refuse_if(admitting.why_not(seat, profile, now=now))
    event = door.step(assignment, "accept", by=by, now=now)
    taking.is_seated(assignment, now=now)
    name = telling.name_of(by, seat.shift.station)
    said = f"{name}替您答应了：{wording.whole(seat, now=now)}。去不了请早点退出或找替班。"
    telling.tell(event, [profile.user_id], said)
    return assignment


@transaction.atomic
def decline(assignment: Assignment, *, by: User, now: datetime, why: str = "") -> None:
    """The seat stays open."""
    admitting.refuse_if(permissions.why_not_answer(by, assignment))
    event = door.step(assignment, "decline", by=by, now=now, detail=why)
    shift = assignment.seat.shift
    name = telling.name_of(by, shift.station)
    said = f"{name}替您回了“去不了”：{wording.when_and_where(shift, now=now)}。"
    telling.tell(event, [assignment.profile.user_id], said)
