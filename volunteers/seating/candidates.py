"""Whom of a station a seat can be offered to: who may, can, and is not away, and what is against the others."""

from collections.abc import Collection
from datetime import datetime

from volunteers.models import Profile, Seat
from volunteers.seating import admitting


def of_seats(seats: Collection[Seat], *, now: datetime) -> list[tuple[Profile, str]]:
    """Everybody who serves at the station of these seats of one shift, with the sentence why they can take none.

    Those who can take one come first, then by name.
    """
    shifts = [seat.shift for seat in seats]
    people = list(Profile.objects.at_stations({shift.station_id for shift in shifts}).with_limits())
    held = admitting.spans_around([person.pk for person in people], shifts)
    judged = []
    for person in people:
        against = [admitting.why_not_known(seat, person, now=now, held=held) for seat in seats]
        judged.append((person, "" if "" in against else against[0]))
    return sorted(judged, key=lambda row: (bool(row[1]), row[0].user.name))


def to_ask(seat: Seat, *, now: datetime) -> set[int]:
    """The user ids of those who can take it and agreed to be asked."""
    judged = of_seats([seat], now=now)
    return {person.user_id for person, why_not in judged if not why_not and person.may_be_called_out}
