"""What every way into a seat has in common; seat and person are held, and nothing is against it.

Others to whom the seat was proposed need not answer any more, and who sits waits no longer.
"""

from datetime import datetime

from accounts.models import User
from volunteers import wording
from volunteers.models import Assignment, Profile, Seat, Shift, Waiting
from volunteers.seating import asking, door, telling


def fill(
    seat: Seat, profile: Profile, *, via: str, by: User | None, now: datetime, **facts: object
) -> Assignment:
    """Into a free seat."""
    made = door.begin("sign_up", seat, profile, via=via, by=by, now=now, **facts)
    is_seated(made, now=now)
    return made


def fill_all(made: list[Assignment], *, now: datetime) -> None:
    """Rows not yet saved, into free seats of shifts that are held; Conflict, and none of them, if one is refused."""
    door.begin_all("sign_up", made, now=now)
    seats, shifts = [row.seat_id for row in made], {row.seat.shift_id for row in made}
    asking.take_back_from(Assignment.objects.proposed().filter(seat__in=seats), now=now)
    seated = {(row.seat.shift_id, row.profile_id): row for row in made}
    for waiting in Waiting.objects.present().filter(shift__in=shifts):
        if own := seated.get((waiting.shift_id, waiting.profile_id)):
            end_waiting(waiting, now=now, assignment=own)


def replace(
    seeking: Assignment, seat: Seat, profile: Profile, *, via: str, by: User | None, now: datetime
) -> Assignment:
    """Into the seat of somebody who looks for a stand-in; both are told, but not who did it."""
    name = telling.name_of(profile.user, seat.shift.station)
    event = door.step(seeking, "be_covered", by=by, now=now, detail=f"{name}替班")
    made = door.begin("sign_up", seat, profile, via=via, by=by, now=now, covers=seeking)
    is_seated(made, now=now)
    when = wording.when_and_where(seat.shift, now=now)
    telling.tell(event, [seeking.profile.user_id], f"{name}替您值这一班：{when}。您不用来了。")
    return made


def is_seated(assignment: Assignment, *, now: datetime) -> None:
    """What holds as soon as somebody has a seat."""
    asking.take_back_others(assignment, now=now)
    shift = assignment.seat.shift
    own = Waiting.objects.present().filter(shift=shift, profile=assignment.profile_id)
    for waiting in own:
        end_waiting(waiting, now=now, assignment=assignment)
    if shift.askings.exists() and not Seat.objects.open().filter(shift=shift).exists():
        telling.settle_called(shift.askings.all(), now=now)


def end_waiting(waiting: Waiting, *, now: datetime, assignment: Assignment | None = None) -> bool:
    """Whether it still lasted."""
    ended = Waiting.objects.present().filter(pk=waiting.pk).update(ended_at=now, assignment=assignment)
    telling.settle_waiting([waiting.pk], now=now)
    return ended == 1


def end_list(shift: Shift, sentence: str, *, now: datetime) -> None:
    """Nobody waits for the shift as it was, and who was asked to fill a gap of it need not answer."""
    for waiting in shift.waiting.present().select_related("profile"):
        end_waiting(waiting, now=now)
        telling.tell_of(shift, f"dropped:{waiting.pk}", [waiting.profile.user_id], sentence, now=now)
    telling.settle_called(shift.askings.all(), now=now)
