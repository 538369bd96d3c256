"""Whether somebody is there while a station is open: covered minutes, gaps, who is missing. Pure, no ORM.

Covered is planned, not proven: somebody holds a seat of a shift then. Who looks for a stand-in still answers for
the shift, so that time is covered; it is counted apart, as are seats a shift needs and that nobody holds. A seat
whose holder did not come covers nothing. A proposal covers nothing until it is accepted. Days on which the station
stays shut are not open. A shift outside of the opening hours adds nothing to the share; what it lacks counts all the
same, and it is a gap where it needs somebody and nobody is there.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stations import saying
from stations.workdays import SHANGHAI
from volunteers.limits import Span
from volunteers.states import OCCUPYING, Status

COVERING = tuple(status for status in OCCUPYING if status != Status.NO_SHOW)
SCARCE, POOR = 90, 75  # per cent: below the first somebody should look at it, below the second it is pressing
Hours = Mapping[int, tuple[time, time]]


@dataclass(frozen=True)
class Place:
    """A seat: whether the shift needs it, whether it is the lead's, and the status of who holds it ("" for nobody)."""

    is_needed: bool
    is_lead: bool
    status: str = ""

    @property
    def is_covered(self) -> bool:
        return self.status in COVERING


@dataclass(frozen=True)
class Stand:
    """A shift that was not called off, with its seats."""

    span: Span
    places: tuple[Place, ...]

    @property
    def is_covered(self) -> bool:
        return any(place.is_covered for place in self.places)

    @property
    def missing(self) -> int:
        """Needed seats that nobody holds."""
        return sum(place.is_needed and not place.status for place in self.places)

    @property
    def lacks_lead(self) -> bool:
        """It has a seat for a lead, and nobody who covers is in one."""
        seats = [place for place in self.places if place.is_lead]
        return bool(seats) and not any(place.is_covered for place in seats)

    @property
    def is_deserted(self) -> bool:
        """It needs somebody, and nobody is in it."""
        return not self.is_covered and any(place.is_needed for place in self.places)


@dataclass(frozen=True)
class Coverage:
    """Of some opening hours: minutes open and covered, the gaps in order, and what the shifts lack."""

    open_minutes: int
    covered_minutes: int
    gaps: tuple[Span, ...] = ()
    missing: int = 0
    seeking: int = 0
    without_lead: int = 0

    @property
    def tenths(self) -> int:
        """The share in tenths of a per cent, rounded; 1000 only where nothing is missing. 0 when never open."""
        if self.covered_minutes == self.open_minutes:
            return 1000 if self.open_minutes else 0
        return min(999, (2000 * self.covered_minutes + self.open_minutes) // (2 * self.open_minutes))

    @property
    def share(self) -> str:
        """90.3%, 100%; 不开放 where the station was never open."""
        if not self.open_minutes:
            return "不开放"
        return "100%" if self.tenths == 1000 else f"{self.tenths / 10:.1f}%"

    @property
    def level(self) -> str:
        """ "", "scarce" below 90 %, "poor" below 75 %; by the minutes, not by the rounded share."""
        if self.covered_minutes * 100 >= self.open_minutes * SCARCE:
            return ""
        return "scarce" if self.covered_minutes * 100 >= self.open_minutes * POOR else "poor"

    @property
    def verdict(self) -> str:
        """The level in words, for it must not be told by colour alone."""
        if not self.open_minutes:
            return "这周不开放"
        return {"": "够" if self.gaps or self.missing else "都有人", "scarce": "偏少", "poor": "要紧"}[
            self.level
        ]


def openings(days: Iterable[date], hours: Hours, closed: Collection[date]) -> list[Span]:
    """When a station is open on these days (Shanghai); `hours` by weekday, Monday is 0, `closed` the shut days."""
    found = []
    for day in days:
        if day.weekday() in hours and day not in closed:
            opens_at, closes_at = hours[day.weekday()]
            found.append(Span(_at(day, opens_at), _at(day, closes_at)))
    return found


def measure(
    opened: Iterable[Span], stands: Iterable[Stand], counted: Iterable[Stand] | None = None
) -> Coverage:
    """How these opening hours are covered by these shifts, and what the `counted` among them lack; None for all.

    The spans of `opened` must not overlap.
    """
    hours, every = list(opened), list(stands)
    asked = every if counted is None else list(counted)
    taken = [stand.span for stand in every if stand.is_covered]
    expected = _joined([*hours, *(stand.span for stand in asked if stand.is_deserted)])
    minutes = sum(span.minutes for span in hours)
    return Coverage(
        open_minutes=minutes,
        covered_minutes=minutes - sum(gap.minutes for span in hours for gap in gaps_in(span, taken)),
        gaps=tuple(gap for span in expected for gap in gaps_in(span, taken)),
        missing=sum(stand.missing for stand in asked),
        seeking=sum(place.status == Status.SEEKING for stand in asked for place in stand.places),
        without_lead=sum(stand.lacks_lead for stand in asked),
    )


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Those that overlap made one; those that only touch stay apart, as days and shifts do."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.starts_at, one.ends_at)):
        if found and span.starts_at < found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, span.ends_at))
        else:
            found.append(span)
    return found


def gaps_in(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What of the span none of the others touches, in order."""
    found, free_from = [], span.starts_at
    for other in sorted(taken, key=lambda one: one.starts_at):
        if free_from < min(other.starts_at, span.ends_at):
            found.append(Span(free_from, min(other.starts_at, span.ends_at)))
        free_from = max(free_from, other.ends_at)
    if free_from < span.ends_at:
        found.append(Span(free_from, span.ends_at))
    return found


def say_gap(gap: Span) -> str:
    """周四 12:30–14:30 无人."""
    return f"{saying.weekday(gap.day)} {saying.clock_span(gap.starts_at, gap.ends_at)} 无人"


def say_hours(minutes: int) -> str:
    """77 小时, 69.5 小时: to the half hour where it is one, else with the minutes."""
    return f"{minutes / 60:g} 小时" if minutes % 30 == 0 else f"{minutes // 60} 小时 {minutes % 60} 分钟"


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)


def days_of(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
