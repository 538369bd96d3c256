"""手机日历: a private address under which a volunteer's calendar reads the own shifts; only its hash is stored."""

from django.db import models

from volunteers.models.people import Profile


class CalendarFeed(models.Model):
    """One per person at a time; a new one makes the old address worthless, leaving ends it."""

    profile = models.OneToOneField(Profile, models.CASCADE, related_name="feed", verbose_name="志愿者")
    token_hash = models.CharField("地址的散列", max_length=64, unique=True)
    created_at = models.DateTimeField("建立时间")
    read_at = models.DateTimeField("上次读取", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机日历"

    def __str__(self):
        return str(self.profile)
