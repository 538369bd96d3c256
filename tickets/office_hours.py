"""Changing the office hours of a community: who may, and what follows.

As with a change of the calendar (`tickets.calendaring`): written down with what was before, the area stamped with its
new version in the same transaction, and the open clocks counted anew by the next sweep (`tickets.recounting`). Hours
are each area's own; those of a street or district count no ticket, since tickets are of communities.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from notices.models import Notice
from stations import saying, stamps
from stations.models import Area
from tickets import calendaring
from tickets.workflow import Invalid, NotAllowed

SHORTEST = timedelta(hours=1)
WHO_CHANGES = "办公时间要由系统管理员来改"


@transaction.atomic
def change(area: Area, *, opens: time, closes: time, by: User, now: datetime | None = None) -> bool:
    """Let the area's office be open at other times of the day (Asia/Shanghai); False where they are its own already.

    Clocks that were late by then stay late, and none is made late. NotAllowed for others than the admin, Invalid
    names `office_closes`, Conflict as `wait_for_turn`.
    """
    now = now or timezone.now()
    if not by.has_role(Post.Role.ADMIN):
        raise NotAllowed(WHO_CHANGES)
    check(opens, closes)
    wait_for_turn(now=now)
    held = Area.objects.get(pk=area.pk)
    if (held.office_opens, held.office_closes) == (opens, closes):
        return False
    Area.objects.filter(pk=area.pk).update(office_opens=opens, office_closes=closes)
    stamps.stamp(now=now, caught_up=True)
    area.refresh_from_db(fields=["office_opens", "office_closes", "calendar_version", "recount_since"])
    _write_down(held, area, by, now)
    return True


def check(opens: time, closes: time) -> None:
    """Whole minutes, as they are said everywhere, and an hour at least, so that a limit ends within reach: Invalid."""
    if opens >= closes:
        raise Invalid("上班时间要早于下班时间。", "office_closes")
    if any(each.second or each.microsecond for each in (opens, closes)):
        raise Invalid("上下班时间填到分钟，不带秒，例如9:00。", "office_closes")
    if datetime.combine(date.min, closes) - datetime.combine(date.min, opens) < SHORTEST:
        raise Invalid("上班到下班至少要有1小时。", "office_closes")


def wait_for_turn(*, now: datetime | None = None) -> None:
    """Be alone until the transaction ends, with every earlier change followed; Conflict where that is not yet so."""
    calendaring.take_turn()
    calendaring.catch_up(now or timezone.now())


def _write_down(before: Area, area: Area, by: User, now: datetime) -> None:
    """In the records, and for the dispatchers and secretaries who answer for the limits that move."""
    old, new = (saying.hours(each.office_opens, each.office_closes) for each in (before, area))
    detail = f"办公时间由{old}改为{new}"
    audit.record(
        audit.Action.CALENDAR_CHANGED,
        actor=by,
        post=next(iter(by.posts_as(Post.Role.ADMIN)), None),
        area=area,
        detail=detail,
        now=now,
    )
    if area.kind == Area.Kind.COMMUNITY:
        _tell(area, detail, now)


def _tell(area: Area, detail: str, now: datetime) -> None:
    posts = Post.objects.dispatching(area) | Post.objects.overseeing(area)
    text = f"{area}的{detail}，没办完的时限跟着重算，已经超时的还是超时"
    url = f"{reverse('tickets:calendar')}?area={area.pk}"
    told = set(posts.values_list("user", flat=True))
    Notice.objects.tell(told, f"office_hours:{area.pk}:{now:%Y%m%d%H%M%S%f}", text, url, now=now)
