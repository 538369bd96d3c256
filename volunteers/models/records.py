"""服务记录: the hours given, with the fields of 民政部令第67号 art. 7; corrections append, nothing is changed."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Post
from stations.models import Area
from volunteers.models.people import Profile
from volunteers.models.seating import Assignment
from volunteers.models.teams import Member, Project, Team


class ServiceRecordQuerySet(models.QuerySet):
    def of(self, profile):
        return self.filter(profile=profile)

    def at_stations(self, stations):
        """Of duties at these stations."""
        return self.filter(assignment__seat__shift__station__in=stations)

    def at(self, pk):
        """The one with this key among these, or None."""
        return self.filter(pk=pk).first()

    def for_duty(self, assignment):
        """The record of this duty, or None."""
        return self.filter(assignment=assignment).first()

    def in_year(self, year):
        return self.filter(served_on__year=year)

    def of_teams(self, teams):
        return self.filter(team__in=teams)

    def answered_for_by(self, user):
        """Of the stations and teams that the person leads."""
        stations = [post.station_id for post in user.posts_as(Post.Role.STATION_LEAD)]
        led = Member.objects.leading().filter(profile__user=user).values("team")
        return self.filter(Q(assignment__seat__shift__station__in=stations) | Q(team__in=led))

    def visible_to(self, user):
        """Those one answers for; for secretaries those of their node and below."""
        nodes = [post.area_id for post in user.posts_as(Post.Role.SECRETARY)]
        own = self.answered_for_by(user)
        if not nodes:
            return own
        below = list(Area.objects.below(nodes).values_list("pk", flat=True))
        of_area = Q(assignment__seat__shift__station__area__in=below) | Q(team__area__in=below)
        return own | self.filter(of_area)

    def between(self, first, last):
        """Served on one of these dates, both included."""
        return self.filter(served_on__gte=first, served_on__lte=last)

    def reckoned(self):
        """`counts`: the minutes that hold, by the newest correction where there is one."""
        newest = Correction.objects.filter(record=OuterRef("pk")).order_by("-pk").values("minutes")[:1]
        return self.annotate(counts=Coalesce(Subquery(newest), "minutes"))

    def total(self):
        """Minutes that hold, of all of these."""
        return self.reckoned().aggregate(total=Sum("counts"))["total"] or 0

    def with_all(self):
        return self.select_related("profile__user", "team", "assignment__seat__shift__station")


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

    objects = ServiceRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        ordering = ["-served_on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="record_has_minutes")]
        indexes = [models.Index(fields=["profile", "-served_on"], name="record_profile_served")]

    def __str__(self):
        return f"{self.served_on} {self.activity}"


def reckoned(record: ServiceRecord) -> int:
    """The minutes that hold now: the newest correction's, else its own."""
    newest = record.corrections.order_by("-pk").first()
    return newest.minutes if newest else record.minutes


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


class CorrectionRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at=None)

    def of(self, profile):
        return self.filter(profile=profile)

    def answered_for_by(self, user):
        return self.filter(record__in=ServiceRecord.objects.answered_for_by(user))

    def with_record(self):
        return self.select_related("profile__user", "record__assignment__seat__shift__station")


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

    objects = CorrectionRequestQuerySet.as_manager()

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
