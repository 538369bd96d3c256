"""外发: one message to one mailbox or one robot about one effect, from waiting to sent or to the dead letters.

notices.routing writes them, notices.delivery sends them, notices.dead_letters lets a person decide about the rest.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Post
from notices.models.notice import Notice, kind_of
from stations.models import Area, Unit

MINUTE = timedelta(minutes=1)


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Delivery.State.WAITING)

    def dead(self):
        return self.filter(state=Delivery.State.DEAD)

    def due(self, channel, now):
        """To be sent now; what a process died of comes last, emergencies first among the rest."""
        found = self.waiting().filter(channel=channel, due_at__lte=now)
        return found.order_by("begun", "-is_urgent", "due_at", "pk")

    def oldest_due(self):
        """From when on the one that waits longest should have been sent; or None."""
        return self.waiting().aggregate(oldest=Min("due_at"))["oldest"]

    def beside(self, passed):
        """Not for the people or units passed over in this run."""
        return self.exclude(Q(person__in=passed) | Q(unit__in=passed)) if passed else self

    def to_the_same(self, delivery):
        return self.filter(person=delivery.person_id, unit=delivery.unit_id)

    def free(self):
        """In nobody else's hands, and now in ours."""
        return self.select_for_update(skip_locked=True, no_key=True, of=("self",))

    def with_settled(self):
        """Each knows whether the step has been taken that it asks for."""
        same = Notice.objects.filter(effect=OuterRef("effect"))
        return self.annotate(is_settled=Exists(same.settled()))

    def in_attempt(self, deliveries, attempt):
        """Those of them that are still this attempt's: another sweep may have taken them since."""
        mine = self.waiting().filter(pk__in=[d.pk for d in deliveries], attempt=attempt)
        return mine.order_by("pk")

    def begin(self, deliveries, *, attempt, now, hold):
        """Written down before anything is sent; a process that dies on it leaves that much behind."""
        return self.filter(pk__in=[d.pk for d in deliveries]).update(
            begun=F("begun") + 1, attempt=attempt, tried_at=now, due_at=now + hold
        )

    def postpone(self, deliveries, until):
        return self.filter(pk__in=[d.pk for d in deliveries]).update(due_at=until)

    def end(self, deliveries, state, *, reason="", now):
        return self.filter(pk__in=[d.pk for d in deliveries]).update(state=state, reason=reason, ended_at=now)

    def revive(self, delivery, now):
        """As if it had never been tried."""
        anew = {"tries": 0, "begun": 0, "failing_since": None, "ended_at": None, "reason": ""}
        return self.filter(pk=delivery.pk).update(state=Delivery.State.WAITING, due_at=now, **anew)

    def reword(self, effect, text):
        """What has not gone out yet says what is asked for now."""
        return self.waiting().filter(effect=effect).update(text=text)

    def confirmations(self, *, since):
        return self.filter(subject=Delivery.Subject.CONFIRMATION, created_at__gt=since)

    def trials(self, unit):
        """Of a unit's robot, the latest first."""
        return self.filter(subject=Delivery.Subject.TRIAL, unit=unit)

    def visible_to(self, user):
        """All for the admin; else of units and people within the areas a person answers for.

        Who serves elsewhere too is told of what the reader has no business with: left to those above both. So is a
        secretary, who is told of what dispatchers did.
        """
        if user.is_staff:
            return self
        below = _nodes_overseen_by(user)
        areas = [*below, *(post.area_id for post in user.posts_as(Post.Role.DISPATCHER))]
        held = Post.objects.active().filter(user=OuterRef("person"))
        held = held.annotate(place=Coalesce("station__area", "unit__area", "area"))
        within = Exists(held.filter(place__in=areas)) & ~Exists(held.exclude(place__in=areas))
        within &= ~Exists(held.as_role(Post.Role.SECRETARY).exclude(place__in=below))
        return self.filter(Q(unit__area__in=areas) | within) if areas else self.none()

    def with_receivers(self):
        return self.select_related("person", "unit__area")

    def being_retried(self):
        """One row for each way of failing: how many wait, and since when."""
        failing = self.waiting().filter(failing_since__isnull=False).order_by().values("channel", "reason")
        return failing.annotate(number=Count("pk"), since=Min("failing_since")).order_by("since")

    def last_letter(self, user):
        """The newest one to the person's mailbox that was tried, in what way it ended; or None."""
        letters = self.filter(person=user, tried_at__isnull=False)
        return letters.order_by("-pk").first()

    def over_before(self, moment):
        """Sent or dropped so long ago that nobody asks any more."""
        over = (Delivery.State.SENT, Delivery.State.DROPPED)
        return self.filter(state__in=over, ended_at__lt=moment)

    def messages_lately(self, unit_id, now):
        """How many messages a unit's robot was given in the minute up to `now`, whatever became of them.

        And since: a sweep that began earlier counts those of one that began later.
        """
        lately = self.filter(unit=unit_id, tried_at__gt=now - MINUTE)
        return lately.order_by().values("attempt").distinct().count()


