"""导入旧台账: a file of old cases that a dispatcher sent, what it was read as, and how far it has been written."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.models import Area, Station

PART = 256 * 1024  # bytes of a file in a row
GOOD_FOR = timedelta(hours=24)  # a file that nobody confirmed
HELD = timedelta(seconds=200)  # without a word of whoever has it in hand
KEPT_FOR = timedelta(days=30)  # the rows that could not be taken


def assigned(columns: list[dict]) -> dict[str, str]:
    """Of columns as they are stored with an import, in the order of the file."""
    return {column["key"]: column["field"] for column in columns if "key" in column}


class LedgerImportQuerySet(models.QuerySet):
    def in_communities(self, areas):
        return self.filter(area__in=areas)

    def shown(self):
        return self.select_related("station", "by").defer("examples", "notes", "known_rows")

    def written(self):
        """Those that made tickets; the choices of a list."""
        return self.filter(written__gt=0).only("file_name", "made_at")

    def layouts_in(self, area):
        """{signature of the headings: {column: field}} as somebody said last; columns.Head says what a signature is."""
        told = self.filter(area=area, is_by_hand=True).order_by("head", "-pk").distinct("head")
        return {head: assigned(columns) for head, columns in told.values_list("head", "columns")}

    def ratings_in(self, area):
        """{word: what it counts as} as somebody said last; without the words that are to be asked for again."""
        told = {}
        for ratings in (
            self.filter(area=area).exclude(ratings={}).order_by("pk").values_list("ratings", flat=True)
        ):
            told |= ratings
        return {word: code for word, code in told.items() if code is not None}

    def with_key(self, key):
        return self.select_related("station__area", "by").filter(pk=key).first()

    def to_do(self):
        """What a worker goes on with: to be read, or confirmed and not yet written to the end; the oldest first."""
        states = (LedgerImport.State.READING, LedgerImport.State.WRITING)
        return self.filter(state__in=states, is_kept=True).order_by("pk")

    def free(self, now):
        """In nobody's hand: a worker that was killed lets go when its time is over."""
        return self.filter(Q(held_until=None) | Q(held_until__lt=now))

    def cut_off(self, *, now):
        """A command was writing these from its own file, and has not been heard of since."""
        return self.filter(state=LedgerImport.State.WRITING, is_kept=False).free(now)

    def unconfirmed(self, *, now):
        """Nobody said in a day that these may be written."""
        return self.filter(state=LedgerImport.State.READ, made_at__lte=now - GOOD_FOR)

    def outlived(self, *, now):
        """Over for so long that their faults are nobody's concern any more."""
        return self.filter(made_at__lte=now - KEPT_FOR).exclude(faults=None)


