"""回音壁: what the public reads of one closed ticket, in words written for it by one person and approved by another.

Only tickets.wall.editing writes it.
"""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, OuterRef, Q

from stations.models import Area
from tickets.models.feedback import Rating
from tickets.models.rule import Category
from tickets.models.ticket import Ticket
from tickets.states import Status

TITLE_LIMIT, WORDS_LIMIT, REASON_LIMIT = 24, 60, 100  # what a card of the display holds


class WallEntryQuerySet(models.QuerySet):
    def on_wall(self):
        """What the public may read: approved, and the ticket closed since, in the round that was written about."""
        kept = {"ticket__status": Status.CLOSED, "ticket__round": F("round")}
        return self.filter(state=WallEntry.State.PUBLISHED, **kept)

    def in_communities(self, areas):
        return self.filter(area__in=areas)

    def in_state(self, *states):
        return self.filter(state__in=states)

    def of_tickets(self, tickets):
        return self.filter(ticket__in=tickets)

    def with_ratings(self):
        """`rated`: what each reporter said in the round that was written about; not what a ledger says of it."""
        said = Rating.objects.of_who_stayed().exclude(channel=Rating.Channel.LEDGER)
        given = said.filter(ticket=OuterRef("ticket"), round=OuterRef("round")).order_by("pk")
        return self.annotate(rated=ArraySubquery(given.values("satisfied")))

    def for_public(self):
        """With all that a card shows, the latest first."""
        return self.with_ratings().select_related("category", "ticket__unit").order_by("-judged_at", "-pk")

    def for_desk(self):
        """With all that a row of those who write and approve shows."""
        people = ("written_by", "judged_by", "withdrawn_by")
        shown = ("area__parent", "category", "ticket__category", "ticket__building", "ticket__unit")
        return self.with_ratings().select_related(*people, *shown)

    def count_by_state(self):
        """{state: n} in one statement."""
        return dict(self.order_by().values_list("state").annotate(n=Count("pk")))

    def latest_first(self):
        return self.order_by("-changed_at", "-pk")

    def longest_waiting_first(self):
        return self.order_by("written_at", "pk")


class WallEntry(models.Model):
    """回音壁上的一段. `version` counts the texts, so that nobody approves one that was changed meanwhile.

    Place, category and time are the public's, made coarse enough when it was approved (tickets.wall.coarsening).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PROPOSED = "proposed", "待审"
        REFUSED = "refused", "已退回"
        PUBLISHED = "published", "在墙上"
        WITHDRAWN = "withdrawn", "已撤下"

    class Span(models.TextChoices):
        MONTH = "month", "月"
        QUARTER = "quarter", "季度"
        YEAR = "year", "年"
        EVER = "ever", "不写时间"

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="wall_entry", verbose_name="工单")
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="+", verbose_name="社区")
    round = models.PositiveSmallIntegerField("写的是第几轮")
    title = models.CharField("标题", max_length=TITLE_LIMIT)
    words = models.CharField("办成什么样", max_length=WORDS_LIMIT)
    version = models.PositiveIntegerField("第几稿", default=1)
    # The version with which those who approve were first asked; none once somebody has judged.
    asked_as = models.PositiveIntegerField("从第几稿起请人审", null=True)
    state = models.CharField("到哪一步", max_length=10, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="谁写的"
    )
    written_at = models.DateTimeField("写的时间")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="谁审的"
    )  # fmt: skip
    judged_at = models.DateTimeField("审的时间", null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="谁撤的"
    )  # fmt: skip
    changed_at = models.DateTimeField("最近一步的时间")
    reason = models.CharField("退回或撤下的原因", max_length=REASON_LIMIT, blank=True)
    group = models.CharField("写出来的楼群", max_length=30, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="写出来的类别"
    )
    span = models.CharField("写出来的时间有多长", max_length=8, choices=Span, blank=True)
    month = models.DateField("哪个月接的单", help_text="那个月的第一天；对外只按“写出来的时间”写。")

    objects = WallEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回音壁"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(judged_by=None) | ~Q(judged_by=F("written_by")), name="wall_entry_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "refused"])
                | Q(judged_by__isnull=False, judged_at__isnull=False),
                name="wall_entry_judged_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | ~Q(span=""), name="wall_entry_published_is_coarse"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="wall_entry_refused_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_by__isnull=False),
                name="wall_entry_withdrawn_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["area", "state", "-judged_at", "-id"], name="wall_entry_shown")]

    def __str__(self):
        return self.title

    @property
    def is_shown(self) -> bool:
        """Whether the public reads it: as `on_wall` finds it."""
        is_of_now = self.ticket.status == Status.CLOSED and self.ticket.round == self.round
        return self.state == self.State.PUBLISHED and is_of_now
