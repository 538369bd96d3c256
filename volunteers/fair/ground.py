"""What does not change while a proposal is sought: who could ever take which seat, and which seats exclude each other.

People and seats are numbered from 0 in an order that depends on their ids alone, sets of them are the bits of a
number: that makes the search fast, and the same whatever order the facts came in.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from volunteers.fair import hours
from volunteers.fair.given import Person, Reason, Seat, Task
from volunteers.limits import DAY_MINUTES, REST

REST_MINUTES = int(REST.total_seconds() // 60)

# When a seat is, as bare numbers: minute of start, minute of end, the Shanghai day on which it starts.
When = tuple[int, int, int]


class Ground:
    def __init__(self, task: Task):
        self.task = task
        taken = {fixed.seat for fixed in task.fixed if fixed.seat is not None}
        self.people = _in_turn(task)
        self.seats = sorted((s for s in task.seats if s.id not in taken), key=lambda s: (s.starts, s.id))
        self.number = {person.id: p for p, person in enumerate(self.people)}
        self.when = [when(seat.starts, seat.ends) for seat in self.seats]
        self.pieces = [hours.pieces(seat.starts, seat.ends) for seat in self.seats]
        self.minutes = [ends - starts for starts, ends, _ in self.when]
        self.off = [hours.off_minutes(cut) for cut in self.pieces]
        self.open = [_week_of(person) for person in self.people]
        self._remember_fixed()
        self._remember_declined()
        self.timely: dict[tuple[hours.Piece, ...], int] = {}
        self.suited: dict[tuple[str, bool, int], int] = {}
        self.able = [self._able(s) for s in range(len(self.seats))]
        self.clash = [self._clashing(s) for s in range(len(self.seats))]
        self._note_wishes()
        self._note_leads(taken)

    def _remember_fixed(self) -> None:
        """When people are on duty already, here or elsewhere, and their minutes of those days and weeks."""
        count = len(self.people)
        self.busy: list[list[When]] = [[] for _ in range(count)]
        self.day_used: list[dict[int, int]] = [defaultdict(int) for _ in range(count)]
        self.week_used: list[dict[int, int]] = [defaultdict(int) for _ in range(count)]
        for fixed in self.task.fixed:
            p = None if fixed.person is None else self.number.get(fixed.person)
            if p is not None:
                starts, ends, day = when(fixed.starts, fixed.ends)
                self.busy[p].append((starts, ends, day))
                self.day_used[p][day] += ends - starts
                self.week_used[p][hours.week(day)] += ends - starts

    def _able(self, s: int) -> int:
        """Who could hold this seat, as bits; whoever has the time is looked up once for seats at the same time."""
        seat, cut = self.seats[s], self.pieces[s]
        if cut not in self.timely:
            self.timely[cut] = self._bits(lambda p: self._why_not_then(p, s) is None)
        asked = seat.skill, seat.is_lead, self.when[s][2]
        if asked not in self.suited:
            self.suited[asked] = self._bits(lambda p: _why_unsuited(self.people[p], seat, asked[2]) is None)
        return self.timely[cut] & self.suited[asked] & ~self.refusing.get(seat.shift, 0)

    def _bits(self, holds: Callable[[int], bool]) -> int:
        return sum(1 << p for p in range(len(self.people)) if holds(p))

    def _remember_declined(self) -> None:
        self.refusing: dict[int, int] = defaultdict(int)
        for person, shift in self.task.declined:
            if person in self.number:
                self.refusing[shift] |= 1 << self.number[person]

    def why_never(self, p: int, s: int) -> Reason | None:
        """What keeps this person from this seat whatever else is proposed."""
        seat = self.seats[s]
        unsuited = _why_unsuited(self.people[p], seat, self.when[s][2])
        if not unsuited and self.refusing.get(seat.shift, 0) >> p & 1:
            return Reason.DECLINED
        return unsuited or self._why_not_then(p, s)

    def _why_not_then(self, p: int, s: int) -> Reason | None:
        person, cut, own = self.people[p], self.pieces[s], self.when[s]
        if not person.windows:
            return Reason.UNSAID
        if any(a.toordinal() <= cut[-1][0] and cut[0][0] <= b.toordinal() for a, b in person.absences):
            return Reason.ABSENT
        if not all(self._is_open(p, *piece) for piece in cut):
            return Reason.UNAVAILABLE
        if any(overlap(own, other) for other in self.busy[p]):
            return Reason.OVERLAP
        if any(lacks_rest(own, other) for other in self.busy[p]):
            return Reason.REST
        return self.why_full(p, s, self.day_used[p], self.week_used[p])

    def why_full(self, p: int, s: int, days: dict[int, int], weeks: dict[int, int]) -> Reason | None:
        """Whether the seat's minutes would be too many, given what is used of days and weeks."""
        minutes, day = self.minutes[s], self.when[s][2]
        if days.get(day, 0) + minutes > DAY_MINUTES:
            return Reason.DAY
        if weeks.get(hours.week(day), 0) + minutes > self.people[p].weekly:
            return Reason.WEEK
        return None

    def _is_open(self, p: int, day: int, starts: int, ends: int) -> bool:
        """Whether what this person gave for that weekday covers the whole span."""
        return any(a <= starts and ends <= b for a, b in self.open[p][hours.weekday(day)])

    def _clashing(self, s: int) -> int:
        """The seats nobody can have beside this one: at the same time, or too soon before or after."""
        own = self.when[s]
        return sum(
            1 << t
            for t, other in enumerate(self.when)
            if t != s and (overlap(own, other) or lacks_rest(own, other))
        )

    def _note_wishes(self) -> None:
        """Who would rather not: has wishes and none of them is this seat; who had the seat last time."""
        self.unwished = [
            {p for p, person in enumerate(self.people) if person.wishes and not is_wished(person, cut)}
            for cut in self.pieces
        ]
        self.before = [self.number.get(self.task.previous.get(seat.id, -1), -1) for seat in self.seats]

    def _note_leads(self, taken: set[int]) -> None:
        """Shifts that ask for a lead and have none yet, and which of their seats would bring one."""
        led = {seat.shift for seat in self.task.seats if seat.is_lead and seat.id in taken}
        self.leads = [seat.is_lead and seat.shift not in led for seat in self.seats]
        self.lead_seats: dict[int, int] = defaultdict(int)
        for s, seat in enumerate(self.seats):
            if self.leads[s]:
                self.lead_seats[seat.shift] |= 1 << s