class LedgerImport(models.Model):
    """One file. `is_kept`: its bytes stand in parts; a command reads its own file and keeps none.

    Counted are rows: `total` read, `ready` to be written, `known` already, `bad`; of these `written` so far, up to
    the row `done_line`. `known_rows`: the first of those that were there when the file was looked at. `unrated`: of
    what is to be written, later of what has been, the cases done with that nobody rated; `first_on` and `last_on` are
    the days between which the written ones were received.

    `columns`: what each is read as (importing.columns.Column), `head` their signature, `is_by_hand` whether somebody
    said so. `words`: those for satisfaction that nobody listed, `ratings` what somebody said that they count as, of
    this file or an earlier one: {word: code, "" for none, None where it is to be asked for again}.
    """

    class State(models.TextChoices):
        READING = "reading", "正在读"
        READ = "read", "等确认"
        WRITING = "writing", "正在导入"
        DONE = "done", "已导入"
        REFUSED = "refused", "没有读成"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="社区")
    station = models.ForeignKey(
        Station, models.PROTECT, db_index=False, related_name="+", verbose_name="导入到站点"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="谁"
    )
    made_at = models.DateTimeField("时间")
    file_name = models.CharField("文件名", max_length=120)
    size = models.PositiveBigIntegerField("字节")
    how = models.CharField("读成", max_length=20, blank=True)
    answered_ends = models.BooleanField("答复算结束", default=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.READING)
    is_kept = models.BooleanField("留着文件", default=True)
    refusal = models.CharField("为什么没读成", max_length=400, blank=True)
    columns = models.JSONField("列", default=list)
    head = models.CharField("表头", max_length=64, blank=True)
    is_by_hand = models.BooleanField("有人说明过列", default=False)
    words = models.JSONField("看不懂的评价", default=list)
    ratings = models.JSONField("评价算什么", default=dict)
    notes = models.JSONField("说明", default=dict)
    examples = models.JSONField("前几行", default=list)
    known_rows = models.JSONField("已有的行", default=list)
    total = models.PositiveIntegerField("读了", default=0)
    ready = models.PositiveIntegerField("可以导入", default=0)
    known = models.PositiveIntegerField("已经有", default=0)
    bad = models.PositiveIntegerField("有问题", default=0)
    written = models.PositiveIntegerField("导入了", default=0)
    unrated = models.PositiveIntegerField("办完没有评价", default=0)
    first_on = models.DateField("最早接单", null=True, blank=True)
    last_on = models.DateField("最晚接单", null=True, blank=True)
    done_line = models.PositiveIntegerField("做到第几行", default=0)
    held_until = models.DateTimeField("有人在做，到", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("白做了几次", default=0)
    confirmed_at = models.DateTimeField("确认", null=True, blank=True)
    finished_at = models.DateTimeField("做完", null=True, blank=True)

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入旧台账"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["reading", "read", "writing", "done", "refused"]),
                name="ledger_state_known",
            ),
            models.CheckConstraint(
                condition=Q(total=F("ready") + F("known") + F("bad")), name="ledger_rows_add_up"
            ),
        ]

    def __str__(self):
        return f"{self.file_name}（{timezone.localtime(self.made_at):%Y-%m-%d %H:%M}）"

    @property
    def percent(self) -> int:
        """How much of what is to be written has been."""
        return 100 * self.written // self.to_write if self.to_write else 100

    @property
    def assigned(self) -> dict[str, str]:
        """What each column is read as: {its key: field, "" for unused}; empty before it was looked at."""
        return assigned(self.columns)

    @property
    def stamp(self) -> str:
        """Another one as soon as anything is read in another way."""
        return hashlib.sha256(repr((self.assigned, sorted(self.ratings.items()))).encode()).hexdigest()[:16]

    @property
    def is_asking(self) -> bool:
        """It can be read, once somebody says what its columns are; `refusal` says what is missing."""
        return self.state == self.State.READ and bool(self.refusal)

    @property
    def is_going(self) -> bool:
        """Being read or written, so that there is more to say of it in a moment."""
        return self.state in (self.State.READING, self.State.WRITING)

    @property
    def to_write(self) -> int:
        """Rows that were bad at first may be good by now."""
        return max(self.ready, self.written)

    @property
    def stands(self) -> str:
        """Its state; what was confirmed and given up had been read all the same."""
        if self.is_asking:
            return "等说明列"
        given_up = self.state == self.State.REFUSED and self.confirmed_at
        return "没有导完" if given_up else self.get_state_display()


class LedgerPart(models.Model):
    """A piece of a file, until it has been written or forgotten."""

    ledger = models.ForeignKey(LedgerImport, models.CASCADE, db_index=False, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["ledger", "number"], name="ledger_part_once")]

    def __str__(self):
        return f"{self.ledger_id} {self.number}"


class LedgerFault(models.Model):
    """A row that could not be taken: why, and its cells, so that it can be mended and sent again."""

    ledger = models.ForeignKey(LedgerImport, models.CASCADE, db_index=False, related_name="faults")
    line = models.PositiveIntegerField("行")
    reasons = models.JSONField("原因", default=list)
    cells = models.JSONField("内容", default=dict)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["ledger", "line"], name="ledger_fault_once")]

    def __str__(self):
        return f"{self.ledger_id} {self.line}"
