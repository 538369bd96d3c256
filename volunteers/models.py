"""Who serves: a volunteer's profile. Rosters, skills and service records stand on it later."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Profile(models.Model):
    """志愿者档案: one for a person who ever served at a station; leaving keeps it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="profile", verbose_name="人员"
    )
    vest_number = models.CharField("红马甲编号", max_length=12, blank=True)
    joined_on = models.DateField("加入日期", default=timezone.localdate)
    left_on = models.DateField("离开日期", null=True, blank=True)
    about = models.CharField("擅长和备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "志愿者档案"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="profile_left_after_joined",
                violation_error_message="离开日期不能早于加入日期。",
            ),
        ]

    def __str__(self):
        return str(self.user)
