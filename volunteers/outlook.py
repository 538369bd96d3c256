"""Four weeks of stations against their opening hours: where somebody has to be found, the most pressing first.

Decides nothing but the order; what covered means is said in volunteers.coverage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stations import saying
from stations.models import Station
from stations.workdays import SHANGHAI
from volunteers import timetable
from volunteers.coverage import Coverage, gaps_in, say_gap
from volunteers.limits import Span, meet
from volunteers.models import Shift
from volunteers.states import Status
from volunteers.timetable import Timetable
from volunteers.week import monday_of

WEEKS = 4
WEEK = timedelta(days=7)
GAPS_SHOWN = 8


@dataclass(frozen=True)
class Row:
    """One week of a station; what is left of it counts apart from what is over."""

    first: date
    coverage: Coverage
    is_this_week: bool
    is_unmade: bool = False  # no shifts are made so far: nobody is missing

    @property
    def last(self) -> date:
        return self.first + WEEK - timedelta(days=1)

    @property
    def title(self) -> str:
        return f"{saying.month_day(self.first)}—{saying.month_day(self.last)}"


@dataclass(frozen=True)
class Need:
    """A stretch that is still to come in which nobody is, or a shift that lacks somebody."""

    span: Span
    words: str
    is_gap: bool
    shift: Shift | None = None
    asked: int = 0

    @property
    def monday(self) -> date:
        return monday_of(self.span.day)


@dataclass(frozen=True)
class Outlook:
    """Of one station: its weeks, what is needed next, and all four weeks together."""

    station: Station
    weeks: list[Row]
    needs: list[Need]

    @property
    def worst(self) -> int:
        """The lowest share of the weeks, in tenths of a per cent."""
        rows = (row for row in self.weeks if row.coverage.open_minutes and not row.is_unmade)
        return min((row.coverage.tenths for row in rows), default=1000)

    @property
    def is_unmade(self) -> bool:
        """No shifts are made for any week in which it is open."""
        return any(row.is_unmade for row in self.weeks) and not any(
            row.coverage.open_minutes for row in self.weeks
        )

    @property
    def shown(self) -> list[Need]:
        return self.needs[:GAPS_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.needs) - GAPS_SHOWN)

    @property
    def next_week(self) -> date:
        """That in which the first of those lies that are not shown."""
        return self.needs[GAPS_SHOWN].monday


def of(stations: Iterable[Station], *, now: datetime) -> list[Outlook]:
    """This week and the three after it (Shanghai), the station with the poorest week first."""
    first = monday_of(now.astimezone(SHANGHAI).date())
    tables = timetable.read(stations, first, first + WEEKS * WEEK - timedelta(days=1), now=now)
    found = [Outlook(table.station, _weeks(table, first), needs_of(table, now=now)) for table in tables]
    return sorted(found, key=lambda one: (one.worst, one.station.code))


def needs_of(table: Timetable, *, now: datetime) -> list[Need]:
    """What of the timetable is still to come and lacks somebody, next first; a gap before what only lacks one."""
    gaps = table.coverage(date.min, date.max).gaps
    found = [need for gap in gaps for need in _in_gap(gap, table) if need.span.ends_at > now]
    for shift in table.shifts:
        stand = timetable.stand_of(shift)
        is_in_gap = not stand.is_covered and any(meet(stand.span, gap) for gap in gaps)
        if shift.ends_at > now and not is_in_gap and (stand.missing or stand.lacks_lead):
            words = _lack(stand.missing, stand.lacks_lead, stand.span)
            found.append(Need(stand.span, words, False, shift, _asked(shift)))
    return sorted(found, key=lambda need: (need.span.starts_at, not need.is_gap))


def _weeks(table: Timetable, first: date) -> list[Row]:
    starts = [first + n * WEEK for n in range(WEEKS)]
    spans = [(start, start + WEEK - timedelta(days=1)) for start in starts]
    return [Row(day, table.coverage(day, end), day == first, table.is_unmade(day, end)) for day, end in spans]


def _in_gap(gap: Span, table: Timetable) -> list[Need]:
    """Each shift without people that would fill some of it, and what no shift would."""
    empty = [
        shift
        for shift in table.shifts
        if meet(timetable.span_of(shift), gap) and not timetable.stand_of(shift).is_covered
    ]
    bare = gaps_in(gap, [timetable.span_of(shift) for shift in empty])
    return [*(_need(_within(shift, gap), shift) for shift in empty), *(_need(span) for span in bare)]


def _within(shift: Shift, gap: Span) -> Span:
    return Span(max(shift.starts_at, gap.starts_at), min(shift.ends_at, gap.ends_at))


def _need(span: Span, shift: Shift | None = None) -> Need:
    asked = _asked(shift) if shift else 0
    return Need(span, f"{saying.month_day(span.day)} {say_gap(span)}", True, shift, asked)


def _asked(shift: Shift) -> int:
    """How many were asked for the shift and have not answered."""
    people = (one for seat in timetable.seats_of(shift) for one in timetable.people_of(seat))
    return len({one.profile_id for one in people if one.status == Status.PROPOSED})


def _lack(missing: int, lacks_lead: bool, span: Span) -> str:
    what = "，".join(
        word for word in (f"缺 {missing} 人" if missing else "", "没有带班" if lacks_lead else "") if word
    )
    when = f"{saying.month_day(span.day)} {saying.weekday(span.day)}"
    return f"{when} {saying.clock_span(span.starts_at, span.ends_at)} {what}"
