"""What a finished proposal says of itself: why this person, why nobody, how even the load is. Facts, no wording."""

from collections import Counter
from statistics import fmean, pvariance

from volunteers.fair.given import Evenness, Given, Left, Reason
from volunteers.fair.ground import overlap
from volunteers.fair.plan import NOBODY, Plan
from volunteers.fair.search import bits


def given_places(plan: Plan) -> tuple[Given, ...]:
    """Every seat that got somebody, in the order of time."""
    return tuple(_given(plan, s, p) for s, p in enumerate(plan.holder) if p != NOBODY)


def left_open(plan: Plan) -> tuple[Left, ...]:
    """Every seat that stays open, with how many people each reason holds back."""
    ground = plan.ground
    return tuple(
        Left(ground.seats[s].id, ground.seats[s].needed, _reasons(plan, s))
        for s, p in enumerate(plan.holder)
        if p == NOBODY
    )


def evenness(plan: Plan) -> Evenness:
    """Over all who have a capacity, also those who got nothing."""
    counted = [p for p, person in enumerate(plan.ground.people) if person.capacity > 0]
    ratios = sorted(plan.minutes[p] / plan.capacity[p] for p in counted) or [0.0]
    off = sorted(plan.off[p] / plan.capacity[p] for p in counted) or [0.0]
    minutes = [plan.minutes[p] for p in counted] or [0]
    return Evenness(
        fmean(ratios), pvariance(ratios), gini(ratios), min(minutes), max(minutes), pvariance(off)
    )


def gini(ratios: list[float]) -> float:
    """0 where all carry the same, near 1 where one carries all. Takes them in rising order."""
    total, count = sum(ratios), len(ratios)
    if not total:
        return 0.0
    return 2 * sum(n * ratio for n, ratio in enumerate(ratios, 1)) / (count * total) - (count + 1) / count


def _given(plan: Plan, s: int, p: int) -> Given:
    ground = plan.ground
    seat, person = ground.seats[s], ground.people[p]
    others = [q for q in bits(ground.able[s]) if q != p]
    spare = [q for q in others if plan.fits(q, s)]
    own = plan.minutes[p] / plan.capacity[p]
    return Given(
        seat=seat.id,
        person=person.id,
        able=1 + len(others),
        spare=len(spare),
        lighter=sum(_ratio_with(plan, q, s) < own for q in spare),
        load_before=person.minutes,
        load_after=plan.minutes[p],
        capacity=person.capacity,
        skill=seat.skill,
        is_lead=seat.is_lead,
        is_wished=bool(person.wishes) and p not in ground.unwished[s],
        is_as_before=ground.before[s] == p,
    )


def _ratio_with(plan: Plan, p: int, s: int) -> float:
    """What the person would carry if the seat were theirs instead."""
    return (plan.minutes[p] + plan.ground.minutes[s]) / plan.capacity[p]


def _reasons(plan: Plan, s: int) -> tuple[tuple[Reason, int], ...]:
    found = Counter(_reason(plan, p, s) for p in range(len(plan.ground.people)))
    return tuple((reason, found[reason]) for reason in Reason if found[reason])


def _reason(plan: Plan, p: int, s: int) -> Reason | None:
    """The lasting reason, else what they got in this proposal stands in the way."""
    ground = plan.ground
    lasting = ground.why_never(p, s)
    if lasting is not None:
        return lasting
    clashing = plan.held[p] & ground.clash[s]
    if clashing:
        at_once = any(overlap(ground.when[t], ground.when[s]) for t in bits(clashing))
        return Reason.OVERLAP if at_once else Reason.REST
    return ground.why_full(p, s, plan.day_used[p], plan.week_used[p])
