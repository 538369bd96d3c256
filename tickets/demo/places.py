"""The demo's places: a district, a street, three communities with stations, units, buildings and rules.

The estate stands in the image of SOURCES S1–S2, the second community of S9 and S18, the third of S14 and S15.
"""

from dataclasses import dataclass, field
from datetime import time

from accounts.models import Post, User
from stations.models import Area, Building, Facility, OpeningHours, Station, Unit
from tickets.models import Category, Rule

DISTRICT, STREET = "嘉岭区", "青禾街道"
ESTATE, SCATTERED, NEIGHBOURLY = "和苑社区", "石榴园社区", "丹桂社区"
CATEGORIES = ("水电气", "房屋墙面", "公共设施", "消防设施", "充电停车", "环境卫生", "邻里噪声", "其他")
# Name, hours for the reply, the number to call (made up, but for 119), and the words that follow “打 number：”.
EMERGENCIES = (
    ("燃气泄漏", 2, "023-1200 0777", "燃气抢修电话。先关阀门、开窗，别碰电器开关，人到屋外再打"),
    ("电梯困人", 2, "023-1200 0199", "物业24小时值班电话。告诉里面的人别扒门"),
    ("水电起火", 2, "119", "先离开火场再打；电器起火不要泼水"),
)
RESOLVE_DAYS = {"水电气": 3, "消防设施": 3, "房屋墙面": 10}
WITHOUT_RULE = "邻里噪声"
Kind = Facility.Kind
BASIC = (Kind.WATER, Kind.SEATS, Kind.LEAFLETS)


@dataclass(frozen=True)
class Person:
    """Somebody in one post."""

    user: User
    post: Post
    as_whom: str


@dataclass
class Community:
    """A community with all that a plan for one of its tickets needs, in memory."""

    area: Area
    stations: list[Station] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    buildings: list[Building] = field(default_factory=list)
    unserved: set[int] = field(default_factory=set)
    dispatchers: list[Person] = field(default_factory=list)
    volunteers: dict[int, list[Person]] = field(default_factory=dict)
    staff: dict[int, list[Person]] = field(default_factory=dict)
    leads: dict[int, Person] = field(default_factory=dict)
    resolve_days: dict[str, int] = field(default_factory=dict)

    def unit_for(self, kind: str, building: Building | None) -> Unit:
        """The unit of this kind for a building; what a community lacks falls to its property or to itself."""
        if kind == "housing" and "housing" not in self.units:
            kind = "property"
        unserved = building is None or building.pk in self.unserved
        if kind == "property" and unserved and "centre" in self.units:
            kind = "centre"
        return self.units.get(kind) or self.units["community"]

    def building(self, name: str) -> Building:
        return next(b for b in self.buildings if b.name == name)


def build_all() -> list[Community]:
    """The district with its three communities, estate first."""
    street = build_street()
    return [_estate(street), _scattered(street), _neighbourly(street)]


def build_street() -> Area:
    district = Area.objects.create(name=DISTRICT, kind=Area.Kind.DISTRICT)
    return Area.objects.create(name=STREET, kind=Area.Kind.STREET, parent=district)


def categories() -> dict[str, Category]:
    """The eight categories of the desk, in the order of their digits, and the emergencies behind them."""
    plain = {name: {"ordinal": n} for n, name in enumerate(CATEGORIES, start=1)}
    fields = ("emergency_hours", "emergency_call", "emergency_advice")
    urgent = {
        name: {"ordinal": n, **dict(zip(fields, values, strict=True))}
        for n, (name, *values) in enumerate(EMERGENCIES, start=len(CATEGORIES) + 1)
    }
    wanted = {**plain, **urgent}
    return {name: Category.objects.get_or_create(name=name, defaults=wanted[name])[0] for name in wanted}


def community(name: str, street: Area) -> Community:
    return Community(Area.objects.create(name=name, kind=Area.Kind.COMMUNITY, parent=street))


def add_station(home: Community, code, name, kind, *, phone, address, facilities=BASIC) -> Station:
    """A desk open 09:00–20:00 every day."""
    station = Station.objects.create(
        area=home.area, code=code, name=name, kind=kind, phone=phone, address=address
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(station=station, weekday=day, opens_at=time(9), closes_at=time(20)) for day in range(7)
    )
    Facility.objects.bulk_create(Facility(station=station, kind=kind) for kind in facilities)
    home.stations.append(station)
    return station


def add_unit(home: Community, key: str, name: str, kind: str, phone: str) -> Unit:
    unit = Unit.objects.create(area=home.area, name=name, kind=kind, phone=phone)
    home.units[key] = unit
    return unit


