"""定时·定人·定责: categories, and per community the unit and the limits for each."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from accounts.models import Post
from stations.composed import Composed
from stations.models import Area, Unit, phone_number, unit_serving

REPLY_DAYS = 1
RESOLVE_DAYS = 5
limit_days = [
    MinValueValidator(1, "至少 1 个工作日。"),
    MaxValueValidator(60, "最多 60 个工作日。"),
]


class EmergencyHours(models.IntegerChoices):
    DANGER = 2, "2小时（有危险）"
    SUPPLY = 24, "24小时（停水、停电、停气、停暖）"


class CategoryQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def emergencies(self):
        return self.filter(emergency_hours__isnull=False)

    def chosen(self, key: int, *, area: int):
        """The one of those in use with this key, or None; it brings its rule in the community along."""
        found = next(iter(_chosen(key, area)), None)
        if found:
            found.ruled_in = area
            if found.rule_here:
                found.rule_here.dispatcher_ids = found.dispatcher_ids
        return found

    def with_reply_limits(self, area):
        """The emergencies, and what has a rule in the community with `its_days` to reply; in one statement."""
        own = FilteredRelation("rules", condition=Q(rules__area=area))
        found = self.annotate(its_rule=own, its_days=F("its_rule__reply_days"))
        return found.filter(Q(emergency_hours__isnull=False) | Q(its_days__isnull=False))


class Category(models.Model):
    """类别: what a request is about. Its place in the order is the digit that chooses it at the desk."""

    name = models.CharField("名称", max_length=20, unique=True)
    ordinal = models.PositiveSmallIntegerField("排序号", default=0)
    is_active = models.BooleanField("启用", default=True)
    emergency_hours = models.PositiveSmallIntegerField(
        "紧急：几小时内答复", null=True, blank=True, choices=EmergencyHours,
        help_text="不分昼夜；空着就不是紧急类别。",
    )  # fmt: skip
    emergency_call = models.CharField(
        "先打的电话",
        max_length=20,
        blank=True,
        validators=[phone_number],
        help_text="紧急类别必填，例如 119。",
    )
    emergency_advice = models.CharField(
        "先怎么做", max_length=120, blank=True, help_text="例如：先关阀门、开窗、不碰电器，人到屋外再打电话。"
    )

    objects = CategoryQuerySet.as_manager()
    ruled_in: int | None = None  # the community of `rule_here`, where that was read with the category
    rule_here: "Rule | None" = None

    class Meta:
        verbose_name = verbose_name_plural = "类别"
        ordering = ["ordinal", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(emergency_hours=None, emergency_call="")
                | (Q(emergency_hours__gt=0) & ~Q(emergency_call="")),
                name="category_emergency_has_number",
                violation_error_message="紧急类别要同时填写几小时内答复和先打的电话；不是紧急类别，两项都空着。",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Said at the field that lacks something; the constraint says the same to whatever writes past a form."""
        if self.emergency_hours and not self.emergency_call:
            raise ValidationError({"emergency_call": "紧急类别要写先打哪个电话，例如 119。"})
        if not self.emergency_hours and (self.emergency_call or self.emergency_advice):
            raise ValidationError(
                {"emergency_hours": "写了先打的电话或先怎么做，就要选几小时内答复；不是急事，都空着。"}
            )

    @property
    def is_emergency(self) -> bool:
        return self.emergency_hours is not None


class RuleQuerySet(models.QuerySet):
    def for_ticket(self, *, area, category):
        """The community's rule for a category, or None; then the defaults hold and a person chooses the unit.

        With `dispatcher_ids`, the users who hear of what it does not send on.
        """
        if category is None:
            return None
        area = getattr(area, "pk", area)
        if getattr(category, "ruled_in", None) == area:
            return category.rule_here
        return next(iter(_rule_of(area, getattr(category, "pk", category))), None)

    def in_areas(self, areas):
        return self.filter(area__in=areas)

    def with_person(self):
        """With who is told first; a name that was not given rightly at an enrolment stays masked."""
        posts = Post.objects.active().with_name_unknown().filter(name_unknown=True)
        unknown = Exists(posts.filter(user=OuterRef("person")))
        return self.select_related("person").annotate(name_unknown=unknown)

    def shown(self, area, category):
        """The community's rule for a category; new and unsaved, with the defaults, if there is none."""
        held = self.filter(area=area, category=category).with_person().select_related("unit").first()
        return held or self.model(area=area, category=category)


