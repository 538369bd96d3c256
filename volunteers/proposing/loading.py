"""A station's period as the plain facts that a fair proposal is made from; a few statements, whatever the length.

Decides what of a person's file counts: minutes of the running twelve weeks, whose times and skills hold, who may lead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from volunteers.eligibility import MINOR_FROM, MINOR_UNTIL
from volunteers.fair import given, hours
from volunteers.fair.given import Fixed, Person, Skill, Task, Window, Wish
from volunteers.models import Assignment, AssignmentEvent, Profile, Seat
from volunteers.states import OCCUPYING, Status

RUNNING = timedelta(weeks=12)
AROUND = timedelta(days=8)  # a week and a night: whatever a limit may look at
EXPERIENCE = timedelta(days=90)  # with us that long before somebody is proposed to lead a shift
HOUR = 60
REFUSED = ("decline", "withdraw", "be_covered", "excuse")


@dataclass(frozen=True)
class Facts:
    """The task, and the rows behind its numbers."""

    task: Task
    seats: dict[int, Seat]
    profiles: dict[int, Profile]
    undecided: dict[
        int, Assignment
    ]  # by seat: questions of earlier proposals, to be asked anew or taken back
    served: dict[
        int, int
    ]  # by person: minutes of the last twelve weeks that are over; the rest is yet to come


def load(seats: list[Seat], profiles: list[Profile], *, now: datetime, is_anew: bool = True) -> Facts:
    """`seats` with their shift and skill, all of one station; `profiles` with limits, who serve there.

    `is_anew`: undecided questions of earlier proposals are up for change; else they count as given.
    """
    held = _held(profiles, seats, now)
    undecided = {one.seat_id: one for one in _asked(seats)} if is_anew else {}
    loose = {one.pk for one in undecided.values()}
    fixed = [one for one in held if one.pk not in loose]
    minutes = _minutes(fixed)
    served = {key: whole for key, (whole, _) in _minutes([o for o in fixed if o.starts_at < now]).items()}
    first = min((hours.local_date(seat.shift.starts_at) for seat in seats), default=hours.local_date(now))
    people = [_person(profile, *minutes.get(profile.pk, (0, 0)), first) for profile in profiles]
    task = Task(
        people=tuple(person for person in people if person is not None),
        seats=tuple(_seat(seat) for seat in seats),
        fixed=(*_taken(seats), *(_fixed(one) for one in fixed if _is_duty(one))),
        declined=_declined(seats),
        previous={seat: one.profile_id for seat, one in undecided.items()},
    )
    return Facts(task, {s.pk: s for s in seats}, {p.pk: p for p in profiles}, undecided, served)


def _held(profiles: list[Profile], seats: list[Seat], now: datetime) -> list[Assignment]:
    """What these people did in the running twelve weeks, have before them, or are asked for, at all stations.

    What was asked and never answered was not served.
    """
    last = max((seat.shift.ends_at for seat in seats), default=now) + AROUND
    rows = Assignment.objects.filter(status__in=(*OCCUPYING, Status.PROPOSED), profile__in=profiles)
    rows = rows.exclude(status=Status.PROPOSED, ends_at__lte=now)
    return list(rows.between(now - RUNNING, last).order_by("pk"))


def _asked(seats: list[Seat]) -> Iterable[Assignment]:
    return (
        Assignment.objects.proposed()
        .with_shift()
        .filter(seat__in=seats, proposal__isnull=False)
        .order_by("-pk")
    )


def _taken(seats: list[Seat]) -> list[Fixed]:
    """Seats of this roster that somebody has, or was asked for by hand; whoever it is."""
    asked = Status.PROPOSED
    rows = Assignment.objects.filter(seat__in=seats, status__in=(*OCCUPYING, asked))
    return [
        Fixed(None, one.starts_at, one.ends_at, one.seat_id)
        for one in rows
        if one.status != asked or one.proposal_id is None
    ]


def _declined(seats: list[Seat]) -> frozenset[tuple[int, int]]:
    """Who said no to a shift, or gave a seat of it up."""
    shifts = {seat.shift_id for seat in seats}
    events = AssignmentEvent.objects.filter(verb__in=REFUSED, assignment__seat__shift__in=shifts)
    return frozenset(events.values_list("assignment__profile", "assignment__seat__shift"))


def _is_duty(one: Assignment) -> bool:
    return one.status != Status.NO_SHOW


def _fixed(one: Assignment) -> Fixed:
    return Fixed(one.profile_id, one.starts_at, one.ends_at)


def _minutes(held: list[Assignment]) -> dict[int, tuple[int, int]]:
    """Minutes, and those of evenings and weekends among them; what was served counts as long as it was."""
    found: dict[int, tuple[int, int]] = {}
    for one in held:
        if _is_duty(one):
            starts, ends = one.starts_at, one.ends_at
            if one.checked_in_at and one.checked_out_at:
                starts, ends = one.checked_in_at, one.checked_out_at
            cut = hours.pieces(starts, ends)
            minutes, off = found.get(one.profile_id, (0, 0))
            whole = sum(b - a for _, a, b in cut)
            found[one.profile_id] = minutes + whole, off + hours.off_minutes(cut)
    return found


def _seat(seat: Seat) -> given.Seat:
    shift = seat.shift
    skill = str(seat.skill_id or "")
    return given.Seat(seat.pk, shift.pk, shift.starts_at, shift.ends_at, seat.is_needed, skill, seat.is_lead)


def _person(profile: Profile, minutes: int, off_minutes: int, first: date) -> Person | None:
    """As on the first day; None for whom nobody may ask: under age without the guardian's consent."""
    if profile.needs_guardian(first):
        return None
    is_minor = profile.is_minor(first)
    times = list(profile.availabilities.all())
    return Person(
        id=profile.pk,
        capacity=profile.monthly_hours * HOUR if profile.may_be_called_out else 0,
        windows=tuple(_window(one.weekday, one.from_minute, one.until_minute, is_minor) for one in times),
        minutes=minutes,
        off_minutes=off_minutes,
        absences=tuple((absence.from_on, absence.until_on) for absence in profile.absences.all()),
        skills=tuple(
            Skill(str(own.skill_id), own.expires_on) for own in profile.skills.all() if own.is_valid(first)
        ),
        may_lead=not is_minor and _is_experienced(profile, first),
        weekly=profile.weekly_hours * HOUR,
        wishes=tuple(Wish(one.weekday, one.from_minute, one.until_minute) for one in times if one.is_wished),
    )


def _window(weekday: int, starts: int, ends: int, is_minor: bool) -> Window:
    """Of somebody under age only what lies by day."""
    if is_minor:
        starts = max(starts, MINOR_FROM.hour * HOUR)
        ends = max(starts, min(ends, MINOR_UNTIL.hour * HOUR))
    return Window(weekday, starts, ends)


def _is_experienced(profile: Profile, on: date) -> bool:
    return profile.joined_on <= on - EXPERIENCE
