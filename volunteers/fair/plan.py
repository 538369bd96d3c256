"""A proposal while it is being made: who holds which seat, and what that costs, kept up to date seat by seat.

The whole objective is one number: each of its parts has bits of its own, the more important the higher, so that
comparing numbers compares the parts one after the other.
"""

from collections import defaultdict

from volunteers.fair.given import Cost
from volunteers.fair.ground import Ground
from volunteers.fair.hours import week

NOBODY = -1
PARTS = 1_000  # of a minute's square per minute of capacity that count
HIGHEST = 10**5  # minutes: more than twelve weeks and a period can hold; squares stay within their bits
CHANGES, UNWISHED, OFF_LOAD, LOAD, OPEN_WISHED, UNLED, OPEN_NEEDED = 0, 32, 64, 128, 192, 224, 256
WIDTHS = {CHANGES: 32, UNWISHED: 32, OFF_LOAD: 64, LOAD: 64, OPEN_WISHED: 32, UNLED: 32, OPEN_NEEDED: 32}


class Plan:
    def __init__(self, ground: Ground):
        count = len(ground.people)
        self.ground = ground
        self.holder = [NOBODY] * len(ground.seats)
        self.held = [0] * count
        self.minutes = [person.minutes for person in ground.people]
        self.off = [person.off_minutes for person in ground.people]
        self.capacity = [max(person.capacity, 1) for person in ground.people]
        self.day_used = [defaultdict(int, used) for used in ground.day_used]
        self.week_used = [defaultdict(int, used) for used in ground.week_used]
        self.unheld = [1 << (OPEN_NEEDED if seat.needed else OPEN_WISHED) for seat in ground.seats]
        self.led: dict[int, int] = dict.fromkeys(ground.lead_seats, 0)
        self.burden = [self.burden_of(p, self.minutes[p], self.off[p]) for p in range(count)]
        self.known: list[dict[int, int]] = [{} for _ in range(count)]
        self.done: list[tuple[int, int]] = []
        self.cost = sum(self.burden) + sum(self.unheld) + (len(self.led) << UNLED)

    def burden_of(self, p: int, minutes: int, off: int) -> int:
        """Minutes² ÷ capacity, each kind in its bits; least in sum where all carry the same for their capacity."""
        minutes, off = min(minutes, HIGHEST), min(off, HIGHEST)
        load = minutes * minutes * PARTS // self.capacity[p]
        off_load = off * off * PARTS // self.capacity[p]
        return (load << LOAD) + (off_load << OFF_LOAD)

    def with_more(self, p: int, minutes: int, off: int) -> int:
        """By how much the burden grows with so many minutes more; less than nothing with fewer."""
        known, kind = self.known[p], minutes << 16 | off & 0xFFFF
        if kind not in known:
            known[kind] = self.burden_of(p, self.minutes[p] + minutes, self.off[p] + off) - self.burden[p]
        return known[kind]

    def taste(self, p: int, s: int) -> int:
        """What a seat costs beside its minutes: nobody's wish, another than last time."""
        before = self.ground.before[s]
        changes = before not in (NOBODY, p)
        return ((p in self.ground.unwished[s]) << UNWISHED) + changes

    def fits(self, p: int, s: int) -> bool:
        """Whether somebody able to hold this seat can have it beside all that they hold now."""
        ground = self.ground
        if self.held[p] & ground.clash[s]:
            return False
        return ground.why_full(p, s, self.day_used[p], self.week_used[p]) is None

    def put(self, p: int, s: int) -> None:
        """Give an open seat to somebody it fits."""
        self.done.append((NOBODY, s))
        self._put(p, s)

    def take(self, s: int) -> int:
        """Free the seat; who held it."""
        self.done.append((self.holder[s], s))
        return self._take(s)

    def back_to(self, mark: int) -> None:
        """Undo what was done since `len(done)` was this."""
        while len(self.done) > mark:
            p, s = self.done.pop()
            if p == NOBODY:
                self._take(s)
            else:
                self._put(p, s)

    def _put(self, p: int, s: int) -> None:
        ground = self.ground
        self.holder[s] = p
        self.held[p] |= 1 << s
        self._count(p, s, 1)
        self.cost += self.taste(p, s) - self.unheld[s]
        if ground.leads[s]:
            self._lead(ground.seats[s].shift, 1)

    def _take(self, s: int) -> int:
        ground, p = self.ground, self.holder[s]
        self.holder[s] = NOBODY
        self.held[p] &= ~(1 << s)
        self._count(p, s, -1)
        self.cost += self.unheld[s] - self.taste(p, s)
        if ground.leads[s]:
            self._lead(ground.seats[s].shift, -1)
        return p

    def _count(self, p: int, s: int, sign: int) -> None:
        ground = self.ground
        self.minutes[p] += sign * ground.minutes[s]
        self.off[p] += sign * ground.off[s]
        day = ground.when[s][2]
        self.day_used[p][day] += sign * ground.minutes[s]
        self.week_used[p][week(day)] += sign * ground.minutes[s]
        burden = self.burden_of(p, self.minutes[p], self.off[p])
        self.cost += burden - self.burden[p]
        self.burden[p] = burden
        self.known[p].clear()

    def _lead(self, shift: int, sign: int) -> None:
        before = self.led[shift]
        self.led[shift] = before + sign
        self.cost += ((before + sign == 0) - (before == 0)) << UNLED

    def score(self) -> Cost:
        return Cost(*(self.cost >> low & (1 << WIDTHS[low]) - 1 for low in sorted(WIDTHS, reverse=True)))
