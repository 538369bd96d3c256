"""What a lead reads of patterns: a station's rosters, one of them week by week, which shifts differ from theirs."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from stations.models import Station
from stations.workdays import WEEKDAYS
from volunteers import clock, generation, odd, patterning, wording
from volunteers.models import Assignment, RosterPattern, Seat, SeatPattern, Shift, ShiftPattern
from volunteers.planned import Left, digest
from volunteers.seating import moving
from volunteers.states import INVOLVED, OCCUPYING


@dataclass(frozen=True)
class Row:
    """One roster in the list."""

    roster: RosterPattern
    validity: str
    shifts: int
    state: str


@dataclass(frozen=True)
class Line:
    """A shift of a day."""

    shift: ShiftPattern
    hours: str
    staffing: str


@dataclass(frozen=True)
class Changed:
    """A shift with people that its pattern has at another time, `to`, or not any more."""

    shift: Shift
    when: str
    who: str
    to: str
    seen: str
    is_within: bool = False  # the new time lies in the old: who is in it stays without being asked


@dataclass(frozen=True)
class Day:
    week: int
    weekday: int
    name: str
    lines: list[Line]


def rosters(station: Station, *, now: datetime) -> list[Row]:
    """Those in force and to come first."""
    today = timezone.localdate(now)
    used = Count("shifts", filter=Q(shifts__is_active=True))
    found = station.roster_patterns.annotate(used=used)
    rows = [Row(roster, patterning.validity(roster), roster.used, _state(roster, today)) for roster in found]
    return sorted(rows, key=lambda row: row.state == OVER)


IN_FORCE, TO_COME, OVER = "在用", "还没开始", "已结束"


def _state(roster: RosterPattern, today: date) -> str:
    if roster.ends_on and roster.ends_on < today:
        return OVER
    return TO_COME if roster.starts_on > today else IN_FORCE


def sheet(roster: RosterPattern, *, now: datetime) -> dict[str, object]:
    """The context of a roster's page."""
    seats = Prefetch("seats", SeatPattern.objects.select_related("skill"))
    shifts = list(roster.shifts.prefetch_related(seats))
    today = timezone.localdate(now)
    return {
        "roster": roster,
        "station": roster.station,
        "validity": patterning.validity(roster),
        "state": _state(roster, today),
        "weeks": [_week(roster, week, shifts) for week in range(roster.cycle_weeks)],
        "ended": [_line(shift) for shift in shifts if not shift.is_active],
        "left": len(generation.plan(now, station=roster.station).left),
        "hints": odd.of_station(roster.station, today=today),
        "has_shifts": any(shift.is_active for shift in shifts),
    }


def _week(roster: RosterPattern, week: int, shifts: list[ShiftPattern]) -> dict[str, object]:
    title = f"第{week + 1}周" if roster.cycle_weeks > 1 else "每周"
    mine = [shift for shift in shifts if shift.week == week and shift.is_active]
    days = [
        Day(week, n, f"周{name}", [_line(shift) for shift in mine if shift.weekday == n])
        for n, name in enumerate(WEEKDAYS)
    ]
    return {"title": title, "days": days}


def _line(shift: ShiftPattern) -> Line:
    seats = patterning.seats_of(shift)
    names = {seat.skill_id: str(seat.skill) for seat in seats if seat.skill_id}
    return Line(shift, clock.hours(shift.starts_at, shift.minutes), patterning.staffing(seats, names))


def named(shift: ShiftPattern) -> str:
    """周三09:00–12:30; reads `roster`."""
    day = odd.day_name(shift.week, shift.weekday, shift.roster)
    return f"{day}{clock.hours(shift.starts_at, shift.minutes)}"


@dataclass(frozen=True)
class SeatRow:
    """A seat of a shift: what it asks for, who is in it or asked, and whether it may be taken out."""

    seat: Seat
    asked: str
    who: str
    is_free: bool


def seats(shift: Shift) -> list[SeatRow]:
    """Of a shift read `for_grid`, those taken out left aside."""
    return [_seat(seat) for seat in shift.seats.all() if not seat.removed_at]


def _seat(seat: Seat) -> SeatRow:
    what = "带班" if seat.is_lead else f"要会{seat.skill}的" if seat.skill else "谁都行"
    there = [one for one in seat.assignments.all() if one.status in INVOLVED]
    who = "、".join(f"{one.profile.user.name}（{one.get_status_display()}）" for one in there)
    return SeatRow(seat, f"{what}，{'必须有人' if seat.is_needed else '最好有人'}", who, not there)


def left(found: list[Left], *, now: datetime) -> list[Changed]:
    """Shifts with people that differ from their pattern, the next first."""
    people = _people([one.shift for one in found])
    rows = [_changed(one, people.get(one.shift.pk, []), now) for one in found]
    return sorted(rows, key=lambda row: row.shift.starts_at)


def _changed(one: Left, names: list[str], now: datetime) -> Changed:
    who = "、".join(names) or "有人候补"
    when, seen = wording.when(one.shift, now=now), digest([one])
    if one.to is None:
        return Changed(one.shift, when, who, "", seen)
    is_within = moving.is_within(one.shift, *one.to)
    return Changed(one.shift, when, who, _to(one, now), seen, is_within)


def _to(one: Left, now: datetime) -> str:
    there = Shift(starts_at=one.to[0], ends_at=one.to[1]) if one.to else one.shift
    return wording.when(there, now=now)


def _people(shifts: list[Shift]) -> dict[int, list[str]]:
    """Who is in each or asked, by name."""
    rows = Assignment.objects.filter(seat__shift__in=shifts, status__in=INVOLVED)
    found: dict[int, list[str]] = {}
    for assignment in rows.select_related("seat", "profile__user").order_by("pk"):
        asked = "" if assignment.status in OCCUPYING else "（待确认）"
        found.setdefault(assignment.seat.shift_id, []).append(f"{assignment.profile.user.name}{asked}")
    return found
