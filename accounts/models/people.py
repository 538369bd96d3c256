"""Who signs in and for what: User, and Post, a role within a scope.

What a role may do with tickets is decided in tickets.permissions; with people, in accounts.permissions.
"""

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from stations.models import Area, Station, Unit

mobile_number = RegexValidator(r"^1[3-9][0-9]{9}$", "填写11位手机号，例如 13800138000。")


class UserManager(BaseUserManager):
    def create_user(self, phone, name, password=None, **fields):
        user = self.model(phone=phone, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone, name, password=None, **fields):
        """For `createsuperuser` on a new installation: a person with the admin post."""
        user = self.create_user(phone, name, password, **fields)
        Post.objects.create(user=user, role=Post.Role.ADMIN)
        return user

    def of_unit(self, unit):
        """The people holding a post of the unit now; a name that was not given rightly stays masked."""
        posts = Post.objects.in_unit(unit)
        unknown = posts.with_name_unknown().filter(user=OuterRef("pk"), name_unknown=True)
        return self.filter(pk__in=posts.values("user")).annotate(name_unknown=Exists(unknown))


class User(AbstractBaseUser):
    """A person who signs in with a mobile number. Everything else follows from the posts."""

    phone = models.CharField("手机号", max_length=11, unique=True, validators=[mobile_number])
    name = models.CharField("姓名", max_length=30)
    is_active = models.BooleanField("可以登录", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    one_time_until = models.DateTimeField("一次性密码有效至", null=True, blank=True)
    large_print = models.BooleanField("大字版", default=False)
    joined_at = models.DateTimeField("加入时间", default=timezone.now)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS = ["name"]
    device = ""  # the browser in front of this person; set for the request by DeviceMiddleware

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.name[:1]}**" if getattr(self, "name_unknown", False) else self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def active_posts(self):
        """The posts held now, with their scopes; one query, kept for the request."""
        return list(Post.objects.held_by(self.pk))

    def posts_as(self, *roles):
        return [post for post in self.active_posts if post.role in roles]

    def has_role(self, *roles):
        return any(post.role in roles for post in self.active_posts)

    @property
    def area_ids(self):
        """The communities, streets or districts in which the active posts lie."""
        places = [post.station or post.unit for post in self.active_posts]
        own = {post.area_id for post in self.active_posts if post.area_id}
        return own | {place.area_id for place in places if place}

    @property
    def home_area(self):
        """Where the first of the active posts that lie anywhere lies; None for an admin, and without a post."""
        return next((post.place for post in self.active_posts if post.place), None)

    @property
    def is_staff(self):
        """Django's word for "may open the admin"."""
        return self.is_active and self.has_role(Post.Role.ADMIN)

    def has_perm(self, perm, obj=None):
        return self.is_staff

    def has_perms(self, perms, obj=None):
        return self.is_staff

    def has_module_perms(self, app_label):
        return self.is_staff


class PostQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None, user__is_active=True)

    def held_by(self, user_id):
        """One person's posts with their scopes."""
        return self.with_scopes().filter(user=user_id)

    def with_scopes(self):
        return self.active().select_related("station", "station__area", "unit", "unit__area", "area")

    def past(self):
        """Ended, or held by somebody who may no longer sign in."""
        return self.exclude(ended_at=None, user__is_active=True)

    def as_role(self, *roles):
        return self.filter(role__in=roles)

    def within(self, openings):
        """Posts that fall under one of these (role, scope) pairs; none for an empty list."""
        wanted = Q(pk__in=[])
        for opening in openings:
            wanted |= Q(**opening.fields)
        return self.filter(wanted)

    def with_name_unknown(self):
        """Marks posts given under another name than the stored one, which is not to be learnt this way."""
        entries = apps.get_model("accounts", "AuditEntry").objects  # which stands above posts and names them
        return self.annotate(name_unknown=Exists(entries.of_other_name(OuterRef("pk"))))

    def under_right_name(self):
        """The person's own posts, given under the stored name."""
        return self.with_name_unknown().filter(name_unknown=False)

    def for_list(self):
        """Everything that a row about a person's post shows, in one query."""
        return self.with_name_unknown().select_related("user", "station", "unit", "area")

    def latest_first(self):
        return self.order_by("-ended_at", "-pk")

    def with_key(self, key):
        return self.filter(pk=key).first()

    def matching(self, words):
        """By part of the name (where it may be seen) or of the phone; call after with_name_unknown."""
        return self.filter(
            Q(user__name__icontains=words, name_unknown=False) | Q(user__phone__contains=words)
        )

    def in_unit(self, unit):
        return self.active().filter(unit=unit)

    def in_units(self, units):
        return self.active().filter(unit__in=units)

    def people_by_unit(self):
        """{unit id: {user ids}} of the posts in units among these; one statement."""
        found = {}
        for unit, user in self.filter(unit__isnull=False).values_list("unit", "user"):
            found.setdefault(unit, set()).add(user)
        return found

    def ever_under(self, posts):
        """All posts, ended ones too, at the stations and in the units of these posts."""
        stations = [post.station_id for post in posts if post.station_id]
        units = [post.unit_id for post in posts if post.unit_id]
        return self.filter(Q(station__in=stations) | Q(unit__in=units))

    def of_desks(self, stations, loggers):
        """The leads of these stations, and those of its volunteers who are among the loggers."""
        told = Q(role=Post.Role.STATION_LEAD) | Q(role__in=Post.STATION_ROLES, user__in=loggers)
        return self.active().filter(told, station__in=stations)

    def dispatching(self, area):
        return self.active().filter(role=Post.Role.DISPATCHER, area=area)

    def overseeing(self, area):
        """Secretaries of the area or of a node above it."""
        return self.active().filter(role=Post.Role.SECRETARY, area__in=area.ids_upwards)

    def answering_for(self, areas):
        """{user id: {area ids}} of the dispatchers and secretaries answering for these communities; one query."""
        nodes = {}
        for area in areas:
            for pk in area.ids_upwards:
                nodes.setdefault(pk, set()).add(area.pk)
        told = self.active().filter(
            Q(role=Post.Role.SECRETARY) | Q(role=Post.Role.DISPATCHER, area__in=[a.pk for a in areas]),
            area__in=list(nodes),
        )
        found = {}
        for user_id, node in told.values_list("user", "area"):
            found.setdefault(user_id, set()).update(nodes[node])
        return found


class Post(models.Model):
    """岗位身份: one role of one person within one scope. It ends, it is never deleted: events name it."""

    class Role(models.TextChoices):
        VOLUNTEER = "volunteer", "志愿者"
        STATION_LEAD = "station_lead", "站长"
        UNIT_STAFF = "unit_staff", "单位人员"
        UNIT_LEAD = "unit_lead", "单位负责人"
        DISPATCHER = "dispatcher", "派单员"
        SECRETARY = "secretary", "书记"
        ADMIN = "admin", "系统管理员"

    STATION_ROLES = (Role.VOLUNTEER, Role.STATION_LEAD)
    UNIT_ROLES = (Role.UNIT_STAFF, Role.UNIT_LEAD)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="人员"
    )
    role = models.CharField("身份", max_length=12, choices=Role)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="站点"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="责任单位"
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="片区"
    )
    started_at = models.DateTimeField("开始", default=timezone.now)
    ended_at = models.DateTimeField("结束", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位身份"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role__in=["volunteer", "station_lead"], station__isnull=False, unit=None, area=None)
                    | Q(role__in=["unit_staff", "unit_lead"], unit__isnull=False, station=None, area=None)
                    | Q(role__in=["dispatcher", "secretary"], area__isnull=False, station=None, unit=None)
                    | Q(role="admin", station=None, unit=None, area=None)
                ),
                name="post_scope_fits_role",
                violation_error_message="志愿者和站长选站点，单位人员和负责人选责任单位，派单员和书记选片区，管理员都不选。",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "station", "unit", "area"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="post_once_at_a_time",
                violation_error_message="这个人已经有同样的岗位身份。",
            ),
        ]
        indexes = [
            models.Index(fields=["unit"], condition=Q(ended_at=None), name="post_active_unit"),
            models.Index(fields=["area", "role"], condition=Q(ended_at=None), name="post_active_area"),
        ]

    def __str__(self):
        return f"{self.scope_name}{self.get_role_display()}"

    def clean(self):
        """A dispatcher of a street would see no queue: tickets belong to communities."""
        if self.role == Post.Role.DISPATCHER and self.area and self.area.kind != Area.Kind.COMMUNITY:
            raise ValidationError({"area": "派单员要选一个社区。"})

    @property
    def shown_name(self):
        """The person's name, or what may be seen of it by those who gave the post under another name."""
        return f"{self.user.name[:1]}**" if getattr(self, "name_unknown", False) else self.user.name

    @property
    def scope(self):
        return self.station or self.unit or self.area

    @property
    def scope_name(self):
        return str(self.scope or "")

    @property
    def place(self):
        """The area itself, or the community of the station or unit; None for an admin."""
        return self.scope.area if self.station_id or self.unit_id else self.area
