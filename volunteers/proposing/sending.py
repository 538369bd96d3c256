"""A draft sent as questions, the questions taken back, and the next person asked when somebody can not come."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.models import User
from stations import locks
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers import fair, permissions, wording
from volunteers.fair.hours import midnight
from volunteers.models import Assignment, Proposal, Seat, Shift
from volunteers.proposing import reasons
from volunteers.proposing.drafting import DAY, Draft, Period, draft, serving_at
from volunteers.proposing.loading import load
from volunteers.seating import answering, asking, door, telling

SINCE = "刚刚有变动，请看一遍新的安排再发。"
NOTHING = "没有要发的邀请：这段时间的岗位都有人、都问过了，或者没有人能来。"
OTHERWISE = "站长重新排了一次"
TAKEN_BACK = "站长收回了邀请"
SOON = timedelta(hours=2)  # nobody is asked by the house for a shift that begins before that


@transaction.atomic
def send(station: Station, period: Period, *, seen: str, by: User, now: datetime) -> Proposal:
    """Ask everybody of the draft; earlier questions that it has no room for are taken back, the others stay.

    `seen` is the digest of the draft that was looked at: Conflict if it would be another by now. Refused for who does
    not lead the station, and where there is nothing to ask.
    """
    _refuse_if(permissions.why_not_arrange(by, station))
    locks.wait_for_one(locks.Lock.PROPOSING, station.pk)
    ahead = Shift.objects.at_station(station).standing()
    span = ahead.between(midnight(period.first), midnight(period.last + DAY))
    door.hold_shifts(span.values_list("pk", flat=True))
    made = draft(station, period, now=now)
    if made.digest != seen:
        raise Conflict(SINCE)
    if not made.asked and not made.dropped:
        raise Refused(NOTHING)
    return _write(made, by, now)


@transaction.atomic
def take_back(proposal: Proposal, *, by: User, now: datetime) -> int:
    """All of its questions that nobody answered yet; how many."""
    _refuse_if(permissions.why_not_arrange(by, proposal.station))
    rows = Assignment.objects.proposed().with_shift().of_proposal(proposal)
    door.hold_shifts(rows.values_list("seat__shift", flat=True))
    open_questions = list(rows.order_by("pk"))
    for one in open_questions:
        asking.take_back(one, by=by, now=now, why=TAKEN_BACK)
    return len(open_questions)


@transaction.atomic
def decline(assignment: Assignment, *, by: User, now: datetime, why: str = "") -> None:
    """去不了, and the next person is asked; refused as `answering.decline`.

    The station and the shift are held before the row, as by whoever sends, or takes the seat meanwhile.
    """
    shift = assignment.seat.shift
    locks.wait_for_one(locks.Lock.PROPOSING, shift.station_id)
    door.hold_shifts([shift.pk])
    answering.decline(assignment, by=by, now=now, why=why)
    next_for(assignment, now=now)


@transaction.atomic
def next_for(declined: Assignment, *, now: datetime) -> Assignment | None:
    """Ask the next best person for the seat of a proposal that somebody has just declined; None if nobody is asked.

    The leads are told when there is nobody left. A question that a lead put by hand is the lead's to put again.
    """
    if declined.proposal_id is None or declined.starts_at - now < SOON:
        return None
    locks.wait_for_one(locks.Lock.PROPOSING, declined.seat.shift.station_id)
    seat = _still_open(declined)
    if seat is None:
        return None
    facts = load([seat], serving_at(seat.shift.station), now=now, is_anew=False)
    result = fair.propose(facts.task)
    for given in result.given:
        why = reasons.why(given, facts)
        person = facts.profiles[given.person]
        return asking.propose(seat, person, by=None, now=now, proposal=declined.proposal, why=why)
    _say_nobody(declined, seat, reasons.why_nobody(result.left[0], facts), now)
    return None


def _refuse_if(sentence: str) -> None:
    if sentence:
        raise Refused(sentence)


def _write(made: Draft, by: User, now: datetime) -> Proposal:
    period = made.period
    proposal = Proposal.objects.create(
        station=made.station, from_on=period.first, until_on=period.last, made_at=now, made_by=by,
        figures=_figures(made),
    )  # fmt: skip
    kept = [one.pk for one in made.kept]
    Assignment.objects.filter(pk__in=kept).update(proposal=proposal)
    for one in made.dropped:
        asking.take_back(one, by=by, now=now, why=OTHERWISE)
    for given in made.asked:
        seat, person = made.facts.seats[given.seat], made.facts.profiles[given.person]
        why = reasons.why(given, made.facts)
        asking.propose(seat, person, by=by, now=now, proposal=proposal, why=why)
    _audit(made, by, now)
    return proposal


def _audit(made: Draft, by: User, now: datetime) -> None:
    span = f"{made.period.first}至{made.period.last}"
    said = f"{made.station}自动排班{span}：请{len(made.asked)}个岗位，收回{len(made.dropped)}个"
    audit.record(audit.Action.ROSTER_CHANGED, actor=by, area=made.station.area, detail=said, now=now)


def _figures(made: Draft) -> dict[str, object]:
    """What the page shows of it later: figures, and the seats that stayed open with the reason."""
    left = [
        {"seat": one.seat, "needed": one.needed, "why": reasons.why_nobody(one, made.facts)}
        for one in made.result.left
    ]
    people = Counter(given.person for given in made.result.given)
    return {
        "asked": len(made.asked),
        "kept": len(made.kept),
        "dropped": len(made.dropped),
        "people": len(people),
        "left": left,
        "cost": asdict(made.result.cost),
        "before": reasons.evenness(made.result.before),
        "after": reasons.evenness(made.result.after),
    }


def _still_open(declined: Assignment) -> Seat | None:
    """The seat, held, unless it is gone, taken, or somebody else is asked already."""
    try:
        seat = door.hold(declined.seat)
    except Conflict:
        return None
    busy = seat.assignments.occupying() | seat.assignments.proposed()
    return None if busy.exists() else seat


def _say_nobody(declined: Assignment, seat: Seat, why: str, now: datetime) -> None:
    said = f"{wording.when_and_where(seat.shift, now=now)}还缺人，没有可以再请的：{why}。"
    telling.tell_leads(seat.shift, f"nobody:{declined.pk}", said[:200], now=now)
