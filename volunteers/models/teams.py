"""志愿服务队: teams with their leads, members and projects; a team may be a unit that tickets are dispatched to."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.models import Area, Unit
from volunteers.models.people import Profile


class TeamQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_on=None)

    def in_areas(self, areas):
        return self.filter(area__in=areas)

    def of_unit(self, unit):
        """The team that is this responsible unit, or None."""
        return self.filter(unit=unit).select_related("area").first() if unit else None

    def with_records(self, records):
        """Named in these records of service."""
        return self.filter(pk__in=records.order_by().values("team"))


class Team(models.Model):
    class Colour(models.TextChoices):
        RED = "red", "红"
        ORANGE = "orange", "橙"
        YELLOW = "yellow", "黄"
        GREEN = "green", "绿"
        CYAN = "cyan", "青"
        BLUE = "blue", "蓝"
        PURPLE = "purple", "紫"

    area = models.ForeignKey(Area, models.PROTECT, related_name="teams", verbose_name="所在社区")
    name = models.CharField("名称", max_length=30)
    colour = models.CharField("颜色", max_length=8, choices=Colour, blank=True)
    about = models.CharField("做什么", max_length=120, blank=True)
    unit = models.OneToOneField(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="team",
        verbose_name="责任单位",
        limit_choices_to={"kind": Unit.Kind.VOLUNTEER_TEAM},
        help_text="选了以后，工单可以派给这支队伍。",
    )
    ended_on = models.DateField("解散日期", null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务队"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="team_name_once")]

    def __str__(self):
        return self.name


class MemberQuerySet(models.QuerySet):
    def present(self):
        return self.filter(left_on=None)

    def leading(self):
        return self.present().filter(is_lead=True)

    def of_user(self, user):
        return self.filter(profile__user=user)


class Member(models.Model):
    """Who belongs to a team, and since when; leaving keeps the row."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members", verbose_name="队伍")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="memberships", verbose_name="志愿者")
    is_lead = models.BooleanField("队长", default=False)
    joined_on = models.DateField("加入日期", default=timezone.localdate)
    left_on = models.DateField("离开日期", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "队员"
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "profile"], condition=Q(left_on=None), name="member_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="member_left_after_joined"
            ),
        ]

    def __str__(self):
        return str(self.profile)


class Project(models.Model):
    """服务项目 of a team: 每月理发, 家电义修."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="projects", verbose_name="队伍")
    name = models.CharField("名称", max_length=40)
    about = models.CharField("内容", max_length=120, blank=True)
    is_active = models.BooleanField("在做", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务项目"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="project_name_once")]

    def __str__(self):
        return self.name
