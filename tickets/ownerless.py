"""Open tickets on which nobody can act: in which words that is said, and who is told of it.

Which they are is a query (TicketQuerySet.ownerless), so whatever way the owner went, it is noticed.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from notices.models import Notice
from stations.models import Area
from tickets.models import Ticket
from tickets.models.ownership import Lost


def why(lost: str, unit: object, claimant: object) -> str:
    """安居物业已停用, 周建华已不在安居物业: what became of the owner."""
    return {
        Lost.NO_DISPATCHER: "这个社区现在没有派单员",
        Lost.UNIT_CLOSED: f"{unit}已停用",
        Lost.UNIT_EMPTY: f"{unit}现在没有人",
        Lost.CLAIMANT_GONE: f"{claimant}已不在{unit}",
    }[Lost(lost)]


def why_of(ticket: Ticket) -> str:
    """The same of a ticket read `with_lost()`; empty while somebody can act on it, or nobody has to."""
    return why(ticket.owner_lost, ticket.unit, ticket.claimant) if ticket.owner_lost else ""


@transaction.atomic
def tell(*, now: datetime | None = None) -> int:
    """Tell dispatchers what nobody can act on, and secretaries and admins where no dispatcher is.

    Once a person, day and cause, however often it runs; how many notices were meant.
    """
    now = now or timezone.now()
    return _of_units(now) + _of_areas(now)


def _of_units(now: datetime) -> int:
    """One cause for each unit, or person, that tickets lost."""
    meant = 0
    url = f"{reverse('tickets:queue')}?show=ownerless"
    for group in Ticket.objects.lost_by_units():
        reason = why(group["owner_lost"], group["unit__name"], group["claimant__name"])
        text = f"{reason}，{group['count']}单没人接，请改派"
        effect = f"ownerless:{group['unit']}:{group['claimant'] or ''}"
        meant += _tell(Post.objects.dispatching(group["area"]), effect, text, url, now)
    return meant


def _of_areas(now: datetime) -> int:
    """Communities with a desk that takes requests, and nobody to send them on."""
    meant = 0
    url = f"{reverse('tickets:list')}?ownerless=on"
    dispatched = Post.objects.active().as_role(Post.Role.DISPATCHER).values("area")
    for area in Area.objects.with_desks().exclude(pk__in=dispatched):
        waiting = Ticket.objects.in_queue([area]).count()
        asking = f"{waiting}单等着派，" if waiting else ""
        text = f"{area}现在没有派单员，{asking}请尽快指定"
        people = Post.objects.overseeing(area) | Post.objects.active().as_role(Post.Role.ADMIN)
        meant += _tell(people, f"no_dispatcher:{area.pk}", text, url, now)
    return meant


def _tell(posts: QuerySet[Post], effect: str, text: str, url: str, now: datetime) -> int:
    """How many people hold one of the posts; the day makes it once a day."""
    people = set(posts.values_list("user", flat=True))
    today = timezone.localdate(now).isoformat()
    Notice.objects.tell(people, f"{effect}:{today}", text, url, now=now, is_urgent=True)
    return len(people)
