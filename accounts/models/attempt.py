"""登录失败计数: what the throttle at the door remembers."""

from django.db import models


class Attempt(models.Model):
    """Failed sign-ins of one account or address, under a keyed hash; accounts.throttle alone writes it."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    since = models.DateTimeField()
    blocked_until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败计数"

    def __str__(self):
        return self.key
