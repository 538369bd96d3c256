"""定时·定人·定责: categories, and per community the unit and the limits for each."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from stations.models import Area, Unit, unit_serving

REPLY_DAYS = 1
RESOLVE_DAYS = 5
limit_days = [
    MinValueValidator(1, "至少 1 个工作日。"),
    MaxValueValidator(60, "最多 60 个工作日。"),
]


class CategoryQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Category(models.Model):
    """类别: what a request is about. Its place in the order is the digit that chooses it at the desk."""

    name = models.CharField("名称", max_length=20, unique=True)
    ordinal = models.PositiveSmallIntegerField("排序号", default=0)
    is_active = models.BooleanField("启用", default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "类别"
        ordering = ["ordinal", "pk"]

    def __str__(self):
        return self.name


class RuleQuerySet(models.QuerySet):
    def for_ticket(self, *, area, category):
        """The community's rule for a category, or None; then the defaults hold and a person chooses the unit."""
        if category is None:
            return None
        return self.filter(area=area, category=category).select_related("unit").first()

    def in_areas(self, areas):
        return self.filter(area__in=areas)


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
