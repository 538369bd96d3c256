"""来访: somebody came to a station with no problem to file; one row a tap. Counts people, names nobody."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Q


class VisitQuerySet(models.QuerySet):
    def at_station(self, station):
        return self.filter(station=station)

    def at_stations(self, stations):
        return self.filter(station__in=stations)

    def kept(self):
        """What counts: all but the taps that were taken back."""
        return self.filter(undone_at=None)

    def tapped_by(self, user, since):
        return self.filter(by=user, at__gte=since)

    def of_person(self, user):
        return self.filter(by=user)

    def with_id(self, pk):
        """The visit with this id among these, or None."""
        return self.filter(pk=pk).first()

    def without_loan(self):
        return self.filter(loan=None)

    def between(self, first, last):
        """On a local day from first to last, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def counted_by(self, *columns):
        """One plain row for each combination of the columns, with `n`."""
        return self.kept().order_by().values(*columns).annotate(n=Count("pk"))


class Visit(models.Model):
    """来访: kind, moment and who tapped. `key` came with the button, so that a double press counts once."""

    class Kind(models.TextChoices):
        BORROW = "borrow", "借物"
        WATER = "water", "接水"
        CHAT = "chat", "聊天"
        ADVICE = "advice", "咨询"

    key = models.UUIDField("按键号", unique=True, editable=False)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, db_index=False, related_name="visits", verbose_name="站点"
    )
    kind = models.CharField("来做什么", max_length=8, choices=Kind)
    at = models.DateTimeField("时间")
    day = models.DateField("日期")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="登记人"
    )
    device = models.CharField("设备", max_length=16, blank=True)
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="撤回人",
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来访"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["borrow", "water", "chat", "advice"]), name="visit_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="visit_undone_by_somebody",
            ),
        ]
        # A foreign key with db_index=False begins this one, or nothing is looked up by it.
        indexes = [models.Index(fields=["station", "day"], name="visit_station_day")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.day}"
