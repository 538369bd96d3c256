"""What the report counts of one community and month, counted beforehand; and marks of what has changed since.

A trigger of the database sets a mark with every event (migration 0034), in the transaction that changes the ticket,
so a tally without a mark is true, whoever wrote.
"""

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import TruncMonth

from stations.models import CALENDAR_VERSION, Area
from tickets.models.ticket import Ticket

COUNTED = ("sums", "parts", "places", "hours")


class TallyMarkQuerySet(models.QuerySet):
    def mark(self, cells):
        """(area id, month) each."""
        return self.bulk_create(self.model(area_id=area, month=month) for area, month in cells)

    def mark_all(self):
        """Every month in which a community received something."""
        received = Ticket.objects.order_by().values_list("area", TruncMonth("received_on"))
        return self.mark(received.distinct())

    def cells(self):
        """(area, month) of everything marked, each once, the newest months first."""
        return self.order_by("-month", "area").values_list("area", "month").distinct()

    def of(self, month, areas):
        return self.filter(month=month, area__in=areas)


class TallyMark(models.Model):
    """Something has changed in the community's tickets of that month since they were counted, or while they were."""

    area = models.ForeignKey(Area, models.CASCADE, db_index=False, related_name="+", verbose_name="社区")
    month = models.DateField("月份")

    objects = TallyMarkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待重数的月计"

    def __str__(self):
        return f"{self.area_id} {self.month:%Y-%m}"


class TallyQuerySet(models.QuerySet):
    def of_areas(self, areas):
        return self.filter(area__in=[area.pk for area in areas])

    def of_months(self, months):
        return self.filter(month__in=months)

    def cells(self):
        """(area, month), the newest months first."""
        return self.order_by("-month", "area").values_list("area", "month")

    def months(self):
        """Each once, the oldest first."""
        return self.order_by("month").values_list("month", flat=True).distinct()

    def with_area(self):
        return self.select_related("area").order_by("pk")

    def same_as(self, rows):
        """Those of these rows that have not been written anew since they were read."""
        own = models.Q(pk__in=[])
        for row in rows:
            own |= models.Q(pk=row.pk, counted_at=row.counted_at)
        return self.filter(own)

    def standing(self, definition):
        """Those that are still true: nothing changed since, neither in the tickets nor in calendar and definitions."""
        marked = TallyMark.objects.filter(area=OuterRef("area"), month=OuterRef("month"))
        return self.filter(~Exists(marked)).exclude(self._outdated(definition))

    def outdated(self, definition):
        """Counted by another calendar or by other definitions than those of now."""
        return self.filter(self._outdated(definition))

    def _outdated(self, definition):
        return ~models.Q(definition=definition) | ~models.Q(calendar_version=F("area__calendar_version"))


class Tally(models.Model):
    """月计: the figures of the tickets a community received in a month, without those that are still open.

    What is open changes by the clock alone and is counted whenever somebody asks. The four texts are JSON
    (reports/tallies.py says what stands in them), which is only ever read whole.
    """

    area = models.ForeignKey(
        Area, models.CASCADE, db_index=False, related_name="tallies", verbose_name="社区"
    )
    month = models.DateField("月份", help_text="这个月的第一天。")
    sums = models.TextField("合计")
    parts = models.TextField("分项", help_text="按责任单位、站点、类别，和并单撤单是谁经手的。")
    places = models.TextField("分楼栋", help_text="按楼栋，和收到的按类别和楼栋。")
    hours = models.TextField("用时", help_text="第一轮答复和办结用了多少秒办公时间。")
    definition = models.CharField("算法", max_length=64, help_text="数的时候各项是怎么定义的。")
    calendar_version = models.CharField("日历版本", max_length=CALENDAR_VERSION)
    counted_at = models.DateTimeField("数的时间")

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月计"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["area", "month"], name="tally_once")]

    def __str__(self):
        return f"{self.area_id} {self.month:%Y-%m}"

    @property
    def cell(self) -> dict[str, str]:
        """What was counted."""
        return {name: getattr(self, name) for name in COUNTED}
