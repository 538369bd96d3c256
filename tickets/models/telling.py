"""告知: that one reporter has been told of one reply; who has not is on the desk's list 待告知."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tickets.models.reply import Reply
from tickets.models.reporter import Reporter
from tickets.models.ticket import Ticket


class TellingQuerySet(models.QuerySet):
    def missing(self, tickets):
        """The reporters of these answered tickets, and of what was merged into them, who have not been told.

        Each with `waits_for`, the ticket worked on, and `newest`, its newest reply: an older one needs no telling any
        more. An answered ticket has a reply of its round, so that the newest is of this round.
        """
        everybody, tickets = Reporter.objects.order_by(), tickets.order_by().values("pk")
        own = everybody.filter(ticket__in=tickets).values("pk")
        merged = everybody.filter(ticket__merged_into__in=tickets).values("pk")
        newest = Reply.objects.filter(ticket=OuterRef("waits_for")).newest()
        waiting = Reporter.objects.filter(pk__in=own.union(merged, all=True)).annotate(
            waits_for=Coalesce("ticket__merged_into", "ticket"), newest=Subquery(newest.values("pk")[:1])
        )
        return waiting.filter(~Exists(self.filter(reporter=OuterRef("pk"), reply=OuterRef("newest"))))

    def missing_for(self, user):
        """待告知: whom this person could tell of what."""
        return self.missing(Ticket.objects.answered().told_by(user)).told_by(user)

    def by_people(self, channels):
        return self.filter(channel__in=channels)

    def given_by(self, user, since):
        """What this person has told since a moment, the last first."""
        return self.filter(by=user, at__gte=since).order_by("-pk")


class Telling(models.Model):
    """How and when a reporter learnt of a reply, and from whom."""

    class Channel(models.TextChoices):
        PHONE = "phone", "打电话"
        IN_PERSON = "in_person", "当面"
        LINK = "link", "居民自己看到"

    reply = models.ForeignKey(
        Reply, models.PROTECT, db_index=False, related_name="tellings", verbose_name="答复"
    )
    reporter = models.ForeignKey(Reporter, models.PROTECT, related_name="tellings", verbose_name="反映人")
    channel = models.CharField("怎么告知", max_length=10, choices=Channel)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="告知人",
    )

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "告知"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "reporter"], name="telling_once"),
            models.CheckConstraint(
                condition=Q(channel="link", by=None) | (~Q(channel="link") & Q(by__isnull=False)),
                name="telling_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["by", "at"], condition=Q(by__isnull=False), name="telling_by")]

    def __str__(self):
        return f"{self.reporter_id} {self.get_channel_display()}"
