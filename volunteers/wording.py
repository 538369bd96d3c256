"""How a shift is said to people: its day, its hours, its station, in Shanghai time. Decides nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from stations import saying
from volunteers.models import Seat, SeatPattern, Shift, ShiftPattern

LEADING = "带班：当班负责"
MANY = 8


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """09:00–12:30; 16:00–24:00 up to midnight, 22:00–次日02:00 beyond it. Takes aware datetimes."""
    return saying.clock_span(starts_at, ends_at)


def when(shift: Shift, *, now: datetime) -> str:
    """11月25日（周三）09:00–12:30"""
    day = saying.day(timezone.localdate(shift.starts_at), today=timezone.localdate(now))
    return f"{day}{saying.clock_span(shift.starts_at, shift.ends_at)}"


def when_and_where(shift: Shift, *, now: datetime) -> str:
    """11月25日（周三）09:00–12:30，和苑1号站"""
    return f"{when(shift, now=now)}，{shift.station}"


def whole(seat: Seat, *, now: datetime) -> str:
    """11月25日（周三）09:00–12:30，和苑1号站，带班：当班负责: for whoever is to decide about it, or has decided."""
    return f"{when_and_where(seat.shift, now=now)}{f'，{LEADING}' if seat.is_lead else ''}"


def weekly(pattern: ShiftPattern, every_weeks: int) -> str:
    """每周三09:00起的班; 每四周一次，周三09:00起的班"""
    rhythm = "每" if every_weeks == 1 else "每四周一次，"
    return f"{rhythm}{pattern.get_weekday_display()}{pattern.starts_at:%H:%M}起的班"


def day(value: date, *, today: date) -> str:
    """今天, 明天, else 周五 11月27日: as a heading, or beside the hours."""
    near = {0: "今天", 1: "明天"}.get((value - today).days)
    weekday_and_date = f"{saying.weekday(value)} {saying.month_day(value)}"
    return f"{near} {weekday_and_date}" if near else weekday_and_date


def offered(place: Seat) -> str:
    """The same for somebody who may take it: to lead is said in full."""
    return LEADING if place.is_lead else seat(place)


def named(shifts: Iterable[Shift], *, now: datetime) -> str:
    """11月25日（周三）09:00–12:30、12月2日（周三）09:00–12:30等9个班; not more than MANY by name."""
    every = list(shifts)
    more = f"等{len(every)}个班" if len(every) > MANY else ""
    return "、".join(when(shift, now=now) for shift in every[:MANY]) + more


def differing(sentences: Iterable[str]) -> str:
    """Each once, in their order."""
    return "".join(dict.fromkeys(sentences))


def seat(place: Seat | SeatPattern) -> str:
    """带班, 理发, or nothing for a place anybody can take; reads `skill`."""
    return "带班" if place.is_lead else str(place.skill or "")
