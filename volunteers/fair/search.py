"""How a good proposal is found: hardest seat first, then what is still open, then exchanges that even the load.

Every step takes only what makes the cost smaller, so the end is never worse than the beginning. Amounts of work
are counted, never timed: the same facts give the same proposal on a fast and on a slow machine.
"""

from collections.abc import Iterator

from volunteers.fair.ground import Ground
from volunteers.fair.plan import NOBODY, OPEN_NEEDED, UNLED, UNWISHED, Plan

DEPTH = 4  # people in a row who move up for one open seat
NEAR = 8  # seats that are looked through whole around an open one
MOVES = 20_000  # tries at moving somebody up
PLACEMENTS = 20_000  # tries while looking through
ROUNDS = 10
MOST_TASTE = 2 << UNWISHED
NEVER = 1 << OPEN_NEEDED


def greedy(ground: Ground) -> Plan:
    """Needed seats before wished ones, always the seat the fewest can still take, to whom it costs least."""
    plan = Plan(ground)
    free = {s: list(bits(ground.able[s])) for s in range(len(ground.seats))}
    while free:
        s = min(free, key=lambda s: (not ground.seats[s].needed, len(free[s]), not ground.leads[s], s))
        able = free.pop(s)
        if able:
            p = cheapest(plan, able, s)
            plan.put(p, s)
            _forget(plan, free, p, s)
    return plan


def improve(plan: Plan) -> None:
    moves, placements = Budget(MOVES), Budget(PLACEMENTS)
    fill(plan, moves)
    look_around(plan, placements)
    for _ in range(ROUNDS):
        before = plan.cost
        _give_on(plan)
        _swap(plan)
        if plan.cost == before:
            _chain(plan)
            fill(plan, moves)
        if plan.cost == before:
            break


class Budget:
    """How much may still be tried; counted, so that the end does not depend on the speed of the machine."""

    def __init__(self, most: int):
        self.left = most

    def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0


def fill(plan: Plan, moves: Budget) -> None:
    """Somebody for the seats left open: straight away, or by moving others up."""
    for s in _open(plan):
        if plan.holder[s] == NOBODY:
            _seat_somebody(plan, s, DEPTH, 1 << s, moves)


def look_around(plan: Plan, placements: Budget) -> None:
    """Where moving up was not enough, all the ways there are to fill what is near."""
    ground = plan.ground
    for s in _open(plan):
        if plan.holder[s] == NOBODY and (ground.seats[s].needed or ground.leads[s]) and placements.left > 0:
            _look_through(plan, s, placements)


def cheapest(plan: Plan, people: list[int], s: int) -> int:
    return min(people, key=lambda p: (more(plan, p, s), p))


def more(plan: Plan, p: int, s: int) -> int:
    """What the seat costs with this person."""
    ground = plan.ground
    return plan.with_more(p, ground.minutes[s], ground.off[s]) + plan.taste(p, s)


def bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


def _forget(plan: Plan, free: dict[int, list[int]], p: int, s: int) -> None:
    """Take this person, who has just got a seat, off the seats they can not have any more."""
    for t, able in free.items():
        if p in able and not plan.fits(p, t):
            able.remove(p)


def _open(plan: Plan) -> list[int]:
    """Open seats that somebody could take, the important and the hard ones first."""
    ground = plan.ground
    found = [s for s, p in enumerate(plan.holder) if p == NOBODY and ground.able[s]]
    return sorted(
        found,
        key=lambda s: (not ground.seats[s].needed, not ground.leads[s], ground.able[s].bit_count(), s),
    )


def _seat_somebody(plan: Plan, s: int, depth: int, seen: int, moves: Budget) -> bool:
    """Fill this seat, if need be by moving its holder-to-be off another one that is filled in turn."""
    able = list(bits(plan.ground.able[s]))
    fitting = [p for p in able if plan.fits(p, s)]
    if fitting:
        plan.put(cheapest(plan, fitting, s), s)
        return True
    return depth > 0 and any(
        moves.spend() and _move_up(plan, p, t, s, depth, seen, moves)
        for p in able
        for t in bits(plan.held[p] & ~seen)
    )


def _move_up(plan: Plan, p: int, t: int, s: int, depth: int, seen: int, moves: Budget) -> bool:
    """Let p take s and find somebody for t, which p held; all as it was if that makes nothing better."""
    before, mark = plan.cost, len(plan.done)
    plan.take(t)
    if plan.fits(p, s):
        plan.put(p, s)
        _seat_somebody(plan, t, depth - 1, seen | 1 << t, moves)
        if plan.cost < before:
            return True
    plan.back_to(mark)
    return False


# Looking through all there is, near an open seat --------------------------------------------------


def _look_through(plan: Plan, s: int, placements: Budget) -> None:
    """Take the best of all ways to fill this seat and those around it."""
    near = _near(plan, s)
    before = plan.cost, {t: plan.holder[t] for t in near}
    for t in near:
        if plan.holder[t] != NOBODY:
            plan.take(t)
    search = _Exhaustive(plan, near, placements, before)
    search.go(0)
    for t, p in search.best[1].items():
        if p != NOBODY:
            plan.put(p, t)


def _near(plan: Plan, s: int) -> list[int]:
    """Seats next to this one in time that share somebody with it, the hardest first."""
    ground = plan.ground
    at = ground.when[s][0]
    others = [t for t in range(len(ground.seats)) if ground.able[t]]
    chosen = sorted(others, key=lambda t: (t != s, abs(ground.when[t][0] - at), t))[:NEAR]
    return sorted(chosen, key=lambda t: (ground.able[t].bit_count(), t))


