"""找替班: somebody cannot come and looks for another, for this one day; standing duty stays as it is.

The seat counts as open, and the holder stays responsible until it is taken.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from stations.refusals import Conflict, Refused
from volunteers import permissions, wording
from volunteers.models import Assignment, Profile
from volunteers.seating import admitting, candidates, door, taking, telling, waiting
from volunteers.states import Status

OWN_SEAT = "这本来就是您的班，能来的话点“不用替了”。"


@transaction.atomic
def seek(assignment: Assignment, *, by: User, now: datetime, why: str = "") -> None:
    """The first who waits for the shift has it; else the others of the station are asked who may and can."""
    seat = door.hold(assignment.seat)
    admitting.refuse_if(permissions.why_not_answer(by, assignment))
    admitting.refuse_once_started(seat.shift, now=now)
    event = door.step(assignment, "seek_standin", by=by, now=now, detail=why)
    waiting.move_up(seat.shift, now=now)
    assignment.refresh_from_db(fields=["status"])
    if assignment.status == Status.SEEKING:
        name = telling.name_of(assignment.profile.user, seat.shift.station)
        said = f"{name}找替班：{wording.whole(seat, now=now)}。能来请点“我来”。"
        telling.ask_standin(event, candidates.to_ask(seat, now=now), said)


@transaction.atomic
def keep(assignment: Assignment, *, by: User, now: datetime) -> None:
    """不用替了: the holder comes after all."""
    admitting.refuse_if(permissions.why_not_answer(by, assignment))
    door.step(assignment, "keep", by=by, now=now)


@transaction.atomic
def cover(assignment: Assignment, profile: Profile, *, by: User, now: datetime) -> Assignment:
    """Another takes the seat for that one day; Conflict where somebody was first, or the holder comes after all."""
    seat, profile = admitting.take_hold(assignment.seat, profile)
    admitting.refuse_if(permissions.why_not_seat(by, seat.shift.station))
    if profile.pk == assignment.profile_id:
        raise Refused(OWN_SEAT)
    if not Assignment.objects.filter(pk=assignment.pk, status=Status.SEEKING).exists():
        raise Conflict(door.FULL)
    why_not = admitting.why_not(seat, profile, now=now)
    admitting.refuse_person(why_not, profile, seat.shift.station, by=by)
    made = taking.replace(assignment, seat, profile, via=Assignment.Via.STANDIN, by=by, now=now)
    station = seat.shift.station
    who, whom = telling.name_of(by, station), telling.name_of(assignment.profile.user, station)
    said = f"{who}给您排了替班：{wording.whole(seat, now=now)}，替{whom}。"
    telling.tell(telling.first_event(made), [profile.user_id], said)
    return made
