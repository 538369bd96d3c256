"""A station's week as a grid: cards on half hours, side by side where they overlap, plates where nobody is. No ORM.

What stands in a card is said here; how it looks, in the style sheet. Where a shift goes over midnight it has a card
on both days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from stations import saying
from stations.workdays import SHANGHAI
from volunteers import timetable
from volunteers.coverage import Coverage, days_of, gaps_in
from volunteers.limits import Span, meet
from volunteers.models import Assignment, Profile, Seat, Shift
from volunteers.states import Status
from volunteers.timetable import Timetable

HALF_HOUR = 30  # minutes
ROWS = 48
USUAL = (18, 40)  # 09:00–20:00, for a week in which nothing is open and nobody comes
DAYS = 7
LANES = (1, 2, 3, 4, 6)  # in how many columns cards can stand side by side; twelve is a multiple of each
MARKS = {
    Status.PROPOSED: ("question-mark-circle", "待确认"),
    Status.SEEKING: ("arrows-right-left", "找替班"),
    Status.CHECKED_IN: ("check-circle", "在岗"),
    Status.NO_SHOW: ("x-mark", "没到"),
}
SETTLED = ("check", "")


@dataclass(frozen=True)
class Reader:
    """Who looks at the grid; which users' names stay masked; whether it is for a wall."""

    user_id: int | None = None
    masked: frozenset[int] = frozenset()
    is_wall: bool = False

    def name(self, profile: Profile, on: date) -> str:
        """In full for the people of the house; on a wall only where the person agreed and is of age on that day."""
        if self.is_wall and (not profile.shows_name or profile.is_minor(on)):
            return saying.masked_name(profile.user.name)
        return timetable.name_of(profile.user, self.masked)


@dataclass(frozen=True)
class Entry:
    """One person in a card."""

    name: str
    status: str
    icon: str
    word: str
    is_mine: bool
    role: str


@dataclass(frozen=True)
class Card:
    """A shift on one day, or a stretch without one: then `shift` is None. `row` counts half hours from the top.

    A stretch for which no shifts are made yet is no gap.
    """

    span: Span
    row: int
    rows: int
    shift: Shift | None = None
    entries: tuple[Entry, ...] = ()
    missing: tuple[str, ...] = ()
    is_gap: bool = False
    is_over: bool = False
    lane: str = "1-1"

    @property
    def hours(self) -> str:
        return saying.clock_span(self.span.starts_at, self.span.ends_at)

    @property
    def lacks(self) -> bool:
        return self.is_gap or bool(self.missing)

    @property
    def is_narrow(self) -> bool:
        return not self.lane.startswith("1-")

    @property
    def is_mine(self) -> bool:
        return any(entry.is_mine for entry in self.entries)


@dataclass
class Day:
    """One column; `strip` are the pieces of its opening hours as (minutes from opening, minutes, covered)."""

    date: date
    is_today: bool
    is_over: bool
    is_early: bool  # over, in a week that is not
    opened: Span | None
    closed_why: str
    cards: list[Card] = field(default_factory=list)
    strip: list[tuple[int, int, bool]] = field(default_factory=list)

    @property
    def weekday(self) -> str:
        return saying.weekday(self.date)

    @property
    def month_day(self) -> str:
        return saying.month_day(self.date)

    @property
    def is_empty(self) -> bool:
        return not self.cards


