"""Where things happen: areas, stations, responsible units and buildings. Decides nothing about tickets."""

from datetime import time

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.functional import cached_property

from stations import calendars
from stations.composed import Composed
from stations.shipped import Calendar

OFFICE_OPENS = time(9)
OFFICE_CLOSES = time(18)
CALENDAR_VERSION = 80

phone_number = RegexValidator(
    r"^[0-9+][0-9 -]{2,19}$", "填写电话号码，只用数字、空格和短横，例如 023-1200 0118。"
)


class AreaQuerySet(models.QuerySet):
    def communities(self):
        return self.filter(kind=Area.Kind.COMMUNITY)

    def others_than(self, areas):
        return self.exclude(pk__in=areas)

    def with_desks(self):
        """Communities in which a station takes requests; with what is above them, for whom to tell."""
        return self.filter(stations__is_active=True).distinct().select_related("parent")

    def being_recounted(self, ids=None):
        """Of these, of all by default: whose clocks have not all been counted by their newest calendar yet."""
        found = self.filter(recount_since__isnull=False).order_by("pk")
        return found if ids is None else found.filter(pk__in=ids)

    def with_above(self, ids):
        """These areas with their parents, which know the rest of the way up."""
        return self.filter(pk__in=ids).select_related("parent")

    def below(self, areas):
        """The given areas (instances or ids) and everything under them; the tree is three deep."""
        ids = [getattr(area, "pk", area) for area in areas]
        return self.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))


class Area(models.Model):
    """片区: district → street → community, with the office hours in which a working day is counted."""

    class Kind(models.TextChoices):
        DISTRICT = "district", "区县"
        STREET = "street", "街道"
        COMMUNITY = "community", "社区"

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("级别", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级片区"
    )
    office_opens = models.TimeField("上班时间", default=OFFICE_OPENS)
    office_closes = models.TimeField("下班时间", default=OFFICE_CLOSES)
    # Rides along with every area read, so that a limit is reckoned without another look into the database.
    calendar_version = models.CharField(
        "日历版本", max_length=CALENDAR_VERSION, blank=True, default="", editable=False
    )
    recount_since = models.DateTimeField("日历改动待重算自", null=True, blank=True, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "片区"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="district", parent=None) | (~Q(kind="district") & Q(parent__isnull=False)),
                name="area_district_is_root",
                violation_error_message="区县没有上级；街道和社区必须有上级。",
            ),
            models.CheckConstraint(
                condition=Q(office_opens__lt=F("office_closes")),
                name="area_office_opens_before_closes",
                violation_error_message="上班时间要早于下班时间。",
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="area_name_once", nulls_distinct=False),
        ]

    def __str__(self):
        return self.name

    @property
    def calendar(self) -> Calendar:
        """Which days are worked here; the rows behind it are read once per process and version."""
        return calendars.of(self.pk, self.calendar_version)

    @property
    def ids_upwards(self):
        """Its own id, its parent's and the parent's parent's."""
        above = [self.pk, self.parent_id, self.parent.parent_id if self.parent_id else None]
        return [pk for pk in above if pk]

    @cached_property
    def ids_below(self):
        """Its own id and those of all areas under it: a few dozen, which spare every query on tickets a join."""
        return _ids_below(self.pk)

    def clean(self):
        above = {self.Kind.STREET: self.Kind.DISTRICT, self.Kind.COMMUNITY: self.Kind.STREET}.get(self.kind)
        if above and self.parent_id and self.parent.kind != above:
            raise ValidationError({"parent": f"{self.get_kind_display()}的上级应为{above.label}。"})


_ids_below = Composed(lambda area: Area.objects.below([area]).values_list("pk", flat=True))


class StationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def visible_to(self, user):
        """The stations in and below the areas where the person has a post; all of them for the admin."""
        return self if user.is_staff else self.filter(area__in=Area.objects.below(user.area_ids))

    def at_or_in(self, stations, areas):
        """Some stations, and all of some communities."""
        return self.filter(Q(pk__in=stations) | Q(area__in=areas))

    def in_areas(self, areas):
        return self.filter(area__in=areas)


class Station(models.Model):
    """站点: the desk at the residents' door. Its code begins every ticket number."""

    class Kind(models.TextChoices):
        RED_ROCK = "red_rock", "红岩小屋"
        RED_POST = "red_post", "红色驿站"
        NEIGHBOUR_POST = "neighbour_post", "邻里驿站"

    area = models.ForeignKey(Area, models.PROTECT, related_name="stations", verbose_name="所在社区")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=16, choices=Kind)
    code = models.CharField(
        "站码",
        max_length=8,
        unique=True,
        help_text="工单编号的开头，例如 HY01；启用后不要改。",
        validators=[RegexValidator(r"^[A-Z]{2,4}[0-9]{2}$", "站码是二到四个大写字母加两位数字，例如 HY01。")],
    )
    phone = models.CharField("站里电话", max_length=20, blank=True, validators=[phone_number])
    address = models.CharField("地址", max_length=120, blank=True)
    is_active = models.BooleanField("启用", default=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "站点"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="station_name_once")]

    def __str__(self):
        return self.name

    def clean(self):
        if self.area_id and self.area.kind != Area.Kind.COMMUNITY:
            raise ValidationError({"area": "站点要设在社区里。"})


