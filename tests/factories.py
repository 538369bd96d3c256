"""Honest defaults: each factory makes a row that could exist, in one community unless told otherwise."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from accounts.models import Post, User
from stations.models import Area, Building, Station, Unit
from tickets import workflow
from tickets.models import Category, Rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse 马"  # noqa: S105


def at(text):
    """An aware moment in Shanghai from "2026-11-24 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area

    name = factory.Sequence(lambda n: f"和苑{n}社区")
    kind = Area.Kind.COMMUNITY

    @factory.lazy_attribute
    def parent(self):
        above = {"community": "street", "street": "district"}.get(self.kind)
        return AreaFactory(kind=above) if above else None


class StationFactory(DjangoModelFactory):
    class Meta:
        model = Station

    area = factory.SubFactory(AreaFactory)
    name = factory.Sequence(lambda n: f"和苑{n}号站")
    kind = Station.Kind.RED_ROCK
    code = factory.Sequence(lambda n: f"H{chr(65 + n // 2600 % 26)}{chr(65 + n // 100 % 26)}{n % 100:02d}")
    phone = "023-1200 0118"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    area = factory.SubFactory(AreaFactory)
    name = factory.Sequence(lambda n: f"安居物业{n}")
    kind = Unit.Kind.PROPERTY


class BuildingFactory(DjangoModelFactory):
    class Meta:
        model = Building

    area = factory.SubFactory(AreaFactory)
    # Never the 24栋 of House, in whichever order the tests run.
    name = factory.Sequence(lambda n: f"{n + 1}号楼")
    ordinal = factory.Sequence(lambda n: n % 30000)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    phone = factory.Sequence(lambda n: f"139{n:08d}")
    name = factory.Sequence(lambda n: f"何敏{n}")
    password = factory.django.Password(PASSWORD)


class PostFactory(DjangoModelFactory):
    """PostFactory(role="unit_staff", unit=u) — the person is made unless given."""

    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    role = Post.Role.ADMIN


def person(role, *, station=None, unit=None, area=None, **fields):
    """A user holding one post."""
    return PostFactory(user=UserFactory(**fields), role=role, station=station, unit=unit, area=area).user


def people(cast):
    """Users for each (role, name, where), in two statements: nearly every test begins with them."""
    users = User.objects.bulk_create(UserFactory.build(name=name) for _, name, _ in cast)
    posts = [Post(user=user, role=role, **where) for user, (role, _, where) in zip(users, cast, strict=True)]
    Post.objects.bulk_create(posts)
    return users


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"水电气{n}")
    ordinal = factory.Sequence(lambda n: n % 30000)


class EmergencyFactory(CategoryFactory):
    """燃气泄漏: to be answered within two hours, by day and night."""

    name = factory.Sequence(lambda n: f"燃气泄漏{n}")
    ordinal = factory.Sequence(lambda n: n % 30000 + 100)
    emergency_hours = 2
    emergency_call = "119"
    emergency_advice = "先关阀门、开窗，人到屋外再打电话"


class RuleFactory(DjangoModelFactory):
    class Meta:
        model = Rule

    category = factory.SubFactory(CategoryFactory)
    area = factory.SubFactory(AreaFactory)


class House:
    """A community with a station, two units, a building, and one person of each kind, and a stranger's twin.

    Attributes: area station unit other_unit building category volunteer lead staff colleague unit_lead
    dispatcher secretary admin outsider (a volunteer of another community) other_staff (of other_unit).
    """

    def __init__(self):
        self.area = AreaFactory()
        self.station = StationFactory(area=self.area)
        self.unit = UnitFactory(area=self.area, name="安居物业")
        self.other_unit = UnitFactory(area=self.area, name="房管服务中心", kind="housing")
        self.building = BuildingFactory(area=self.area, name="24栋")
        self.building.units.add(self.unit)
        self.category = CategoryFactory()
        RuleFactory(category=self.category, area=self.area, unit_kind="property")
        station, unit, area = {"station": self.station}, {"unit": self.unit}, {"area": self.area}
        cast = {
            "volunteer": ("volunteer", "刘桂芳", station),
            "lead": ("station_lead", "陈国平", station),
            "staff": ("unit_staff", "周建华", unit),
            "colleague": ("unit_staff", "吴强", unit),
            "unit_lead": ("unit_lead", "郑洁", unit),
            "other_staff": ("unit_staff", "孙伟", {"unit": self.other_unit}),
            "dispatcher": ("dispatcher", "何敏", area),
            "secretary": ("secretary", "黎书文", area),
            "admin": ("admin", "管理员", {}),
            "outsider": ("volunteer", "外人", {"station": StationFactory()}),
        }
        vars(self).update(zip(cast, people(cast.values()), strict=True))

    def receive(self, words="厨房燃气灶打不着火", *, by=None, now=None, **fields):
        """File a ticket at the station; returns the ticket."""
        fields.setdefault("submission_id", uuid.uuid4())
        fields.setdefault("category", self.category)
        fields.setdefault("building", self.building)
        receipt = workflow.receive(
            by=by or self.volunteer, station=self.station, words=words, now=now, **fields
        )
        return receipt.reporter.ticket
