"""照片: one picture of a ticket, or a draft that waits for the form it came with."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tickets.models.ticket import Ticket


class PhotoQuerySet(models.QuerySet):
    """Whom a photo may be shown to follows the ticket, on each request."""

    def visible_to(self, user):
        """The photos of the tickets this person may see now, and the drafts of the person's own."""
        seen = Ticket.objects.visible_to(user).values("pk")
        merged = Q(ticket__merged_into__in=seen)
        return self.filter(Q(ticket__in=seen) | merged | Q(ticket=None, by=user))

    def visible_to_reporter(self, reporter, ticket):
        """What was shown with an answer or a result, and of the others those that this reporter brought.

        Also with an answer that the own ticket got before it was merged into this one.
        """
        theirs = [ticket.pk, reporter.ticket_id]
        answers = Q(ticket__in=theirs, stage__in=[Photo.Stage.ANSWERED, Photo.Stage.FINISHED])
        return self.filter(answers | Q(reporter=reporter, ticket__isnull=False))

    def of(self, ticket):
        """The ticket's own, and those of what was merged into it: the same matter seen by another neighbour."""
        return self.filter(ticket__in=Ticket.objects.of_matter(ticket).order_by().values("pk")).order_by("pk")

    def drafts(self, user, draft):
        """What this person has sent along with one form that was not taken yet."""
        return self.filter(ticket=None, by=user, draft=draft)

    def at_step(self, ticket, stage):
        """The photos of one stage of the ticket's round."""
        return self.filter(ticket=ticket, stage=stage, round=ticket.round)

    def unused(self, before):
        """Drafts whose form never came back."""
        return self.filter(ticket=None, at__lt=before)

    def named(self, names):
        return self.filter(name__in=names)

    def for_album(self):
        """With who brought each and the ticket that decides who may take it away."""
        return self.select_related("by", "ticket")


class Photo(models.Model):
    """照片: the files lie under `name` (tickets.photo_files); before a ticket takes it, a draft of one form."""

    class Stage(models.TextChoices):
        RECEIVED = "received", "反映时"
        ANSWERED = "answered", "答复时"
        FINISHED = "finished", "办完后"

    name = models.CharField("文件名", max_length=40, unique=True)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="工单"
    )
    draft = models.UUIDField("随哪张表", null=True, blank=True)
    stage = models.CharField("哪一步", max_length=8, choices=Stage)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    reporter = models.ForeignKey(
        "tickets.Reporter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name="反映人",
    )
    event = models.ForeignKey(
        "tickets.Event", models.PROTECT, null=True, blank=True, db_index=False, related_name="photos",
        verbose_name="随哪一步",
    )  # fmt: skip
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")
    bytes = models.PositiveIntegerField("字节数")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name="谁传的",
    )  # fmt: skip
    at = models.DateTimeField("时间")

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "照片"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["received", "answered", "finished"]), name="photo_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, draft=None) | Q(ticket=None, draft__isnull=False),
                name="photo_ticket_or_draft",
            ),
        ]
        indexes = [
            models.Index(fields=["draft"], condition=Q(ticket=None), name="photo_draft"),
        ]

    def __str__(self):
        return self.name
