"""What the resident holds and gives back: the receipt and the rating."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tickets.models.reporter import Reporter
from tickets.models.ticket import WORDS_LIMIT


class ReceiptQuerySet(models.QuerySet):
    def valid(self):
        """Not revoked; with the ticket at hand. Expiry after closing is asked of receipts.is_expired."""
        return self.filter(revoked_at=None).select_related(
            "reporter__ticket__station", "reporter__ticket__area", "reporter__ticket__category",
            "reporter__ticket__building", "reporter__ticket__unit",
        )  # fmt: skip

    def of_reporter(self, reporter):
        return self.get(reporter=reporter)

    def first_of(self, ticket):
        """The receipt of whoever brought the matter first, or None."""
        return self.filter(reporter__ticket=ticket).order_by("reporter", "-version").first()

    def held_by(self, reporter):
        """The reporter's receipt, or None."""
        return self.filter(reporter=reporter).order_by("-version").first()


class Receipt(models.Model):
    """回执: opens one reporter's view of a ticket. Only hashes of its token and code are stored."""

    reporter = models.ForeignKey(
        Reporter, models.PROTECT, db_index=False, related_name="receipts", verbose_name="反映人"
    )
    uid = models.UUIDField("回执号", unique=True, default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField("版本", default=1)
    token_hash = models.CharField(max_length=64, editable=False)
    code_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField("出具时间", default=timezone.now)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    left_out = ""  # why photos that came with its form once more could not be added; not stored

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回执"
        ordering = ["pk"]
        # Constraints, not unique=True, which would add a second index for prefixes that nobody asks for.
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="receipt_token_once"),
            models.UniqueConstraint(fields=["code_hash"], name="receipt_code_once"),
            models.UniqueConstraint(
                fields=["reporter"], condition=Q(revoked_at=None), name="receipt_one_valid"
            ),
            models.UniqueConstraint(fields=["reporter", "version"], name="receipt_version_once"),
        ]

    def __str__(self):
        return str(self.uid)


class RatingQuerySet(models.QuerySet):
    def of_who_stayed(self):
        """Whose matter the rated ticket still is: what was said by who left (另开一单, 拆单) counts for neither."""
        return self.filter(Q(reporter__ticket=F("ticket")) | Q(reporter__ticket__merged_into=F("ticket")))


class Rating(models.Model):
    """评价: one reporter's answer in one round, changeable for a while."""

    class Solved(models.TextChoices):
        YES = "yes", "解决了"
        PARTLY = "partly", "一部分"
        NO = "no", "没解决"

    class Satisfied(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        MOSTLY = "mostly", "基本满意"
        NOT = "not", "不满意"

    class Channel(models.TextChoices):
        LINK = "link", "扫码或查询码"
        PHONE = "phone", "电话回访"
        DESK = "desk", "站点代评"
        LEDGER = "ledger", "旧台账"  # only importing writes it

    reporter = models.ForeignKey(
        Reporter, models.PROTECT, db_index=False, related_name="ratings", verbose_name="反映人"
    )
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, related_name="ratings", verbose_name="评的工单",
        help_text="并单以后评的是并入的那一张。",
    )  # fmt: skip
    round = models.PositiveSmallIntegerField("轮次")
    solved = models.CharField(
        "解决了吗", max_length=8, choices=Solved, blank=True, help_text="旧台账没写的空着。"
    )
    satisfied = models.CharField("满意吗", max_length=10, choices=Satisfied)
    words = models.TextField("想说的话", max_length=WORDS_LIMIT, blank=True)
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="代评人",
    )
    created_at = models.DateTimeField("评价时间")
    changed_at = models.DateTimeField("修改时间", null=True, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reporter", "ticket", "round"], name="rating_once_a_round")
        ]

    def __str__(self):
        return self.get_satisfied_display()

    @property
    def is_bad(self) -> bool:
        """不满意 or not solved: the ticket is done again."""
        return self.satisfied == self.Satisfied.NOT or self.solved == self.Solved.NO
