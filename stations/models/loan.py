"""借用: a thing lent at a station, until when, and when it came back. Decides nothing about who may see whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class LoanQuerySet(models.QuerySet):
    def at_station(self, station):
        return self.filter(station=station)

    def at_stations(self, stations):
        return self.filter(station__in=stations)

    def out(self):
        return self.filter(returned_at=None)

    def returned(self):
        return self.exclude(returned_at=None)

    def overdue(self, now):
        return self.out().filter(due_at__lt=now)

    def by_due(self):
        """Overdue first, then what is due next."""
        return self.order_by("due_at", "pk")

    def latest_returned(self, count):
        return self.returned().order_by("-returned_at", "-pk")[:count]

    def with_all(self):
        """What a row shows, in one statement."""
        return self.select_related("supply", "station", "lent_by", "returned_by")

    def lent_between(self, first, last):
        """Lent on a local date from first to last, both included."""
        return self.filter(lent_at__date__gte=first, lent_at__date__lte=last)


class Loan(models.Model):
    """借用 of one supply. Name and phone of the borrower are as told, and may be left out."""

    submission_id = models.UUIDField("提交号", unique=True, editable=False)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, db_index=False, related_name="loans", verbose_name="站点"
    )
    supply = models.ForeignKey("stations.Supply", models.PROTECT, related_name="loans", verbose_name="物品")
    quantity = models.PositiveIntegerField("数量", default=1)
    borrower = models.CharField("怎么称呼", max_length=30, blank=True)
    phone = models.CharField("手机号", max_length=20, blank=True)
    visit = models.OneToOneField("stations.Visit", models.PROTECT, related_name="loan", verbose_name="来访")
    lent_at = models.DateTimeField("借出时间")
    due_at = models.DateTimeField("什么时候还")
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="经手人"
    )
    returned_at = models.DateTimeField("归还时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="收回人",
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "借用"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="loan_of_something"),
            models.CheckConstraint(condition=Q(due_at__gt=F("lent_at")), name="loan_due_after_lent"),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None)
                | Q(returned_at__isnull=False, returned_by__isnull=False),
                name="loan_returned_to_somebody",
            ),
        ]
        # A foreign key with db_index=False begins one of these, or nothing is looked up by it.
        indexes = [
            models.Index(fields=["station", "due_at"], condition=Q(returned_at=None), name="loan_out"),
            models.Index(fields=["station", "-lent_at"], name="loan_station_lent"),
        ]

    def __str__(self):
        return self.what

    @property
    def what(self) -> str:
        """充电器, or 雨伞 2把."""
        return (
            self.supply.name if self.quantity == 1 else f"{self.supply} {self.supply.amount(self.quantity)}"
        )

    def is_overdue(self, now) -> bool:
        return self.returned_at is None and self.due_at < now
