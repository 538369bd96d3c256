"""Who is told when a clock has come to a rung, and in which words: one digest for each person and run.

Half time → whoever has it: the claimant, else the unit, else the dispatchers. 80 % → the unit's leads, else the
dispatchers. Overdue → dispatchers and secretaries, and nobody of the rungs below. Where things stand at the moment
of the run decides, not where they stood when the clock began.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.models import Post
from notices.models import Notice
from stations import saying
from stations.models import Area
from tickets.announce import URGENT, subject
from tickets.models import Clock
from tickets.rungs import HALF, OVERDUE, RUNGS, WARN, Step

REACHED = {OVERDUE: "项时限刚刚超过", WARN: "项时限已过八成", HALF: "项时限已过半"}


class Audience:
    """The people of all the steps of a run: three statements, however many there are."""

    def __init__(self, steps: Iterable[Step]):
        areas = {step.area for step in steps}
        units = {step.unit for step in steps if step.unit}
        self.above = self._above({step.area for step in steps if step.rung == OVERDUE})
        self.staff: dict[int, set[int]] = defaultdict(set)
        self.leads: dict[int, set[int]] = defaultdict(set)
        self.dispatchers: dict[int, set[int]] = defaultdict(set)
        acting = Q(unit__in=units) | Q(role=Post.Role.DISPATCHER, area__in=areas)
        posts = Post.objects.active().filter(acting)
        for user, role, unit, area in posts.values_list("user", "role", "unit", "area"):
            if area:
                self.dispatchers[area].add(user)
            else:
                self.staff[unit].add(user)
            if role == Post.Role.UNIT_LEAD:
                self.leads[unit].add(user)

    def of(self, step: Step) -> set[int]:
        """User ids."""
        if step.rung == OVERDUE:
            return self.above[step.area]
        owners = self.owners(step) if step.rung == HALF or step.owner_too else set()
        return owners | (self._leads(step) if step.rung == WARN else set())

    def owners(self, step: Step) -> set[int]:
        """Who left the unit owns nothing there any more, whatever the ticket says."""
        staff = self.staff.get(step.unit or 0, set())
        return staff & {step.claimant} or staff or self.dispatchers[step.area]

    def _leads(self, step: Step) -> set[int]:
        return self.leads.get(step.unit or 0) or self.dispatchers[step.area]

    def _above(self, area_ids: set[int]) -> dict[int, set[int]]:
        areas = Area.objects.with_above(area_ids) if area_ids else []
        above: dict[int, set[int]] = defaultdict(set)
        for user, answers_for in Post.objects.answering_for(areas).items() if areas else ():
            for area in answers_for:
                above[area].add(user)
        return above


def digests(steps: list[Step], now: datetime) -> list[Notice]:
    """One notice for each person who is to be told of any of the steps."""
    audience = Audience(steps)
    mine: dict[int, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=lambda step: (RUNGS.index(step.rung), step.clock)):
        for user in audience.of(step):
            mine[user].append(step)
    alone = {its[0].clock for its in mine.values() if _total(its) == 1}
    clocks = Clock.objects.with_subject().in_bulk(alone)
    return [_digest(user, its, clocks, now) for user, its in mine.items()]


def _digest(user: int, steps: list[Step], clocks: dict[int, Clock], now: datetime) -> Notice:
    """Its effect names the first clock of the highest rung, which comes there only once."""
    first = steps[0]
    is_one = _total(steps) == 1
    is_emergency = any(step.is_emergency for step in steps)
    text = _of_one(clocks[first.clock], first.rung, now) if is_one else _of_many(steps)
    return Notice(
        recipient_id=user,
        effect=f"{first.rung}:{first.clock}" + ("" if first.rung == OVERDUE else f":{now:%Y%m%d%H%M%S}"),
        text=f"{URGENT if is_emergency else ''}{text}",
        url=clocks[first.clock].ticket.get_absolute_url() if is_one else _list(first.rung),
        is_urgent=is_emergency,
        created_at=now,
    )


def _of_one(clock: Clock, rung: str, now: datetime) -> str:
    label, about = clock.get_kind_display(), subject(clock.ticket)
    if rung == OVERDUE:
        return f"{about}超过{label}时限"
    share = "已过八成" if rung == WARN else "已过半"
    return f"{about}{label}时限{share}，{saying.exact(clock.due_at, now=now)}到期"


def _of_many(steps: list[Step]) -> str:
    counts = {rung: _total(step for step in steps if step.rung == rung) for rung in RUNGS}
    parts = [f"{count}{REACHED[rung]}" for rung, count in counts.items() if count]
    return f"有{'，'.join(parts)}，请尽快处理"


def _list(rung: str) -> str:
    return reverse("tickets:list") + ("?overdue=1" if rung == OVERDUE else "?sort=due")


def _total(steps: Iterable[Step]) -> int:
    return sum(step.number for step in steps)
