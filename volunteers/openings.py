"""空班: seats of one's stations that nobody holds, or whose holder looks for a stand-in, and why one cannot take them.

Equal seats of a shift are one row with a number; they come by day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Post, User
from stations import saying
from volunteers import timetable, wording
from volunteers.models import Assignment, Profile, Seat, Shift
from volunteers.seating import admitting
from volunteers.states import Status

AHEAD = timedelta(weeks=4)
SOON = timedelta(days=7)
NO_PROFILE = "还没有您的志愿者档案，先请站长登记。"


@dataclass
class Opening:
    """`seat` is the first of `number` equal ones; `why_not` is empty where the person can take it."""

    seat: Seat
    shift: Shift
    day: str
    hours: str
    what: str
    seeking: str
    beside: list[str]
    why_not: str
    number: int = 1

    @property
    def is_uncovered(self) -> bool:
        """Nobody is there but who wants to be replaced."""
        return not self.beside

    @property
    def is_away(self) -> bool:
        """Nothing is against it but the leave that the person gave."""
        return self.why_not == admitting.AWAY


@dataclass
class OpenSeats:
    """By day; `soon` are those whose holder looks for a stand-in within a week, `closed` those one cannot take."""

    soon: list[tuple[str, list[Opening]]]
    days: list[tuple[str, list[Opening]]]
    closed: list[tuple[str, list[Opening]]]
    has_several_stations: bool


def open_seats(user: User, *, now: datetime) -> OpenSeats:
    """Of the coming four weeks, by day; without shifts in which the person is already."""
    stations = {post.station_id for post in user.posts_as(*Post.STATION_ROLES)}
    seats = list(Seat.objects.open().at_stations(stations).between(now, now + AHEAD).with_shift())
    found = openings(seats, _profile(user), now=now)
    able = [one for one in found if not one.why_not]
    soon = [one for one in able if one.seeking and one.shift.starts_at <= now + SOON]
    return OpenSeats(
        _by_day(soon),
        _by_day(one for one in able if one not in soon),
        _by_day(one for one in found if one.why_not),
        len(stations) > 1,
    )


def openings(
    seats: list[Seat], profile: Profile | None, *, now: datetime, shows_own: bool = False
) -> list[Opening]:
    """The rows of these open seats, for a profile `with_limits`; those of one's own shifts only where asked for."""
    holders = _holders(seats)
    stations = {seat.shift.station for seat in seats}
    masked = {station.pk: timetable.masked_at(station) for station in stations}
    held = admitting.spans_around([profile.pk], [seat.shift for seat in seats]) if profile else {}
    found: dict[tuple[object, ...], Opening] = {}
    for seat in seats:
        there, names = holders[seat.shift_id], masked[seat.shift.station_id]
        if profile and not shows_own and any(one.profile_id == profile.pk for one in there):
            continue
        seeking = next(
            (timetable.name_of(one.profile.user, names) for one in there if one.seat_id == seat.pk), ""
        )
        kind = (seat.shift_id, seat.skill_id, seat.is_lead, seeking)
        if kind in found:
            found[kind].number += 1
        else:
            why_not = NO_PROFILE
            if profile:
                against = admitting.why_not_known(seat, profile, now=now, held=held)
                why_not = admitting.said_to_person(against, seat, profile, held=held)
            found[kind] = _opening(seat, seeking, _beside(there, names), why_not, now)
    return list(found.values())


def _opening(seat: Seat, seeking: str, beside: list[str], why_not: str, now: datetime) -> Opening:
    shift = seat.shift
    return Opening(
        seat,
        shift,
        wording.day(timezone.localdate(shift.starts_at), today=timezone.localdate(now)),
        saying.clock_span(shift.starts_at, shift.ends_at),
        wording.offered(seat),
        seeking,
        beside,
        why_not,
    )


def _beside(there: list[Assignment], masked: Collection[int]) -> list[str]:
    return [timetable.name_of(one.profile.user, masked) for one in there if one.status != Status.SEEKING]


def _holders(seats: list[Seat]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.occupying().in_shifts({seat.shift_id for seat in seats})
    for row in rows.with_shift():
        found[row.seat.shift_id].append(row)
    return found


def _profile(user: User) -> Profile | None:
    return Profile.objects.with_limits().of(user)


def _by_day(found: Iterable[Opening]) -> list[tuple[str, list[Opening]]]:
    days: dict[str, list[Opening]] = defaultdict(list)
    for one in found:
        days[one.day].append(one)
    return list(days.items())
