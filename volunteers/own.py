"""我的班次: what one person has before and behind, put together for the page in few statements."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from stations import saying
from volunteers import timetable, wording
from volunteers.models import Assignment, Profile, StandingAssignment, Waiting
from volunteers.places import Place, place
from volunteers.states import COMING, OCCUPYING, Status

PAST = timedelta(weeks=4)
AHEAD = (*COMING, Status.CHECKED_IN)
KEPT = (*OCCUPYING, Status.EXCUSED)


@dataclass
class Overview:
    next: Place | None
    to_confirm: list[Place]
    coming: list[Place]
    past: list[Place]
    waiting: list[tuple[Waiting, str, str]]
    standing: list[tuple[StandingAssignment, str]]


def overview(user: User, *, now: datetime) -> Overview:
    """Empty for somebody without a profile."""
    profile = Profile.objects.of(user)
    if profile is None:
        return Overview(None, [], [], [], [], [])
    rows = list(Assignment.objects.of(profile).with_shift().since(now - PAST).order_by("starts_at", "pk"))
    ahead = [row for row in rows if row.ends_at > now]
    coming = [place(row, now=now) for row in ahead if row.status in AHEAD]
    past = [row for row in rows if row.ends_at <= now and row.status in KEPT]
    return Overview(
        _with_beside(coming[0]) if coming else None,
        [place(row, now=now) for row in ahead if row.status == Status.PROPOSED],
        coming[1:],
        [place(row, now=now) for row in reversed(past)],
        _waiting(profile, now),
        _standing(profile, now),
    )


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


def _waiting(profile: Profile, now: datetime) -> list[tuple[Waiting, str, str]]:
    """With day and hours."""
    rows, today = Waiting.objects.of(profile).ahead(now).with_shift(), timezone.localdate(now)
    shifts = ((row, row.shift) for row in rows)
    return [
        (
            row,
            wording.day(timezone.localdate(shift.starts_at), today=today),
            saying.clock_span(shift.starts_at, shift.ends_at),
        )
        for row, shift in shifts
    ]


def _standing(profile: Profile, now: datetime) -> list[tuple[StandingAssignment, str]]:
    rows = StandingAssignment.objects.of(profile).lasting(timezone.localdate(now)).with_place()
    return [(row, wording.weekly(row.seat.shift, row.every_weeks)) for row in rows]
