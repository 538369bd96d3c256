"""Twenty communities full of tickets over two years, for measuring. They are written directly, see rows.py.

Their people share the demo password too: numbers from 160 2000 0000 on, the first
community's two dispatchers first.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from stations import statistics
from stations.models import Area, Station, Unit
from tickets.demo import fates, people, places
from tickets.demo.history import BROKEN, LATE, POSTPONED, PROMISING
from tickets.demo.moments import MINUTE, SHANGHAI, local
from tickets.demo.places import Community
from tickets.demo.plans import Plan, Script
from tickets.demo.rows import Rows
from tickets.demo.texts import MATTERS
from tickets.demo.texts.matter import Matter

NAMES = (
    "春晖",
    "望江",
    "竹园",
    "松涛",
    "银杏",
    "清泉",
    "荷塘",
    "梧桐",
    "朝阳坡",
    "月亮湾",
    "长堤",
    "梅岭",
    "芳草",
    "云台",
    "金穗",
    "翠屏",
    "白鹭",
    "向荣",
    "平湖",
    "新桥",
)
FIRST_CODE = "CS01"
PEOPLE_FROM = 16020000000
DAYS, BUILDINGS, VOLUNTEERS = 730, 20, 6
COURSES = {
    fates.rated_well(fates.usual): 56,
    fates.usual: 20,
    fates.rated_well(fates.answered_late): 4,
    fates.answered_late: 2,
    fates.left_lying: 2,
    fates.rated_well(fates.handed_back): 3,
    fates.rated_well(fates.released): 2,
    fates.answered_by_office: 2,
    POSTPONED: 2,
    BROKEN: 2,
    LATE: 1,
    fates.redone_then_well: 1,
    fates.redone_unrated: 1,
    fates.withdrawn: 1,
    fates.withdrawn_as_mistake: 1,
}


def is_loaded() -> bool:
    return Station.objects.filter(code=FIRST_CODE).exists()


def load(rng: Random, *, count: int, now: datetime) -> None:
    """`count` tickets, received at random desk hours of the last two years."""
    street = Area.objects.get(name=places.STREET, parent__name=places.DISTRICT)
    homes = [community(n, name, street) for n, name in enumerate(NAMES, start=1)]
    cast = people.Cast(now, phones_from=PEOPLE_FROM)
    for home in homes:
        people.staff_community(cast, home, volunteers=VOLUNTEERS, password=cast.password)
    rows = Rows(rng, places.categories(), count=count, now=now)
    rows.write(_plans(rng, homes, count, now))
    statistics.renew()


def community(n: int, name: str, street: Area) -> Community:
    home = places.community(f"{name}社区", street)
    phone = f"023-1300 {n:02d}"
    places.add_station(
        home, f"CS{n:02d}", f"{name}站", Station.Kind.RED_ROCK, phone=f"{phone}18", address=f"{name}苑中庭"
    )
    places.add_unit(home, "community", f"{name}社区居委会", Unit.Kind.COMMUNITY, f"{phone}01")
    company = places.add_unit(home, "property", f"{name}物业", Unit.Kind.PROPERTY, f"{phone}02")
    places.add_unit(home, "housing", f"{name}房管站", Unit.Kind.HOUSING, f"{phone}03")
    places.add_unit(home, "team", f"{name}维修队", Unit.Kind.VOLUNTEER_TEAM, f"{phone}04")
    places.add_buildings(home, range(1, BUILDINGS + 1), unit=company)
    places.add_rules(home, places.usual_rules(Unit.Kind.HOUSING))
    return home


def _plans(rng, homes, count, now) -> Iterator[Plan]:
    courses, weights = list(COURSES), list(COURSES.values())
    for at in sorted(_moment(rng, local(now)) for _ in range(count)):
        [course] = rng.choices(courses, weights)
        yield course(Script(rng, rng.choice(homes), _matter(rng, at, course), at)).plan


def _moment(rng, now: datetime) -> datetime:
    day: date = now.date() - timedelta(days=rng.randrange(DAYS))
    at = datetime.combine(day, time(9), SHANGHAI) + rng.randrange(660 * 60) / 60 * MINUTE
    return at if at <= now else at - timedelta(days=1)


def _matter(rng, at, course) -> Matter:
    return rng.choice(_in_season(at.month, course in PROMISING))


@cache
def _in_season(month: int, promising: bool) -> tuple[Matter, ...]:
    return tuple(m for m in MATTERS if month in m.months and not (promising and m.solvable == "no"))
