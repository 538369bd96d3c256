"""Patterns and what they make: RosterPattern → ShiftPattern → SeatPattern generate Shift → Seat.

A shift's local start and its length in minutes: so it may end at 24:00, and cross midnight or the year.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Post
from stations.models import Area, OpeningHours, Station
from volunteers.models.people import Skill
from volunteers.recurrence import Repeat
from volunteers.states import HELD

LONGEST = 12 * 60  # minutes
CYCLES = ((1, "每周"), (4, "四周一轮"))


class RosterPatternQuerySet(models.QuerySet):
    def in_force_from(self, on):
        """Valid on that day or some time after it."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class RosterPattern(models.Model):
    """班表: which shifts a station has week by week, or in each of four weeks, and from when to when."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="roster_patterns", verbose_name="站点")
    name = models.CharField("名称", max_length=30)
    cycle_weeks = models.PositiveSmallIntegerField("轮换", choices=CYCLES, default=1)
    starts_on = models.DateField("从哪天起", help_text="四周一轮的，这一天所在的那一周是第一周。")
    ends_on = models.DateField("到哪天止", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = RosterPatternQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "班表"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["station", "name"], name="roster_pattern_name_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="roster_pattern_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(condition=Q(cycle_weeks__in=[1, 4]), name="roster_pattern_cycle"),
        ]

    def __str__(self):
        return self.name


class ShiftPattern(models.Model):
    """A shift of a weekday, in the week of the cycle counted from 0."""

    roster = models.ForeignKey(RosterPattern, models.PROTECT, related_name="shifts", verbose_name="班表")
    week = models.PositiveSmallIntegerField("第几周", default=0)
    weekday = models.PositiveSmallIntegerField("星期", choices=OpeningHours.Weekday)
    starts_at = models.TimeField("开始")
    minutes = models.PositiveSmallIntegerField("时长（分钟）")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "班次样式"
        ordering = ["week", "weekday", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=LONGEST), name="shift_pattern_minutes"
            ),
            models.CheckConstraint(condition=Q(week__lt=4, weekday__lt=7), name="shift_pattern_week"),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}"

    @property
    def repeat(self):
        """On which dates it falls; reads `roster`."""
        roster = self.roster
        return Repeat(self.week, self.weekday, roster.cycle_weeks, roster.starts_on, roster.ends_on)


class SeatPatternQuerySet(models.QuerySet):
    def in_use(self, station):
        """Of the station's rosters, in the order of the week."""
        used = self.filter(shift__roster__station=station, is_active=True, shift__is_active=True)
        order = ("shift__roster", "shift__week", "shift__weekday", "shift__starts_at", "shift", "ordinal")
        return used.select_related("shift__roster__station", "skill").order_by(*order)


class SeatPattern(models.Model):
    """A place in a shift: for anybody, for a skill, or for a lead; needed, or only wished for."""

    shift = models.ForeignKey(ShiftPattern, models.PROTECT, related_name="seats", verbose_name="班次样式")
    ordinal = models.PositiveSmallIntegerField("序号")
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="技能"
    )
    is_lead = models.BooleanField("带班", default=False)
    is_needed = models.BooleanField("必须有人", default=True)
    is_active = models.BooleanField("在用", default=True)

    objects = SeatPatternQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位样式"
        ordering = ["ordinal", "pk"]
        constraints = [models.UniqueConstraint(fields=["shift", "ordinal"], name="seat_pattern_ordinal_once")]

    def __str__(self):
        return f"{self.ordinal}"


class ClosureQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_at=None)

    def not_over(self, on):
        """That still close a day from this one on."""
        return self.standing().filter(until_on__gte=on)


