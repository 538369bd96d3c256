"""缺人，问谁: whom to ask when a shift lacks somebody, asking them, and what they answer.

Asked are those who may and can (volunteers.seating.admitting), agreed to be asked, did not say that they have no time
then, and have no invitation to these hours to answer already; those asked least come first. Everybody once for a
shift, a few at a time; never oneself. Nobody has to answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from stations.refusals import Conflict, Refused
from volunteers import permissions, timetable, wording
from volunteers.models import Asking, Assignment, Profile, Seat, Shift
from volunteers.seating import admitting, door, signing_up, telling
from volunteers.states import OCCUPYING, Status

MOST = 10
COUNTED = timedelta(days=90)
NOBODY = "先勾上要问的人。"
TOO_MANY = f"一次最多问{MOST}个人，少勾几个。"
CHANGED = "名单刚刚有变动，请看一眼再点。"
NOT_AGREED = "说过缺人时不用问"
OTHER_TIMES = "没登记这个时间有空"
INVITED, INVITED_ELSEWHERE = "已邀请来这一班，还没回", "已邀请同一时间的另一班，还没回"
NOT_ASKED = "这一条不是问您的。"


@dataclass(frozen=True)
class Suggestion:
    """Somebody who may and can; `why` says what speaks for asking this one."""

    profile: Profile
    name: str
    why: str
    is_minor: bool = False


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked for this shift, when, and what came of it."""

    name: str
    at: datetime
    said: str


@dataclass
class CallOut:
    """Of one shift: free seats, whom to ask, why not the others, and who was asked."""

    shift: Shift
    free: list[Seat]
    suggested: list[Suggestion]
    others: list[tuple[str, str]]
    asked: list[Asked]


def of(shift: Shift, *, by: User, now: datetime) -> CallOut:
    """What this lead sees; the same number of statements however many serve at the station."""
    masked = timetable.masked_at(shift.station)
    free = _free(shift)
    found = CallOut(shift, free, [], [], _asked(shift, masked))
    if not free or now >= shift.ends_at:
        return found
    people = list(Profile.objects.at_station(shift.station).with_limits())
    held = admitting.spans_around([person.pk for person in people], [shift])
    counted, there, invited = _counted(people, shift, now), _there(shift), _invited(people, shift)
    judged = []
    for person in people:
        if person.pk in there or person.user_id == by.pk:
            continue
        name = timetable.name_of(person.user, masked)
        if why_not := invited.get(person.pk) or _why_not(person, free, held, now):
            found.others.append((name, why_not))
        else:
            is_minor = person.is_minor(timezone.localdate(shift.starts_at))
            one = Suggestion(person, name, _why(person, counted), is_minor)
            judged.append((_order(person, shift, counted), one))
    found.suggested = [suggestion for _, suggestion in sorted(judged, key=lambda row: row[0])]
    return found


@transaction.atomic
def ask(shift: Shift, people: Collection[int], *, by: User, now: datetime) -> int:
    """Ask these profiles; how many. Refused for too many, Conflict where one is not to be asked any more."""
    [shift] = door.hold_shifts([shift.pk])
    admitting.refuse_if(permissions.why_not_arrange(by, shift.station))
    admitting.refuse_once_started(shift, now=now)
    if not people or len(people) > MOST:
        raise Refused(TOO_MANY if people else NOBODY)
    if shift.cancelled_at or not (found := of(shift, by=by, now=now)).free:
        raise Conflict(door.CANCELLED if shift.cancelled_at else door.FULL)
    possible = {one.profile.pk: one.profile for one in found.suggested}
    if not set(people) <= possible.keys():
        raise Conflict(CHANGED)
    for key in sorted(people):
        _ask(found.free[0], possible[key], by, now)
    return len(people)


@transaction.atomic
def come(asking: Asking, *, by: User, now: datetime) -> Assignment:
    """One press takes a seat, needed ones first; refused as signing up is, Conflict where all are taken."""
    _refuse_others(asking, by)
    [shift] = door.hold_shifts([asking.shift_id])
    refusal: Refused = Conflict(door.CANCELLED if shift.cancelled_at else door.FULL)
    for seat in _free(shift):
        try:
            made = signing_up.take(seat, asking.profile, by=by, now=now, via=Assignment.Via.CALL_OUT)
        except Refused as refused:
            refusal = refused
            continue
        telling.settle_called([asking], now=now)
        return made
    raise refusal


@transaction.atomic
def decline(asking: Asking, *, by: User, now: datetime) -> None:
    """Said so that the lead need not wait; pressed twice, it is said once."""
    _refuse_others(asking, by)
    Asking.objects.filter(pk=asking.pk, declined_at=None).update(declined_at=now)
    telling.settle_called([asking], now=now)


def seat_of(asking: Asking) -> Assignment | None:
    """What the person who was asked has in that shift."""
    held = Assignment.objects.occupying().filter(seat__shift=asking.shift_id, profile=asking.profile_id)
    return held.with_shift().first()


