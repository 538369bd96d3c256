"""What a run of generation would do or did, and how that is said to a lead: what, how many, on which dates."""

import hashlib
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from stations import saying
from volunteers.models import Seat, SeatPattern, Shift, ShiftPattern
from volunteers.recurrence import Repeat, span

DATES_SAID = 3


@dataclass(frozen=True)
class Left:
    """A shift with somebody in it, and where its pattern has it now; None: nowhere."""

    shift: Shift
    to: tuple[datetime, datetime] | None


def digest(left: Iterable[Left]) -> str:
    """Of what somebody looked at: other shifts, or other times to move them to, give another one."""
    rows = sorted(
        (one.shift.pk, str(one.shift.starts_at), str(one.shift.ends_at), str(one.to)) for one in left
    )
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


@dataclass
class Plan:
    """What a run would do. `left`: no longer as the pattern says, but somebody is in it; the lead decides."""

    new: list[Shift] = field(default_factory=list)
    gone: list[Shift] = field(default_factory=list)
    back: list[Shift] = field(default_factory=list)
    moved: list[Shift] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    new_seats: list[Seat] = field(default_factory=list)
    more_seats: list[Seat] = field(default_factory=list)
    gone_seats: list[Seat] = field(default_factory=list)
    changed_seats: list[Seat] = field(default_factory=list)

    @property
    def touched(self) -> set[int]:
        """Shifts that are there already and would change."""
        of_seats = {seat.shift_id for seat in (*self.gone_seats, *self.changed_seats, *self.more_seats)}
        return {shift.pk for shift in (*self.gone, *self.back, *self.moved)} | of_seats

    def only(self, pks: Collection[int]) -> "Plan":
        """Without changes to other shifts than these."""
        keep = lambda shifts: [shift for shift in shifts if shift.pk in pks]  # noqa: E731
        of = lambda seats: [seat for seat in seats if seat.shift_id in pks]  # noqa: E731
        return Plan(
            self.new, keep(self.gone), keep(self.back), keep(self.moved), self.left,
            self.new_seats, of(self.more_seats), of(self.gone_seats), of(self.changed_seats),
        )  # fmt: skip

    def since(self, before: "Plan") -> "Plan":
        """Without what `before`, the plan of the moment before a change, would have done anyway."""
        known = {key for _, _, key in before._keyed()}
        found = Plan()
        for name, row, key in self._keyed():
            if key not in known:
                getattr(found, name).append(row)
        return found

    def _keyed(self) -> Iterator[tuple[str, object, Hashable]]:
        """All that it does, each with the list in which it stands and what makes it the same in another plan."""
        for name in ("new", "gone", "back", "moved"):
            for shift in getattr(self, name):
                to = wanted_span(shift) if name == "moved" else None
                yield name, shift, (name, shift.pattern_id, shift.original_on, to)
        for left in self.left:
            yield "left", left, ("left", left.shift.pk, left.to)
        for name in ("new_seats", "more_seats", "gone_seats", "changed_seats"):
            for seat in getattr(self, name):
                shift, asked = seat.shift, tuple(asked_of(seat.pattern).values())
                yield name, seat, (name, shift.pattern_id, shift.original_on, seat.pattern_id, asked)

    @property
    def said(self) -> str:
        """新排12个班，撤掉3个没有人的班."""
        return "，".join(words.format(len(days)) for words, days in self._parts() if days)

    @property
    def told(self) -> str:
        """新排2个班：12月7日、12月14日；撤掉9个没有人的班：12月8日、12月15日、12月22日等."""
        return "；".join(
            f"{words.format(len(days))}：{_dates(days)}" for words, days in self._parts() if days
        )

    def _parts(self) -> tuple[tuple[str, list[date]], ...]:
        """What is said of it, with the day of each; a shift belongs to the day for which it was made."""
        return (
            ("新排{}个班", _days(self.new + self.back)),
            ("撤掉{}个没有人的班", _days(self.gone)),
            ("{}个没有人的班改时间", _days(self.moved)),
            ("添{}个岗位", _days(seat.shift for seat in self.more_seats)),
            ("撤掉{}个空岗位", _days(seat.shift for seat in self.gone_seats)),
            ("{}个空岗位改要求", _days(seat.shift for seat in self.changed_seats)),
        )


def repeat_of(pattern: ShiftPattern) -> Repeat:
    """Reads `roster`."""
    roster = pattern.roster
    return Repeat(pattern.week, pattern.weekday, roster.cycle_weeks, roster.starts_on, roster.ends_on)


def wanted_span(shift: Shift) -> tuple[datetime, datetime]:
    """From when to when the pattern has it now."""
    pattern = pattern_of(shift)
    return span(shift.original_on, pattern.starts_at, pattern.minutes)


def pattern_of(shift: Shift) -> ShiftPattern:
    assert shift.pattern is not None, "not for shifts added by hand"
    return shift.pattern


def asked_of(seat: Seat | SeatPattern) -> dict[str, object]:
    """What a place asks for."""
    return {"skill_id": seat.skill_id, "is_lead": seat.is_lead, "is_needed": seat.is_needed}


def _days(shifts: Iterable[Shift]) -> list[date]:
    return [shift.original_on for shift in shifts]


def _dates(days: Iterable[date]) -> str:
    """The first few of them, each once."""
    found = sorted(set(days))
    more = "等" if len(found) > DATES_SAID else ""
    return "、".join(saying.month_day(on) for on in found[:DATES_SAID]) + more
