"""Where notices go outside: a person's mailbox, a unit's group robot, and the hours in which both are left alone.

Decides when an outlet is quiet and why it takes nothing; what is sent through it, notices.delivery.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Post
from notices.models.notice import Kind
from stations.models import Unit

QUIET_FROM, QUIET_TO = time(21), time(8)
LEFT, CLOSED = "这个人已离开", "这个单位已停用"
OTHER_ADDRESS = "已经换了邮箱"
NO_MAIL, NO_ROBOT = "收件人已关闭邮件", "群机器人已关闭"


def is_quiet(moment: time, quiet_from: time | None, quiet_to: time | None) -> bool:
    """Whether a time of day lies in the quiet hours, which may go over midnight; none are set without both."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return False
    if quiet_from < quiet_to:
        return quiet_from <= moment < quiet_to
    return moment >= quiet_from or moment < quiet_to


def quiet_until(now: datetime, quiet_from: time | None, quiet_to: time | None) -> datetime | None:
    """The end of the quiet hours `now` (aware) lies in, by the clock of Shanghai; None outside them."""
    local = timezone.localtime(now)
    if quiet_to is None or not is_quiet(local.time(), quiet_from, quiet_to):
        return None
    end = local.replace(hour=quiet_to.hour, minute=quiet_to.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


class Outlet(models.Model):
    """What mailbox and robot have in common. `stopped_why`: refused for good; nothing goes until it is set anew."""

    is_on = models.BooleanField("打开", default=True)
    quiet_from = models.TimeField("安静时段从", null=True, blank=True, default=QUIET_FROM)
    quiet_to = models.TimeField("到", null=True, blank=True, default=QUIET_TO)
    stopped_why = models.CharField("停发原因", max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True

    def quiet_until(self, now: datetime) -> datetime | None:
        return quiet_until(now, self.quiet_from, self.quiet_to)

    def stop(self, why: str) -> None:
        type(self).objects.filter(pk=self.pk).update(stopped_why=why)


class OutletQuerySet(models.QuerySet):
    def restart(self):
        """After whatever stopped it is mended."""
        return self.exclude(stopped_why="").update(stopped_why="")


class PreferenceQuerySet(OutletQuerySet):
    def reaching(self, people):
        """{user id: preference} of those who want mail, have confirmed where to, and still serve."""
        wanting = self.with_serving().filter(is_serving=True, is_on=True, stopped_why="", person__in=people)
        wanting = wanting.exclude(address="")
        return {preference.person_id: preference for preference in wanting}

    def with_serving(self):
        """`is_serving`: the person may sign in and holds a post; nobody else is told anything."""
        return self.annotate(is_serving=Exists(Post.objects.active().filter(user=OuterRef("person"))))

    def of_delivery(self, delivery):
        return self.filter(person=delivery.person_id)

    def free(self):
        """In nobody else's hands, and now in ours."""
        return self.select_for_update(skip_locked=True, no_key=True, of=("self",)).with_serving()


def _all_kinds():
    return Kind.values


class Preference(Outlet):
    """通知设置 of one person. `address` has been confirmed; `wanted` waits for its owner to press the link."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference", verbose_name="人员"
    )
    address = models.EmailField("邮箱", blank=True)
    wanted = models.EmailField("待确认的邮箱", blank=True)
    asked_at = models.DateTimeField("发确认信的时间", null=True, blank=True, editable=False)
    kinds = ArrayField(
        models.CharField(max_length=8, choices=Kind), default=_all_kinds, blank=True, verbose_name="发哪些"
    )

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知设置"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.person}的通知设置"

    def wants(self, notice) -> bool:
        return notice.is_emergency or notice.kind in self.kinds

    def why_not(self, delivery) -> str:
        """Why this may not be sent, of a preference read `with_serving`; empty when it may."""
        if not self.is_serving:
            return LEFT
        if delivery.address:
            return "" if delivery.address == self.wanted else OTHER_ADDRESS
        return "" if self.is_on and self.address else NO_MAIL


class RobotQuerySet(OutletQuerySet):
    def reaching(self, units):
        """{unit id: robot} of the active units whose robot is on."""
        working = self.filter(unit__in=units, unit__is_active=True, is_on=True, stopped_why="")
        return {robot.unit_id: robot for robot in working}

    def of_units(self, units):
        """{unit id: robot}, whatever their state."""
        return {robot.unit_id: robot for robot in self.filter(unit__in=units)}

    def of_delivery(self, delivery):
        return self.filter(unit=delivery.unit_id)

    def free(self):
        """In nobody else's hands, and now in ours."""
        return self.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("unit")


class Robot(Outlet):
    """群机器人 of a unit's 企业微信 group. Its address is a secret: whoever has it can speak in the group."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="robot", verbose_name="责任单位")
    address = models.CharField("机器人地址", max_length=200)
    saved_at = models.DateTimeField("设置时间", default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="设置人"
    )

    objects = RobotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "群机器人"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(address=""), name="robot_has_an_address")]

    def __str__(self):
        return f"{self.unit}的群机器人"

    def why_not(self, delivery) -> str:
        """Why this may not be sent; empty when it may."""
        if not self.unit.is_active:
            return CLOSED
        return "" if self.is_on or delivery.subject == delivery.Subject.TRIAL else NO_ROBOT