def when(starts: datetime, ends: datetime) -> When:
    return hours.minute(starts), hours.minute(ends), hours.day(starts)


def overlap(one: When, other: When) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def lacks_rest(one: When, other: When) -> bool:
    """Begun on different days, less than eleven hours apart."""
    first, second = (one, other) if one[0] <= other[0] else (other, one)
    return first[2] != second[2] and second[0] - first[1] < REST_MINUTES


def is_wished(person: Person, cut: tuple[hours.Piece, ...]) -> bool:
    day, starts, ends = cut[0]
    return any(
        wish.weekday in (None, hours.weekday(day)) and wish.starts <= starts and ends <= wish.ends
        for wish in person.wishes
    )


def _in_turn(task: Task) -> list[Person]:
    """By id and then shuffled, so that among equals it is not always the same who are asked first."""
    people = sorted(task.people, key=lambda person: person.id)
    random.Random(task.seed).shuffle(people)
    return people


def _why_unsuited(person: Person, seat: Seat, day: int) -> Reason | None:
    if seat.skill and not _is_skilled(person, seat.skill, day):
        return Reason.SKILL
    if seat.is_lead and not person.may_lead:
        return Reason.LEAD
    return Reason.CAPACITY if person.capacity <= 0 else None


def _is_skilled(person: Person, code: str, day: int) -> bool:
    return any(s.code == code and (s.until is None or s.until.toordinal() >= day) for s in person.skills)


def _week_of(person: Person) -> list[list[tuple[int, int]]]:
    """For each weekday the spans this person can come, those that touch joined."""
    return [
        hours.joined((w.starts, w.ends) for w in person.windows if w.weekday == weekday)
        for weekday in range(7)
    ]