def _nodes_overseen_by(user):
    """Ids of a secretary's nodes and all under them."""
    nodes = [post.area_id for post in user.posts_as(Post.Role.SECRETARY)]
    return list(Area.objects.below(nodes).values_list("pk", flat=True)) if nodes else []


class Delivery(models.Model):
    """外发. What it says is a copy: a notice may go to a group once, though ten people of the unit have one."""

    class Channel(models.TextChoices):
        EMAIL = "email", "邮件"
        ROBOT = "robot", "群机器人"

    class Subject(models.TextChoices):
        NOTICE = "notice", "通知"
        CONFIRMATION = "confirmation", "确认邮箱"
        TRIAL = "trial", "试发"

    class State(models.TextChoices):
        WAITING = "waiting", "等待发送"
        SENT = "sent", "已发出"
        DEAD = "dead", "发不出去"
        DROPPED = "dropped", "不再发"

    channel = models.CharField("渠道", max_length=8, choices=Channel)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="deliveries",
        verbose_name="收件人",
    )
    unit = models.ForeignKey(
        Unit,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="deliveries",
        verbose_name="责任单位",
    )
    effect = models.CharField("事由", max_length=60, help_text="同一事由对同一邮箱或群只发一次。")
    subject = models.CharField("用途", max_length=12, choices=Subject, default=Subject.NOTICE)
    address = models.CharField("只发到", max_length=254, blank=True, help_text="确认信发往还没有确认的邮箱。")
    text = models.CharField("内容", max_length=200)
    url = models.CharField("链接", max_length=200, blank=True)
    is_urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("下次发送")
    tries = models.PositiveSmallIntegerField("没发成的次数", default=0)
    begun = models.PositiveSmallIntegerField("没有结果的次数", default=0)
    attempt = models.UUIDField("发送号", null=True, blank=True, editable=False)
    tried_at = models.DateTimeField("最近发送", null=True, blank=True)
    failing_since = models.DateTimeField("从何时起发不出", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=120, blank=True)

    is_settled: bool  # as with_settled found it

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "外发"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["effect", "channel", "person", "unit"],
                nulls_distinct=False,
                name="delivery_effect_once",
            ),
            models.CheckConstraint(
                condition=Q(channel="email", person__isnull=False, unit=None)
                | Q(channel="robot", unit__isnull=False, person=None),
                name="delivery_has_a_receiver",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="delivery_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(
                fields=["ended_at"], condition=Q(state__in=["sent", "dropped"]), name="delivery_over"
            ),
            models.Index(fields=["person", "-id"], name="delivery_person"),
            models.Index(
                fields=["created_at"], condition=Q(subject="confirmation"), name="delivery_confirmation"
            ),
            models.Index(fields=["unit", "tried_at"], condition=Q(channel="robot"), name="delivery_unit"),
        ]

    def __str__(self):
        return f"{self.get_channel_display()}：{self.text}"

    @property
    def receiver(self):
        return self.person or f"{self.unit}的群"

    @property
    def is_lost_confirmation(self):
        return self.subject == self.Subject.CONFIRMATION and self.state == self.State.DROPPED

    @property
    def kind(self):
        return kind_of(self.effect)

    @property
    def since(self):
        """From when on it could not be delivered."""
        return self.failing_since or self.tried_at or self.created_at

    @property
    def receiver_id(self):
        return self.person_id or self.unit_id

    @property
    def wakes(self):
        """Goes out in quiet hours too: emergencies, and what somebody sits waiting for."""
        return self.is_urgent or self.subject != self.Subject.NOTICE

    @property
    def goes_alone(self):
        """Emergencies and letters of their own kind; and what may have brought a process down."""
        return self.wakes or self.begun > 0
