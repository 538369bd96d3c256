"""The ticket itself, and the counter behind its number.

Only workflow.py writes `status`; importing and demo loading are the one exception.
"""

import uuid
from functools import cache

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.urls import reverse

from stations.models import Area, Building, Station, Unit
from tickets.models.queryset import NUMBER_TAIL, TicketQuerySet
from tickets.models.reply import Answer
from tickets.models.reporter import WORDS_LIMIT
from tickets.models.rule import Category
from tickets.states import OPEN, STAGE_OF, Stage, Status


class Outcome(models.TextChoices):
    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    NOT = "not", "未能解决"


class WithdrawReason(models.TextChoices):
    REPORTER_ASKED = "reporter_asked", "反映人不再需要"
    MISTAKE = "mistake", "登记有误"
    NOT_OURS = "not_ours", "不属于受理范围"


def where(building: str | None, place: str) -> str:
    """Building and place as people say them: 3栋·二楼转角."""
    return "·".join(filter(None, (building, place)))


def in_hands_of(unit: str | None, status: str) -> str:
    """The unit's name; of a ticket without one, whether it still waits for one or ended without."""
    return unit or ("待派单" if status == Status.RECEIVED else "没有派出")


_NUMBER = "NUMBER"


def url_of(number: str, page: str = "detail") -> str:
    """The address of a page of the ticket with this number, worked out once: numbers need no quoting."""
    return _address(page).replace(_NUMBER, number)


@cache
def _address(page: str) -> str:
    return reverse(f"tickets:{page}", args=[_NUMBER])


class Counter(models.Model):
    """The last number given at a station on a day; its row lock keeps numbers without gaps."""

    station = models.ForeignKey(Station, models.PROTECT, db_index=False, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["station", "day"], name="counter_once")]

    def __str__(self):
        return f"{self.station_id} {self.day} {self.last}"


class Ticket(models.Model):
    """工单: one matter, from 接单 to 评单."""

    number = models.CharField("编号", max_length=24)
    submission_id = models.UUIDField("提交号", unique=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(
        Area, models.PROTECT, db_index=False, related_name="tickets", verbose_name="社区"
    )
    station = models.ForeignKey(
        Station, models.PROTECT, db_index=False, related_name="tickets", verbose_name="站点"
    )
    received_on = models.DateField("接单日期")
    sequence = models.PositiveIntegerField("当日序号")
    received_at = models.DateTimeField("接单时间")
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="logged_tickets", verbose_name="登记人"
    )
    title = models.CharField("标题", max_length=60)
    words = models.TextField("发生了什么", max_length=WORDS_LIMIT)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name="类别"
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name="楼栋"
    )
    place = models.CharField("具体位置", max_length=60, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.RECEIVED)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="tickets",
        verbose_name="责任单位",
    )
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="claimed_tickets",
        verbose_name="经办人",
    )
    claimed_at = models.DateTimeField("认领时间", null=True, blank=True)
    solvable = models.CharField("能否解决", max_length=8, choices=Answer, blank=True)
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    outcome = models.CharField("办理结果", max_length=8, choices=Outcome, blank=True)
    resolved_at = models.DateTimeField("办结时间", null=True, blank=True)
    closed_at = models.DateTimeField("结案时间", null=True, blank=True)
    withdraw_reason = models.CharField("撤单原因", max_length=16, choices=WithdrawReason, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="duplicates",
        verbose_name="并入",
    )  # fmt: skip
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="splits",
        verbose_name="从哪张分出", help_text="反映人当初加入的那一张；他的回执上写的是那个编号。",
    )  # fmt: skip
    external_id = models.CharField(
        "原编号", max_length=64, null=True, editable=False, help_text="从旧台账导入的，在那里的编号。"
    )
    search = SearchVectorField("检索词", null=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工单"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["station", "received_on", "sequence"], name="ticket_sequence_once"
            ),
            models.UniqueConstraint(
                fields=["area", "external_id"],
                condition=Q(external_id__isnull=False),
                name="ticket_external_once",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(
                condition=~Q(status="received") | Q(unit=None, claimant=None),
                name="ticket_received_is_dispatchers",
            ),
            models.CheckConstraint(
                condition=~Q(status="dispatched") | Q(unit__isnull=False, claimant=None),
                name="ticket_dispatched_is_units",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["claimed", "waiting"])
                | Q(unit__isnull=False, claimant__isnull=False, claimed_at__isnull=False),
                name="ticket_claimed_has_claimant",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_at__isnull=False),
                name="ticket_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="ticket_merged_has_master",
            ),
        ]
        # A foreign key with db_index=False begins one of these, or nothing is looked up by it.
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="ticket_received"),
            models.Index(fields=["area", "-received_at", "-id"], name="ticket_area_received"),
            models.Index(fields=["station", "-received_at", "-id"], name="ticket_station_received"),
            models.Index(fields=["unit", "status", "-received_at"], name="ticket_unit_status"),
            models.Index(fields=["claimant", "status"], name="ticket_claimant"),
            models.Index(
                fields=["area", "status", "received_at"],
                condition=Q(status__in=["received", "dispatched", "claimed", "waiting"]),
                name="ticket_open",
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="ticket_duplicates"
            ),
            models.Index(fields=["split_from"], condition=Q(split_from__isnull=False), name="ticket_splits"),
            models.Index(
                fields=["area"],
                condition=Q(
                    status__in=["received", "dispatched", "claimed", "waiting", "resolved"], solvable__gt=""
                ),
                name="ticket_answered",
            ),
            models.Index(Right("number", NUMBER_TAIL), name="ticket_number_tail"),
            GinIndex(fields=["search"], name="ticket_search"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return url_of(self.number)

    @property
    def old_number(self) -> str:
        """Its number in the ledger that it was imported from, where that had one."""
        return self.external_id if self.external_id and not self.external_id.startswith("~") else ""

    @property
    def stage(self) -> Stage:
        return STAGE_OF[Status(self.status)]

    @property
    def matter(self) -> "Ticket":
        """What is really worked on: the ticket this one was merged into, else this one."""
        return self.merged_into if self.merged_into_id else self

    @property
    def is_emergency(self) -> bool:
        return self.category_id is not None and self.category.is_emergency

    @property
    def is_pressing(self) -> bool:
        """An emergency that still waits for its answer; `category` is read along in every list."""
        return self.status in OPEN and not self.solvable and self.is_emergency

    @property
    def short_number(self) -> str:
        """Month, day and counter, enough within one station: 1123-007."""
        return f"{self.received_on:%m%d}-{self.sequence:03d}"

    @property
    def in_hands_of(self) -> str:
        """The unit, 待派单, or 没有派出 once it ended without."""
        return in_hands_of(self.unit.name if self.unit_id else None, self.status)

    @property
    def where(self) -> str:
        """Building and place as people say them: 3栋·二楼转角."""
        return where(self.building.name if self.building_id else "", self.place)
