"""告知: that one reporter has been told of one reply; who has not is on the desk's list 待告知."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tickets.models.reply import Reply
from tickets.models.reporter import Reporter


class Telling(models.Model):
    """How and when a reporter learnt of a reply, and from whom."""

    class Channel(models.TextChoices):
        PHONE = "phone", "打电话"
        IN_PERSON = "in_person", "当面"
        LINK = "link", "居民自己看到"

    reply = models.ForeignKey(
        Reply, models.PROTECT, db_index=False, related_name="tellings", verbose_name="答复"
    )
    reporter = models.ForeignKey(Reporter, models.PROTECT, related_name="tellings", verbose_name="反映人")
    channel = models.CharField("怎么告知", max_length=10, choices=Channel)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="告知人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "告知"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "reporter"], name="telling_once"),
            models.CheckConstraint(
                condition=Q(channel="link", by=None) | (~Q(channel="link") & Q(by__isnull=False)),
                name="telling_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.reporter_id} {self.get_channel_display()}"
