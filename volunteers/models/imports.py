"""导入志愿者: what a lead's spreadsheet was read as, kept for an hour to be looked at before it is written."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from stations.models import Station

GOOD_FOR = timedelta(hours=1)


class PeopleImportQuerySet(models.QuerySet):
    def of(self, user, *, now):
        """The person's own, still fresh."""
        return self.filter(by=user, made_at__gt=now - GOOD_FOR)

    def with_key(self, key):
        return self.filter(pk=key).first()

    def forgettable(self, *, now):
        return self.filter(made_at__lte=now - GOOD_FOR)


class PeopleImport(models.Model):
    """One file as read. Only its lead sees it; once written, or after an hour, the people in it are forgotten."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="+", verbose_name="站点")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    made_at = models.DateTimeField("时间")
    rows = models.JSONField("能登记的", default=list)
    faults = models.JSONField("有问题的", default=list)
    known = models.JSONField("已在册的", default=list)
    confirmed_at = models.DateTimeField("登记时间", null=True, blank=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入志愿者"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.station} {self.made_at:%Y-%m-%d %H:%M}"
