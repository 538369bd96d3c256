"""在岗: the code on a station's wall by which people check in, and what one shift leaves to the next."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from stations.models import Station
from volunteers.models.roster import Shift

NOTES_SHOWN = 10


class CheckInCode(models.Model):
    """签到码: what the QR at a station stands for; a new version makes the old paper worthless."""

    station = models.OneToOneField(Station, models.PROTECT, related_name="check_in_code", verbose_name="站点")
    version = models.PositiveIntegerField("版本", default=1)
    changed_at = models.DateTimeField("更换时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "签到码"

    def __str__(self):
        return str(self.station)


class HandOverQuerySet(models.QuerySet):
    def last_at(self, station):
        """The newest notes of a station, with who wrote them."""
        return self.filter(station=station).select_related("by", "shift")[:NOTES_SHOWN]


class HandOver(models.Model):
    """交班: a note for whoever comes next. Append-only."""

    station = models.ForeignKey(
        Station, models.PROTECT, db_index=False, related_name="hand_overs", verbose_name="站点"
    )
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="hand_overs", verbose_name="班次"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间")
    words = models.CharField("内容", max_length=500)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交班"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="hand_over_has_words")]
        indexes = [models.Index(fields=["station", "-id"], name="hand_over_station")]

    def __str__(self):
        return self.words[:20]