class _Exhaustive:
    def __init__(self, plan: Plan, seats: list[int], budget: Budget, best: tuple[int, dict[int, int]]):
        self.plan, self.seats, self.budget, self.best = plan, seats, budget, best
        self.left = [sum(plan.unheld[t] for t in seats[n:]) for n in range(len(seats) + 1)]
        self.leads = [sum(plan.ground.leads[t] for t in seats[n:]) << UNLED for n in range(len(seats) + 1)]

    def go(self, n: int) -> None:
        """Every person and nobody for the n-th seat; gives up where even all the rest filled would not do."""
        plan = self.plan
        if (plan.cost - self.left[n] - self.leads[n]) >> UNLED >= self.best[0] >> UNLED:
            return
        if n == len(self.seats):
            self.best = plan.cost, {t: plan.holder[t] for t in self.seats}
            return
        s = self.seats[n]
        for p in bits(plan.ground.able[s]):
            if plan.fits(p, s) and self.budget.spend():
                plan.put(p, s)
                self.go(n + 1)
                plan.back_to(len(plan.done) - 1)
        if self.budget.left > 0:
            self.go(n + 1)


# Exchanges that make the load more even ------------------------------------------------------------


def _give_on(plan: Plan) -> None:
    """Each seat to whom it would cost least, if that is somebody else."""
    ground = plan.ground
    for s, p in enumerate(plan.holder):
        if p == NOBODY:
            continue
        relief = plan.with_more(p, -ground.minutes[s], -ground.off[s]) - plan.taste(p, s)
        costs = sorted((more(plan, q, s), q) for q in bits(ground.able[s]) if q != p)
        for cost, q in costs:
            if cost + relief >= 0:
                break
            if plan.fits(q, s):
                plan.take(s)
                plan.put(q, s)
                break


def _swap(plan: Plan) -> None:
    """Two people change seats where that makes anything better."""
    able, holder = plan.ground.able, plan.holder
    filled = [s for s, p in enumerate(holder) if p != NOBODY]
    for n, s in enumerate(filled):
        for t in filled[n + 1 :]:
            p, q = holder[s], holder[t]
            if p != q and able[s] >> q & 1 and able[t] >> p & 1 and _gain(plan, s, t) < 0:
                _change_seats(plan, s, t)


def _gain(plan: Plan, s: int, t: int) -> int:
    """How the cost would change if the holders of these seats changed places."""
    ground, p, q = plan.ground, plan.holder[s], plan.holder[t]
    minutes, off = ground.minutes[t] - ground.minutes[s], ground.off[t] - ground.off[s]
    taste = plan.taste(p, t) + plan.taste(q, s) - plan.taste(p, s) - plan.taste(q, t)
    if not minutes and not off:
        return taste
    return taste + plan.with_more(p, minutes, off) + plan.with_more(q, -minutes, -off)


def _change_seats(plan: Plan, s: int, t: int) -> None:
    mark = len(plan.done)
    p, q = plan.take(s), plan.take(t)
    if plan.fits(q, s) and plan.fits(p, t):
        plan.put(q, s)
        plan.put(p, t)
    else:
        plan.back_to(mark)


def _chain(plan: Plan) -> None:
    """A seat goes on to somebody who passes one of theirs on to a third."""
    least = [_least(plan, s) for s in range(len(plan.holder))]
    for s, p in enumerate(plan.holder):
        if p != NOBODY:
            for r in _pass_on(plan, s, least):
                for t, able in enumerate(plan.ground.able):
                    if able >> r & 1 and plan.fits(r, t):
                        least[t] = min(least[t], more(plan, r, t))


def _least(plan: Plan, s: int) -> int:
    """What this seat would cost with the cheapest of those who could have it besides; NEVER if nobody could."""
    able = bits(plan.ground.able[s])
    return min((more(plan, p, s) for p in able if plan.fits(p, s)), default=NEVER)


def _pass_on(plan: Plan, s: int, least: list[int]) -> tuple[int, ...]:
    """Who carries less now, after the first exchange found that makes it all better."""
    ground, p = plan.ground, plan.holder[s]
    relief = plan.with_more(p, -ground.minutes[s], -ground.off[s]) - plan.taste(p, s)
    for q in bits(ground.able[s] & ~(1 << p)):
        for t in bits(plan.held[q]):
            minutes, off = ground.minutes[s] - ground.minutes[t], ground.off[s] - ground.off[t]
            own = plan.with_more(q, minutes, off) if minutes or off else 0
            if relief + own + least[t] < MOST_TASTE:
                so_far = relief + own + plan.taste(q, s) - plan.taste(q, t)
                if _third(plan, s, t, so_far):
                    return p, q
    return ()


def _third(plan: Plan, s: int, t: int, so_far: int) -> bool:
    """Somebody for t, whose holder takes s, such that all in all it costs less."""
    p, q, mark = plan.holder[s], plan.holder[t], len(plan.done)
    for r in bits(plan.ground.able[t] & ~(1 << p | 1 << q)):
        if more(plan, r, t) + so_far < 0 and plan.fits(r, t):
            plan.take(s)
            plan.take(t)
            if plan.fits(q, s):
                plan.put(q, s)
                plan.put(r, t)
                return True
            plan.back_to(mark)
    return False
