"""固定班: the same person in the same place every week or every fourth, set and ended by the lead.

What it makes are ordinary places in shifts: cover for one day, an excuse, a withdrawal change that day alone. Days of
请假 are left open; where limits are against it the seat stays open and the lead is told. Setting and ending wait for
generation and it for them, so that no seat is made unseen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from stations import locks, saying
from stations.refusals import Conflict, Refused
from volunteers import eligibility, permissions, wording
from volunteers.models import Assignment, Profile, Seat, SeatPattern, StandingAssignment
from volunteers.models.seating import AssignmentQuerySet
from volunteers.recurrence import DAY, WEEK, monday
from volunteers.seating import admitting, calling_off, door, taking, telling, waiting
from volunteers.states import OCCUPYING

NOT_SERVING = "不是本站的志愿者，先请站长登记。"
TAKEN = "这个岗位那几周已经排了固定的人，先结束那个固定班。"
OVER = "这个固定班已经结束了。"
NEVER = "这段时间里这个岗位没有班，看看日期对不对。"
ENDS = "固定班结束了。"
LONGEST = 200  # a notice


@dataclass(frozen=True)
class Skipped:
    seat: Seat
    profile: Profile
    why: str


@dataclass
class Filled:
    """What became of seats for which somebody stands: who got one, why others stay open, which of those for 请假;
    and the questions to others that are taken back for it.
    """

    made: list[Assignment] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    away: list[Seat] = field(default_factory=list)
    taken_back: list[Assignment] = field(default_factory=list)


@transaction.atomic
def appoint(
    seat: SeatPattern,
    profile: Profile,
    *,
    by: User,
    now: datetime,
    from_on: date,
    every_weeks: int = 1,
    until_on: date | None = None,
) -> tuple[StandingAssignment, Filled]:
    """Set the standing duty, and seat the person in what has been generated already and nobody holds."""
    station = seat.shift.roster.station
    admitting.refuse_if(permissions.why_not_arrange(by, station))
    locks.wait_for(locks.Lock.ROSTER)
    standing = StandingAssignment(
        seat=seat,
        profile=profile,
        every_weeks=every_weeks,
        from_on=from_on,
        until_on=until_on,
        set_by=by,
        set_at=now,
    )
    _refuse_unless_stands(standing, now)
    standing.save(force_insert=True)
    coming = _coming(seat, now)
    asked = list(Assignment.objects.proposed().with_shift().filter(seat__in=coming).exclude(profile=profile))
    done = fill(coming, by=by, now=now, only=standing)
    taken = {made.seat_id for made in done.made}
    done.taken_back = [one for one in asked if one.seat_id in taken]
    since = saying.day(from_on, today=timezone.localdate(now))
    said = f"给您排了固定班：{station}，{wording.weekly(seat.shift, every_weeks)}，从{since}起。来不了请告诉站长。"
    telling.tell_standing(standing, "set", said, now=now)
    _write_down(standing, f"排，从{since}起", by, now)
    return standing, done


@transaction.atomic
def end(standing: StandingAssignment, *, by: User, now: datetime, last_on: date) -> int:
    """The last day on which it holds; how many places after it are free again.

    One that has not begun by then never does.
    """
    admitting.refuse_if(permissions.why_not_arrange(by, standing.seat.shift.roster.station))
    locks.wait_for(locks.Lock.ROSTER)
    freed = ending(standing, last_on, now=now)
    shifts = door.hold_shifts(freed.values_list("seat__shift", flat=True))
    held = (
        StandingAssignment.objects.lasting(last_on + DAY).select_for_update().filter(pk=standing.pk).first()
    )
    if held is None:
        raise Conflict(OVER)
    has_begun = held.from_on <= last_on
    stop(held, last_on, now=now)
    number = calling_off.call_off_all(freed.with_shift(), by=by, now=now, why=ENDS, is_told=False)
    until = f"值到{saying.day(last_on, today=timezone.localdate(now))}，之后"
    kept = f"{until if has_begun else '还没开始，'}不用来了"
    rhythm = wording.weekly(standing.seat.shift, standing.every_weeks)
    telling.tell_standing(standing, f"end:{last_on}", f"您的固定班结束了：{rhythm}，{kept}。", now=now)
    waiting.hold_queues(shifts)
    for shift in shifts:
        waiting.move_up(shift, now=now)
    _write_down(standing, f"{kept}，空出{number}个班", by, now)
    return number


def stop(standing: StandingAssignment, last_on: date, *, now: datetime) -> None:
    """Nothing after that day is due any more; of one that would only begin after it, nothing at all."""
    if standing.from_on > last_on:
        last_on = min(last_on, timezone.localdate(now) - DAY)
        standing.from_on = last_on
    standing.until_on = last_on
    standing.save(update_fields=["from_on", "until_on"])


def ending(standing: StandingAssignment, last_on: date, *, now: datetime) -> AssignmentQuerySet:
    """The places to come that it made after that day: what ending it frees."""
    made = Assignment.objects.coming().filter(standing=standing, starts_at__gt=now)
    return made.filter(seat__shift__original_on__gt=last_on)


def fill(
    seats: Collection[Seat], *, by: User | None, now: datetime, only: StandingAssignment | None = None
) -> Filled:
    """Seat whoever stands for these free seats to come; generation asks it for those it has just made.

    Conflicts with limits are left open, and told to the leads; days of 请假 are left open without a word.
    """
    standing = StandingAssignment.objects.filter(seat__in={seat.pattern_id for seat in seats} - {None})
    stands = [only] if only else list(standing.select_related("seat__shift__roster").order_by("pk"))
    return _fill(seats, stands, by, now) if seats and stands else Filled()


@transaction.atomic
def _fill(
    seats: Collection[Seat], stands: list[StandingAssignment], by: User | None, now: datetime
) -> Filled:
    door.hold_shifts({seat.shift_id for seat, _ in _wanted(seats, stands, now)})
    wanted = list(_wanted(seats, stands, now))  # without what somebody took until they were held
    people = admitting.hold_people({standing.profile_id for _, standing in wanted})
    held = admitting.spans_around(list(people), [seat.shift for seat, _ in wanted])
    done, chosen = Filled(), []
    for seat, standing in wanted:
        profile = people[standing.profile_id]
        if admitting.is_away(profile, timezone.localdate(seat.shift.starts_at)):
            done.away.append(seat)
            continue
        if why := admitting.why_not(seat, profile, now=now, held=held):
            done.skipped.append(Skipped(seat, profile, why))
        else:
            chosen.append(_place(seat, standing, profile, by))
            held.setdefault(profile.pk, []).append(admitting.span_of(seat.shift))
    _seat(chosen, done, now)
    _tell_leads(done.skipped, now)
    return done


def is_due(standing: StandingAssignment, day: date) -> bool:
    """Whether it falls on this local date of its place: weeks are counted from the first one of those."""
    first = begins(standing)
    if first is None or day < first or (standing.until_on and day > standing.until_on):
        return False
    return (monday(day) - monday(first)) // WEEK % standing.every_weeks == 0


def begins(standing: StandingAssignment) -> date | None:
    """The first date from its first day on, and until its last, on which its place falls."""
    pattern = standing.seat.shift
    first = max(standing.from_on, pattern.roster.starts_on)
    last = min(first + pattern.roster.cycle_weeks * WEEK - DAY, standing.until_on or date.max)
    dates: list[date] = pattern.repeat.dates(first, last)
    return next(iter(dates), None)


def _place(seat: Seat, standing: StandingAssignment, profile: Profile, by: User | None) -> Assignment:
    return Assignment(
        seat=seat, profile=profile, via=Assignment.Via.STANDING, standing=standing, created_by=by,
        starts_at=seat.shift.starts_at, ends_at=seat.shift.ends_at,
    )  # fmt: skip


def _seat(chosen: list[Assignment], done: Filled, now: datetime) -> None:
    """All at once; one by one where the database refuses any, to find out which."""
    try:
        taking.fill_all(chosen, now=now)
    except Conflict:
        for row in chosen:
            _seat_one(row, done, now)
    else:
        done.made += chosen


def _seat_one(row: Assignment, done: Filled, now: datetime) -> None:
    try:
        made = taking.fill(
            row.seat, row.profile, via=row.via, by=row.created_by, now=now, standing=row.standing
        )
        done.made.append(made)
    except Refused as refusal:
        done.skipped.append(Skipped(row.seat, row.profile, str(refusal)))


def _wanted(
    seats: Collection[Seat], stands: list[StandingAssignment], now: datetime
) -> Iterable[tuple[Seat, StandingAssignment]]:
    keys = [seat.pk for seat in seats]
    free = Seat.objects.standing().with_shift().filter(pk__in=keys, shift__starts_at__gt=now)
    for seat in free.exclude(assignments__status__in=OCCUPYING).order_by("shift__starts_at", "ordinal"):
        due = (
            one for one in stands if one.seat_id == seat.pattern_id and is_due(one, seat.shift.original_on)
        )
        yield from ((seat, one) for one in islice(due, 1))


def _coming(pattern: SeatPattern, now: datetime) -> list[Seat]:
    return list(Seat.objects.standing().filter(pattern=pattern, shift__starts_at__gt=now))


def _refuse_unless_stands(standing: StandingAssignment, now: datetime) -> None:
    profile, pattern = standing.profile, standing.seat
    station = pattern.shift.roster.station
    if profile.left_on is not None or not permissions.serves(profile.user, station):
        raise Refused(NOT_SERVING, "profile")
    if standing.until_on and standing.until_on < standing.from_on:
        raise Refused("结束日期不能早于开始日期。", "until_on")
    if begins(standing) is None:
        raise Refused(NEVER, "from_on")
    since = max(standing.from_on, timezone.localdate(now))
    if sentence := eligibility.why_not_stand(profile, pattern, since):
        raise Refused(sentence, "profile")
    others = StandingAssignment.objects.filter(seat=pattern).select_related("seat__shift__roster")
    if any(_meet(standing, other) for other in others):
        raise Refused(TAKEN, "profile")


def _meet(one: StandingAssignment, other: StandingAssignment) -> bool:
    """Whether both would ever fall on the same day."""
    first, others = begins(one), begins(other)
    last = min(one.until_on or date.max, other.until_on or date.max)
    if first is None or others is None or last < max(first, others):
        return False
    weeks = (monday(first) - monday(others)) // WEEK
    return weeks % min(one.every_weeks, other.every_weeks) == 0


def _write_down(standing: StandingAssignment, what: str, by: User, now: datetime) -> None:
    station = standing.seat.shift.roster.station
    name, rhythm = (
        telling.name_of(standing.profile.user, station),
        wording.weekly(standing.seat.shift, standing.every_weeks),
    )
    post = next((post for post in by.posts_as(Post.Role.STATION_LEAD) if post.station_id == station.pk), None)
    detail = f"{station}固定班：{name}，{rhythm}，{what}"
    audit.record(audit.Action.ROSTER_CHANGED, actor=by, post=post, detail=detail, now=now)


def _tell_leads(skipped: Iterable[Skipped], now: datetime) -> None:
    """Once for each standing duty, however many of its seats stay open."""
    alike: dict[tuple[int | None, int], list[Skipped]] = {}
    for one in skipped:
        alike.setdefault((one.seat.pattern_id, one.profile.pk), []).append(one)
    for rows in alike.values():
        seat, profile = rows[0].seat, rows[0].profile
        name = telling.name_of(profile.user, seat.shift.station)
        when = wording.when_and_where(seat.shift, now=now) + (f"等{len(rows)}班" if len(rows) > 1 else "")
        said = f"固定班没排上：{name}，{when}。{wording.differing(row.why for row in rows)}"
        telling.tell_leads(seat.shift, f"standing:{seat.pk}:{profile.pk}", said[:LONGEST], now=now)
