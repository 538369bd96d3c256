"""班表 as a lead changes it: what is changed, what it would make, and what is odd about it without being forbidden.

A change is a function that writes; `look` runs it, asks what generation would do, and undoes it; `save` runs it and
generates. Both say what the change itself does, not what was to be generated or decided anyway. Nothing here puts
anybody into a seat or takes anybody out of one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from stations import locks
from stations.models import OpeningHours, Station
from stations.refusals import Conflict, Refused
from volunteers import clock, generation, odd, permissions
from volunteers.models import (
    Assignment,
    HandOver,
    RosterPattern,
    SeatPattern,
    Shift,
    ShiftPattern,
    StandingAssignment,
    Waiting,
)
from volunteers.planned import Plan
from volunteers.seating import door

Made = TypeVar("Made")
Day = tuple[int, int]  # week of the cycle and weekday, from 0
STALE = "这个班刚刚被别人改过，下面是现在的样子，请看过再改。"
NAME_TAKEN = "本站已经有叫这个名称的班表，请换一个名称。"
NO_HOURS = "本站还没有开放时间，先请系统管理员登记。"
NOON, EVENING = 12 * 60 + 30, 16 * 60 + 30
USUAL_NAME = "平时"
USED = "这张班表已经用过（有过去的班，或者班里有人），删不掉；不用了就在“改名称和日期”里写到哪天止。"
HAS_ONE = "本站已经有班表了，请在班表里添班。"


@dataclass(frozen=True)
class Wanted:
    """What a place in a shift asks for."""

    skill_id: int | None = None
    is_lead: bool = False
    is_needed: bool = True


PAIR = (Wanted(is_lead=True), Wanted())


@dataclass(frozen=True)
class Look:
    """What a change would do, and what would be odd that was not before."""

    plan: Plan
    hints: list[str]


def look(station: Station, change: Callable[[], object], *, now: datetime) -> Look:
    """Refused as the change itself would be."""
    today = timezone.localdate(now)
    with transaction.atomic():
        before, planned = odd.of_station(station, today=today), generation.plan(now, station=station)
        bare = odd.bare(station, today=today)
        change()
        hints = [hint for hint in odd.of_station(station, today=today) if hint not in before]
        hints += odd.newly_bare(bare, odd.bare(station, today=today))
        plan = generation.plan(now, station=station).since(planned)
        seen = Look(plan, hints + odd.beside_one_offs(station, plan, now=now))
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def save(station: Station, change: Callable[[], Made], *, now: datetime) -> tuple[Made, Plan]:
    """What was made, and what came of it."""
    locks.wait_for(locks.Lock.ROSTER)
    planned = generation.plan(now, station=station)
    made = change()
    return made, generation.generate(now, station=station).since(planned)


# The changes ----------------------------------------------------------------------------------------


@transaction.atomic
def set_roster(roster: RosterPattern, *, by: User) -> RosterPattern:
    """A new one, or another name, rhythm or validity. Its fields are valid by themselves."""
    post = as_lead(by, roster.station)
    is_new = roster.pk is None
    roster.created_by = roster.created_by or by
    try:
        with transaction.atomic():
            roster.save()
    except IntegrityError:
        raise Conflict(NAME_TAKEN, "name") from None
    _note(by, post, f"{'新班表' if is_new else '改班表'}{roster}：{validity(roster)}")
    return roster


@transaction.atomic
def add_shifts(
    roster: RosterPattern, days: Iterable[Day], starts_at: time, minutes: int, seats: Sequence[Wanted | None],
    *, by: User,
) -> list[ShiftPattern]:  # fmt: skip
    """The same shift on several days of the cycle."""
    post = as_lead(by, roster.station)
    days, there = list(days), _times(roster)
    if twice := [day for day in days if (*day, starts_at, minutes) in there]:
        raise Conflict(
            f"{odd.day_name(*twice[0], roster)}这个时间已经有班了；要多几个人，请改那个班的岗位。", "first"
        )
    facts: dict[str, Any] = {"roster": roster, "starts_at": starts_at, "minutes": minutes}
    made = ShiftPattern.objects.bulk_create(ShiftPattern(week=w, weekday=d, **facts) for w, d in days)
    for shift in made:
        _write_seats(shift, [], seats)
    _note(by, post, f"{roster}：加{'、'.join(str(shift) for shift in made)}，{staffing(_asked(seats))}")
    return made


@transaction.atomic
def change_shift(
    shift: ShiftPattern, starts_at: time, minutes: int, seats: Sequence[Wanted | None], *, seen: str, by: User
) -> ShiftPattern:
    """Seats in the order of those in use; None takes one away, and so does a shorter list.

    Conflict if it is no longer as `seen`.
    """
    post = as_lead(by, shift.roster.station)
    shift = (
        ShiftPattern.objects.select_for_update(of=("self",))
        .select_related("roster__station")
        .get(pk=shift.pk)
    )
    if stamp(shift) != seen:
        raise Conflict(STALE)
    before = _said(shift)
    shift.starts_at, shift.minutes = starts_at, minutes
    shift.save(update_fields=["starts_at", "minutes"])
    _write_seats(shift, seats_of(shift), seats)
    _note(by, post, f"{shift.roster}：{shift.get_weekday_display()} {before} → {_said(shift)}")
    return shift


@transaction.atomic
def set_active(shift: ShiftPattern, *, is_active: bool, by: User) -> ShiftPattern:
    """End it, or take it up again; pressed twice, it is so already."""
    post = as_lead(by, shift.roster.station)
    shift.is_active = is_active
    shift.save(update_fields=["is_active"])
    day = shift.get_weekday_display()
    _note(by, post, f"{shift.roster}：{'恢复' if is_active else '停掉'}{day} {_said(shift)}")
    return shift


@transaction.atomic
def copy_day(roster: RosterPattern, source: Day, targets: Iterable[Day], *, by: User) -> list[ShiftPattern]:
    """The shifts of one day on others too; where there is one from and to the same time already, none is added."""
    post = as_lead(by, roster.station)
    there, made = _times(roster), []
    shifts = list(roster.shifts.filter(is_active=True).prefetch_related("seats"))
    for week, weekday in targets:
        for shift in shifts:
            is_there = (week, weekday, shift.starts_at, shift.minutes) in there
            if (shift.week, shift.weekday) == source and not is_there:
                made.append(_copy(shift, week, weekday))
    _note(by, post, f"{roster}：{odd.day_name(*source, roster)}的班复制到别的天，加{len(made)}个")
    return made


@transaction.atomic
def three_a_day(station: Station, *, by: User, now: datetime) -> RosterPattern:
    """A roster from today on: morning, afternoon and evening of every open day, two seats each, one of a lead."""
    Station.objects.select_for_update(no_key=True).get(pk=station.pk)
    today, hours = timezone.localdate(now), list(station.opening_hours.all())
    if not hours:
        raise Refused(NO_HOURS)
    if station.roster_patterns.in_force_from(today).exists():
        raise Conflict(HAS_ONE)
    roster = set_roster(RosterPattern(station=station, name=_free_name(station), starts_on=today), by=by)
    for first, last, days in _stretches(hours):
        add_shifts(roster, days, clock.time_of(first), last - first, PAIR, by=by)
    return roster


def vanishing(roster: RosterPattern, *, by: User, now: datetime) -> list[Shift]:
    """What goes with it: shifts to come that nobody is in or ever was. Refused where others were made of it."""
    as_lead(by, roster.station)
    shifts = list(Shift.objects.filter(pattern__roster=roster).select_related("pattern").order_by("pk"))
    people = Assignment.objects.filter(seat__shift__in=shifts).exists()
    waiting = Waiting.objects.filter(shift__in=shifts).exists()
    stands = StandingAssignment.objects.filter(seat__shift__roster=roster).exists()
    has_begun = any(shift.starts_at <= now for shift in shifts)
    if people or waiting or stands or has_begun or HandOver.objects.filter(shift__in=shifts).exists():
        raise Conflict(USED)
    return shifts


def may_go(roster: RosterPattern, *, by: User, now: datetime) -> bool:
    """Whether it could be deleted now."""
    try:
        vanishing(roster, by=by, now=now)
    except Refused:
        return False
    return True


@transaction.atomic
def delete_roster(roster: RosterPattern, *, by: User, now: datetime) -> Plan:
    """With the shifts made of it; nobody takes a seat of them meanwhile."""
    post = as_lead(by, roster.station)
    locks.wait_for(locks.Lock.ROSTER)
    door.hold_shifts(Shift.objects.filter(pattern__roster=roster).values_list("pk", flat=True))
    gone = vanishing(roster, by=by, now=now)
    said = Plan(gone=list(gone))
    Shift.objects.filter(pk__in=[shift.pk for shift in gone]).delete()
    SeatPattern.objects.filter(shift__roster=roster).delete()
    roster.shifts.all().delete()
    RosterPattern.objects.filter(pk=roster.pk).delete()
    _note(by, post, f"删班表{roster}，连同{len(gone)}个没有人的班")
    return said


def _times(roster: RosterPattern) -> set[tuple[int, int, time, int]]:
    """What it has already, by week, weekday, start and length; nobody adds to it meanwhile."""
    RosterPattern.objects.select_for_update(no_key=True).get(pk=roster.pk)
    shifts = roster.shifts.filter(is_active=True)
    return set(shifts.values_list("week", "weekday", "starts_at", "minutes"))


def _stretches(hours: Iterable[OpeningHours]) -> list[tuple[int, int, list[Day]]]:
    """Opening hours cut at 12:30 and 16:30; days with the same stretch together."""
    found: dict[tuple[int, int], list[Day]] = {}
    for day in hours:
        opens, closes = clock.start_of(day.opens_at), clock.start_of(day.closes_at)
        cuts = [opens, *(cut for cut in (NOON, EVENING) if opens < cut < closes), closes]
        for first, last in zip(cuts, cuts[1:], strict=False):
            found.setdefault((first, last), []).append((0, day.weekday))
    return [(first, last, days) for (first, last), days in sorted(found.items())]


def _free_name(station: Station) -> str:
    taken = set(station.roster_patterns.values_list("name", flat=True))
    names = (f"{USUAL_NAME}{n}" if n > 1 else USUAL_NAME for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


# What it is in words --------------------------------------------------------------------------------


def validity(roster: RosterPattern) -> str:
    """每周，2026年11月2日起; 四周一轮，2026年11月2日至2026年12月31日."""
    first, last = _date(roster.starts_on), roster.ends_on and _date(roster.ends_on)
    span = f"{first}起" if not last else first if first == last else f"{first}至{last}"
    return f"{roster.get_cycle_weeks_display()}，{span}"


def staffing(seats: Iterable[Wanted | SeatPattern], names: dict[int, str] | None = None) -> str:
    """2人，其中1人带班; 最好再有1人. Skills are counted, and named where their names are at hand."""
    asked = list(seats)
    needed = [seat for seat in asked if seat.is_needed]
    special = [f"{n}人带班" for n in [sum(seat.is_lead for seat in asked)] if n]
    skills = [seat.skill_id for seat in asked if seat.skill_id]
    special += [f"{skills.count(pk)}人会{(names or {}).get(pk, '手艺')}" for pk in dict.fromkeys(skills)]
    parts = [f"{len(needed)}人"] if needed else []
    parts += (
        [f"最好{'再' if needed else ''}有{len(asked) - len(needed)}人"] if len(asked) > len(needed) else []
    )
    told = "、".join(special)
    return "，".join(parts) + (f"（{told}）" if told else "")


def stamp(shift: ShiftPattern) -> str:
    """What a form was shown for, to notice that somebody else was faster."""
    seats = [f"{s.pk}{s.skill_id}{s.is_lead:d}{s.is_needed:d}" for s in seats_of(shift)]
    return f"{shift.starts_at:%H%M}/{shift.minutes}/{shift.is_active:d}/{'-'.join(seats)}"[:200]


def seats_of(shift: ShiftPattern) -> list[SeatPattern]:
    """Those in use, in order."""
    return [seat for seat in shift.seats.all() if seat.is_active]


def as_lead(by: User, station: Station) -> Post:
    """The post as which the roster is changed; Refused without one."""
    if sentence := permissions.why_not_arrange(by, station):
        raise Refused(sentence)
    return next(post for post in by.posts_as(Post.Role.STATION_LEAD) if post.station_id == station.pk)


def _said(shift: ShiftPattern) -> str:
    seats = SeatPattern.objects.filter(shift=shift, is_active=True)
    return f"{clock.hours(shift.starts_at, shift.minutes)}，{staffing(seats)}"


def _asked(seats: Iterable[Wanted | None]) -> list[Wanted]:
    return [seat for seat in seats if seat]


def _date(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


# What is written ------------------------------------------------------------------------------------


def _write_seats(shift: ShiftPattern, there: Sequence[SeatPattern], wanted: Sequence[Wanted | None]) -> None:
    """Those that are there keep their row, so that standing duty and seats made from it stay with it."""
    told = [*wanted, *[None] * (len(there) - len(wanted))]
    for seat, asked in zip(there, told, strict=False):
        seat.is_active = asked is not None
        if asked:
            seat.skill_id, seat.is_lead, seat.is_needed = asked.skill_id, asked.is_lead, asked.is_needed
    SeatPattern.objects.bulk_update(there, ["is_active", "skill", "is_lead", "is_needed"])
    last = max(SeatPattern.objects.filter(shift=shift).values_list("ordinal", flat=True), default=0)
    more = _asked(wanted[len(there) :])
    SeatPattern.objects.bulk_create(
        SeatPattern(shift=shift, ordinal=last + n, **vars(asked)) for n, asked in enumerate(more, 1)
    )


def _copy(shift: ShiftPattern, week: int, weekday: int) -> ShiftPattern:
    made = ShiftPattern.objects.create(
        roster=shift.roster, week=week, weekday=weekday, starts_at=shift.starts_at, minutes=shift.minutes
    )
    asked = [Wanted(seat.skill_id, seat.is_lead, seat.is_needed) for seat in seats_of(shift)]
    _write_seats(made, [], asked)
    return made


def _note(by: User, post: Post, detail: str) -> None:
    audit.record(audit.Action.ROSTER_CHANGED, actor=by, post=post, detail=detail)