class Closure(models.Model):
    """闭站: days on which a station stays shut; withdrawn, never deleted."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="closures", verbose_name="站点")
    from_on = models.DateField("从")
    until_on = models.DateField("到")
    reason = models.CharField("原因", max_length=60)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    set_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤回人",
    )

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "闭站"
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on")),
                name="closure_from_before_until",
                violation_error_message="开始日期不能晚于结束日期。",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="closure_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.from_on}–{self.until_on}"


class ShiftQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(cancelled_at=None)

    def visible_to(self, user):
        """Of the stations of one's own posts there; of the area and below for dispatcher and secretary."""
        stations = {post.station_id for post in user.posts_as(*Post.STATION_ROLES)}
        nodes = [post.area_id for post in user.posts_as(Post.Role.DISPATCHER, Post.Role.SECRETARY)]
        scope = Q(station__in=stations)
        if nodes:
            scope |= Q(station__area__in=Area.objects.below(nodes))
        return self.filter(scope)

    def with_key(self, pk):
        """The one with this key among these, or None."""
        return self.filter(pk=pk).first()

    def at_station(self, station):
        return self.filter(station=station)

    def at_stations(self, stations):
        return self.filter(station__in=stations)

    def between(self, first: datetime, last: datetime):
        """That have a minute in common with the span of two aware moments."""
        return self.filter(starts_at__lt=last, ends_at__gt=first)

    def spanning(self, starts_at: datetime, ends_at: datetime):
        """From the very one aware moment to the other."""
        return self.filter(starts_at=starts_at, ends_at=ends_at)

    def for_grid(self):
        """Everything a week grid shows, in four statements whatever the length."""
        return self.select_related("station").prefetch_related(
            "seats__skill", "seats__assignments__profile__user"
        )


class Shift(models.Model):
    """班次: from when to when people stand at a station. With people in it, it is called off, never deleted."""

    station = models.ForeignKey(
        Station, models.PROTECT, db_index=False, related_name="shifts", verbose_name="站点"
    )
    pattern = models.ForeignKey(
        ShiftPattern, models.PROTECT, null=True, blank=True, db_index=False, related_name="made",
        verbose_name="班次样式", help_text="空着表示临时加的。",
    )  # fmt: skip
    original_on = models.DateField("原定日期")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    note = models.CharField("说明", max_length=60, blank=True)
    # Either leaves the pattern behind: the lead gave it another time, or kept it as it is though the pattern changed.
    moved_at = models.DateTimeField("改过时间", null=True, blank=True)
    kept_at = models.DateTimeField("照旧", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="取消人",
    )
    cancel_reason = models.CharField("取消原因", max_length=70, blank=True)
    # What cancelled it, so that it comes back when the closure is withdrawn.
    closure = models.ForeignKey(
        Closure, models.PROTECT, null=True, blank=True, related_name="shifts", verbose_name="因为闭站"
    )

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "班次"
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "original_on"], name="shift_of_pattern_once"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="shift_starts_before_ends",
                violation_error_message="开始要早于结束。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + timedelta(minutes=LONGEST)),
                name="shift_is_not_too_long",
                violation_error_message="一班最长12小时。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="shift_cancelled_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["station", "starts_at"], name="shift_station_starts")]

    def __str__(self):
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class SeatQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(removed_at=None, shift__cancelled_at=None)

    def open(self):
        """That nobody holds, or whose holder looks for a stand-in."""
        return self.standing().exclude(assignments__status__in=HELD)

    def visible_to(self, user):
        return self.filter(shift__in=Shift.objects.visible_to(user))

    def of_shift(self, shift):
        return self.filter(shift=shift).order_by("ordinal")

    def in_shifts(self, shifts):
        return self.filter(shift__in=shifts)

    def at_stations(self, stations):
        return self.filter(shift__station__in=stations)

    def between(self, first: datetime, last: datetime):
        """Of shifts that have a minute in common with the span, in their order."""
        span = self.filter(shift__starts_at__lt=last, shift__ends_at__gt=first)
        return span.order_by("shift__starts_at", "shift", "ordinal")

    def starting(self, first: datetime, last: datetime):
        """Of shifts that start from the one moment on and before the other."""
        return self.filter(shift__starts_at__gte=first, shift__starts_at__lt=last)

    def with_shift(self):
        """With what decides who may take it."""
        return self.select_related("shift__station", "skill")


class Seat(models.Model):
    """岗位: one person's place in a shift."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="seats", verbose_name="班次")
    ordinal = models.PositiveSmallIntegerField("序号")
    pattern = models.ForeignKey(
        SeatPattern, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="岗位样式"
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="技能"
    )
    is_lead = models.BooleanField("带班", default=False)
    is_needed = models.BooleanField("必须有人", default=True)
    removed_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["ordinal", "pk"]
        constraints = [models.UniqueConstraint(fields=["shift", "ordinal"], name="seat_ordinal_once")]

    def __str__(self):
        return f"{self.ordinal}"
