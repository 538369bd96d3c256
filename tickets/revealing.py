"""Shows a masked reporter in full, once, to somebody who says why; written down before it is shown.

Who may is decided in permissions. Whoever looks up many in a short time is reported to the secretaries.
"""

import re
from datetime import datetime, timedelta

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import audit
from accounts.models import AuditEntry, Post, User
from notices.models import Notice
from stations import saying
from stations.models import Area
from tickets import permissions, presenting, workflow
from tickets.models import Reporter, Ticket
from tickets.workflow.door import require

MANY = 10
WINDOW = timedelta(minutes=10)
WORDS_LIMIT = 100
_NUMBER = re.compile(r"\d[\d -]{5,}\d")


class Reason(models.TextChoices):
    CALL_BACK = "call_back", "回访"
    RESULT = "result", "通知办理结果"
    CHECK = "check", "核实情况"
    OTHER = "other", "其他"


@transaction.atomic
def reveal(
    reporter: Reporter,
    *,
    by: User,
    reason: str,
    words: str = "",
    on: Ticket | None = None,
    now: datetime | None = None,
) -> presenting.Contact:
    """The reporter in full; raises workflow.NotAllowed or Invalid. No audit entry, no answer.

    `on` is the ticket whose page is read, where the reporter's own one was merged into it.
    """
    now = now or timezone.now()
    answer = permissions.may_reveal(by, on or reporter.ticket, reporter, now=now)
    if not answer.allowed or answer.post is None:
        raise workflow.NotAllowed(answer.sentence)
    if reason == Reason.OTHER:
        require(words, "写明为什么要看", "words")
    ticket = reporter.ticket
    detail = _detail(reporter, reason, words)
    write_down(by, answer.post, area=ticket.area, subject=ticket.number, detail=detail, now=now)
    return presenting.in_full(reporter)


@transaction.atomic
def write_down(by: User, post: Post, *, area: Area, subject: str, detail: str, now: datetime) -> None:
    """Before anybody's name and phone are shown. After ten looks in ten minutes each more is marked and reported."""
    is_many = _looked_at_lately(by, now) >= MANY
    audit.record(
        audit.Action.REVEALED,
        actor=by,
        post=post,
        area=area,
        subject=subject,
        detail=detail,
        is_marked=is_many,
        now=now,
    )
    if is_many:
        _report(by, post, area, now)


def _looked_at_lately(by, now) -> int:
    """One at a time for each person, so that two at the same moment both count."""
    list(User.objects.select_for_update(no_key=True).filter(pk=by.pk))
    return AuditEntry.objects.reveals_by(by, since=now - WINDOW).count()


def _detail(reporter, reason, words) -> str:
    """回访；第2位反映人. What was typed may quote the reporter, whom the audit does not name."""
    others = list(reporter.ticket.reporters.values_list("pk", flat=True))
    which = f"（第{others.index(reporter.pk) + 1}位反映人）" if len(others) > 1 else ""
    label = Reason(reason).label
    said = f"：{_without_contact(words.strip(), reporter)}" if words.strip() else ""
    return f"{label}{which}{said}"


def _without_contact(words: str, reporter: Reporter) -> str:
    for text, mask in ((reporter.name, saying.masked_name(reporter.name)), (reporter.room, "…")):
        words = words.replace(text, mask) if len(text) > 1 else words
    return _NUMBER.sub("…", words)


def _report(by: User, post: Post, area: Area, now: datetime) -> None:
    """Once in ten minutes to each secretary of the community and above, but not to who did it."""
    told = set(Post.objects.overseeing(area).values_list("user", flat=True)) - {by.pk}
    query = urlencode({"action": audit.Action.REVEALED.value, "person": by.pk})
    text = f"{by.name}（{post}）10分钟内看了{MANY}次以上居民的完整电话，请问一问原因"
    effect = f"reveals:{by.pk}:{int(now.timestamp() // WINDOW.total_seconds())}"
    url = f"{reverse('tickets:audit')}?{query}"
    Notice.objects.tell(told, effect, text, url, now=now, is_urgent=True)
