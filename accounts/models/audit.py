"""操作记录: who did what to whom, and whose entries somebody may read. `accounts.audit` writes them."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Right
from django.utils import timezone

from accounts.models.people import Post
from stations.models import Area

NUMBER_TAIL = 8  # 1123-007: what is indexed of a ticket's number, as in tickets
OTHER_NAME = "登记时填的姓名与已有姓名不同"


class AuditQuerySet(models.QuerySet):
    """Which entries somebody may read, and what they can be narrowed to."""

    def visible_to(self, user):
        """Least privilege: a secretary's node and below, what a dispatcher's community showed of residents, and
        what was done in a lead's own station or unit. The admin has the Django admin.

        Ids are read first: an index serves a list of them in the order of time, but no subquery.
        """
        nodes = [post.area_id for post in user.posts_as(Post.Role.SECRETARY)]
        communities = [post.area_id for post in user.posts_as(Post.Role.DISPATCHER)]
        led = Post.objects.ever_under(user.posts_as(Post.Role.STATION_LEAD, Post.Role.UNIT_LEAD))
        scope = Q(area__in=list(Area.objects.below(nodes).values_list("pk", flat=True)) if nodes else [])
        scope |= Q(area__in=communities, action__in=AuditEntry.OF_RESIDENTS)
        return self.filter(scope | Q(post__in=list(led.values_list("pk", flat=True))))

    def reveals_by(self, user, *, since):
        return self.filter(action=AuditEntry.Action.REVEALED, actor=user, at__gt=since)

    def with_person(self, pk):
        """Done by this person or to this person."""
        return self.filter(Q(actor=pk) | Q(person=pk))

    def about(self, number):
        """Of the ticket with this number, or this end of it (1123-007)."""
        found = self.exclude(subject="").alias(tail=Right("subject", NUMBER_TAIL))
        return found.filter(tail=number[-NUMBER_TAIL:], subject__endswith=number)

    def of_other_name(self, post):
        """Says of a post that it was given under another name than the person's own."""
        return self.filter(post=post, detail=OTHER_NAME)

    def marked(self):
        return self.filter(is_marked=True)

    def between(self, first, last):
        """From the moment `first` to the moment `last`; either may be None."""
        found = self.filter(at__gte=first) if first else self
        return found.filter(at__lte=last) if last else found

    def for_page(self):
        """Newest first, with everything a line shows; `name_unknown` as for posts."""
        other = AuditEntry.objects.of_other_name(OuterRef("post"))
        related = self.select_related("actor", "person", "post__station", "post__unit", "post__area", "area")
        return related.annotate(name_unknown=Exists(other)).order_by("-at", "-pk")


class AuditEntry(models.Model):
    """Who signed in, enrolled or removed whom, looked at whose number, took what along, set what otherwise.

    Append-only: a database trigger refuses changes. Never a resident's name, phone or room.
    """

    class Action(models.TextChoices):
        SIGN_IN = "sign_in", "登录"
        SIGN_IN_FAILED = "sign_in_failed", "登录失败"
        SIGN_OUT = "sign_out", "退出"
        PASSWORD_CHANGED = "password_changed", "改密码"  # noqa: S105
        PASSWORD_RESET = "password_reset", "发一次性密码"  # noqa: S105
        ENROLLED = "enrolled", "登记人员"
        POST_ENDED = "post_ended", "结束岗位身份"
        SLIP_PRINTED = "slip_printed", "补打回执"
        SLIP_REISSUED = "slip_reissued", "换发回执"
        REVEALED = "revealed", "查看电话姓名"
        EXPORTED = "exported", "导出报告"
        CONFIGURED = "configured", "改设置"
        RULE_CHANGED = "rule_changed", "改规则"
        CALENDAR_CHANGED = "calendar_changed", "改日历"
        NOTICE_HANDLED = "notice_handled", "处理发不出的通知"
        ROSTER_CHANGED = "roster_changed", "改排班"
        CONSENT_CHANGED = "consent_changed", "改志愿者的同意"
        SKILL_CHECKED = "skill_checked", "核对技能"
        WALL_CHANGED = "wall_changed", "改回音壁"
        LEDGER_IMPORTED = "ledger_imported", "导入旧台账"
        LEDGER_READ = "ledger_read", "说明旧台账的列"
        RESTORED = "restored", "从备份恢复"

    READERS = (Post.Role.SECRETARY, Post.Role.DISPATCHER, Post.Role.STATION_LEAD, Post.Role.UNIT_LEAD)
    OF_RESIDENTS = (Action.REVEALED, Action.SLIP_PRINTED, Action.SLIP_REISSUED)
    OTHER_NAME = OTHER_NAME

    at = models.DateTimeField("时间", default=timezone.now)
    action = models.CharField("事项", max_length=20, choices=Action)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="相关人员"
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="岗位身份")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="片区"
    )
    subject = models.CharField("工单", max_length=24, blank=True)
    detail = models.CharField("说明", max_length=200, blank=True)
    device = models.CharField("设备", max_length=16, blank=True, help_text="登录时给浏览器的随机编号。")
    is_marked = models.BooleanField("需留意", default=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "at"], name="audit_person_at"),
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["area", "-at", "-id"], name="audit_area_at"),
            models.Index(fields=["area", "action", "-at", "-id"], name="audit_area_action_at"),
            models.Index(
                fields=["area", "-at", "-id"], condition=Q(is_marked=True), name="audit_area_marked"
            ),
            models.Index(
                fields=["actor", "at"], condition=Q(action="revealed"), name="audit_reveals_of_actor"
            ),
            models.Index(Right("subject", NUMBER_TAIL), condition=~Q(subject=""), name="audit_subject_tail"),
            models.Index(fields=["post"], condition=Q(detail=OTHER_NAME), name="audit_other_name"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"
