"""每晚对账: what was compared in one night, how many rows, and each thing that did not agree."""

from django.db import models
from django.db.models import Q

from accounts.models import Post
from stations.models import Area
from tickets.models.ticket import Ticket


class ReconciliationQuerySet(models.QuerySet):
    def latest_first(self):
        return self.order_by("-day")

    def of_day(self, day):
        return self.filter(day=day).first()


class Reconciliation(models.Model):
    """One night, by its local date; run again on the same day it takes the earlier one's place."""

    day = models.DateField("日期", unique=True)
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("做完")
    checked = models.JSONField("查了多少", help_text="每一项：{查了多少行, 不对的有多少}")

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "每晚对账"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.day}"

    @property
    def found(self) -> int:
        """How much did not agree, also what is not listed one by one."""
        return sum(faults for _, faults in self.checked.values())


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for the administrator, who keeps the machine; else what lies in the own communities."""
        if user.has_role(Post.Role.ADMIN):
            return self
        scope = Q(pk__in=[])
        for post in user.posts_as(Post.Role.DISPATCHER, Post.Role.SECRETARY):
            scope |= Q(area__in=post.area.ids_below)
        return self.filter(scope)

    def of_night(self, night):
        return self.filter(reconciliation=night)

    def in_order(self):
        return self.select_related("area", "ticket").order_by("check_code", "pk")

    def by_area(self):
        """{area id: how many}"""
        return self._counted("area")

    def by_night(self):
        """{reconciliation id: how many}"""
        return self._counted("reconciliation")

    def _counted(self, column):
        found = self.exclude(area=None).order_by().values_list(column)
        return dict(found.annotate(number=models.Count("pk")))


class Finding(models.Model):
    """One thing that did not agree. Numbers and names of units only, nothing of residents."""

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="findings", verbose_name="哪一晚"
    )
    check_code = models.CharField("哪一项", max_length=20)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="社区"
    )
    ticket = models.ForeignKey(
        Ticket, models.SET_NULL, null=True, db_index=False, related_name="+", verbose_name="工单"
    )
    words = models.CharField("哪里不对", max_length=200)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对账发现"
        ordering = ["pk"]

    def __str__(self):
        return self.words
