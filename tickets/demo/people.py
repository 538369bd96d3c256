"""The demo's people: those who sign in, their colleagues, 121 volunteers of the estate, and their posts.

Only the listed sign-ins have a password; everybody else exists so that the places are staffed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import Post, User
from stations.models import Station, Unit
from tickets.demo import names, sign_ins
from tickets.demo.moments import local
from tickets.demo.places import Community, Person
from volunteers.models import Profile

Role = Post.Role
OTHERS_FROM = 16000000100
ESTATE_VOLUNTEERS = (66, 55)  # 121 over the two stations
FOUNDERS = 11
STAFF_OF = {Unit.Kind.PROPERTY: 6, Unit.Kind.HOUSING: 5}
SMALL_STAFF = 4


class Cast:
    """Hands out people one after the other; the next free name and number are its only state."""

    def __init__(self, now: datetime, *, phones_from: int = OTHERS_FROM):
        self.began_at = local(now) - timedelta(days=760)
        self.password = make_password(sign_ins.PASSWORD)
        self._names: Iterator[str] = names.staff_names()
        self._phone = phones_from

    def appoint(self, role, *, known: sign_ins.SignIn | None = None, password="", **scope) -> Person:
        """One person in one post; a known one signs in with the shared password."""
        if known:
            user = self._user(known.phone, known.name, self.password)
        else:
            user = self._user(str(self._phone), next(self._names), password or make_password(None))
            self._phone += 1
        user.save(force_insert=True)
        post = Post(user=user, role=role, started_at=self.began_at, **scope)
        post.save(force_insert=True)
        return Person(user, post, str(post))

    def _user(self, phone, name, password) -> User:
        return User(phone=phone, name=name, password=password, joined_at=self.began_at)


def staff_all(homes: list[Community], *, now: datetime) -> None:
    """Fill all posts of the three communities and those above them."""
    estate, *others = homes
    cast = Cast(now)
    _staff_estate(cast, estate)
    for home in others:
        staff_community(cast, home, volunteers=12)
    cast.appoint(Role.SECRETARY, known=sign_ins.STREET_SECRETARY, area=estate.area.parent)
    cast.appoint(Role.ADMIN, known=sign_ins.ADMIN)


def staff_community(cast: Cast, home: Community, *, volunteers: int, password="") -> None:
    """A community where nobody is listed."""
    home.dispatchers = [cast.appoint(Role.DISPATCHER, area=home.area, password=password) for _ in range(2)]
    cast.appoint(Role.SECRETARY, area=home.area, password=password)
    for unit in home.units.values():
        _staff_unit(cast, home, unit, password=password)
    for station in home.stations:
        _staff_station(cast, home, station, volunteers, password=password)


def _staff_estate(cast, home):
    home.dispatchers = [
        cast.appoint(Role.DISPATCHER, known=sign_ins.DISPATCHER, area=home.area),
        cast.appoint(Role.DISPATCHER, area=home.area),
    ]
    cast.appoint(Role.SECRETARY, known=sign_ins.SECRETARY, area=home.area)
    listed = {"property": (sign_ins.STAFF, sign_ins.UNIT_LEAD), "housing": (sign_ins.HOUSING_STAFF, None)}
    for key, unit in home.units.items():
        staff, lead = listed.get(key, (None, None))
        _staff_unit(cast, home, unit, known=staff, known_lead=lead)
    listed_at = ((sign_ins.VOLUNTEER, sign_ins.STATION_LEAD), (None, None))
    for station, number, (known, lead) in zip(home.stations, ESTATE_VOLUNTEERS, listed_at, strict=True):
        _staff_station(cast, home, station, number, known=known, known_lead=lead)


def _staff_unit(cast, home, unit, *, known=None, known_lead=None, password=""):
    number = STAFF_OF.get(unit.kind, SMALL_STAFF)
    first = [cast.appoint(Role.UNIT_STAFF, known=known, unit=unit)] if known else []
    rest = [cast.appoint(Role.UNIT_STAFF, unit=unit, password=password) for _ in range(number - len(first))]
    home.staff[unit.pk] = first + rest
    home.leads[unit.pk] = cast.appoint(Role.UNIT_LEAD, known=known_lead, unit=unit, password=password)


def _staff_station(cast, home, station: Station, number, *, known=None, known_lead=None, password=""):
    first = [cast.appoint(Role.VOLUNTEER, known=known, station=station)] if known else []
    own = {"station": station, "password": password}
    rest = [cast.appoint(Role.VOLUNTEER, **own) for _ in range(number - len(first))]
    home.volunteers[station.pk] = first + rest
    lead = cast.appoint(Role.STATION_LEAD, known=known_lead, **own)
    _profile(cast, station, [lead, *first, *rest])


def _profile(cast, station, people):
    """Eleven began; the others joined one by one until a month ago."""
    began, span = cast.began_at.date(), 730 / len(people)
    Profile.objects.bulk_create(
        Profile(
            user=person.user,
            vest_number=f"{station.code}-{n:03d}",
            joined_on=began if n <= FOUNDERS else began + timedelta(days=round(n * span)),
        )
        for n, person in enumerate(people, start=1)
    )
