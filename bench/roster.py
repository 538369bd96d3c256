"""How even a fair proposal is beside a random and a round-robin fill: 121 people, 28 days, 504 seats.

.venv/bin/python -m bench.roster        prints the table of RESULTS.md; needs no database.

All three keep every limit and fill the same seats of the same invented people; they differ in whom they take.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

from stations.workdays import SHANGHAI
from volunteers.fair import search
from volunteers.fair.given import Person, Seat, Skill, Task, Window, Wish
from volunteers.fair.ground import Ground
from volunteers.fair.plan import NOBODY, Plan
from volunteers.fair.telling import evenness

PEOPLE, DAYS, STATIONS, WORLDS = 121, 28, 2, 5
MONDAY = datetime(2026, 11, 30, tzinfo=SHANGHAI)
SHIFTS = ((540, 750), (750, 990), (990, 1200))
HOUR = 60
Choose = Callable[[list[int]], int]
HEAD = (
    "| 排法 | 必须有人的还空着 | 没有带班的班 | 最好有人的还空着 | 负担的方差 | 基尼系数 | 最轻–最重 "
    "| 晚上和周末的方差 | 不合心愿 | CPU 秒 |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def world(seed: int, share: float, leads: float) -> Task:
    """Invented people and two stations with three shifts a day.

    `share`: how many of the week's days somebody can come; `leads`: how many of the people may lead.
    """
    dice = random.Random(seed)
    people = tuple(_person(number, dice, share, leads) for number in range(1, PEOPLE + 1))
    return Task(people, tuple(_seats()))


def fill(task: Task, choose: Choose) -> Plan:
    """Seat after seat in the order of time, to whom `choose` takes among those it fits."""
    plan = Plan(Ground(task))
    for s, able in enumerate(plan.ground.able):
        fitting = [p for p in search.bits(able) if plan.fits(p, s)]
        if fitting:
            plan.put(choose(fitting), s)
    return plan


def at_random(seed: int) -> Choose:
    return random.Random(seed).choice


def in_turn() -> Choose:
    """Whose turn was longest ago; whoever can not come is passed over and comes first the next time."""
    turns: Iterator[int] = count(1)
    last: dict[int, int] = {}

    def choose(fitting: list[int]) -> int:
        p = min(fitting, key=lambda p: (last.get(p, 0), p))
        last[p] = next(turns)
        return p

    return choose


def fairly(task: Task) -> Plan:
    plan = search.greedy(Ground(task))
    search.improve(plan)
    return plan


def main() -> None:
    ways: tuple[tuple[str, Callable[[Task], Plan]], ...] = (
        ("随机", lambda task: fill(task, at_random(7))),
        ("轮流", lambda task: fill(task, in_turn())),
        ("自动排班", fairly),
    )
    for title, share, leads in (("人手够", 0.6, 0.3), ("人手紧", 0.25, 0.1)):
        worlds = [world(seed, share, leads) for seed in range(WORLDS)]
        print(f"\n### {title}\n\n{HEAD}")
        for name, way in ways:
            print(_line(name, [_measured(way, task) for task in worlds]))


def _measured(way: Callable[[Task], Plan], task: Task) -> list[float]:
    began = time.process_time()
    plan = way(task)
    return _figures(plan, time.process_time() - began)


def _figures(plan: Plan, seconds: float) -> list[float]:
    cost, even = plan.score(), evenness(plan)
    ratios = [minutes / capacity for minutes, capacity in zip(plan.minutes, plan.capacity, strict=True)]
    unwished = sum(p != NOBODY and p in plan.ground.unwished[s] for s, p in enumerate(plan.holder))
    least, most = min(ratios), max(ratios)
    head = [cost.open_needed, cost.unled, cost.open_wished, even.variance, even.gini, least, most]
    return [*head, even.off_variance, unwished, seconds]


def _line(name: str, figures: list[list[float]]) -> str:
    """The means over the worlds."""
    needed, unled, wished, variance, gini, least, most, off, unwished, seconds = map(
        statistics.fmean, zip(*figures, strict=True)
    )
    cells = (
        f"{needed:.1f}",
        f"{unled:.1f}",
        f"{wished:.1f}",
        f"{variance:.3f}",
        f"{gini:.3f}",
        f"{least:.2f}–{most:.2f}",
    )
    return f"| {name} | {' | '.join(cells)} | {off:.3f} | {unwished:.0f} | {seconds:.2f} |"


def _person(number: int, dice: random.Random, share: float, leads: float) -> Person:
    windows = tuple(_windows(dice, share))
    minutes = dice.randrange(0, 40) * HOUR
    return Person(
        number,
        capacity=dice.choice([8, 12, 16, 20, 30]) * HOUR,
        windows=windows,
        minutes=minutes,
        off_minutes=dice.randrange(0, minutes + 1) // 3,
        skills=tuple(Skill(code) for code in ("理发", "家电") if dice.random() < 0.15),
        may_lead=dice.random() < leads,
        weekly=dice.choice([8, 12, 20]) * HOUR,
        wishes=(Wish(dice.randrange(7)),) if dice.random() < 0.4 else (),
    )


def _windows(dice: random.Random, share: float) -> Iterator[Window]:
    for weekday in range(7):
        starts, ends = dice.choice([(540, 1200), (540, 990), (540, 750), (750, 1200), (990, 1200)])
        if dice.random() < share:
            yield Window(weekday, starts, ends)


def _seats() -> Iterator[Seat]:
    """Three a shift: who leads it, one for anybody, one that is only wished for, with a skill on Saturdays."""
    for day in range(DAYS):
        for number in range(STATIONS * len(SHIFTS)):
            starts, ends = (MONDAY + timedelta(days=day, minutes=at) for at in SHIFTS[number % len(SHIFTS)])
            shift = day * STATIONS * len(SHIFTS) + number
            skill = "理发" if day % 7 == 5 else ""
            yield Seat(shift * 3, shift, starts, ends, is_lead=True)
            yield Seat(shift * 3 + 1, shift, starts, ends)
            yield Seat(shift * 3 + 2, shift, starts, ends, needed=False, skill=skill)


if __name__ == "__main__":
    main()
