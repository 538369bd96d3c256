"""不重 for the dispatcher: pairs of open tickets that are likely one matter, each later one beside its likeliest.

Reads one light row for every open ticket. Words that many tickets share tell nothing and are left out, which also
keeps a thousand tickets cheap to compare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from stations import saying
from tickets import search
from tickets.duplicates import ALIKE_HERE, FEWEST, MANY, VERY_ALIKE
from tickets.models import Apart, Ticket

WITHIN = timedelta(days=14)
COMPARED = 1000
LATELY = 5
COMMON, COMMON_PART = 20, 10  # a term is common in more tickets than this, or in more than a tenth of them


@dataclass(frozen=True)
class Pair:
    """The later one probably reports what the earlier one is about."""

    earlier: int
    later: int
    is_same_place: bool
    is_alike: bool  # in its words
    gap: timedelta
    score: float

    @property
    def why(self) -> str:
        if not self.is_same_place:
            said = "说法很像"
        else:
            said = f"同一楼栋、同一类别，{'说法也像' if self.is_alike else '说法不太像'}"
        return f"{said}，{_apart_by(self.gap)}"

    @property
    def likelihood(self) -> tuple:
        """Words and place first, then words, then place alone; among equals the more alike, then the nearer in time."""
        return self.is_alike, self.is_same_place, round(self.score, 2), -self.gap


def likely(areas: Iterable, *, now: datetime) -> list[Pair]:
    """The pairs of each community, the likeliest first."""
    rows = list(Ticket.objects.in_communities(areas).open().to_compare()[:COMPARED])
    apart = Apart.objects.among([row.pk for row in rows]) if len(rows) > 1 else set()
    best: dict[int, Pair] = {}
    for pair in _candidates(rows, apart):
        if pair.later not in best or pair.likelihood > best[pair.later].likelihood:
            best[pair.later] = pair
    return sorted(best.values(), key=lambda pair: (*pair.likelihood, pair.later), reverse=True)


def lately_apart(areas: Iterable) -> QuerySet:
    return Apart.objects.lately_in(areas)[:LATELY]


@transaction.atomic
def keep_apart(one: Ticket, other: Ticket, *, by: User, now: datetime | None = None) -> None:
    """Remember that these are two matters; said twice it is remembered once."""
    Apart.objects.keep(one, other, by=by, at=now or timezone.now())


def forget_apart(one: Ticket, other: Ticket) -> None:
    """Let them be proposed again."""
    Apart.objects.of(one, other).delete()


def _candidates(rows: list, apart: set) -> Iterable[Pair]:
    by_pk = {row.pk: row for row in rows}
    terms = {row.pk: set(search.telling_pairs(f"{row.title} {row.opening}")) for row in rows}
    shared = _shared(terms, len(rows))
    for one, other in {*shared, *_of_one_place(rows)}:
        if (one, other) not in apart and by_pk[one].area_id == by_pk[other].area_id:
            pair = _pair(by_pk[one], by_pk[other], terms[one], terms[other])
            if pair.is_same_place or pair.is_alike:
                yield pair


def _shared(terms: dict[int, set[str]], count: int) -> Iterable[tuple[int, int]]:
    """The pairs of tickets that share enough telling terms, the smaller id first."""
    holders: dict[str, list[int]] = defaultdict(list)
    for pk, its in terms.items():
        for term in its:
            holders[term].append(pk)
    most = max(COMMON, count // COMMON_PART)
    found: Counter = Counter()
    for pks in holders.values():
        if len(pks) <= most:
            found.update(combinations(sorted(pks), 2))
    return (pair for pair, number in found.items() if number >= MANY)


def _of_one_place(rows: list) -> Iterable[tuple[int, int]]:
    places = defaultdict(list)
    for row in rows:
        if row.building_id and row.category_id:
            places[row.area_id, row.building_id, row.category_id].append(row.pk)
    for pks in places.values():
        yield from combinations(sorted(pks), 2)


def _pair(one, other, its: set[str], others: set[str]) -> Pair:
    earlier, later = sorted((one, other), key=lambda row: (row.received_at, row.pk))
    gap = later.received_at - earlier.received_at
    is_known = bool(one.building_id and one.category_id)
    is_one_place = is_known and (one.building_id, one.category_id) == (other.building_id, other.category_id)
    is_near = is_one_place and gap <= WITHIN
    shared = len(its & others)
    score = shared / min(len(its), len(others)) if shared else 0.0
    is_alike = _is_alike(one, other, shared, score, is_near=is_near)
    return Pair(earlier.pk, later.pk, is_near, is_alike, gap, score)


def _is_alike(one, other, shared: int, score: float, *, is_near: bool) -> bool:
    """Very like words, not said of two buildings; at one place and about one time fewer are enough."""
    if is_near:
        return shared >= FEWEST and score >= ALIKE_HERE
    is_elsewhere = one.building_id and other.building_id and one.building_id != other.building_id
    return shared >= MANY and score >= VERY_ALIKE and not is_elsewhere


def _apart_by(gap: timedelta) -> str:
    if gap < saying.MINUTE:
        return "几乎同时"
    return f"相隔{gap.days}天" if gap.days else f"相隔{saying.span(gap)}"
