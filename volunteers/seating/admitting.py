"""Whether somebody may take a seat now: what of the shift is still to come, who fits, how much they have already.

Every way to a seat asks here while the shift and the person are held, so that no limit is passed by two at once.
Shifts are held before people, people in the order of their keys: no two verbs wait for each other.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers import eligibility, limits, permissions
from volunteers.limits import Span
from volunteers.models import Assignment, Profile, Seat, Shift
from volunteers.seating import door

STARTED = "这一班已经开始了。"
ENDED = "这一班已经结束了。"
AWAY = "那天登记了请假，先改请假再报名。"
NOT_TOLD_WHY = "这位志愿者现在排不了这一班，请站长安排。"
# These speak of the shift and not of the person.
OF_SHIFT = (STARTED, ENDED, door.CANCELLED, door.REMOVED, door.FULL)
# Whatever lies in the same week, or a night away from the shift, lies within this of it.
AROUND = timedelta(days=8)
Held = dict[int, list[Span]]  # by the key of the profile


def take_hold(seat: Seat, profile: Profile) -> tuple[Seat, Profile]:
    """Both as they are now, locked until the transaction ends; Conflict if the seat is not to be taken any more."""
    held = door.hold(seat)
    return held, hold_people([profile.pk])[profile.pk]


def hold_people(keys: Iterable[int]) -> dict[int, Profile]:
    """The profiles with their limits, by key."""
    rows = Profile.objects.with_limits().select_for_update(of=("self",), no_key=True)
    return {profile.pk: profile for profile in rows.filter(pk__in=list(keys)).order_by("pk")}


def refuse_if(sentence: str) -> None:
    """Refused with the sentence, if there is one."""
    if sentence:
        raise Refused(sentence)


def refuse_person(sentence: str, profile: Profile, station: Station, *, by: User) -> None:
    """The same about a person: only the person and the station's leads read why; colleagues, that it cannot be."""
    is_told = by.pk == profile.user_id or sentence in OF_SHIFT or permissions.leads(by, station)
    refuse_if(sentence if is_told or not sentence else NOT_TOLD_WHY)


def why_not(seat: Seat, profile: Profile, *, now: datetime, held: Held | None = None) -> str:
    """The sentence why this person may not take this seat; empty if nothing is against it.

    That somebody else has it already, the database says.
    """
    not_here = eligibility.why_not_seat_person(profile, seat)
    return not_here or why_not_known(seat, profile, now=now, held=held)


def why_not_known(seat: Seat, profile: Profile, *, now: datetime, held: Held | None = None) -> str:
    """The same for somebody known to serve there: no statement for profiles `with_limits` where `held` is given."""
    if now >= seat.shift.ends_at:
        return ENDED
    if is_away(profile, timezone.localdate(seat.shift.starts_at)):
        return AWAY
    spans = spans_around([profile.pk], [seat.shift]) if held is None else held
    week_minutes = profile.weekly_hours * 60
    return eligibility.why_not_fit(profile, seat) or limits.why_not(
        span_of(seat.shift), spans.get(profile.pk, []), week_minutes=week_minutes
    )


def said_to_person(sentence: str, seat: Seat, profile: Profile, *, held: Held | None = None) -> str:
    """The same as the person reads it, who may know which other shift is meant."""
    if sentence != limits.ELSEWHERE:
        return sentence
    spans = spans_around([profile.pk], [seat.shift]) if held is None else held
    return limits.said_to_person(sentence, span_of(seat.shift), spans.get(profile.pk, []))


def is_away(profile: Profile, day: date) -> bool:
    """Whether 请假 covers the local date; reads `absences`."""
    return any(absence.from_on <= day <= absence.until_on for absence in profile.absences.all())


def span_of(shift: Shift) -> Span:
    return Span(shift.starts_at, shift.ends_at)


def spans_around(profiles: Collection[int], shifts: Collection[Shift]) -> Held:
    """What these people have at all stations around these shifts, in one statement."""
    found: Held = {}
    if profiles and shifts:
        first = min(shift.starts_at for shift in shifts) - AROUND
        last = max(shift.ends_at for shift in shifts) + AROUND
        rows = Assignment.objects.occupying().between(first, last).filter(profile__in=profiles)
        for key, starts_at, ends_at, where in rows.values_list(
            "profile", "starts_at", "ends_at", "seat__shift__station__name"
        ):
            found.setdefault(key, []).append(Span(starts_at, ends_at, where))
    return found


def refuse_once_started(shift: Shift, *, now: datetime) -> None:
    if now >= shift.starts_at:
        raise Conflict(STARTED)
