"""服务记录: the hours given, with the fields of 民政部令第67号 art. 7; corrections append, nothing is changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from volunteers.models.people import Profile
from volunteers.models.seating import Assignment
from volunteers.models.teams import Project, Team


class ServiceRecord(models.Model):
    """What somebody did, where, when, how long really, for whom, and who answers for it."""

    profile = models.ForeignKey(
        Profile, models.PROTECT, db_index=False, related_name="records", verbose_name="志愿者"
    )
    assignment = models.OneToOneField(
        Assignment, models.PROTECT, null=True, blank=True, related_name="record", verbose_name="排班"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="records", verbose_name="队伍"
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="records", verbose_name="服务项目"
    )
    activity = models.CharField("活动名称", max_length=60)
    served_on = models.DateField("日期")
    starts_at = models.DateTimeField("开始", null=True, blank=True)
    place = models.CharField("地点", max_length=80)
    content = models.CharField("内容", max_length=200)
    minutes = models.PositiveIntegerField("服务时间（分钟）")
    organiser = models.CharField("组织单位", max_length=60)
    in_charge = models.CharField("负责人", max_length=30)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        ordering = ["-served_on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="record_has_minutes")]
        indexes = [models.Index(fields=["profile", "-served_on"], name="record_profile_served")]

    def __str__(self):
        return f"{self.served_on} {self.activity}"


class Correction(models.Model):
    """更正: the minutes that hold from now on, why, and who said so; the newest counts. Append-only."""

    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="corrections", verbose_name="服务记录"
    )
    minutes = models.PositiveIntegerField("服务时间（分钟）", help_text="0表示这条记录作废。")
    reason = models.CharField("原因", max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "服务记录更正"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason")]

    def __str__(self):
        return self.reason


class CorrectionRequest(models.Model):
    """A volunteer's word that a record, or its absence, is wrong; answered by the lead."""

    profile = models.ForeignKey(
        Profile, models.PROTECT, related_name="correction_requests", verbose_name="志愿者"
    )
    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="服务记录"
    )
    words = models.CharField("哪里不对", max_length=200)
    at = models.DateTimeField("时间")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    answer = models.CharField("答复", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(answered_at=None), name="correction_asked_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="correction_request_has_words"),
        ]

    def __str__(self):
        return self.words[:20]