@dataclass
class Week:
    """Seven days from a Monday; `top` and `rows` are the half hours all of them show."""

    table: Timetable
    first: date
    days: list[Day]
    coverage: Coverage
    top: int
    rows: int

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS - 1)

    @property
    def before(self) -> date:
        return self.first - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=DAYS)

    @property
    def is_unmade(self) -> bool:
        """No shifts are made for any of its open days: nobody is missing."""
        return self.table.is_unmade(self.first, self.last)

    @property
    def unmade(self) -> list[str]:
        """周五: the days for which no shifts are made yet, where they are for others."""
        days = [] if self.is_unmade else self.table.unmade(self.first, self.last)
        return [saying.weekday(day) for day in days]

    @property
    def is_past(self) -> bool:
        return all(day.is_over for day in self.days)

    @property
    def is_this_week(self) -> bool:
        return any(day.is_today for day in self.days)

    @property
    def early(self) -> list[Day]:
        """The days of this week that are over; none of another week."""
        return [day for day in self.days if day.is_early]

    @property
    def title(self) -> str:
        """11月23日—29日, 11月30日—12月6日, with the year where it turns."""
        if self.first.year != self.last.year:
            return f"{self.first.year}年{_md(self.first)}—{self.last.year}年{_md(self.last)}"
        end = f"{self.last.day}日" if self.first.month == self.last.month else _md(self.last)
        return f"{_md(self.first)}—{end}"

    @property
    def marks(self) -> list[tuple[int, str]]:
        """The full hours at the left: (row, 09:00)."""
        return [
            (row - self.top, f"{row // 2:02d}:00")
            for row in range(self.top, self.top + self.rows)
            if row % 2 == 0
        ]


def build(table: Timetable, first: date, *, reader: Reader, now: datetime) -> Week:
    """The grid of the seven days from `first`, a Monday, of a timetable read with names."""
    today = now.astimezone(SHANGHAI).date()
    days = [
        _day(table, day, today=today, reader=reader, now=now)
        for day in days_of(first, first + timedelta(days=DAYS - 1))
    ]
    top, rows = _frame(days)
    for day in days:
        day.cards = [replace(card, row=card.row - top) for card in day.cards]
    return Week(table, first, days, table.coverage(first, first + timedelta(days=DAYS - 1)), top, rows)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def entries_of(shift: Shift, reader: Reader) -> tuple[Entry, ...]:
    """Who is in it, seat by seat; leads first, then who is proposed."""
    found = [(seat, one) for seat in timetable.seats_of(shift) for one in timetable.people_of(seat)]
    found.sort(key=lambda pair: (pair[1].status == Status.PROPOSED, not pair[0].is_lead))
    return tuple(_entry(seat, one, reader) for seat, one in found)


def missing_of(shift: Shift, *, is_wall: bool = False) -> tuple[str, ...]:
    """缺带班, 缺水电工, 缺 1 人: needed seats that nobody holds; who is asked stands beside, but not on the wall."""
    counted: dict[str, int] = {}
    for seat in timetable.seats_of(shift):
        beside = timetable.holder_of(seat) if is_wall else timetable.people_of(seat)
        if seat.is_needed and not beside:
            counted[_role(seat)] = counted.get(_role(seat), 0) + 1
    return tuple(_lack(role, number) for role, number in counted.items())


def _day(table: Timetable, day: date, *, today: date, reader: Reader, now: datetime) -> Day:
    opened = next((span for span in table.opened if span.day == day), None)
    is_early = monday_of(today) <= day < today
    found = Day(day, day == today, day < today, is_early, opened, table.closed.get(day, ""))
    stands = [(shift, timetable.stand_of(shift)) for shift in table.shifts]
    taken = [stand.span for _, stand in stands if stand.is_covered]
    gaps = gaps_in(opened, taken) if opened else []
    is_made = table.made.covers(day)
    expected = gaps if is_made else []
    cards = [
        _card(shift, day, expected, taken, reader, now)
        for shift, stand in stands
        if _touches(stand.span, day)
    ]
    bare = (
        piece
        for gap in gaps
        for piece in gaps_in(gap, [stand.span for _, stand in stands if _touches(stand.span, day)])
    )
    cards += [_plate(gap, day, now, is_gap=is_made) for gap in bare]
    found.cards = list(_laned(sorted(cards, key=lambda card: (card.row, -card.rows, card.span.starts_at))))
    found.strip = list(_strip(opened, gaps)) if opened and is_made else []
    return found