def offered(asking: Asking, *, now: datetime) -> Seat | None:
    """The seat that 我来 comes to now: the first free one, as `come` goes about it, that the person may take."""
    free, profile = _free(asking.shift), Profile.objects.with_limits().get(pk=asking.profile_id)
    held = admitting.spans_around([profile.pk], [asking.shift]) if free else {}
    able = (seat for seat in free if not admitting.why_not_known(seat, profile, now=now, held=held))
    return next(able, free[0] if free else None)


def _ask(seat: Seat, profile: Profile, by: User, now: datetime) -> None:
    asking, is_new = Asking.objects.get_or_create(
        shift=seat.shift, profile=profile, defaults={"at": now, "by": by}
    )
    if is_new:
        text = f"缺人，您能来吗？{wording.whole(seat, now=now)}。点开按“我来”就定下，来不了也没关系。"
        effect, url = telling.called(asking), f"/roster/called/{asking.pk}/"
        Notice.objects.tell([profile.user_id], effect, text, url, now=now)


def _refuse_others(asking: Asking, by: User) -> None:
    if asking.profile.user_id != by.pk:
        raise Refused(NOT_ASKED)


def _free(shift: Shift) -> list[Seat]:
    """Needed ones first, among them the one that leads last; that of who looks for a stand-in counts."""
    seats = Seat.objects.open().select_related("skill", "shift__station").filter(shift=shift)
    return list(seats.order_by("is_lead", "-is_needed", "ordinal"))


def _there(shift: Shift) -> set[int]:
    """Who is in the shift, or was called for it."""
    rows = Assignment.objects.filter(seat__shift=shift, status__in=OCCUPYING)
    asked = Asking.objects.filter(shift=shift)
    return {*rows.values_list("profile", flat=True), *asked.values_list("profile", flat=True)}


def _invited(people: list[Profile], shift: Shift) -> dict[int, str]:
    """Who has still to answer an invitation to a place or a gap at the same hours, at any station, and to which."""
    start, end = shift.starts_at, shift.ends_at
    proposed = Assignment.objects.filter(profile__in=people, status=Status.PROPOSED).between(start, end)
    open_calls = Asking.objects.filter(profile__in=people, declined_at=None).lacking()
    called = open_calls.filter(shift__starts_at__lt=end, shift__ends_at__gt=start)
    rows = [
        *called.values_list("profile", "shift"),
        *proposed.values_list("profile", "seat__shift"),
    ]
    found = {profile: INVITED_ELSEWHERE for profile, _ in rows}
    return found | {profile: INVITED for profile, where in rows if where == shift.pk}


def _why_not(person: Profile, free: list[Seat], held: admitting.Held, now: datetime) -> str:
    """Empty where there is a free seat that the person could take."""
    if not person.may_be_called_out:
        return NOT_AGREED
    against = [admitting.why_not_known(seat, person, now=now, held=held) for seat in free]
    if all(against):
        return against[0].rstrip("。")
    return OTHER_TIMES if _has_time(person, free[0].shift) is False else ""


def _has_time(person: Profile, shift: Shift) -> bool | None:
    """Whether the shift lies in a time that the person gave; None for who gave none. Reads `availabilities`."""
    given = list(person.availabilities.all())
    if not given:
        return None
    start = timezone.localtime(shift.starts_at)
    first = start.hour * 60 + start.minute
    last = min(first + shift.minutes, 24 * 60)
    return any(
        one.weekday == start.weekday() and one.from_minute <= first and last <= one.until_minute
        for one in given
    )


def _counted(people: list[Profile], shift: Shift, now: datetime) -> dict[int, tuple[int, datetime]]:
    """{profile: (how often asked lately, when last)} at all stations."""
    rows = Asking.objects.filter(profile__in=people, at__gt=now - COUNTED).order_by()
    found = rows.values_list("profile").annotate(number=Count("pk"), last=Max("at"))
    return {key: (number, last) for key, number, last in found}


def _order(
    person: Profile, shift: Shift, counted: dict[int, tuple[int, datetime]]
) -> tuple[int, float, bool, int]:
    """Asked least, longest ago; then who gave this time."""
    number, last = counted.get(person.pk, (0, None))
    return number, last.timestamp() if last else 0.0, _has_time(person, shift) is None, person.pk


def _why(person: Profile, counted: dict[int, tuple[int, datetime]]) -> str:
    number, _ = counted.get(person.pk, (0, None))
    asked = f"三个月里问过{number}次" if number else "三个月里没问过"
    return f"{'登记了这个时间有空' if person.availabilities.all() else '没登记空闲时间'}，{asked}"


def _asked(shift: Shift, masked: Collection[int]) -> list[Asked]:
    askings = list(shift.askings.select_related("profile__user"))
    rows = Assignment.objects.filter(seat__shift=shift, status__in=OCCUPYING)
    here = set(rows.values_list("profile", flat=True)) if askings else set()
    return [
        Asked(timetable.name_of(one.profile.user, masked), one.at, _said(one, one.profile_id in here))
        for one in askings
    ]


def _said(asking: Asking, is_here: bool) -> str:
    if is_here:
        return "来了"
    return "去不了" if asking.declined_at else "还没回"
