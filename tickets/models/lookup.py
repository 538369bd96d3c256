"""How often somebody looked for a receipt that is not there; tickets.throttle alone writes it."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F

KEPT = timedelta(days=1)


class LookupFailureQuerySet(models.QuerySet):
    def running(self, keys, now):
        """Those whose window is not over."""
        return self.filter(key__in=keys, until__gt=now)

    def counting(self, keys, now):
        """{key: failures} of the windows that still run."""
        return dict(self.running(keys, now).values_list("key", "failures"))

    def take_one_back(self):
        for key in self.filter(failures__gt=0).order_by("key").values_list("key", flat=True):
            self.filter(key=key, failures__gt=0).update(failures=F("failures") - 1)

    def forget_old(self, now):
        """Windows over for a day need no row; what another request holds is left to the next one."""
        with transaction.atomic():
            old = self.filter(until__lt=now - KEPT).select_for_update(skip_locked=True)
            self.filter(pk__in=list(old.values_list("pk", flat=True)[:100])).delete()


class LookupFailure(models.Model):
    """Failed look-ups of one address, one receipt or the whole site. The key is a keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    objects = LookupFailureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "查询失败计数"

    def __str__(self):
        return self.key