def add_buildings(home: Community, numbers, *, unit: Unit | None, group=4) -> None:
    """Buildings in groups of four, served by the unit; without one they fall to the 物业综合服务中心."""
    made = []
    for n in numbers:
        first = (n - 1) // group * group + 1
        name = f"{first}–{first + group - 1}栋"
        made.append(Building.objects.create(area=home.area, name=f"{n}栋", ordinal=n, group=name))
        if unit:
            made[-1].units.add(unit)
    home.buildings += made
    if unit is None:
        home.unserved.update(b.pk for b in made)


def add_rules(home: Community, kinds: dict[str, str]) -> None:
    """Kinds of unit per category; a category left out has no rule, so a person must choose."""
    by_name = categories()
    for name, kind in kinds.items():
        days = RESOLVE_DAYS.get(name, 5)
        Rule.objects.create(area=home.area, category=by_name[name], unit_kind=kind, resolve_days=days)
        home.resolve_days[name] = days
    for name, *_ in EMERGENCIES:
        Rule.objects.create(
            area=home.area,
            category=by_name[name],
            unit_kind=Unit.Kind.PROPERTY,
            resolve_days=1,
            is_automatic=True,
        )


def usual_rules(walls: str) -> dict[str, str]:
    kinds = {name: Unit.Kind.PROPERTY for name in CATEGORIES if name != WITHOUT_RULE}
    return {**kinds, "房屋墙面": walls, "其他": Unit.Kind.COMMUNITY}


def _estate(street) -> Community:
    home = community(ESTATE, street)
    rich = (*BASIC, Kind.CHARGER, Kind.TOOLS, Kind.WHEELCHAIR, Kind.FIRST_AID)
    add_station(
        home,
        "HY01",
        "和苑一号站",
        Station.Kind.RED_ROCK,
        phone="023-1200 0118",
        address="和苑家园中庭",
        facilities=rich,
    )
    add_station(
        home,
        "HY02",
        "和苑二号站",
        Station.Kind.RED_ROCK,
        phone="023-1200 0128",
        address="和苑家园二期公园",
        facilities=(*BASIC, Kind.CHARGER, Kind.BOOKS),
    )
    add_unit(home, "community", "和苑社区居委会", Unit.Kind.COMMUNITY, "023-1200 0101")
    property_company = add_unit(home, "property", "安居物业", Unit.Kind.PROPERTY, "023-1200 0102")
    add_unit(home, "housing", "房管服务中心", Unit.Kind.HOUSING, "023-1200 0103")
    add_unit(home, "team", "便民维修队", Unit.Kind.VOLUNTEER_TEAM, "023-1200 0104")
    add_unit(home, "vests", "红马甲志愿队", Unit.Kind.VOLUNTEER_TEAM, "023-1200 0105")
    add_buildings(home, range(1, 29), unit=property_company)
    add_rules(home, usual_rules(Unit.Kind.HOUSING))
    return home


def _scattered(street) -> Community:
    home = community(SCATTERED, street)
    facilities = (Kind.WATER, Kind.FIRST_AID, Kind.MASKS, Kind.BOOKS, Kind.SEATS, Kind.LEAFLETS)
    add_station(
        home,
        "SL01",
        "石榴园红色驿站",
        Station.Kind.RED_POST,
        phone="023-1200 0218",
        address="石榴园二号门",
        facilities=facilities,
    )
    add_unit(home, "community", "石榴园社区居委会", Unit.Kind.COMMUNITY, "023-1200 0201")
    served = add_unit(home, "property", "平安里物业", Unit.Kind.PROPERTY, "023-1200 0202")
    add_unit(home, "centre", "石榴园物业综合服务中心", Unit.Kind.PROPERTY_CENTRE, "023-1200 0203")
    add_unit(home, "team", "石榴园维修服务队", Unit.Kind.VOLUNTEER_TEAM, "023-1200 0204")
    add_buildings(home, range(1, 7), unit=served)
    add_buildings(home, range(7, 19), unit=None)
    add_rules(home, usual_rules(Unit.Kind.PROPERTY))
    return home


def _neighbourly(street) -> Community:
    home = community(NEIGHBOURLY, street)
    add_station(
        home,
        "DG01",
        "丹桂邻里驿站",
        Station.Kind.NEIGHBOUR_POST,
        phone="023-1200 0318",
        address="丹桂苑南门",
        facilities=(*BASIC, Kind.TOOLS),
    )
    add_unit(home, "community", "丹桂社区居委会", Unit.Kind.COMMUNITY, "023-1200 0301")
    company = add_unit(home, "property", "桂苑物业", Unit.Kind.PROPERTY, "023-1200 0302")
    add_unit(home, "vests", "丹桂代办队", Unit.Kind.VOLUNTEER_TEAM, "023-1200 0303")
    add_buildings(home, range(1, 13), unit=company)
    add_rules(home, usual_rules(Unit.Kind.PROPERTY))
    return home
