"""候补: who would take a seat of a full shift, in the order of asking, and how they move up when one comes free.

Until a day before the shift the first who may and can gets the seat; later all who may are asked, and the first to
press has it. A seat whose holder looks for a stand-in is free in this sense.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from stations.refusals import Conflict, Refused
from volunteers import permissions, wording
from volunteers.models import Assignment, Profile, Seat, Shift, Waiting
from volunteers.seating import admitting, door, taking, telling
from volunteers.states import Status

# So long before a shift nobody is seated any more without being asked: who waited may have made other plans.
NOTICE = timedelta(hours=24)
THERE_IS_ROOM = "还有空位，直接点“我来”就行。"
ALREADY = "已经排在候补里了。"
OVER = "已经不在候补里了。"


@transaction.atomic
def wait(shift: Shift, profile: Profile, *, by: User, now: datetime) -> Waiting:
    """Ask for a place in the list; Refused while there is a seat that the person can take at once."""
    [shift] = door.hold_shifts([shift.pk])
    admitting.refuse_if(permissions.why_not_seat(by, shift.station))
    why_not = why_not_wait(shift, profile, now=now)
    if why_not == THERE_IS_ROOM:
        raise Refused(why_not)
    admitting.refuse_person(why_not, profile, shift.station, by=by)
    try:
        with transaction.atomic():
            made = Waiting.objects.create(shift=shift, profile=profile, since=now)
    except IntegrityError:
        raise Conflict(ALREADY) from None
    if by.pk != profile.user_id:
        name = telling.name_of(by, shift.station)
        said = f"{name}给您排了候补：{wording.when_and_where(shift, now=now)}。有人退出就轮到您。"
        telling.tell_waiting(made, said, now=now)
    return made


@transaction.atomic
def stop(waiting: Waiting, *, by: User, now: datetime) -> None:
    """By oneself, or by the lead."""
    door.hold_shifts([waiting.shift_id])
    admitting.refuse_if(permissions.why_not_speak_for(by, waiting.profile, waiting.shift.station))
    if not taking.end_waiting(waiting, now=now):
        raise Conflict(OVER)


def why_not_wait(shift: Shift, profile: Profile, *, now: datetime) -> str:
    """The sentence why this person does not wait for a seat: could take none, or one at once."""
    if shift.cancelled_at:
        return door.CANCELLED
    if now >= shift.starts_at:
        return admitting.STARTED
    held = admitting.spans_around([profile.pk], [shift])
    seats = list(Seat.objects.standing().with_shift().filter(shift=shift))
    against = {seat.pk: admitting.why_not(seat, profile, now=now, held=held) for seat in seats}
    if "" not in against.values():
        return next(iter(against.values()), door.REMOVED)
    can_at_once = any(not against[seat.pk] for seat in _open_seats(shift))
    return THERE_IS_ROOM if can_at_once else ""


def move_up(shift: Shift, *, now: datetime) -> int:
    """Give free seats to those who wait; how many. The caller holds the shift in its transaction."""
    queue = list(shift.waiting.present())
    if not queue or now >= shift.starts_at or shift.cancelled_at:
        return 0
    people = admitting.hold_people(waiting.profile_id for waiting in queue)
    open_seats = list(_open_seats(shift))
    if now > shift.starts_at - NOTICE:
        _ask(queue, people, open_seats, shift, now)
        return 0
    given = 0
    for seat in open_seats:
        if found := _first_who_can(queue, people, seat, now):
            _seat(seat, people[found.profile_id], now)
            queue.remove(found)
            given += 1
    return given


def hold_queues(shifts: Collection[Shift]) -> None:
    """Everybody who waits for any of these, so that they are held in one order; the shifts are held already."""
    queues = Waiting.objects.present().filter(shift__in=shifts)
    admitting.hold_people(queues.values_list("profile", flat=True))


def sweep(*, now: datetime) -> int:
    """By beat: seats that came free where nobody looked at the list, and lists of shifts that have begun."""
    begun = Waiting.objects.present().filter(shift__starts_at__lte=now)
    keys = list(begun.values_list("pk", flat=True))
    Waiting.objects.present().filter(pk__in=keys).update(ended_at=now)
    telling.settle_waiting(keys, now=now)
    lists = Waiting.objects.present().filter(shift__seats__in=Seat.objects.open())
    return sum(_move_up_alone(key, now) for key in sorted(set(lists.values_list("shift", flat=True))))


@transaction.atomic
def _move_up_alone(key: int, now: datetime) -> int:
    [shift] = door.hold_shifts([key])
    return move_up(shift, now=now)


def _open_seats(shift: Shift) -> Iterable[Seat]:
    """Needed ones first."""
    return Seat.objects.open().with_shift().filter(shift=shift).order_by("-is_needed", "ordinal")


def _first_who_can(
    queue: list[Waiting], people: dict[int, Profile], seat: Seat, now: datetime
) -> Waiting | None:
    return next((w for w in queue if not admitting.why_not(seat, people[w.profile_id], now=now)), None)


def _seat(seat: Seat, profile: Profile, now: datetime) -> None:
    via = Assignment.Via.WAITING
    seeking = seat.assignments.with_shift().filter(status=Status.SEEKING).first()
    if seeking:
        made = taking.replace(seeking, seat, profile, via=via, by=None, now=now)
    else:
        made = taking.fill(seat, profile, via=via, by=None, now=now)
    said = f"候补轮到您了：{wording.whole(seat, now=now)}，有您的位置。来不了请早点退出。"
    telling.tell(telling.first_event(made), [profile.user_id], said)


def _ask(
    queue: list[Waiting], people: dict[int, Profile], seats: list[Seat], shift: Shift, now: datetime
) -> None:
    said = f"您候补的班空出位置了：{wording.when_and_where(shift, now=now)}。能来请点“我来”，先点先得。"
    for waiting in queue:
        profile = people[waiting.profile_id]
        if any(not admitting.why_not(seat, profile, now=now) for seat in seats):
            telling.ask_waiting(waiting, profile, shift, said, now=now)