class Rule(models.Model):
    """类别规则: to which unit, or kind of unit, a category is proposed, and within how many working days."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="rules", verbose_name="类别")
    area = models.ForeignKey(Area, models.CASCADE, related_name="rules", verbose_name="社区")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="rules", verbose_name="责任单位"
    )
    unit_kind = models.CharField(
        "或按单位类型", max_length=16, choices=Unit.Kind, blank=True, help_text="按楼栋找到这个类型的单位。"
    )
    reply_days = models.PositiveSmallIntegerField(
        "答复时限（工作日）", default=REPLY_DAYS, validators=limit_days
    )
    resolve_days = models.PositiveSmallIntegerField(
        "办结时限（工作日）", default=RESOLVE_DAYS, validators=limit_days
    )

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name="先告诉谁", help_text="责任单位里的一个人；单位里谁都可以认领。",
    )  # fmt: skip
    is_automatic = models.BooleanField(
        "自动派单", default=False, help_text="定得下单位的，接单后由系统直接派出。"
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "类别规则"
        ordering = ["area", "category"]
        constraints = [
            models.UniqueConstraint(fields=["category", "area"], name="rule_once"),
            models.CheckConstraint(
                condition=Q(unit=None) | Q(unit_kind=""),
                name="rule_unit_or_kind",
                violation_error_message="责任单位和单位类型只选一个。",
            ),
            models.CheckConstraint(
                condition=Q(reply_days__range=(1, 60), resolve_days__range=(1, 60)),
                name="rule_limits_in_range",
            ),
        ]

    def __str__(self):
        return f"{self.area}·{self.category}"

    @property
    def first_told(self) -> str:
        """The name of the person, as far as it may be seen; empty if nobody is told first."""
        if self.person_id is None:
            return ""
        return f"{self.person.name[:1]}**" if getattr(self, "name_unknown", False) else self.person.name

    def clean(self):
        if self.unit_id and self.area_id and self.unit.area_id != self.area_id:
            raise ValidationError({"unit": "责任单位要属于同一个社区。"})

    def propose(self, building):
        """The unit this rule proposes for a building, or None when a person must choose."""
        units = Unit.objects.active().in_areas([self.area_id]).with_buildings()
        return self.choose(units, building.pk if building else None)

    def choose(self, units, building_id):
        """The same among the community's active units, read `with_buildings()`, for many tickets at once."""
        if self.unit_id:
            return next((unit for unit in units if unit.pk == self.unit_id), None)
        return unit_serving(self.unit_kind, units, building_id) if self.unit_kind else None


# Every filing asks one of them. Unsorted, since the usual order would join what it sorts by.
def _ruled(area: int, category: int) -> RuleQuerySet:
    ruled = Rule.objects.filter(area=area, category=category).order_by()
    return ruled.annotate(dispatcher_ids=_dispatcher_ids(area))


def _with_rule(category: int, area: int) -> CategoryQuerySet:
    ruling = FilteredRelation("rules", condition=Q(rules__area=area))
    found = Category.objects.active().filter(pk=category).order_by()
    ruled = found.annotate(rule_here=ruling, dispatcher_ids=_dispatcher_ids(area))
    return ruled.select_related("rule_here")


def _dispatcher_ids(area: int) -> ArraySubquery:
    return ArraySubquery(Post.objects.dispatching(area).order_by().values("user"))


_rule_of, _chosen = Composed(_ruled), Composed(_with_rule)
