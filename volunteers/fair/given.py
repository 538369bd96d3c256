"""What a fair proposal is made from and what comes out: plain facts, no database and no wording.

All moments are aware; all amounts are whole minutes; times of day are minutes since midnight, Shanghai time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Window:
    """When somebody can come: every week on that weekday (Monday is 0) from–until; until may be 1440."""

    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Skill:
    """`until` is the last day the proof is good for; None is for ever. The day a shift starts on counts."""

    code: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Preferred weekday, part of the day, or both; one fulfilled wish is enough for a seat to be wished for."""

    weekday: int | None = None
    starts: int = 0
    ends: int = 1440


@dataclass(frozen=True, slots=True)
class Person:
    """`minutes` and `off_minutes` are of the running twelve weeks, what is accepted for later included.

    `capacity` is minutes a month; who gives none is not asked, nor who gave no times. `weekly` is the most minutes
    from Monday to Sunday. Absences are first and last day, both
    away.
    """

    id: int
    capacity: int
    windows: tuple[Window, ...] = ()
    minutes: int = 0
    off_minutes: int = 0
    absences: tuple[tuple[date, date], ...] = ()
    skills: tuple[Skill, ...] = ()
    may_lead: bool = False
    weekly: int = 20 * 60
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """`needed` counts towards the least staffing; the others are wished for only."""

    id: int
    shift: int
    starts: datetime
    ends: datetime
    needed: bool = True
    skill: str = ""
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """Somebody is there already: on a seat of this roster, or elsewhere (`seat` None).

    `person` None: whoever it is; what binds them is told elsewhere.
    """

    person: int | None
    starts: datetime
    ends: datetime
    seat: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """`declined` are (person, shift): who said no to a seat is not asked for another of the same shift.

    `previous` is who was proposed for a seat last time. `seed` decides between equals only.
    """

    people: tuple[Person, ...]
    seats: tuple[Seat, ...]
    fixed: tuple[Fixed, ...] = ()
    declined: frozenset[tuple[int, int]] = frozenset()
    previous: Mapping[int, int] = field(default_factory=dict)
    seed: int = 1


class Reason(StrEnum):
    """Why somebody can not have a seat; the first that holds, the lasting ones first."""

    SKILL = "skill"
    LEAD = "lead"
    CAPACITY = "capacity"
    DECLINED = "declined"
    UNSAID = "unsaid"
    ABSENT = "absent"
    UNAVAILABLE = "unavailable"
    OVERLAP = "overlap"
    REST = "rest"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Given:
    """A proposed seat and why this person. `able` could ever have it, this one included; `spare` of the others have
    room for it beside what they got; `lighter` of these would carry less with it than this person does.

    Loads are minutes of twelve weeks, without and with what is proposed in this period.
    """

    seat: int
    person: int
    able: int
    spare: int
    lighter: int
    load_before: int
    load_after: int
    capacity: int
    skill: str
    is_lead: bool
    is_wished: bool
    is_as_before: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A seat nobody could be proposed for; how many people each reason holds back."""

    seat: int
    needed: bool
    reasons: tuple[tuple[Reason, int], ...]


@dataclass(frozen=True, slots=True)
class Evenness:
    """How evenly ratios (minutes of twelve weeks ÷ capacity a month) lie over the people with a capacity."""

    mean: float
    variance: float
    gini: float
    least: int
    most: int
    off_variance: float


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """The objective, to be compared from the first to the last. Loads are sums of minutes² × 1000 ÷ capacity."""

    open_needed: int
    unled: int
    open_wished: int
    load: int
    off_load: int
    unwished: int
    changes: int


@dataclass(frozen=True, slots=True)
class Result:
    given: tuple[Given, ...]
    left: tuple[Left, ...]
    cost: Cost
    before: Evenness
    after: Evenness