class OpeningHoursQuerySet(models.QuerySet):
    def of_today(self, area, today):
        """Of the area's stations in use, as far as they open on that weekday."""
        open_today = self.filter(station__area=area, station__is_active=True, weekday=today.weekday())
        return open_today.select_related("station").order_by("station__code")


class OpeningHours(models.Model):
    """One weekday on which a station is open."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "周一"
        TUESDAY = 1, "周二"
        WEDNESDAY = 2, "周三"
        THURSDAY = 3, "周四"
        FRIDAY = 4, "周五"
        SATURDAY = 5, "周六"
        SUNDAY = 6, "周日"

    station = models.ForeignKey(Station, models.CASCADE, related_name="opening_hours", verbose_name="站点")
    weekday = models.PositiveSmallIntegerField("星期", choices=Weekday)
    opens_at = models.TimeField("开门", default=time(9))
    closes_at = models.TimeField("关门", default=time(20))

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "开放时间"
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["station", "weekday"], name="opening_hours_weekday_once"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="opening_hours_open_before_close",
                violation_error_message="开门时间要早于关门时间。",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class Facility(models.Model):
    """What a resident finds at a station."""

    class Kind(models.TextChoices):
        WATER = "water", "饮用水"
        CHARGER = "charger", "充电"
        SEATS = "seats", "休闲桌椅"
        BOOKS = "books", "图书"
        LEAFLETS = "leaflets", "政策资料"
        FIRST_AID = "first_aid", "急救药箱"
        MASKS = "masks", "口罩"
        TOOLS = "tools", "便民工具"
        WHEELCHAIR = "wheelchair", "轮椅"

    station = models.ForeignKey(Station, models.CASCADE, related_name="facilities", verbose_name="站点")
    kind = models.CharField("设施", max_length=12, choices=Kind)
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设施"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["station", "kind"], name="facility_kind_once")]

    def __str__(self):
        return self.get_kind_display()


class UnitQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def in_areas(self, areas):
        return self.filter(area__in=areas)

    def teams_in(self, areas):
        """Volunteers' teams to which tickets are dispatched."""
        return self.active().in_areas(areas).filter(kind=Unit.Kind.VOLUNTEER_TEAM)

    def led_or_in(self, units, areas):
        """Some units, and all of some communities."""
        return self.filter(Q(pk__in=units) | Q(area__in=areas))

    def with_id(self, pk):
        """The unit with this id among these, or None."""
        return self.filter(pk=pk).first()

    def by_area(self):
        """With the community at hand, its units together."""
        return self.select_related("area").order_by("area__name", "pk")

    def with_buildings(self):
        """`building_ids`: the buildings each unit serves, in the same statement.

        A grouped statement forgets the usual order, and with it which digit means which unit.
        """
        served = ArrayAgg("buildings", filter=Q(buildings__isnull=False), default=Value([]))
        return self.annotate(building_ids=served).order_by("pk")

    def serving(self, kind, *, area, building=None):
        """The one unit of this kind for a building of the area; see `unit_serving`."""
        units = self.active().in_areas([area]).with_buildings()
        return unit_serving(kind, units, building.pk if building else None)


class Unit(models.Model):
    """责任单位: whoever a ticket is dispatched to."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", "社区"
        PROPERTY = "property", "物业"
        HOUSING = "housing", "房管"
        PROPERTY_CENTRE = "property_centre", "物业综合服务中心"
        VOLUNTEER_TEAM = "volunteer_team", "志愿服务队"
        OTHER = "other", "其他"

    area = models.ForeignKey(Area, models.PROTECT, related_name="units", verbose_name="所在社区")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=16, choices=Kind)
    phone = models.CharField("电话", max_length=20, blank=True, validators=[phone_number])
    is_active = models.BooleanField("启用", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "责任单位"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="unit_name_once")]

    def __str__(self):
        return self.name

    def clean(self):
        if self.area_id and self.area.kind != Area.Kind.COMMUNITY:
            raise ValidationError({"area": "责任单位要设在社区里。"})


def unit_serving(kind, units, building_id=None):
    """The one unit of this kind for a building, or None when a person must choose.

    `units` are the community's active ones, read `with_buildings()`. The building's own unit first; a building
    without a property company falls to the community's 物业综合服务中心 (DESIGN §4, SOURCES S9); otherwise the
    community's only unit of the kind.
    """
    own = [unit for unit in units if unit.kind == kind and building_id in unit.building_ids]
    if own:
        return own[0]
    if building_id and kind == Unit.Kind.PROPERTY:
        kind = Unit.Kind.PROPERTY_CENTRE
    of_kind = [unit for unit in units if unit.kind == kind]
    return of_kind[0] if len(of_kind) == 1 else None


class BuildingQuerySet(models.QuerySet):
    def in_areas(self, areas):
        return self.filter(area__in=areas)


class Building(models.Model):
    """楼栋, with the units that serve it. The group is what the public may see instead of the building."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="buildings", verbose_name="所在社区")
    name = models.CharField("名称", max_length=30, help_text="例如 24栋")
    ordinal = models.PositiveSmallIntegerField("排序号", default=0)
    group = models.CharField("楼群", max_length=30, blank=True, help_text="例如 21–24栋；对外只显示楼群。")
    units = models.ManyToManyField(Unit, blank=True, related_name="buildings", verbose_name="服务单位")

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "楼栋"
        ordering = ["ordinal", "name"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="building_name_once")]

    def __str__(self):
        return self.name
