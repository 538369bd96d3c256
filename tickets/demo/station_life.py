"""What goes on at a station besides tickets: who came by, what was lent, what is running out."""

import uuid
from datetime import datetime, timedelta
from random import Random

from stations import lending, stock, visiting
from stations.models import Station, Visit
from tickets.demo.moments import DESK, local
from tickets.demo.places import Community, Person

DAYS = 14
VISITS_A_DAY = (3, 9)
KINDS = (Visit.Kind.WATER, Visit.Kind.WATER, Visit.Kind.CHAT, Visit.Kind.CHAT, Visit.Kind.ADVICE)
# name, unit word, stock, mark below which it runs out, lendable
SUPPLIES = (
    ("急救药箱", "个", 1, None, False),
    ("口罩", "只", 38, 50, False),
    ("书", "本", 126, None, True),
    ("充电器", "个", 4, 1, True),
    ("雨伞", "把", 6, 2, True),
    ("轮椅", "辆", 1, None, True),
    ("血压计试纸", "盒", 3, 3, False),
)


def fill(home: Community, rng: Random, now: datetime) -> None:
    """Every station of the community; its first volunteer is on duty."""
    for station in home.stations:
        desk = home.volunteers[station.pk][0]
        supplies = _supplies(station, desk, rng)
        _visits(station, desk, rng, now)
        _loans(supplies, desk, rng, now)


def _supplies(station: Station, desk: Person, rng: Random) -> dict:
    made = {}
    for name, word, amount, mark, is_lendable in SUPPLIES:
        settings = {"unit_word": word, "low_mark": mark, "is_lendable": is_lendable}
        made[name] = stock.add_supply(
            station, name=name, stock=amount, key=_key(rng), by=desk.user, **settings
        )
    return made


def _visits(station: Station, desk: Person, rng: Random, now: datetime) -> None:
    """The last fortnight, and today as far as it has come."""
    day_long = 660
    for day in range(DAYS):
        for _ in range(rng.randint(*VISITS_A_DAY)):
            at = DESK.earlier(local(now), day * day_long + rng.randrange(5, day_long))
            visiting.tap(station, rng.choice(KINDS), key=_key(rng), by=desk.user, now=at)


def _loans(supplies: dict, desk: Person, rng: Random, now: datetime) -> None:
    """An umbrella that should be back, a charger due soon, a wheelchair for some days, a book returned."""
    at = local(now)
    lent = (
        ("雨伞", 1500, at - timedelta(hours=16), "程阿姨", "16010000311"),
        ("充电器", 70, at + timedelta(hours=1), "小罗", ""),
        ("轮椅", 900, at + timedelta(days=2), "钟奶奶的女儿", "16010000024"),
        ("书", 1400, at + timedelta(days=9), "", ""),
    )
    for name, minutes, due_at, borrower, phone in lent:
        loan = lending.lend(
            supplies[name], by=desk.user, submission_id=_key(rng), due_at=due_at, borrower=borrower,
            phone=phone, now=min(DESK.earlier(at, minutes), due_at - timedelta(hours=1)),
        )  # fmt: skip
        if name == "书":
            lending.take_back(loan, by=desk.user, now=DESK.earlier(at, 30))


def _key(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
