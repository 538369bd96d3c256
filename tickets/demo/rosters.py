"""Rosters from last week to three weeks ahead: who stands every week, what is missing, who is there right now.

Goes through generation and the verbs of seating, each at its own moment. Whatever the hour at which it is loaded,
somebody of the demo's sign-ins has a shift today or tomorrow, and there are gaps still to be filled.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations import statistics, workdays
from stations.models import Station
from stations.refusals import Refused
from tickets.demo.moments import DAY, local
from tickets.demo.places import Community
from tickets.models import Reporter
from volunteers import generation, records
from volunteers.models import (
    Absence,
    Assignment,
    Profile,
    RosterPattern,
    Seat,
    SeatPattern,
    ServiceRecord,
    Shift,
    ShiftPattern,
    StandingAssignment,
)
from volunteers.seating import asking, on_duty, signing_up, standins, waiting
from volunteers.states import COMING

WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
GENERATED = 1 + generation.WEEKS  # from last week on, as far ahead as the hourly job makes them
MORNING, NOON, EVENING = time(9), time(12, 30), time(16, 30)
BIG, SMALL = 3, 2  # shifts a day
# Of the estate: what is otherwise than three shifts a day, as {(weekday, start): (start, minutes)}.
SHORT = {(3, NOON): (time(14, 30), 120), (5, EVENING): (EVENING, 120)}
# Needed places for which nobody stands every week: (weekday, start, place).
HOLES = {
    (1, NOON, 2),
    (2, EVENING, 2),
    (4, EVENING, 2),
    (5, NOON, 2),
    (6, MORNING, 2),
    (6, NOON, 1),
    (6, NOON, 2),
}
SMALL_HOLES = {(2, NOON, 1), (5, MORNING, 1), (5, NOON, 1), (6, MORNING, 1), (6, NOON, 1)}
NOTES = ("钥匙在抽屉里", "3栋的雨伞还没还", "饮水机的水快没了，明早记得叫", "李阿姨的药放在柜台，下午来拿")


@dataclass
class Desk:
    """A station with its people, the lead first."""

    station: Station
    lead: Profile
    people: list[Profile]
    is_big: bool
    is_first: bool


def fill(homes: list[Community], *, now: datetime) -> None:
    """All stations of the three communities."""
    statistics.renew()
    monday = local(now).date() - timedelta(days=local(now).weekday())
    stations = [(home, station) for home in homes for station in home.stations]
    desks = [_desk(home, station, is_first=n == 0) for n, (home, station) in enumerate(stations)]
    for desk in desks:
        _pattern(desk, monday)
    began_at = workdays.at(monday - WEEK, time(6))
    generation.generate(began_at, weeks=GENERATED)
    statistics.renew()
    for desk in desks:
        _seat_the_known(desk, now)
        if desk.is_first:
            _has_helped(desk.people[0], desk.station, monday)
        _fill_holes(desk, now)
        _serve(desk, now)
    on_duty.mark_missed(now=now)
    _loose_ends(desks[0], now)
    _note_who_took_it(began_at, now)
    _ask_about_hours(desks[0], now)


def _desk(home: Community, station: Station, *, is_first: bool) -> Desk:
    profiles = list(Profile.objects.at_station(station).with_user().order_by("user"))
    known = {person.user.pk for person in home.volunteers[station.pk]}
    lead = next(profile for profile in profiles if profile.user_id not in known)
    people = [profile for profile in profiles if profile.user_id in known]
    return Desk(station, lead, people, len(people) > 20, is_first)


def _pattern(desk: Desk, monday: date) -> None:
    """What happens every week, and who stands for it; the first volunteer keeps free for what is going on now."""
    roster = RosterPattern.objects.create(
        station=desk.station, name="平时", starts_on=monday - 8 * WEEK, created_by=desk.lead.user
    )
    starts = (MORNING, NOON, EVENING) if desk.is_big else (MORNING, NOON)
    shifts = ShiftPattern.objects.bulk_create(
        _shift(roster, desk, weekday, start) for weekday in range(7) for start in starts
    )
    places = (1, 2) if desk.is_big else (1,)
    seats = SeatPattern.objects.bulk_create(
        SeatPattern(
            shift=shift,
            ordinal=n,
            is_lead=desk.is_first and n == 1 and shift.starts_at == MORNING,
            is_needed=desk.is_first or n == 1,
        )
        for shift in shifts
        for n in places
    )
    holes = HOLES if desk.is_big else SMALL_HOLES
    wanted = [seat for seat in seats if _key(seat) not in holes and seat.is_needed]
    grown = [person for person in desk.people[1:] if not person.is_minor(monday)]
    StandingAssignment.objects.bulk_create(
        StandingAssignment(
            seat=seat, profile=person, from_on=roster.starts_on, set_by=desk.lead.user, set_at=_set_at(roster)
        )
        for seat, person in zip(wanted, islice(cycle(grown), len(wanted)), strict=True)
    )


def _shift(roster: RosterPattern, desk: Desk, weekday: int, start: time) -> ShiftPattern:
    usual = (start, 240 if start == NOON else 210)
    starts_at, minutes = SHORT.get((weekday, start), usual) if desk.is_big else usual
    return ShiftPattern(roster=roster, weekday=weekday, starts_at=starts_at, minutes=minutes)


def _key(seat: SeatPattern) -> tuple[int, time, int]:
    return seat.shift.weekday, seat.shift.starts_at, seat.ordinal


def _set_at(roster: RosterPattern) -> datetime:
    return workdays.at(roster.starts_on, time(10))


def _seat_the_known(desk: Desk, now: datetime) -> None:
    """The first volunteer is there now or comes next and tomorrow; the lead comes tomorrow or the day after."""
    ahead = list(Shift.objects.at_station(desk.station).filter(ends_at__gt=now + 10 * MINUTE)[:9])
    tomorrow = [shift for shift in ahead if _day(shift) == local(now).date() + DAY]
    for shift, person in (
        (ahead[0], desk.people[0]),
        (tomorrow[-1], desk.people[0]),
        (tomorrow[0], desk.lead),
    ):
        seat = shift.seats.order_by("-ordinal").first()
        _instead(seat, person, desk, min(now, shift.starts_at) - 2 * DAY)


def _has_helped(person: Profile, station: Station, monday: date) -> None:
    """Three times last week, where nobody stands every week."""
    last_week = workdays.at(monday - WEEK), workdays.at(monday)
    shifts = list(Shift.objects.at_station(station).between(*last_week).values_list("pk", flat=True))
    for seat in list(Seat.objects.open().in_shifts(shifts).between(*last_week).with_shift())[0:6:2]:
        signing_up.take(seat, person, by=person.user, now=seat.shift.starts_at - DAY)


def _instead(seat: Seat, person: Profile, desk: Desk, now: datetime) -> None:
    """Whoever stands for it has found somebody for that day."""
    usual = seat.assignments.coming().with_shift().first()
    if usual:
        standins.seek(usual, by=desk.lead.user, now=now)
    signing_up.take(seat, person, by=person.user, now=now)


def _fill_holes(desk: Desk, now: datetime) -> None:
    """Most of what was open until today was taken; of what lies ahead, some are asked."""
    helpers = cycle(desk.people[-9:])
    for n, seat in enumerate(
        Seat.objects.open().filter(shift__station=desk.station).order_by("shift__starts_at")
    ):
        start = seat.shift.starts_at
        if start <= now and n % 3:
            _try(signing_up.take, seat, next(helpers), by=desk.lead.user, now=start - 2 * DAY)
        elif now < start < now + 2 * WEEK and n % 2 and desk.is_big:
            _try(asking.propose, seat, next(helpers), by=desk.lead.user, now=now - 3 * 60 * MINUTE)


def _try(verb, *args, **details) -> None:
    """Some are away or busy: then the seat stays open, as in life."""
    try:
        verb(*args, **details)
    except Refused:
        pass


def _serve(desk: Desk, now: datetime) -> None:
    """Whoever had a shift came, but for one in about thirty; those of now are there."""
    begun = Assignment.objects.coming().filter(seat__shift__station=desk.station, starts_at__lt=now)
    for n, place in enumerate(begun.with_shift().order_by("starts_at", "pk"), start=1):
        if n % 31 == 0 and place.ends_at < now and place.profile_id != desk.people[0].pk:
            continue
        late = timedelta(minutes=n * 7 % 12 - 8)
        on_duty.check_in(place, by=place.profile.user, now=min(now, place.starts_at + late))
        if place.ends_at < now:
            note = NOTES[n // 9 % len(NOTES)] if n % 9 == 0 else ""
            gone_at = min(now, place.ends_at + timedelta(minutes=n * 5 % 9))
            on_duty.check_out(place, by=place.profile.user, note=note, now=gone_at)


def _loose_ends(desk: Desk, now: datetime) -> None:
    """Somebody looks for a stand-in, somebody will be away, somebody waits for a full shift."""
    coming = Assignment.objects.filter(status__in=COMING, seat__shift__station=desk.station)
    later = list(coming.filter(starts_at__gt=now + 2 * DAY).with_shift().order_by("starts_at", "seat")[:12])
    standins.seek(later[3], by=later[3].profile.user, now=now - 40 * MINUTE, why="孙女家长会")
    free = [profile for profile in desk.people if profile.pk not in {place.profile_id for place in later}]
    full = later[6].seat.shift
    _try(waiting.wait, full, free[0], by=free[0].user, now=now - 90 * MINUTE)
    day = _day(later[-1].seat.shift) + 28 * DAY
    Absence.objects.create(profile=later[-1].profile, from_on=day, until_on=day + 7 * DAY, reason="回老家")


def _day(shift: Shift) -> date:
    return timezone.localdate(shift.starts_at)


def _note_who_took_it(began_at: datetime, now: datetime) -> None:
    """Who was on duty where somebody came with a matter, as filing would have stored it."""
    came = OuterRef("created_at")
    there = Assignment.objects.filter(
        seat__shift__station=OuterRef("at"), checked_in_at__lte=came, ends_at__gt=came
    ).order_by("pk")
    brought = Reporter.objects.filter(created_at__gte=began_at, created_at__lte=now)
    stations = brought.annotate(at=Coalesce("station", "ticket__station"))
    ids = stations.annotate(who=Subquery(there.values("profile__user")[:1])).exclude(who=None)
    rows = [Reporter(pk=pk, on_duty_id=who) for pk, who in ids.values_list("pk", "who")]
    Reporter.objects.bulk_update(rows, ["on_duty"])


def _ask_about_hours(desk: Desk, now: datetime) -> None:
    """One thinks that a record is too short; another was answered and has more now."""
    first, second = ServiceRecord.objects.at_stations([desk.station]).with_all().order_by("-pk")[:2]
    asked_at = min(second.recorded_at + 30 * MINUTE, now - 2 * MINUTE)
    words = "那天提前一刻钟就来开门了，少记了"
    asked = records.ask(second, words=words, by=second.profile.user, now=asked_at)
    answered_at = min(asked_at + 180 * MINUTE, now - MINUTE)
    more = {"words": "查过了，补上15分钟", "minutes": second.minutes + 15, "now": answered_at}
    records.answer(asked, by=desk.lead.user, **more)
    words = "走的时候忘了按，多待了半小时"
    records.ask(first, words=words, by=first.profile.user, now=max(first.recorded_at, now - 20 * MINUTE))
