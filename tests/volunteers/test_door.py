"""The door of seating: conditional steps, and what the database refuses said in words."""

import pytest

from stations.refusals import Conflict
from tests.factories import at
from tests.volunteers.rosters import MORNING, seated, shift, volunteer
from volunteers.models import AssignmentEvent, Seat, Shift
from volunteers.seating import door
from volunteers.states import Status

NOW = at("2026-11-24 10:00")


def test_begin_writes_the_row_and_its_event(house):
    person = volunteer(house.station)

    made = seated(shift(house.station).seats.first(), person)

    assert (made.status, made.starts_at) == (Status.ACCEPTED, MORNING)
    assert AssignmentEvent.objects.get().verb == "sign_up"


def test_seat_is_taken_once(house):
    seat = shift(house.station).seats.first()
    seated(seat, volunteer(house.station))

    with pytest.raises(Conflict, match="已满"):
        seated(seat, volunteer(house.station))


def test_nobody_is_in_two_places(house):
    person = volunteer(house.station)
    seated(shift(house.station).seats.first(), person)

    with pytest.raises(Conflict, match="已经有别的班"):
        seated(shift(house.station, at("2026-11-25 12:00")).seats.first(), person)


def test_shifts_one_after_the_other_do_not_overlap(house):
    person = volunteer(house.station)
    seated(shift(house.station).seats.first(), person)

    seated(shift(house.station, at("2026-11-25 12:30")).seats.first(), person)

    assert person.assignments.occupying().count() == 2


def test_step_from_another_status_is_refused(house):
    made = seated(shift(house.station).seats.first(), volunteer(house.station))
    door.step(made, "withdraw", by=None, now=NOW)

    with pytest.raises(Conflict, match="刚刚有变动"):
        door.step(made, "seek_standin", by=None, now=NOW)


def test_seat_of_a_shift_cancelled_meanwhile_is_refused(house):
    seat = shift(house.station).seats.select_related("shift").first()
    Shift.objects.update(cancelled_at=NOW, cancel_reason="停电")

    with pytest.raises(Conflict, match="取消了"):
        seated(seat, volunteer(house.station))


def test_seat_removed_meanwhile_is_refused(house):
    seat = shift(house.station).seats.first()
    Seat.objects.update(removed_at=NOW)

    with pytest.raises(Conflict, match="撤掉了"):
        seated(seat, volunteer(house.station))


def test_seat_is_taken_for_the_time_the_shift_has_now(house):
    seat = shift(house.station).seats.select_related("shift").first()
    Shift.objects.update(starts_at=at("2026-11-25 10:00"))

    assert seated(seat, volunteer(house.station)).starts_at == at("2026-11-25 10:00")
