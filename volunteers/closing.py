"""闭站: days on which a station stays shut, set by its lead. The working calendar of offices is something else.

Shifts without people go; who is in the others is called off with the reason. Withdrawn, the shifts come back and the
people are asked again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from stations import locks, saying
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers import generation, patterning
from volunteers.models import Assignment, Closure, Shift, Waiting
from volunteers.recurrence import span
from volunteers.seating import cancelling, door
from volunteers.states import INVOLVED

MOST_DAYS = 366
PAST = "闭站最早从今天起。"
IN_ORDER = "结束日期不能早于开始日期。"
TOO_LONG = f"一次最多闭{MOST_DAYS}天。"
OVER = "这次闭站已经过去，不能再撤回。"
WITHDRAWN = "这次闭站已经撤回了。"
THERE_ALREADY = "这几天已经登记闭站了。"


@dataclass(frozen=True)
class Affected:
    """What a closure takes away: shifts, and the people who lose a place or a question."""

    shifts: int
    people: list[str]


def affected(station: Station, from_on: date, until_on: date, *, now: datetime) -> Affected:
    rows = Assignment.objects.filter(
        seat__shift__in=_shifts(station, from_on, until_on, now), status__in=INVOLVED
    )
    names = rows.order_by("profile__user__name").values_list("profile__user__name", flat=True).distinct()
    return Affected(_shifts(station, from_on, until_on, now).count(), list(names))


@transaction.atomic
def close(
    station: Station, from_on: date, until_on: date, *, reason: str, by: User, now: datetime
) -> tuple[Closure, int]:
    """How many people were called off, too; a shift belongs to the local day on which it starts."""
    post = patterning.as_lead(by, station)
    locks.wait_for(locks.Lock.ROSTER)  # before any shift, as generation does
    _refuse_unless_possible(station, from_on, until_on, now)
    closure = Closure.objects.create(
        station=station, from_on=from_on, until_on=until_on, reason=reason, set_by=by, set_at=now
    )
    _hold_all(station, now)
    called = 0
    for shift in _not_just_made(_shifts(station, from_on, until_on, now)):
        called += cancelling.cancel_shift(shift, reason=f"闭站，{reason}", by=by, now=now, closure=closure)
    generation.generate(now, station=station)
    _note(by, post, f"{named(closure, now=now)}：{reason}", now)
    return closure, called


@transaction.atomic
def withdraw(closure: Closure, *, by: User, now: datetime) -> int:
    """How many people were asked again; what another closure still covers stays away."""
    post = patterning.as_lead(by, closure.station)
    locks.wait_for(locks.Lock.ROSTER)
    closure = Closure.objects.select_for_update(of=("self",)).select_related("station").get(pk=closure.pk)
    if closure.withdrawn_at:
        raise Conflict(WITHDRAWN)
    if closure.until_on < timezone.localdate(now):
        raise Refused(OVER)
    closure.withdrawn_at, closure.withdrawn_by = now, by
    closure.save(update_fields=["withdrawn_at", "withdrawn_by"])
    others = list(Closure.objects.standing().filter(station=closure.station))
    _hold_all(closure.station, now)
    asked = 0
    for shift in closure.shifts.filter(starts_at__gt=now).exclude(cancelled_at=None).order_by("pk"):
        asked += _bring_back(shift, others, by, now)
    generation.generate(now, station=closure.station)
    _note(by, post, f"撤回{named(closure, now=now)}", now)
    return asked


def named(closure: Closure, *, now: datetime) -> str:
    """11月30日（周一）至12月2日（周三）闭站."""
    today = timezone.localdate(now)
    first, last = (saying.day(on, today=today) for on in (closure.from_on, closure.until_on))
    return f"{first if first == last else f'{first}至{last}'}闭站"


def _hold_all(station: Station, now: datetime) -> None:
    """Every shift to come, in one order: those that go or come back, and those that generation touches then."""
    door.hold_shifts(Shift.objects.filter(station=station, starts_at__gt=now).values_list("pk", flat=True))


def _bring_back(shift: Shift, others: list[Closure], by: User, now: datetime) -> int:
    day = timezone.localdate(shift.starts_at)
    other = next((one for one in others if one.from_on <= day <= one.until_on), None)
    if other is None:
        return cancelling.restore_shift(shift, by=by, now=now)
    shift.closure, shift.cancel_reason = other, f"闭站，{other.reason}"
    shift.save(update_fields=["closure", "cancel_reason"])
    return 0


def _shifts(station: Station, from_on: date, until_on: date, now: datetime) -> QuerySet[Shift]:
    """Standing ones to come that start on these local days."""
    first, _ = span(from_on, datetime.min.time(), 1)
    last, _ = span(until_on + timedelta(days=1), datetime.min.time(), 1)
    coming = Shift.objects.standing().filter(station=station, starts_at__gt=now)
    return coming.filter(starts_at__gte=first, starts_at__lt=last).order_by("pk")


def _not_just_made(shifts: QuerySet[Shift]) -> list[Shift]:
    """Those that generation does not clear away by itself: with people, or not as a pattern made them."""
    people = set(
        Assignment.objects.filter(seat__shift__in=shifts, status__in=INVOLVED).values_list(
            "seat__shift", flat=True
        )
    )
    waited = set(Waiting.objects.present().filter(shift__in=shifts).values_list("shift", flat=True))
    return [s for s in shifts if s.pk in people | waited or not s.pattern_id or s.moved_at or s.kept_at]


def _refuse_unless_possible(station: Station, from_on: date, until_on: date, now: datetime) -> None:
    if from_on < timezone.localdate(now):
        raise Refused(PAST, "from_on")
    if until_on < from_on:
        raise Refused(IN_ORDER, "until_on")
    if (until_on - from_on).days >= MOST_DAYS:
        raise Refused(TOO_LONG, "until_on")
    if (
        Closure.objects.standing()
        .filter(station=station, from_on__lte=from_on, until_on__gte=until_on)
        .exists()
    ):
        raise Conflict(THERE_ALREADY, "from_on")


def _note(by: User, post: Post, detail: str, now: datetime) -> None:
    audit.record(audit.Action.ROSTER_CHANGED, actor=by, post=post, detail=detail, now=now)
