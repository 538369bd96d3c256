"""Generation twice at once makes one set, and nobody loses a seat taken at the same moment."""

from datetime import date

import pytest

from tests.factories import House, StationFactory, person
from tests.racing import all_read, at_once, meeting
from tests.volunteers.patterns import NOW, pattern
from tests.volunteers.rosters import seated, volunteer
from volunteers import closing, generation
from volunteers.generation import generate
from volunteers.models import Assignment, Seat, SeatPattern, Shift, ShiftPattern

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


@pytest.fixture
def house(transactional_db):
    return House()


def test_four_runs_at_once_make_one_set(house):
    pattern(house.station)

    done = at_once(*[lambda: len(generate(NOW).new)] * 4)

    assert sorted(done) == [0, 0, 0, 8]
    assert (Shift.objects.count(), Seat.objects.count()) == (8, 16)


def test_race_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: the database still refuses a second set, so that some run breaks."""
    monkeypatch.setattr("stations.locks.wait_for", lambda lock: None)
    monkeypatch.setattr(generation, "plan", all_read(generation.plan, meeting(4)))
    pattern(house.station)

    done = at_once(*[lambda: generate(NOW)] * 4)

    assert any(isinstance(each, Exception) for each in done)


def test_seat_taken_while_its_shift_is_cleared_away_is_kept_or_refused(house):
    for _ in range(ROUNDS):
        station = StationFactory(area=house.area)
        home, who = pattern(station, seats=1), volunteer(station)
        generate(NOW, weeks=1, station=station)
        seat = Seat.objects.get(shift__station=station)
        ShiftPattern.objects.filter(pk=home.pk).update(is_active=False)

        taken, _ = at_once(
            lambda seat=seat, who=who: seated(seat, who, now=NOW),
            lambda station=station: generate(NOW, weeks=1, station=station),
        )

        is_taken = Assignment.objects.filter(profile=who).exists()
        assert is_taken is not isinstance(taken, Exception)
        assert Shift.objects.standing().filter(station=station).exists() is is_taken


@pytest.mark.slow
def test_closure_set_while_generation_clears_away_what_it_closes(house):
    for _ in range(ROUNDS):
        station = StationFactory(area=house.area)
        boss, home = person("station_lead", station=station), pattern(station)
        generate(NOW, weeks=3, station=station)
        seats = Seat.objects.filter(shift__station=station, ordinal=1)
        for seat in seats:
            seated(seat, volunteer(station), now=NOW)
        SeatPattern.objects.create(shift=home, ordinal=3)  # every shift gets one more seat
        days = [date(2026, 11, 25), date(2027, 1, 31)]

        done = at_once(
            lambda station=station, boss=boss, days=days: closing.close(
                station, *days, reason="装修", by=boss, now=NOW
            ),
            lambda station=station: generate(NOW, weeks=3, station=station),
        )

        assert not [each for each in done if isinstance(each, Exception)]
        assert not Shift.objects.standing().filter(station=station).exists()
