"""The outbox: one row per effect, recipient and channel, written in the transaction of the change.

In-app rows are visible as soon as they are committed. What leaves the house is derived from them by the sweep
(notices.routing), so that a request writes nothing more. Nothing here holds a resident's name, phone or words.
"""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Min, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.models import Unit


class Kind(models.TextChoices):
    """What a notice is about, for those who want only some of them outside; told by the effect's first word."""

    TICKET = "ticket", "工单有变化"
    CLOCK = "clock", "时限提醒"
    ROSTER = "roster", "排班提醒"
    OTHER = "other", "其他提醒"


KINDS = {
    "event": Kind.TICKET,
    "ask": Kind.TICKET,  # an event that somebody is asked to act on; there is nothing to do once the step is taken
    "overdue": Kind.CLOCK,
    "half": Kind.CLOCK,
    "warn": Kind.CLOCK,
    "roster": Kind.ROSTER,
}


def kind_of(effect: str) -> Kind:
    return KINDS.get(effect.partition(":")[0], Kind.OTHER)


class NoticeQuerySet(models.QuerySet):
    def in_app(self):
        return self.filter(channel=Notice.Channel.IN_APP)

    def unread(self):
        return self.in_app().filter(read_at=None)

    def count_unread(self, user):
        """How many, as the only row; no row while there are none."""
        mine = self.visible_to(user).unread().order_by().values("recipient")
        return mine.annotate(number=Count("pk")).values_list("number", flat=True)

    def visible_to(self, user):
        return self.in_app().filter(recipient=user)

    def mark_read(self, *, now=None):
        return self.filter(read_at=None).update(read_at=now or timezone.now())

    def settle(self, effects, *, now):
        """What these asked for is done: nobody has to read it any more, and it leaves the house no more.

        Those that somebody has read as well: to have read it is not to have done it. This waits for the routing of
        a notice that is just going on, and what that wrote is dropped when it is to be sent.
        """
        return self.filter(effect__in=effects, settled_at=None).update(
            settled_at=now,
            read_at=Coalesce("read_at", Value(now)),
            routed_at=Coalesce("routed_at", Value(now)),
        )

    def unsettle(self, effect, people):
        """Asked once more of these user ids without a new notice: unread again for who never read it."""
        again = self.filter(effect=effect, recipient__in=people, settled_at__isnull=False)
        unread = again.filter(read_at=F("settled_at"))
        return unread.update(read_at=None, settled_at=None) + again.update(settled_at=None)

    def reword(self, effect, text, *, now):
        """What is still asked for reads otherwise now: the same notices, unread again; no letter goes out twice."""
        return self.filter(effect=effect, settled_at=None).update(text=text, created_at=now, read_at=None)

    def settled(self):
        return self.filter(settled_at__isnull=False)

    def unrouted(self):
        """Of which nobody has yet asked where else they go, oldest first; locked ones are in another's hands."""
        free = self.select_for_update(skip_locked=True, no_key=True).filter(routed_at=None)
        return free.in_app().order_by("pk")

    def oldest_unrouted(self):
        return self.filter(routed_at=None).aggregate(oldest=Min("created_at"))["oldest"]

    def mark_routed(self, notices, now):
        return self.filter(pk__in=[notice.pk for notice in notices]).update(routed_at=now)

    def post(self, notices):
        """Write notices; an effect already written for a person and channel is left as it is."""
        return self.bulk_create(notices, ignore_conflicts=True)

    def tell(self, people, effect, text, url, *, now, is_urgent=False):
        """Post the same to each of these user ids."""
        said = {"effect": effect, "text": text, "url": url, "is_urgent": is_urgent, "created_at": now}
        return self.post([Notice(recipient_id=pk, **said) for pk in sorted(people)])


class Notice(models.Model):
    """通知: what one person is told about one effect, through one channel."""

    class Channel(models.TextChoices):
        IN_APP = "in_app", "站内"

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        db_index=False,
        related_name="notices",
        verbose_name="收件人",
    )
    channel = models.CharField("渠道", max_length=8, choices=Channel, default=Channel.IN_APP)
    effect = models.CharField("事由", max_length=60, help_text="同一事由对同一人、同一渠道只写一次。")
    text = models.CharField("内容", max_length=200)
    url = models.CharField("链接", max_length=200, blank=True)
    is_urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    # Told as one of this unit, whose group then hears of it too.
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="责任单位"
    )
    routed_at = models.DateTimeField("分发时间", null=True, blank=True, editable=False)
    # When the step was taken that it asked for; whoever took it, and whether or not anybody has read it.
    settled_at = models.DateTimeField("办了的时间", null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["effect", "recipient", "channel"], name="notice_effect_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["id"], condition=Q(routed_at=None), name="notice_unrouted"),
        ]

    def __str__(self):
        return self.text

    @property
    def kind(self):
        return kind_of(self.effect)

    @property
    def is_emergency(self):
        """What wakes people at night; a reminder that somebody should look into something does not."""
        return self.is_urgent and self.kind != Kind.OTHER

    @property
    def is_overdue(self):
        """A limit was missed: told at once too, but no emergency."""
        return self.effect.partition(":")[0] == "overdue"

    def mark_read(self, *, now=None):
        """Read once; opening it again keeps the first time."""
        Notice.objects.filter(pk=self.pk).mark_read(now=now)
