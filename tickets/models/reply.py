"""答复: what a resident is told of a ticket, and in SQL what became of the days promised in it."""

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate

from tickets.models.event import Event
from tickets.models.reporter import WORDS_LIMIT
from tickets.promises import NOT_SOLVED, Promise
from tickets.states import DONE, OPEN, Status, Verb


class Answer(models.TextChoices):
    """Can it be, or was it, solved?"""

    YES = "yes", "能"
    PARTLY = "partly", "部分"
    NO = "no", "不能"


class ReplyQuerySet(models.QuerySet):
    """`with_outcome` is tickets.promises in SQL; a round's promise is known by the first reply that promised a day."""

    def of(self, tickets):
        return self.filter(ticket__in=tickets)

    def of_reporter(self, reporter):
        """What was answered to this person's ticket, or to what it was merged into."""
        return self.filter(
            ticket__in=[reporter.ticket_id, reporter.ticket.merged_into_id or reporter.ticket_id]
        )

    def numbered(self, text):
        """The one of these that a form names, with its ticket; None for anything else."""
        is_number = text.isascii() and text.isdecimal()
        return self.select_related("ticket").filter(pk=int(text[:18])).first() if is_number else None

    def beside(self, **extra):
        """The replies of the same ticket and round as the outer reply."""
        return self.filter(ticket=OuterRef("ticket"), round=OuterRef("round"), **extra)

    def newest(self):
        return self.order_by("-pk")

    def with_known(self):
        """`known_to`: the ids of the reporters who know of it."""
        return self.annotate(known_to=ArrayAgg("tellings__reporter"))

    def promises(self):
        """The first reply of a round that promised a day: one row for every round with a promise."""
        earlier = self.model.objects.beside(promised_on__isnull=False, pk__lt=OuterRef("pk"))
        return self.filter(~Exists(earlier), promised_on__isnull=False)

    def counted_at_once(self):
        """All replies, with `in_round`, how many the round has, and `is_first` for those of `promises`.

        By reading them once and in order, where `promises` looks up every one: for counting a million.
        """
        in_round = models.Window(Count("pk"), partition_by=[F("ticket"), F("round")])
        earlier = self.model.objects.beside(promised_on__isnull=False, pk__lt=OuterRef("pk"))
        return self.annotate(in_round=in_round).annotate(
            is_first=Case(
                When(promised_on=None, then=False),
                When(in_round=1, then=True),
                default=~Exists(earlier),
                output_field=models.BooleanField(),
            )
        )

    def of_this_round(self):
        """The promise of the outer ticket's round."""
        return self.promises().filter(ticket=OuterRef("pk"), round=OuterRef("round"))

    def of_claimant(self, user):
        """Of tickets this person has in hand or had it until the end."""
        return self.filter(ticket__claimant=user)

    def of_units(self, units):
        return self.filter(ticket__unit__in=units)

    def due_between(self, first, last):
        """Promises whose first promised day lies between two local dates, both included."""
        return self.promises().filter(promised_on__range=(first, last))

    def settled(self, first, last, today):
        """`with_outcome`: promises for a day of this week or done in it, that nobody has to keep any more."""
        is_running = Q(round=F("ticket__round"), ticket__status__in=OPEN, ticket__promised_on__isnull=False)
        found = self.promises().filter(~is_running, promised_on__gte=first).with_outcome(today)
        is_of_week = Q(promised_on__lte=last) | Q(done_on__gte=first)
        return found.filter(is_of_week, outcome__in=[Promise.KEPT, Promise.MOVED, Promise.BROKEN])

    def with_place(self):
        """The ticket with what a row shows of it."""
        return self.select_related("ticket__building", "ticket__claimant")

    def with_standing(self):
        """`standing_on`: the day that stood promised just before this reply, None if none did."""
        before = self.model.objects.beside(pk__lt=OuterRef("pk")).newest()
        return self.annotate(standing_on=Subquery(before.values("promised_on")[:1]))

    def postponing(self):
        """With a later day than stood promised before, or taking it back."""
        return self.filter(
            Q(promised_on=None) | Q(promised_on__gt=F("standing_on")), standing_on__isnull=False
        )

    def slipping(self):
        """Given when the day promised before was over."""
        return self.filter(standing_on__lt=TruncDate("at"))

    def with_end(self):
        """`done_on`, `done_as` of the round; `dropped_on` where the ticket was withdrawn or merged in it, or closed by
        its answer, as old ledgers do.

        What happens to most is read from the ticket's own row; only earlier rounds ask their events.
        """
        is_last = Q(round=F("ticket__round"))
        ended = Event.objects.filter(ticket=OuterRef("ticket"), round=OuterRef("round"), verb=Verb.RESOLVE)
        dropped = Event.objects.filter(ticket=OuterRef("ticket"), verb__in=[Verb.WITHDRAW, Verb.MERGE])
        off = is_last & Q(ticket__status__in=[Status.MERGED, Status.WITHDRAWN])
        answered = self._closing().values(day=TruncDate("at"))[:1]
        return self.annotate(
            done_on=Case(
                When(is_last & Q(ticket__status__in=DONE), then=TruncDate("ticket__resolved_at")),
                When(is_last, then=None),
                default=Subquery(ended.values(day=TruncDate("at"))[:1]),
            ),
            done_as=Case(
                When(is_last, then="ticket__outcome"),
                default=Subquery(ended.values(outcome=KT("data__outcome"))[:1]),
                output_field=models.CharField(),
            ),
            dropped_on=Case(
                When(off, then=Subquery(dropped.order_by("-pk").values(day=TruncDate("at"))[:1])),
                When(is_last & ~Q(ticket__status=Status.CLOSED, ticket__resolved_at=None), then=None),
                default=Subquery(answered),
            ),
        )

    def _closing(self):
        """The answer that closed the outer reply's ticket in its round: only what old ledgers bring is closed so."""
        own = Event.objects.filter(ticket=OuterRef("ticket"), round=OuterRef("round"))
        return own.filter(verb=Verb.REPLY, status_to=Status.CLOSED)

    def with_outcome(self, today):
        """`outcome` of each of these promises(), and `last_on`, the day promised last or None if taken back.

        Of replies counted_at_once() the same, and None of those that are no promises().
        """
        newest = self.model.objects.beside().newest()
        its = Subquery(newest.values("pk")[:1])
        are_counted = "in_round" in self.query.annotations
        own = Case(When(in_round=1, then=F("pk")), default=its) if are_counted else its
        changed = self.with_end().annotate(newest_pk=own)
        found = changed.annotate(
            last_on=Case(
                When(newest_pk=F("pk"), then="promised_on"),
                default=Subquery(newest.values("promised_on")[:1]),
            ),
            until=Case(
                When(done_on__isnull=False, then="done_on"),
                When(dropped_on__isnull=False, then="dropped_on"),
                default=Value(today, output_field=models.DateField()),
            ),
        )
        others = [When(is_first=False, then=None)] if are_counted else []
        return found.annotate(outcome=self._outcome(others))

    def _outcome(self, others):
        answers = self.model.objects.beside().with_standing()
        return Case(
            *others,
            When(last_on__lt=F("until"), then=Value(Promise.BROKEN.value)),
            # Most rounds have one reply; only where there are more are they looked at one by one.
            When(~Q(newest_pk=F("pk")) & Exists(answers.slipping()), then=Value(Promise.BROKEN.value)),
            When(dropped_on__isnull=False, then=None),
            When(done_as=NOT_SOLVED, then=Value(Promise.MOVED.value)),
            When(~Q(newest_pk=F("pk")) & Exists(answers.postponing()), then=Value(Promise.MOVED.value)),
            When(done_on__isnull=False, then=Value(Promise.KEPT.value)),
            default=Value(Promise.OPEN.value),
            output_field=models.CharField(),
        )


class Reply(models.Model):
    """答复: can it be solved, by when, in which words, and how the resident was told."""

    class Channel(models.TextChoices):
        PHONE = "phone", "打电话"
        IN_PERSON = "in_person", "当面"
        LINK = "link", "扫码查看"
        SLIP = "slip", "站点转告"

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="replies", verbose_name="工单")
    round = models.PositiveSmallIntegerField("轮次")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="答复人"
    )
    at = models.DateTimeField("时间")
    solvable = models.CharField(
        "能否解决", max_length=8, choices=Answer, blank=True, help_text="旧台账没写的空着。"
    )
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    words = models.TextField("说明", max_length=WORDS_LIMIT)
    told = models.CharField("怎么告知", max_length=10, choices=Channel, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(solvable__in=["no", ""], promised_on=None)
                | Q(solvable__in=["yes", "partly"], promised_on__isnull=False),
                name="reply_promise_if_solvable",
            ),
        ]
        indexes = [
            models.Index(
                fields=["promised_on"], condition=Q(promised_on__isnull=False), name="reply_promised"
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.get_solvable_display()}"
