"""办理经过: one row for every change of a ticket. Append-only: a database trigger refuses changes."""

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT

from accounts.models import Post
from stations.models import Area
from tickets.states import Status, Verb

OLD_LEDGER = "旧台账"  # as whom things were done that an import brought; its `data` says "imported"
HANDLING = (Verb.RECEIVE, Verb.ATTACH, Verb.CLAIM, Verb.REPLY, Verb.RESOLVE)
RESULTS = (Verb.RESOLVE, Verb.REOPEN, Verb.REVIEW, Verb.CHANGE_RATING)
LEAVING = (Verb.MERGE, Verb.WITHDRAW)
COMING_BACK = (Verb.HAND_BACK, Verb.REOPEN, Verb.RESTORE)


class Heard(models.TextChoices):
    """How a resident's answer to a question came in."""

    LINK = "link", "居民自己填写"
    PHONE = "phone", "打电话说的"
    IN_PERSON = "in_person", "当面说的"


class EventQuerySet(models.QuerySet):
    def handled_by(self, user):
        """What makes a person unfit to rate for the resident: logging, claiming, replying, resolving."""
        named = models.Q(verb=Verb.CLAIM, data__claimant=user.pk)
        return self.filter(models.Q(by=user, verb__in=HANDLING) | named)

    def of(self, tickets):
        return self.filter(ticket__in=tickets)

    def results_before(self, moment):
        """(ticket, verb, data) of what was resolved, done again, rated before the moment, in order."""
        told = self.filter(verb__in=RESULTS, at__lt=moment).order_by("pk")
        return told.values_list("ticket", "verb", "data")

    def importing(self, ledger):
        """The receipts that an import of an old ledger brought."""
        brought = self.alias(ledger=KT("data__imported"))
        return brought.filter(verb=Verb.RECEIVE, data__has_key="imported", ledger=str(ledger.pk))

    def bringing_back(self):
        """What brings a ticket to the queue again, the last one first."""
        return self.filter(verb__in=COMING_BACK).order_by("-pk")

    def taking_out(self):
        """What takes a ticket out of the solving rate, the last one first."""
        return self.filter(verb__in=LEAVING).order_by("-pk")

    def corrections(self):
        """Of what was written down, the last one first; photos added or taken away are none."""
        photos = models.Q(data__has_any_keys=["photos", "photo_removed"])
        return self.filter(verb=Verb.AMEND).exclude(photos).order_by("-pk")

    def apart_from_photos(self):
        """Everything but photos that were added later."""
        return self.exclude(verb=Verb.AMEND, data__has_key="photos")

    def removing(self, name):
        """Where the photo of this name was taken away."""
        return self.filter(verb=Verb.AMEND, data__photo=name).select_related("by")

    def of_form(self, key, by):
        """What this person has done by the form that carries this key."""
        return self.filter(by=by, data__form=str(key))

    def parting(self):
        """Where a reporter of the ticket was given one of their own, the last time first."""
        return self.filter(verb=Verb.DETACH, data__has_key="reporter").order_by("-pk")

    def asked_in(self, round_):
        """The questions to the resident in a round, the last one first."""
        return self.filter(verb=Verb.ASK_RESIDENT, round=round_).order_by("-pk")

    def answers_of(self, reporter, since):
        """What one reporter has answered since a question."""
        own = {"verb": Verb.RESIDENT_ANSWERED, "data__reporter": reporter.pk}
        return self.filter(**own, round=since.round, pk__gt=since.pk)

    def about_waiting(self):
        """Where a ticket begins or ends to wait for the resident, in order."""
        waits = models.Q(status_from=Status.WAITING) | models.Q(status_to=Status.WAITING)
        return self.filter(waits).exclude(status_from=models.F("status_to")).order_by("pk")

    def dispatches_by(self, user, since):
        """What this person has sent to units since a moment, the last one first."""
        return self.filter(by=user, verb=Verb.DISPATCH, at__gte=since).order_by("-pk")


class Event(models.Model):
    """What was done to a ticket, by whom in which post, from which status to which."""

    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, db_index=False, related_name="events", verbose_name="工单"
    )
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="+", verbose_name="社区")
    verb = models.CharField("动作", max_length=20, choices=Verb)
    status_from = models.CharField("原状态", max_length=12, choices=Status, blank=True)
    status_to = models.CharField("新状态", max_length=12, choices=Status)
    round = models.PositiveSmallIntegerField("轮次")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="操作人",
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="以何身份"
    )
    as_whom = models.CharField("身份", max_length=80, help_text="当时的身份，例如：安居物业单位人员。")
    device = models.CharField("设备", max_length=16, blank=True, help_text="登录时给浏览器的随机编号。")
    words = models.TextField("说明", blank=True)
    data = models.JSONField("前后", default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理经过"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "ticket", KT("data__kind"), KT("data__due_at"),
                condition=models.Q(verb=Verb.FLAG), name="event_flag_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["ticket", "id"], name="event_ticket"),
            models.Index(fields=["by", "at"], name="event_by"),
            # Which tickets an import of an old ledger made.
            models.Index(
                KT("data__imported"),
                condition=models.Q(verb=Verb.RECEIVE, data__has_key="imported"),
                name="event_imported",
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.get_verb_display()}"
