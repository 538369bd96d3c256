"""Patterns for tests: a roster of a station with a shift that has so many seats."""

from datetime import date, time

from tests.factories import at
from volunteers.models import RosterPattern, SeatPattern, ShiftPattern

NOW = at("2026-11-24 10:00")  # a Tuesday
WEDNESDAY = 2


def roster(station, *, starts_on=date(2026, 11, 2), name="平时", **fields):
    return RosterPattern.objects.create(station=station, starts_on=starts_on, name=name, **fields)


def pattern(station, *, weekday=WEDNESDAY, starts_at=time(9), minutes=210, seats=2, on=None, **fields):
    """A shift of the station's only roster, or of the roster `on`."""
    home = on or RosterPattern.objects.filter(station=station).first() or roster(station)
    made = ShiftPattern.objects.create(
        roster=home, weekday=weekday, starts_at=starts_at, minutes=minutes, **fields
    )
    wanted = [{}] * seats if isinstance(seats, int) else seats
    SeatPattern.objects.bulk_create(SeatPattern(shift=made, ordinal=n, **f) for n, f in enumerate(wanted, 1))
    return made
