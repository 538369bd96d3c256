"""工作日历: the years whose days off are known, and what one community does otherwise.

Only rows. Which of them answers for a date is decided in `stations.calendars`; who may change them, and what a change
moves, in `tickets.calendaring`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarYear(models.Model):
    """A year whose notice is known: its listed days, otherwise Monday to Friday."""

    class Source(models.TextChoices):
        NOTICE = "notice", "国务院通知"
        PACKAGE = "chinesecalendar", "chinesecalendar 软件包"

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("来源", max_length=16, choices=Source)
    document = models.CharField("文号", max_length=40, blank=True)
    loaded_at = models.DateTimeField("录入时间")
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="录入人",
        help_text="空着表示用命令录入。",
    )
    # What the row said before it was loaded over, so that the last loading can be taken back.
    before = models.JSONField("之前", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "年度放假安排"
        ordering = ["year"]

    def __str__(self):
        return f"{self.year}年"

    def snapshot(self):
        """The year as it stands, as `before` keeps it."""
        days = self.days.order_by("date").values_list("date", "works", "name")
        return {
            "source": self.source,
            "document": self.document,
            "loaded_at": self.loaded_at.isoformat(),
            "loaded_by": self.loaded_by_id,
            "days": [[date.isoformat(), works, name] for date, works, name in days],
        }


class CalendarDay(models.Model):
    """A date that a year's notice names: a day off with its holiday, or a weekend day that is worked.

    The notice of a year may name the last days of the year before; the later notice holds.
    """

    year = models.ForeignKey(
        CalendarYear, models.CASCADE, db_index=False, related_name="days", verbose_name="通知年份"
    )
    date = models.DateField("日期")
    works = models.BooleanField("上班")
    name = models.CharField("名称", max_length=20, help_text="节日的名称，或者调休上班。")

    class Meta:
        verbose_name = verbose_name_plural = "放假和调休"
        ordering = ["year", "date"]
        constraints = [models.UniqueConstraint(fields=["year", "date"], name="calendar_day_once")]

    def __str__(self):
        return f"{self.date} {self.name}"


class LocalDayQuerySet(models.QuerySet):
    def standing(self):
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)

    def in_area(self, area):
        return self.filter(area=area)

    def named(self, ids):
        return self.filter(pk__in=ids)

    def set_with(self, local):
        """Those that were set in one go with this one, itself too."""
        its = {name: getattr(local, name) for name in ("area_id", "works", "reason", "set_at", "set_by_id")}
        return self.filter(**its)

    def changed_since(self, moment):
        """Those that were set from then on and stand, and those that were withdrawn from then on."""
        return self.filter(Q(set_at__gte=moment, withdrawn_at=None) | Q(withdrawn_at__gte=moment))

    def between(self, first, last):
        """From one date to another, both included."""
        return self.filter(date__gte=first, date__lte=last)


class LocalDay(models.Model):
    """本地安排: one community's office is closed on a working day or works on a day off. Withdrawn, never deleted."""

    area = models.ForeignKey(
        "stations.Area", models.PROTECT, db_index=False, related_name="local_days", verbose_name="社区"
    )
    date = models.DateField("日期")
    works = models.BooleanField("上班")
    reason = models.CharField("原因", max_length=60)
    set_at = models.DateTimeField("登记时间")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="登记人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="撤回人",
    )

    objects = LocalDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "本地安排"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "date"], condition=Q(withdrawn_at=None), name="local_day_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="local_day_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.date} {'上班' if self.works else '不办公'}"
