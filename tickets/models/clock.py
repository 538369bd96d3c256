"""时限: one row per ticket, kind and round. Overdue is a mark on it, never a status of the ticket."""

from datetime import timedelta

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject

from stations.models import CALENDAR_VERSION, Area, Unit
from tickets.states import Status


class ClockQuerySet(models.QuerySet):
    def promised_reply(self, ticket):
        """The reply clock of the ticket's round: what the slip promises."""
        return self.get(ticket=ticket, kind="reply", round=ticket.round)

    def running(self):
        """Neither met nor stopped; a flagged clock runs on until it is met."""
        return self.filter(met_at=None, stopped_at=None)

    def of_staff(self):
        """Those that staff answer for."""
        return self.filter(kind__in=["reply", "resolve"])

    def ticking(self):
        """The running clocks that staff answer for."""
        return self.running().of_staff()

    def working(self, area, moment):
        """The limits for getting done what a community worked on at the moment, by category."""
        ended = Q(met_at__lt=moment) | Q(stopped_at__lt=moment)
        found = self.filter(kind="resolve", area=area, starts_at__lt=moment).exclude(ended).order_by()
        return found.values(category=F("ticket__category"), name=F("ticket__category__name"))

    def not_paused(self):
        return self.filter(paused_at=None)

    def climbing(self, now):
        """Those that have come to the next rung of the ladder: half time, 80 %, overdue."""
        return self.filter(climbs_at__lt=now)

    def with_subject(self):
        """With what a notice says of the ticket."""
        return self.select_related("ticket__building", "ticket__category")

    def not_late(self, now):
        """Neither marked nor past due; one that stands still is measured when it stopped."""
        return self.filter(Q(due_at__gte=now) | Q(paused_at__isnull=False), flagged_at=None)

    def waiting(self):
        """Those that run until the resident answers."""
        return self.running().filter(kind="waiting")

    def lapsed(self, now):
        """The resident has not answered in time."""
        return self.waiting().past(now).filter(ticket__status=Status.WAITING)

    def past(self, now):
        """Due before `now` by the calendar that holds: one that is still to be counted by it may get another day."""
        other = ~Q(calendar_version=F("area__calendar_version"))
        return self.filter(due_at__lt=now).exclude(other, area__recount_since__lte=F("due_at"))

    def waiting_for_reply(self):
        """Reply clocks of their ticket's round that nobody has met: running, or stopped by merging."""
        return self.filter(kind="reply", round=F("ticket__round"), met_at=None)

    def of_duplicates(self, ticket):
        return self.filter(ticket__merged_into=ticket)

    def of(self, tickets):
        return self.filter(ticket__in=tickets)

    def next_first(self):
        """Of the clocks that staff answer for: those that run, the next one first, then those that stand still."""
        return self.ticking().order_by(F("paused_at").asc(nulls_first=True), "due_at")

    def as_chip(self):
        """What a chip shows of each, as one value `shown`; moments as text."""
        shown = ("kind", "hours", "due_at", "half_at", "warn_at", "paused_at", "provisional")
        return self.values(shown=JSONObject(**{name: name for name in shown}))

    def ending_before(self, day):
        """The running limits for getting done that end on an earlier local day; one that stands still ends on none."""
        own = self.running().not_paused().filter(kind="resolve")
        return own.filter(due_at__date__lt=day)

    def first_replies(self):
        """By which the service is measured: the reply clocks of the first round."""
        return self.filter(kind="reply", round=1)

    def first_met(self):
        """The reply and resolve clocks of the first round that were met."""
        return self.filter(kind__in=["reply", "resolve"], round=1, met_at__isnull=False)

    def unmarked(self):
        """The running clocks that nobody has marked as late: those that a change of the calendar may move."""
        return self.running().filter(flagged_at=None)

    def in_community(self, area):
        return self.filter(area=area)

    def areas_to_recount(self, *, with_clocks=False):
        """Ids of the communities with an open clock of another calendar than theirs, or with a change to follow.

        The latter may have no clock at all, and are left out if only those `with_clocks` are wanted. Two probes of an
        index a community: the lowest and the highest version among its clocks.
        """
        own = self.unmarked().filter(area=OuterRef("pk")).order_by("calendar_version")
        versions = {"low": Subquery(own.values("calendar_version")[:1])}
        versions["high"] = Subquery(own.reverse().values("calendar_version")[:1])
        now = F("calendar_version")
        other = Q(low__lt=now) | Q(high__gt=now)
        if not with_clocks:
            other |= Q(recount_since__isnull=False)
        return Area.objects.alias(**versions).filter(other).order_by("pk").values_list("pk", flat=True)

    def to_recount(self, area, since):
        """A community's open clocks of another calendar; what was late when it changed is left to be marked."""
        late = Q(due_at__lt=since, paused_at=None, kind__in=["reply", "resolve"])
        other = Q(calendar_version__lt=area.calendar_version) | Q(calendar_version__gt=area.calendar_version)
        return self.unmarked().filter(other, area=area).exclude(late)

    def left_to_recount(self, areas):
        """Those of `to_recount` of communities that are being recounted."""
        late = Q(due_at__lt=F("area__recount_since"), paused_at=None, kind__in=["reply", "resolve"])
        of_another = self.unmarked().exclude(calendar_version=F("area__calendar_version"))
        return of_another.filter(area__in=areas).exclude(late)

    def due_since(self, moment, areas):
        """Open clocks of these communities that are due at the moment or after it, the first first."""
        found = self.unmarked().filter(area__in=areas, due_at__gte=moment)
        return found.select_related("ticket__building", "ticket__category").order_by("due_at", "pk")

    def of_merged_into(self, tickets):
        """The open reply clocks of what was merged into these, with their tickets; none were late by then."""
        found = self.waiting_for_reply().filter(ticket__merged_into__in=tickets, flagged_at=None)
        return found.select_related("ticket")


