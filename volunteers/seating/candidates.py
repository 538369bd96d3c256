"""Whom of a station a seat can be offered to: who may, can, and is not away, and what is against the others."""

from datetime import datetime

from volunteers.models import Profile, Seat
from volunteers.seating import admitting


def of_station(seat: Seat, *, now: datetime) -> list[tuple[Profile, str]]:
    """Everybody who serves there with the sentence why not; those who can take it come first, then by name."""
    people = list(Profile.objects.at_station(seat.shift.station).with_limits())
    held = admitting.spans_around([person.pk for person in people], [seat.shift])
    judged = [(person, admitting.why_not_known(seat, person, now=now, held=held)) for person in people]
    return sorted(judged, key=lambda row: (bool(row[1]), row[0].user.name))


def to_ask(seat: Seat, *, now: datetime) -> set[int]:
    """The user ids of those who can take it and agreed to be asked."""
    return {
        person.user_id
        for person, why_not in of_station(seat, now=now)
        if not why_not and person.may_be_called_out
    }
