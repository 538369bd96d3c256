"""派单: to a unit, by the dispatcher or as the community's rule says."""

import logging
from copy import copy
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Post, User
from stations import saying
from stations.models import Unit
from tickets import announce, clocks
from tickets.models import Event, Rule, Ticket
from tickets.states import Status, Verb
from tickets.workflow.door import CHANGED_MEANWHILE, Invalid, move, require

logger = logging.getLogger(__name__)

SENT_MEANWHILE = "已由{who}在{moment} 派给{unit}，这一次没有派。还要改派的，请看最新情况再决定。"


@transaction.atomic
def dispatch(
    ticket: Ticket, *, by: User | None, unit: Unit | None, reason: str = "", now: datetime | None = None
) -> Event:
    """Send to a unit; again to another unit with a reason, which frees the claimant.

    To the same unit only when the claimant is no longer there: then it waits for a colleague again.
    """
    now = now or timezone.now()
    if unit is None or unit.area_id != ticket.area_id or not unit.is_active:
        raise Invalid("请选本社区正在使用的责任单位", "unit")
    members = set(Post.objects.in_unit(unit).values_list("user", flat=True))
    _check(ticket, unit, members, reason)
    old_claimant, old_unit = ticket.claimant_id, ticket.unit
    data = {"unit": [old_unit.name if old_unit else "", unit.name], "unit_id": unit.pk}
    event = move(
        ticket,
        Verb.DISPATCH,
        by=by,
        now=now,
        to=Status.DISPATCHED,
        words=reason,
        data=data,
        unit_id=unit.pk,
        claimant_id=None,
        claimed_at=None,
    )
    ticket.unit, ticket.claimant = unit, None
    clocks.charge(ticket, now)
    _tell(event, unit, members, old_claimant)
    return event


def unit_seen(ticket: Ticket) -> str:
    """Which unit a page knows the ticket at; 0 for none."""
    return str(ticket.unit_id or 0)


def moved_since(ticket: Ticket, known: str, *, now: datetime) -> str:
    """Who has sent it where (local time) since the page that knew it at `known`; empty if it is there yet."""
    if known == unit_seen(ticket):
        return ""
    sent = ticket.events.filter(verb=Verb.DISPATCH).select_related("by").last()
    if sent is None or sent.data.get("unit_id") != ticket.unit_id:
        return CHANGED_MEANWHILE
    who = sent.by.name if sent.by else sent.as_whom
    return SENT_MEANWHILE.format(who=who, moment=saying.moment(sent.at, now=now), unit=ticket.unit)


def dispatch_by_rule(ticket: Ticket, rule: Rule | None, *, now: datetime) -> bool:
    """Send a new ticket where an automatic rule says; False leaves it to the dispatcher, whatever went wrong.

    A rule that cannot act must not cost the request: it runs in a savepoint of its own.
    """
    unit = rule.propose(ticket.building) if rule and rule.is_automatic else None
    if unit is None:
        return False
    sent = copy(ticket)
    try:
        dispatch(sent, by=None, unit=unit, now=now)
    except Invalid:
        return False
    except Exception:
        logger.exception("rule for %s in area %s could not act", ticket.category_id, ticket.area_id)
        return False
    ticket.status, ticket.unit = sent.status, unit
    return True


def _check(ticket: Ticket, unit: Unit, members: set[int], reason: str) -> None:
    claimant_stays = ticket.claimant_id is None or ticket.claimant_id in members
    if unit.pk == ticket.unit_id and claimant_stays:
        raise Invalid(f"已经在{unit.name}，改派要选别的单位", "unit")
    if not members:
        raise Invalid(f"{unit.name}现在没有人能接，请选别的单位", "unit")
    if ticket.status != Status.RECEIVED:
        require(reason, "改派要写原因，让接手的单位知道")


def _tell(event: Event, unit: Unit, members: set[int], old_claimant: int | None) -> None:
    """Whom the rule names first reads so; anyone of the unit may claim."""
    ticket = event.ticket
    rule = Rule.objects.for_ticket(area=ticket.area_id, category=ticket.category_id)
    first = {rule.person_id} & members if rule else set()
    asking = {"asks": True, "unit_id": unit.pk}
    announce.tell_people(event, first, f"派给{unit.name}，规则定您先接，请认领", **asking)
    announce.tell_people(event, members - first, f"派给{unit.name}，请认领", **asking)
    if old_claimant not in members:
        announce.tell_people(event, [old_claimant], f"改派给{unit.name}，不用再办")
