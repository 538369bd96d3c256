"""物品: what a station keeps, how much of it is there, and every change of that.

`stock` is what lies at the desk now; what is lent out is not in it. Only stations.stock writes it, each time
with a SupplyChange; the database refuses a stock below zero (its column does), and any change of a SupplyChange.
"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from stations.models.loan import Loan

USUAL_UNIT = "个"


class SupplyQuerySet(models.QuerySet):
    def at_station(self, station):
        return self.filter(station=station)

    def at_stations(self, stations):
        return self.filter(station__in=stations)

    def active(self):
        return self.filter(is_active=True)

    def lendable(self):
        return self.active().filter(is_lendable=True)

    def others_named(self, name, supply):
        """Others of this name at its station."""
        return self.filter(station=supply.station_id, name=name).exclude(pk=supply.pk)

    def low(self):
        """At or under the mark, and, mark or not, what is used up: nothing is there and nothing will come back."""
        is_out = Exists(Loan.objects.out().filter(supply=OuterRef("pk")))
        return self.active().filter(Q(stock__lte=F("low_mark")) | Q(stock=0) & ~is_out)

    def in_order(self):
        """In use first, then as they were entered."""
        return self.order_by("-is_active", "pk")

    def with_out(self):
        """`out`: how many of it are lent."""
        out = Sum("loans__quantity", filter=Q(loans__returned_at=None))
        return self.annotate(out=Coalesce(out, 0))


class Supply(models.Model):
    """物品 of one station. It is switched off, never deleted: loans and changes name it."""

    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="supplies", verbose_name="站点"
    )
    name = models.CharField("名称", max_length=30, help_text="例如 口罩、急救药箱、充电器")
    unit_word = models.CharField("量词", max_length=4, default=USUAL_UNIT, help_text="例如 个、只、本、把")
    stock = models.PositiveIntegerField("现有", default=0)
    low_mark = models.PositiveIntegerField(
        "提醒数", null=True, blank=True, help_text="剩到这个数就提醒“快用完了”；不填，用完了才提醒。"
    )
    is_lendable = models.BooleanField("可以借出", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "物品"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "name"],
                name="supply_name_once",
                violation_error_message="这个站点已经有同名的物品。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_low(self) -> bool:
        """As SupplyQuerySet.low says; `self` was read with_out()."""
        is_at_mark = self.low_mark is not None and self.stock <= self.low_mark
        return self.is_active and (is_at_mark or not self.stock and not self.out)

    def amount(self, number: int) -> str:
        """3个, 1把."""
        return f"{number}{self.unit_word}"


class SupplyChangeQuerySet(models.QuerySet):
    def with_people(self):
        return self.select_related("by")

    def latest(self, count):
        return self.with_people().order_by("-pk")[:count]

    def undoing_returns(self):
        """The last one first."""
        return self.with_people().filter(kind=SupplyChange.Kind.RETURN_UNDONE).order_by("-pk")


class SupplyChange(models.Model):
    """One change of a supply: why, by how much, what was there afterwards, by whom. Append-only."""

    class Kind(models.TextChoices):
        USED = "used", "用掉"
        RESTOCKED = "restocked", "补货"
        COUNTED = "counted", "盘点"
        LENT = "lent", "借出"
        RETURNED = "returned", "归还"
        RETURN_UNDONE = "return_undone", "撤回归还"
        SETTINGS = "settings", "改设置"

    supply = models.ForeignKey(Supply, models.PROTECT, related_name="changes", verbose_name="物品")
    kind = models.CharField("原因", max_length=16, choices=Kind)
    amount = models.IntegerField("增减")
    stock_after = models.PositiveIntegerField("之后现有")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="操作人"
    )
    device = models.CharField("设备", max_length=16, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    loan = models.ForeignKey(
        "stations.Loan", models.PROTECT, null=True, blank=True, related_name="changes", verbose_name="借用"
    )
    key = models.UUIDField("按键号", null=True, blank=True, unique=True, editable=False)

    objects = SupplyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "物品变动"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount:+d}"

    @property
    def number(self) -> int:
        """As it was typed: what was counted, else how many more or fewer."""
        return self.stock_after if self.kind == self.Kind.COUNTED else abs(self.amount)

    @property
    def said(self) -> str:
        """用掉2只, 盘点8只."""
        return f"{self.get_kind_display()}{self.supply.amount(self.number)}"
