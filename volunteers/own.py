"""我的班次: what one person has before and behind, put together for the page in few statements."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from stations import saying
from volunteers import timetable, wording
from volunteers.models import Asking, Assignment, Profile, Seat, Shift, StandingAssignment, Waiting
from volunteers.places import Place, place, with_leads
from volunteers.seating import admitting
from volunteers.seating.waiting import NOTICE
from volunteers.states import COMING, OCCUPYING, Status

PAST = timedelta(weeks=4)
AHEAD = (*COMING, Status.CHECKED_IN, Status.NO_SHOW)  # who comes late still checks in
KEPT = (*OCCUPYING, Status.EXCUSED)


@dataclass(frozen=True)
class Waited:
    """A place in a list; `seat` is one that came free so late that whoever presses first has it."""

    waiting: Waiting
    day: str
    hours: str
    seat: Seat | None


@dataclass
class Overview:
    """`called` are the gaps for which the person was asked and has not answered."""

    next: Place | None
    to_confirm: list[Place]
    coming: list[Place]
    past: list[Place]
    waiting: list[Waited]
    standing: list[tuple[StandingAssignment, str]]
    called: list[Asking]


def overview(user: User, *, now: datetime) -> Overview:
    """Empty for somebody without a profile."""
    profile = Profile.objects.of(user)
    if profile is None:
        return Overview(None, [], [], [], [], [], [])
    rows = list(Assignment.objects.of(profile).with_shift().since(now - PAST).order_by("starts_at", "pk"))
    ahead = [row for row in rows if _is_ahead(row, now)]
    coming = [place(row, now=now) for row in ahead if row.status in AHEAD]
    inside = {row.seat.shift_id for row in ahead if row.status in (Status.PROPOSED, *AHEAD)}
    past = [row for row in rows if row not in ahead and row.status in KEPT]
    return Overview(
        with_leads(_with_beside(coming[0])) if coming else None,
        [place(row, now=now) for row in ahead if row.status == Status.PROPOSED],
        [with_leads(one) for one in coming[1:]],
        [place(row, now=now) for row in reversed(past)],
        _waiting(profile, now),
        _standing(profile, now),
        [asking for asking in Asking.objects.unanswered(profile, now) if asking.shift_id not in inside],
    )


def _is_ahead(row: Assignment, now: datetime) -> bool:
    """Who is still there is not done, though the time is over; who has gone is, though it is not."""
    return row.status == Status.CHECKED_IN or (row.ends_at > now and row.status != Status.DONE)


def _with_beside(found: Place) -> Place:
    """Who else stands in that shift."""
    others = Assignment.objects.occupying().in_shifts([found.shift.pk]).with_shift()
    masked = timetable.masked_at(found.shift.station)
    names = [
        timetable.name_of(one.profile.user, masked)
        for one in others
        if one.profile_id != found.assignment.profile_id
    ]
    return replace(found, beside=names)


def _waiting(profile: Profile, now: datetime) -> list[Waited]:
    rows, today = list(Waiting.objects.of(profile).ahead(now).with_shift()), timezone.localdate(now)
    seats = _came_free(profile, [row.shift for row in rows if row.shift.starts_at - NOTICE < now], now)
    return [
        Waited(
            row,
            wording.day(timezone.localdate(row.shift.starts_at), today=today),
            saying.clock_span(row.shift.starts_at, row.shift.ends_at),
            seats.get(row.shift_id),
        )
        for row in rows
    ]


def _came_free(profile: Profile, shifts: list[Shift], now: datetime) -> dict[int, Seat]:
    """By shift, a seat that the person can take, plain ones first."""
    if not shifts:
        return {}
    person = Profile.objects.with_limits().get(pk=profile.pk)
    held, found = admitting.spans_around([person.pk], shifts), {}
    seats = Seat.objects.open().in_shifts({shift.pk for shift in shifts}).with_shift()
    for seat in seats.order_by("-is_lead", "-ordinal"):
        if not admitting.why_not_known(seat, person, now=now, held=held):
            found[seat.shift_id] = seat
    return found


def _standing(profile: Profile, now: datetime) -> list[tuple[StandingAssignment, str]]:
    rows = StandingAssignment.objects.of(profile).lasting(timezone.localdate(now)).with_place()
    return [(row, wording.weekly(row.seat.shift, row.every_weeks)) for row in rows]
