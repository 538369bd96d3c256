"""A draft and a proposal as the pages show them: day by day, who for what and why, what stays open."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from stations import saying
from volunteers import wording
from volunteers.fair.hours import local_date
from volunteers.models import Assignment, AssignmentEvent, Profile, Proposal, Seat
from volunteers.proposing import reasons
from volunteers.proposing.drafting import Draft
from volunteers.proposing.sending import OTHERWISE, TAKEN_BACK
from volunteers.states import OCCUPYING, Status


@dataclass(frozen=True)
class Row:
    """A seat: its hours, what it asks for, and who; `name` is empty for a seat that stays open."""

    starts_at: datetime
    hours: str
    role: str
    name: str
    why: str
    word: str = ""
    is_needed: bool = True
    status: str = ""
    shift: int = 0


@dataclass(frozen=True)
class Day:
    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def has_given(self) -> bool:
        return any(row.name for row in self.rows)

    @property
    def has_open(self) -> bool:
        return any(not row.name for row in self.rows)


def of_draft(draft: Draft, *, now: datetime) -> list[Day]:
    """Every seat that was open, with the person or the reason why nobody."""
    facts = draft.facts
    kept = {one.seat_id for one in draft.kept}
    rows = [
        _row(
            facts.seats[given.seat],
            name=str(facts.profiles[given.person]),
            why=reasons.why(given, facts),
            word="已经问过，还没答" if given.seat in kept else "",
        )
        for given in draft.result.given
    ]
    rows += [_row(facts.seats[left.seat], why=reasons.why_nobody(left, facts)) for left in draft.result.left]
    return by_day(rows, now=now)


def of_proposal(proposal: Proposal, *, now: datetime) -> list[Day]:
    """What each answered, the seats nobody could be asked for among them."""
    asked = Assignment.objects.of_proposal(proposal).with_shift().order_by("pk")
    rows = [
        _row(one.seat, name=str(one.profile), why=one.why, word=one.get_status_display(), status=one.status)
        for one in asked
    ]
    why = {left["seat"]: left["why"] for left in proposal.figures.get("left", [])}
    open_seats = Seat.objects.standing().with_shift().filter(pk__in=why)
    rows += [_row(seat, why=why[seat.pk]) for seat in open_seats]
    return by_day(rows, now=now)


def answers(proposal: Proposal) -> dict[str, int]:
    """How many of the questions stand how; `taken_back` by the lead, `ended` otherwise."""
    asked = Assignment.objects.of_proposal(proposal)
    found = Counter(asked.values_list("status", flat=True))
    by_lead = AssignmentEvent.objects.filter(verb="take_back", detail__in=(TAKEN_BACK, OTHERWISE))
    taken_back = by_lead.filter(assignment__in=asked).count()
    return {
        "agreed": sum(found[status] for status in OCCUPYING),
        "unanswered": found[Status.PROPOSED],
        "declined": found[Status.DECLINED],
        "taken_back": taken_back,
        "ended": found[Status.CANCELLED] + found[Status.EXCUSED] - taken_back,
    }


def by_day(rows: Iterable[Row], *, now: datetime) -> list[Day]:
    today = local_date(now)
    days: dict[date, Day] = {}
    for row in sorted(rows, key=lambda row: (row.starts_at, not row.is_needed)):
        on = local_date(row.starts_at)
        days.setdefault(on, Day(saying.day(on, today=today))).rows.append(row)
    return list(days.values())


def without_times(profiles: Iterable[Profile]) -> int:
    """How many gave no times, so that they are not asked."""
    return sum(not profile.availabilities.all() for profile in profiles)


def _row(seat: Seat, *, name: str = "", why: str, word: str = "", status: str = Status.PROPOSED) -> Row:
    shift = seat.shift
    parts = ("带班" if seat.is_lead else "", str(seat.skill or ""), "" if seat.is_needed else "最好有")
    role = "·".join(filter(None, parts))
    hours = wording.hours(shift.starts_at, shift.ends_at)
    return Row(shift.starts_at, hours, role, name, why, word, seat.is_needed, status, shift.pk)
