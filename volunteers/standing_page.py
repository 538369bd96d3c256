"""固定班 of a station as its lead sees it: every place of the patterns in use, and who stands there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from stations import saying
from stations.models import Station
from volunteers import timetable, wording
from volunteers.models import SeatPattern, StandingAssignment
from volunteers.seating import telling
from volunteers.seating.standing import Filled


@dataclass(frozen=True)
class Stand:
    """Somebody's standing duty, in words."""

    standing: StandingAssignment
    name: str
    rhythm: str


@dataclass(frozen=True)
class Row:
    place: SeatPattern
    name: str
    stands: list[Stand]


def rows(station: Station, today: date) -> list[Row]:
    """Of the patterns in use, in the order of the week; with duties that have not ended."""
    masked = timetable.masked_at(station)
    said = partial(saying.day, today=today)
    by_place: dict[int, list[Stand]] = {}
    for one in StandingAssignment.objects.at_station(station).lasting(today).with_place():
        by_place.setdefault(one.seat_id, []).append(_stand(one, masked, said))
    places = SeatPattern.objects.in_use(station)
    return [Row(place, named(place), by_place.get(place.pk, [])) for place in places]


def named(place: SeatPattern) -> str:
    """第2周 周三 09:00·带班·第1个; the week only where the roster has four."""
    shift = place.shift
    week = f"第{shift.week + 1}周 " if shift.roster.cycle_weeks > 1 else ""
    facts = [f"{week}{shift}", wording.seat(place), f"第{place.ordinal}个"]
    return "·".join(fact for fact in facts if fact)


def said_of(filled: Filled, *, now: datetime) -> str:
    """What became of the shifts to come: how many were given, which were not and why, whose question was taken back."""
    parts = [f"固定班排好了，定下{len(filled.made)}个班。"]
    for why in dict.fromkeys(one.why for one in filled.skipped):
        alike = [one.seat.shift for one in filled.skipped if one.why == why]
        parts.append(f"{len(alike)}个班没排上：{wording.named(alike, now=now)}，因为：{why}")
    if filled.away:
        away = [seat.shift for seat in filled.away]
        parts.append(f"请了假的{len(away)}个班空着：{wording.named(away, now=now)}。")
    for one in filled.taken_back:
        shift = one.seat.shift
        name = telling.name_of(one.profile.user, shift.station)
        parts.append(f"问过{name}{wording.when(shift, now=now)}，邀请收回了。")
    return "".join(parts)


def _stand(one: StandingAssignment, masked: set[int], said: Callable[[date], str]) -> Stand:
    until = f"，到{said(one.until_on)}" if one.until_on else ""
    rhythm = f"{one.get_every_weeks_display()}，{said(one.from_on)}起{until}"
    return Stand(one, timetable.name_of(one.profile.user, masked), rhythm)
