"""志愿服务队: teams with their leads, members and projects; a team may be a unit that tickets are dispatched to."""

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.utils import timezone

from accounts.models import Post
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

    def visible_to(self, user):
        """Of the communities of one's station posts, and of dispatchers' and secretaries' areas and below."""
        own = {post.station.area_id for post in user.posts_as(*Post.STATION_ROLES)}
        nodes = [post.area_id for post in user.posts_as(Post.Role.DISPATCHER, Post.Role.SECRETARY)]
        below = Area.objects.below(nodes).values("pk") if nodes else []
        return self.filter(Q(area__in=own) | Q(area__in=below))

    def with_key(self, key):
        return self.filter(pk=key).first()

    def for_list(self):
        """With members counted, leads and projects at hand."""
        people = Prefetch("members", Member.objects.with_person())
        return self.select_related("area", "unit").prefetch_related(people, "projects")


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

    def with_team(self):
        """Present ones, each with the team."""
        return self.present().select_related("team")

    def with_person(self):
        return self.present().select_related("profile__user")

    def skills_by_unit(self, area):
        """(unit's name, skill, members who can), of the area's teams that are units; proofs seen where they must be."""
        able = Q(profile__skills__skill__needs_proof=False) | ~Q(profile__skills__proof="")
        teams = self.present().filter(team__area=area, team__ended_on=None, team__unit__is_active=True)
        known = teams.filter(able, profile__skills__skill__isnull=False)
        columns = ("team__unit__name", "profile__skills__skill__name")
        return known.values_list(*columns).annotate(count=Count("pk")).order_by("team__unit", "-count")

    def with_skills(self):
        """For a team's page: who they are, what they can do, and whether the name may be seen."""
        posts = Post.objects.active().with_name_unknown()
        unknown = posts.filter(user=OuterRef("profile__user"), name_unknown=True)
        people = self.with_person().select_related("team__area").prefetch_related("profile__skills__skill")
        return people.annotate(name_unknown=Exists(unknown))


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


class ProjectQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Project(models.Model):
    """服务项目 of a team: 每月理发, 家电义修."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="projects", verbose_name="队伍")
    name = models.CharField("名称", max_length=40)
    about = models.CharField("内容", max_length=120, blank=True)
    is_active = models.BooleanField("在做", default=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务项目"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="project_name_once")]

    def __str__(self):
        return self.name
