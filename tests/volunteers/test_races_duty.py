"""Several hands at one button: one check-in, one check-out, one record; without the guard there would be more."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from stations.refusals import Conflict
from tests.factories import House
from tests.racing import all_come, at_once, meeting
from tests.volunteers.rosters import profile_of, seated, shift
from volunteers.models import Assignment, AssignmentEvent, Correction, ServiceRecord
from volunteers.seating import door, on_duty

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
HANDS = 6


@pytest.fixture
def place(transactional_db):
    """A seat of a shift that began an hour ago."""
    house = House()
    start = timezone.now() - timedelta(hours=1)
    made = seated(shift(house.station, start).seats.first(), profile_of(house.volunteer), now=start)
    return Assignment.objects.with_shift().get(pk=made.pk)


def pressed(verb, place, **said):
    """How many of the hands got through."""
    copies = [Assignment.objects.with_shift().get(pk=place.pk) for _ in range(HANDS)]
    answers = at_once(*[partial(verb, copy, by=place.profile.user, **said) for copy in copies])
    assert all(answer is None or isinstance(answer, Conflict) for answer in answers), answers
    return answers.count(None)


def test_many_hands_check_in_once(place):
    assert pressed(on_duty.check_in, place) == 1
    assert AssignmentEvent.objects.filter(verb="check_in").count() == 1


def test_many_hands_check_out_once_and_write_one_record(place):
    on_duty.check_in(place, by=place.profile.user, now=place.starts_at)

    assert pressed(on_duty.check_out, place, note="钥匙在抽屉里") == 1
    assert ServiceRecord.objects.count() == 1


def gone(place):
    """Whose check-out was pressed by mistake a quarter of an hour after the shift's start."""
    on_duty.check_in(place, by=place.profile.user, now=place.starts_at)
    on_duty.check_out(place, by=place.profile.user, now=timezone.now() - timedelta(minutes=2))
    return place


def test_many_hands_take_a_check_out_back_once(place):
    assert pressed(on_duty.undo_check_out, gone(place)) == 1
    assert AssignmentEvent.objects.filter(verb="undo_check_out").count() == 1


def test_many_final_check_outs_correct_once(place):
    on_duty.undo_check_out(gone(place), by=place.profile.user)

    assert pressed(on_duty.check_out, place) == 1
    assert (ServiceRecord.objects.count(), Correction.objects.count()) == (1, 1)


def test_without_the_expected_status_a_check_out_is_taken_back_several_times(place, monkeypatch):
    """Negative control: the door no longer asks in which status the row stands."""
    open_door = {"undo_check_out": (tuple(door.Status), door.Status.CHECKED_IN)}
    monkeypatch.setattr(door, "TRANSITIONS", {**door.TRANSITIONS, **open_door})
    place = gone(place)
    monkeypatch.setattr(on_duty, "step", all_come(on_duty.step, meeting(HANDS)))

    assert pressed(on_duty.undo_check_out, place) > 1


def test_without_the_expected_status_several_get_through(place, monkeypatch):
    """Negative control: the door no longer asks in which status the row stands."""
    open_door = {"check_in": (tuple(door.Status), door.Status.CHECKED_IN)}
    monkeypatch.setattr(door, "TRANSITIONS", {**door.TRANSITIONS, **open_door})

    assert pressed(on_duty.check_in, place) > 1