def _card(
    shift: Shift, day: date, gaps: list[Span], taken: list[Span], reader: Reader, now: datetime
) -> Card:
    stand = timetable.stand_of(shift)
    span = stand.span
    row, rows = _rows(span, day)
    is_missed = any(meet(span, gap) for gap in gaps) or (stand.is_deserted and bool(gaps_in(span, taken)))
    return Card(
        span,
        row,
        rows,
        shift,
        entries_of(shift, reader),
        missing_of(shift, is_wall=reader.is_wall),
        is_gap=is_missed and not stand.is_covered,
        is_over=shift.ends_at <= now,
    )


def _plate(gap: Span, day: date, now: datetime, *, is_gap: bool) -> Card:
    row, rows = _rows(gap, day)
    return Card(gap, row, rows, is_gap=is_gap, is_over=gap.ends_at <= now)


def _rows(span: Span, day: date) -> tuple[int, int]:
    """First half hour and how many: both ends cut down to the half hour, so that neighbours do not overlap."""
    midnight = datetime.combine(day, datetime.min.time(), SHANGHAI)
    start = max(0, _minutes(midnight, span.starts_at)) // HALF_HOUR
    end = min(ROWS, _minutes(midnight, span.ends_at) // HALF_HOUR)
    return start, max(1, end - start)


def _minutes(midnight: datetime, moment: datetime) -> int:
    return int((moment - midnight).total_seconds() // 60)


def _touches(span: Span, day: date) -> bool:
    midnight = datetime.combine(day, datetime.min.time(), SHANGHAI)
    return span.starts_at < midnight + timedelta(days=1) and span.ends_at > midnight


def _laned(cards: list[Card]) -> Iterator[Card]:
    """The same cards with their place among those they overlap, each cluster for itself."""
    cluster: list[Card] = []
    until = 0
    for card in cards:
        if cluster and card.row >= until:
            yield from _side_by_side(cluster)
            cluster, until = [], 0
        cluster.append(card)
        until = max(until, card.row + card.rows)
    yield from _side_by_side(cluster)


def _side_by_side(cluster: list[Card]) -> Iterator[Card]:
    ends: list[int] = []  # of each lane, where the last card in it ends
    lanes = []
    for card in cluster:
        lane = next((n for n, end in enumerate(ends) if end <= card.row), len(ends))
        ends[lane:lane + 1] = [card.row + card.rows]  # fmt: skip
        lanes.append(lane)
    width = next((most for most in LANES if len(ends) <= most), LANES[-1])
    for card, lane in zip(cluster, lanes, strict=True):
        yield replace(card, lane=f"{width}-{min(lane, width - 1) + 1}")


def _strip(opened: Span, gaps: Iterable[Span]) -> Iterator[tuple[int, int, bool]]:
    yield 0, opened.minutes, True
    for gap in gaps:
        yield Span(opened.starts_at, gap.starts_at).minutes, gap.minutes, False


def _frame(days: list[Day]) -> tuple[int, int]:
    """The half hours that everything of the week fits in."""
    spans = [_rows(day.opened, day.date) for day in days if day.opened]
    spans += [(card.row, card.rows) for day in days for card in day.cards]
    top = min((row for row, _ in spans), default=USUAL[0]) // 2 * 2
    end = max((row + rows for row, rows in spans), default=USUAL[1])
    return top, end - top


def _entry(seat: Seat, one: Assignment, reader: Reader) -> Entry:
    icon, word = MARKS.get(Status(one.status), SETTLED)
    is_mine = one.profile.user_id == reader.user_id
    return Entry(
        reader.name(one.profile, one.starts_at.astimezone(SHANGHAI).date()),
        one.status,
        icon,
        word,
        is_mine,
        _role(seat),
    )


def _role(seat: Seat) -> str:
    return "带班" if seat.is_lead else seat.skill.name if seat.skill else ""


def _lack(role: str, number: int) -> str:
    if not role:
        return f"缺 {number} 人"
    return f"缺{role}" if number == 1 else f"缺{role} {number} 人"


def _md(day: date) -> str:
    return saying.month_day(day)
