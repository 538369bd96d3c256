"""What is odd about a station's patterns without being forbidden: two shifts at the same time, be one of them added by
hand, or one outside opening hours.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from stations import saying
from stations.models import OpeningHours, Station
from stations.workdays import WEEKDAYS
from volunteers import clock, wording
from volunteers.coverage import days_of, gaps_in, openings
from volunteers.limits import Span, meet
from volunteers.models import RosterPattern, Shift, ShiftPattern
from volunteers.planned import Plan, repeat_of, wanted_span
from volunteers.recurrence import span

AHEAD = timedelta(weeks=8)  # two rounds of the longest cycle


def of_station(station: Station, *, today: date) -> list[str]:
    """One sentence for each oddity, of the weeks to come."""
    rows = ShiftPattern.objects.filter(roster__station=station, is_active=True)
    shifts = list(rows.select_related("roster").order_by("week", "weekday", "starts_at", "pk"))
    hours = {day.weekday: day for day in station.opening_hours.all()}
    outside = [sentence for shift in shifts if (sentence := _outside(shift, hours))]
    return list(dict.fromkeys([*_overlaps(shifts, today), *(outside if hours else [])]))


def bare(station: Station, *, today: date) -> list[Span]:
    """What of the opening hours of the weeks to come no pattern has a shift for."""
    shifts = ShiftPattern.objects.filter(roster__station=station, is_active=True).select_related("roster")
    last = today + AHEAD
    taken = [
        Span(*span(on, shift.starts_at, shift.minutes))
        for shift in shifts
        for on in repeat_of(shift).dates(today, last)
    ]
    hours = {day.weekday: (day.opens_at, day.closes_at) for day in station.opening_hours.all()}
    return [gap for opened in openings(days_of(today, last), hours, ()) for gap in gaps_in(opened, taken)]


def newly_bare(before: list[Span], after: list[Span]) -> list[str]:
    """周三15:30–16:30开放，却没有班了，会无人。 One for each stretch, however many weeks have it."""
    found = [piece for gap in after for piece in gaps_in(gap, [one for one in before if one.day == gap.day])]
    said = (f"{saying.weekday(one.day)}{saying.clock_span(one.starts_at, one.ends_at)}" for one in found)
    return [f"{stretch}开放，却没有班了，会无人。" for stretch in dict.fromkeys(said)]


def beside_one_offs(station: Station, plan: Plan, *, now: datetime) -> list[str]:
    """Which shifts that were added by hand lie at the time of shifts that the plan makes or moves; one sentence."""
    planned = [Span(shift.starts_at, shift.ends_at) for shift in (*plan.new, *plan.back)]
    planned += [Span(*wanted_span(shift)) for shift in plan.moved]
    rows = Shift.objects.standing().at_station(station).filter(pattern=None, ends_at__gt=now)
    met = [
        shift
        for shift in rows.order_by("starts_at", "pk")
        if any(meet(Span(shift.starts_at, shift.ends_at), one) for one in planned)
    ]
    return [f"{wording.named(met, now=now)}已经有临时加的班，时间重叠，两个班都会排。"] if met else []


def name(shift: ShiftPattern) -> str:
    """“平时”周三09:00–12:30; 第2周周三 in a cycle of four. Reads `roster`."""
    day = day_name(shift.week, shift.weekday, shift.roster)
    return f"“{shift.roster}”{day}{clock.hours(shift.starts_at, shift.minutes)}"


def day_name(week: int, weekday: int, roster: RosterPattern) -> str:
    """周三; 第2周周三."""
    return f"{f'第{week + 1}周' if roster.cycle_weeks > 1 else ''}周{WEEKDAYS[weekday]}"


def _overlaps(shifts: Iterable[ShiftPattern], today: date) -> list[str]:
    spans = []
    for shift in shifts:
        for on in shift.repeat.dates(first := max(today, shift.roster.starts_on), first + AHEAD):
            spans.append((*span(on, shift.starts_at, shift.minutes), shift))
    spans.sort(key=lambda row: (row[0], row[2].pk))
    found = []
    for n, (_, ends_at, shift) in enumerate(spans):
        for starts_at, _, other in spans[n + 1 :]:
            if starts_at >= ends_at:
                break
            found.append(f"{name(shift)}和{name(other)}时间重叠，两个班都会排。")
    return found


def _outside(shift: ShiftPattern, hours: dict[int, OpeningHours]) -> str:
    day = hours.get(shift.weekday)
    if day is None:
        return f"{name(shift)}：这一天不开放，班照样排。"
    first = clock.start_of(shift.starts_at)
    is_inside = clock.start_of(day.opens_at) <= first and first + shift.minutes <= clock.start_of(
        day.closes_at
    )
    if is_inside:
        return ""
    return f"{name(shift)}：开放时间是{day.opens_at:%H:%M}–{day.closes_at:%H:%M}，超出的时间照样排班。"
