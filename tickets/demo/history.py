"""What came in since the year began and is over: how many of each course, spread over the seasons.

The numbers follow SOURCES S2: 130 matters a year at the estate, nearly all solved, 97 % of the ratings good.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

from tickets.demo import fates
from tickets.demo.moments import MINUTE, SHANGHAI, local
from tickets.demo.places import Community
from tickets.demo.plans import Plan, Script
from tickets.demo.texts import MATTERS
from tickets.demo.texts.matter import Matter
from tickets.demo.texts.utilities import UTILITIES

SHORTEST_YEAR = timedelta(days=90)
QUICK_ENDS, SLOW_ENDS = timedelta(days=14), timedelta(days=40)
STOVE_AGO = timedelta(days=58)
HOT = {"水电气": 3, "房屋墙面": 15, "公共设施": 7, "消防设施": 11, "邻里噪声": 5, "其他": 12}

_well = fates.rated_well
POSTPONED, BROKEN, LATE = _well(fates.postponed), _well(fates.promise_broken), _well(fates.resolved_late)
# Courses that may end long after they began stand in `slow`.
ESTATE_QUICK = [
    *[_well(fates.usual)] * 37,
    *[_well(fates.answered_late)] * 3,
    *[_well(fates.handed_back)] * 4,
    *[_well(fates.released)] * 3,
    *[_well(fates.answered_by_office)] * 3,
    *[POSTPONED] * 5,
    *[BROKEN] * 3,
]
ESTATE_SLOW = [
    *[fates.redone_then_well] * 3,
    LATE,
    *[fates.redone_unrated] * 2,
    *[fates.usual] * 19,
    *[fates.answered_late] * 2,
    *[fates.postponed] * 2,
    *[fates.promise_broken] * 2,
    fates.answered_by_office,
    fates.withdrawn,
    fates.withdrawn_as_mistake,
]  # and the stove of building 24, rated well
ELSEWHERE_QUICK = [*[_well(fates.usual)] * 10, _well(fates.handed_back), POSTPONED]
ELSEWHERE_SLOW = [
    *[fates.usual] * 6,
    fates.answered_late,
    fates.redone_then_well,
    fates.redone_unrated,
    fates.withdrawn,
]

# These move or break a promise, which a flat no does not give.
PROMISING = (POSTPONED, BROKEN, LATE, fates.postponed, fates.promise_broken)


class Deck:
    """Draws matters in season so that each comes up as seldom as possible."""

    def __init__(self, rng: Random):
        self.rng, self.drawn = rng, Counter()

    def draw(self, month: int, fits=lambda matter: True) -> Matter:
        in_season = [m for m in MATTERS if month in m.months and fits(m)]
        seldom = min(self.drawn[m.words] for m in in_season)
        matter = self.rng.choice([m for m in in_season if self.drawn[m.words] == seldom])
        self.drawn[matter.words] += 1
        return matter


def first_day(now: datetime) -> date:
    """1 January; while the year is younger than 90 days, a year ago: there must be something to look at."""
    today = local(now).date()
    new_year = date(today.year, 1, 1)
    return new_year if today - new_year >= SHORTEST_YEAR else today - timedelta(days=365)


def of_estate(home: Community, deck: Deck, rng: Random, now: datetime) -> list[Plan]:
    return [*_past(home, deck, rng, now, ESTATE_QUICK, ESTATE_SLOW), _stove(home, rng, now)]


def elsewhere(home: Community, deck: Deck, rng: Random, now: datetime) -> list[Plan]:
    return _past(home, deck, rng, now, ELSEWHERE_QUICK, ELSEWHERE_SLOW)


def _past(home, deck, rng, now, quick, slow) -> list[Plan]:
    first, today = first_day(now), local(now).date()
    moments = [(_moment(rng, first, today - QUICK_ENDS), fate) for fate in quick]
    moments += [(_moment(rng, first, today - SLOW_ENDS), fate) for fate in slow]
    return [_plan(home, deck, rng, at, fate) for at, fate in sorted(moments, key=lambda pair: pair[0])]


def _moment(rng, first: date, last: date) -> datetime:
    """A moment of desk hours, a little likelier the later it is: the desk grew known."""
    day = first + timedelta(days=int((last - first).days * rng.random() ** 0.85))
    return datetime.combine(day, time(9), SHANGHAI) + rng.randrange(659 * 60) / 60 * MINUTE


def _plan(home, deck, rng, at, fate) -> Plan:
    matter = deck.draw(at.month, lambda m: fate not in PROMISING or m.solvable != "no")
    hot = HOT.get(matter.category, 0)
    usual = f"{hot}栋" if rng.random() < 0.3 and hot <= len(home.buildings) and hot else None
    return fate(Script(rng, home, matter, at, building=usual)).plan


def _stove(home, rng, now) -> Plan:
    """The story the desk is known for: an old woman in building 24, alone, and her gas stove."""
    at = datetime.combine(local(now).date() - STOVE_AGO, time(9, 20), SHANGHAI)
    given = {"station": home.stations[0], "building": "24栋", "name": "钟奶奶", "phone": "16010000024"}
    script = Script(rng, home, UTILITIES[0], at, **given)
    script.dispatch(6).claim(14).reply(10, promised_on=script.by_resolve(60)).resolve(150)
    return script.rate(260, solved="yes", satisfied="satisfied", words=script.matter.thanks).plan
