"""报名: somebody takes a free seat, is seated by the lead, or by a colleague at the desk for want of a phone."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from stations.models import Station
from volunteers import permissions, wording
from volunteers.models import Assignment, Profile, Seat
from volunteers.seating import admitting, answering, door, standins, taking, telling
from volunteers.states import Status

Via = Assignment.Via


@transaction.atomic
def take(seat: Seat, profile: Profile, *, by: User, now: datetime, via: str = "") -> Assignment:
    """我来: a free seat, or that of somebody who looks for a stand-in; refused as `sign_up` and `standins.cover`.

    Where the seat is gone meanwhile, an equal one of the same shift.
    """
    held = door.hold(seat)
    held = _equal_and_open(held) or held
    seeking = held.assignments.with_shift().filter(status=Status.SEEKING).first()
    if seeking is not None:
        return standins.cover(seeking, profile, by=by, now=now)
    return sign_up(held, profile, by=by, now=now, via=via)


@transaction.atomic
def sign_up(seat: Seat, profile: Profile, *, by: User, now: datetime, via: str = "") -> Assignment:
    """Into a free seat. Refused where permissions or limits are against it, Conflict where somebody was first.

    `via` says how the person came to it where `by` does not: after a call-out.
    """
    seat, profile = admitting.take_hold(seat, profile)
    station = seat.shift.station
    admitting.refuse_if(permissions.why_not_seat(by, station))
    if asked := Assignment.objects.proposed().with_shift().filter(seat=seat, profile=profile).first():
        if by.pk == profile.user_id or permissions.leads(by, station):
            return answering.accept(asked, by=by, now=now)
    why_not = admitting.why_not(seat, profile, now=now)
    if by.pk == profile.user_id:
        why_not = admitting.said_to_person(why_not, seat, profile)
    admitting.refuse_person(why_not, profile, station, by=by)
    made = taking.fill(seat, profile, via=via or _via(by, profile, station), by=by, now=now)
    name = telling.name_of(by, station)
    said = f"{name}给您报了名：{wording.whole(seat, now=now)}。去不了请早点退出或找替班。"
    telling.tell(telling.first_event(made), [profile.user_id], said)
    return made


def _equal_and_open(seat: Seat) -> Seat | None:
    """The seat itself while it is open; then one that nobody holds before one whose holder seeks a stand-in."""
    equal = (
        Seat.objects.open()
        .with_shift()
        .filter(shift=seat.shift_id, skill=seat.skill_id, is_lead=seat.is_lead)
    )
    is_sought = Exists(Assignment.objects.filter(seat=OuterRef("pk"), status=Status.SEEKING))
    rows = list(equal.annotate(is_sought=is_sought).order_by("is_sought", "ordinal"))
    return next((row for row in rows if row.pk == seat.pk), rows[0] if rows else None)


def _via(by: User, profile: Profile, station: Station) -> str:
    if by.pk == profile.user_id:
        return Via.SELF
    return Via.LEAD if permissions.leads(by, station) else Via.DESK