# A rung is told once for its moment; when that moment is moved, the clock comes to it anew. Once 80 % is told, half
# time is no news any more, and once the clock is marked overdue, neither is.
_ENDED = (
    Q(met_at__isnull=False)
    | Q(stopped_at__isnull=False)
    | Q(paused_at__isnull=False)
    | Q(flagged_at__isnull=False)
    | ~Q(kind__in=["reply", "resolve"])
)
_CLIMBS_AT = Case(
    When(_ENDED, then=None),
    When(told_warn_at=F("warn_at"), then=F("due_at")),
    When(told_half_at=F("half_at"), then=F("warn_at")),
    default=F("half_at"),
)


class Clock(models.Model):
    """时限: when something is due, when it was met, and the unit that answers for it."""

    class Kind(models.TextChoices):
        REPLY = "reply", "答复"
        RESOLVE = "resolve", "办结"
        WAITING = "waiting", "补充"
        RATING = "rating", "评价"

    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, db_index=False, related_name="clocks", verbose_name="工单"
    )
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="+", verbose_name="社区")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="计入单位",
        help_text="到期或完成时持有工单的单位；空着表示派单台。",
    )  # fmt: skip
    kind = models.CharField("种类", max_length=8, choices=Kind)
    round = models.PositiveSmallIntegerField("轮次")
    working_days = models.PositiveSmallIntegerField("工作日数", help_text="按钟点算的为0。")
    hours = models.PositiveSmallIntegerField(
        "钟点数", null=True, blank=True, help_text="紧急类别的答复，不分昼夜。"
    )
    starts_at = models.DateTimeField("开始")
    due_at = models.DateTimeField("到期")
    half_at = models.DateTimeField("过半")
    warn_at = models.DateTimeField("临近")
    paused_at = models.DateTimeField("暂停", null=True, blank=True)
    paused_for = models.DurationField("已暂停的工作时间", default=timedelta, help_text="等居民补充用去的。")
    own_due_at = models.DateTimeField(
        "自己的到期", null=True, blank=True, help_text="并单后跟着更早的那一张到期时，原来的到期时刻。"
    )
    met_at = models.DateTimeField("完成", null=True, blank=True)
    stopped_at = models.DateTimeField("停止", null=True, blank=True)
    flagged_at = models.DateTimeField("标记超时", null=True, blank=True)
    told_half_at = models.DateTimeField("过半已提醒", null=True, blank=True, help_text="提醒时的过半时刻。")
    told_warn_at = models.DateTimeField("临近已提醒", null=True, blank=True, help_text="提醒时的临近时刻。")
    climbs_at = models.GeneratedField(
        expression=_CLIMBS_AT,
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        verbose_name="下一级提醒",
    )
    provisional = models.BooleanField("暂按", default=False)
    calendar_version = models.CharField("日历版本", max_length=CALENDAR_VERSION)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "时限"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "round"], name="clock_once"),
            models.CheckConstraint(condition=Q(due_at__gte=F("starts_at")), name="clock_due_after_start"),
            models.CheckConstraint(
                condition=Q(hours=None, working_days__gt=0) | Q(hours__gt=0, working_days=0, kind="reply"),
                name="clock_days_or_hours",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(kind="resolve"), name="clock_only_resolve_pauses"
            ),
        ]
        indexes = [
            models.Index(fields=["climbs_at"], condition=Q(climbs_at__isnull=False), name="clock_climbs"),
            models.Index(
                fields=["kind", "due_at"], condition=Q(met_at=None, stopped_at=None), name="clock_running"
            ),
            models.Index(
                fields=["area", "calendar_version"],
                condition=Q(met_at=None, stopped_at=None, flagged_at=None),
                name="clock_to_recount",
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.get_kind_display()} {self.round}"

    @property
    def is_of_staff(self) -> bool:
        return self.kind in (self.Kind.REPLY, self.Kind.RESOLVE)

    def is_late(self, now) -> bool:
        """Past its due moment, whether or not the sweep has come by; met late counts too."""
        return self.due_at < (self.met_at or self.stopped_at or self.paused_at or now)

    def is_to_be_recounted(self, area, now) -> bool:
        """Open, and not yet counted by the newest calendar of its community: as `to_recount` finds it."""
        is_open = not (self.met_at or self.stopped_at or self.flagged_at)
        was_late = self.is_of_staff and not self.paused_at and self.due_at < (area.recount_since or now)
        return is_open and not was_late and self.calendar_version != area.calendar_version
