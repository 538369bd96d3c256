"""One shift as its page shows it: who is in it, what is free, who waits, and what the reader can do here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from stations import saying
from volunteers import openings, permissions, timetable, wording
from volunteers.models import Assignment, AssignmentEvent, Profile, Seat, Shift, Waiting
from volunteers.places import Place, place, with_leads
from volunteers.seating import candidates, waiting
from volunteers.states import INVOLVED, LABELS, OCCUPYING, Status

BY_SYSTEM = "系统"
RUNNING = timedelta(weeks=12)


@dataclass(frozen=True)
class Said:
    """A line of the history: what happened to whose place, by whose hand, when."""

    what: str
    who: str
    at: str
    detail: str


@dataclass(frozen=True)
class Colleague:
    """`load`: what a lead reads of the hours behind and ahead; empty for others."""

    profile: Profile
    name: str
    why_not: str
    load: str = ""


@dataclass
class ShiftPage:
    """`colleagues` are those whom the reader can sign up; a lead sees those first who have least of what they can give,
    and after them the others and why not.
    """

    shift: Shift
    now: datetime
    leads: bool
    serves: bool
    is_over: bool
    mine: Place | None
    held: list[Place]
    asked: list[Place]
    free: list[openings.Opening]
    queue: list[tuple[Waiting, str]]
    my_waiting: Waiting | None
    why_not_wait: str
    colleagues: list[Colleague]
    history: list[Said]

    @property
    def day(self) -> str:
        return wording.day(timezone.localdate(self.shift.starts_at), today=timezone.localdate(self.now))

    @property
    def hours(self) -> str:
        return saying.clock_span(self.shift.starts_at, self.shift.ends_at)

    @property
    def may_take(self) -> bool:
        return self.serves and self.mine is None

    @property
    def is_full(self) -> bool:
        return not self.is_over and not self.free

    @property
    def able(self) -> list[Colleague]:
        return [one for one in self.colleagues if not one.why_not]

    @property
    def unable(self) -> list[Colleague]:
        return [one for one in self.colleagues if one.why_not]


def shown(shift: Shift, user: User, *, now: datetime) -> ShiftPage:
    """For those who may see the shift, which comes with its station; the office reads only."""
    leads, serves = permissions.leads(user, shift.station), permissions.serves(user, shift.station)
    profile = Profile.objects.with_limits().of(user) if serves else None
    rows = Assignment.objects.in_shifts([shift.pk]).with_shift().order_by("seat__ordinal", "pk")
    involved = [row for row in rows if row.status in INVOLVED]
    masked = timetable.masked_at(shift.station)
    places = [
        place(row, now=now, is_own=row.profile.user_id == user.pk, leads=leads, masked=masked)
        for row in involved
    ]
    mine = next((one for one in places if one.assignment.profile.user_id == user.pk), None)
    is_over = now >= shift.ends_at or shift.cancelled_at is not None
    seats = [] if is_over else list(Seat.objects.open().of_shift(shift).with_shift())
    queue = list(Waiting.objects.present().of_shift(shift).with_shift())
    own_waiting = next((row for row in queue if row.profile.user_id == user.pk), None)
    waits = bool(profile) and not seats and not is_over and mine is None and own_waiting is None
    return ShiftPage(
        shift=shift,
        now=now,
        leads=leads,
        serves=serves,
        is_over=is_over,
        mine=with_leads(mine) if mine else None,
        held=[one for one in places if one.assignment.status in OCCUPYING],
        asked=[one for one in places if one.assignment.status == Status.PROPOSED],
        free=openings.openings(seats, profile, now=now, shows_own=True),
        queue=[(row, timetable.name_of(row.profile.user, masked)) for row in queue],
        my_waiting=own_waiting,
        why_not_wait=waiting.why_not_wait(shift, profile, now=now) if profile and waits else "",
        colleagues=[] if is_over or not serves else _colleagues(shift, seats, involved, masked, now, leads),
        history=_history(shift, masked, now) if leads else [],
    )


def _colleagues(
    shift: Shift, seats: list[Seat], involved: list[Assignment], masked: set[int], now: datetime, leads: bool
) -> list[Colleague]:
    """For the free seats, or for the waiting list of a full shift; why somebody cannot is the leads' to know."""
    wanted = seats or list(Seat.objects.standing().of_shift(shift).with_shift())
    there = {row.profile_id for row in involved if row.status in OCCUPYING}
    judged = [pair for pair in candidates.of_seats(wanted, now=now) if pair[0].pk not in there]
    if not leads:
        able = [person for person, why_not in judged if not why_not]
        return [Colleague(person, timetable.name_of(person.user, masked), "") for person in able]
    minutes = Assignment.objects.minutes_since(now - RUNNING, [person for person, _ in judged])
    judged.sort(key=lambda pair: (bool(pair[1]), _share(pair[0], minutes)))
    return [
        Colleague(person, timetable.name_of(person.user, masked), why_not, _load(minutes.get(person.pk, 0)))
        for person, why_not in judged
    ]


def _share(person: Profile, minutes: dict[int, int]) -> float:
    """Of the hours that the person can give; who can give none comes last."""
    if not person.monthly_hours:
        return float("inf")
    return minutes.get(person.pk, 0) / person.monthly_hours


def _load(minutes: int) -> str:
    return f"近12周值过和已排共{saying.minutes(minutes)}" if minutes else "近12周没排过"


def _history(shift: Shift, masked: set[int], now: datetime) -> list[Said]:
    return [_said(event, masked, now) for event in AssignmentEvent.objects.of_shift(shift)]


def _said(event: AssignmentEvent, masked: set[int], now: datetime) -> Said:
    via = event.assignment.get_via_display() if event.verb == "sign_up" else ""
    name = timetable.name_of(event.assignment.profile.user, masked)
    by = timetable.name_of(event.by, masked) if event.by else BY_SYSTEM
    what = f"{name}：{LABELS[event.verb]}{f'（{via}）' if via else ''}"
    return Said(what, by, saying.moment(event.at, now=now), event.detail)
