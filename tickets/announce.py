"""Who is told of a change of a ticket: notices carry number, building and category, nothing of a resident.

What `asks` for a step (请派单, 请认领, 请接着办) says so in its effect, and is over for everybody once somebody has
taken it. What is told to be known (an answer, a rating, 请会商) stays unread until it is read.
"""

from datetime import datetime

from accounts.models import Post
from notices.models import Notice
from stations.composed import Composed
from tickets.models import Event, Reporter, Ticket

URGENT = "【急】"


def subject(ticket: Ticket) -> str:
    """HY01-20261121-003（24栋·水电气）"""
    building = ticket.building.name if ticket.building_id else ""
    category = ticket.category.name if ticket.category_id else ""
    facts = "·".join(part for part in (building, category) if part)
    return f"{ticket.number}（{facts}）" if facts else ticket.number


def tell(event: Event, posts, sentence: str, **how) -> None:
    """Write one in-app notice for each person holding one of the posts, but not for who did it."""
    people = set(posts.values_list("user", flat=True)) - {event.by_id}
    tell_people(event, people, sentence, **how)


def tell_people(event: Event, people, sentence: str, **how) -> None:
    """The same for user ids; how, as for `notices`."""
    Notice.objects.post(notices(event, people, sentence, **how))


def settle(ticket: Ticket, now: datetime) -> None:
    """The step that was asked for has been taken, or is needed no more, whoever did it."""
    effects = [_effect(pk, asks=True) for pk in Event.objects.of([ticket]).values_list("pk", flat=True)]
    Notice.objects.settle(effects, now=now)


def notices(
    event: Event,
    people,
    sentence: str,
    *,
    asks: bool = False,
    about: Ticket | None = None,
    unit_id: int | None = None,
) -> list[Notice]:
    """The notices of an event that has its key, not yet written; `about` is the ticket meant where it is not its own.

    Told as people of a unit, its group hears of it too. Until an emergency is answered, everything said about it is
    urgent.
    """
    ticket = about or event.ticket
    said = {
        "effect": _effect(event.pk, asks=asks),
        "text": f"{URGENT if ticket.is_pressing else ''}{subject(ticket)}{sentence}",
        "url": ticket.get_absolute_url(),
        "is_urgent": ticket.is_pressing,
        "created_at": event.at,
        "unit_id": unit_id,
    }
    return [Notice(recipient_id=pk, **said) for pk in people if pk and pk != event.by_id]


def _effect(event_id: int, *, asks: bool) -> str:
    return f"{'ask' if asks else 'event'}:{event_id}"


# Every filing asks it.
_dispatchers = Composed(lambda area: Post.objects.dispatching(area).values_list("user", flat=True))


def tell_dispatchers(event: Event, sentence: str, *, asks: bool = False) -> None:
    tell_people(event, dispatchers(event.ticket), sentence, asks=asks)


def dispatchers(ticket: Ticket) -> set[int]:
    """The user ids of those who dispatch in the ticket's community."""
    return set(_dispatchers(ticket.area_id))


def ask_unit(event: Event, sentence: str) -> None:
    unit = event.ticket.unit
    if unit:
        tell(event, Post.objects.in_unit(unit), sentence, asks=True, unit_id=unit.pk)


def tell_unit_leads(event: Event, sentence: str) -> None:
    if event.ticket.unit_id:
        tell(event, Post.objects.in_unit(event.ticket.unit).as_role(Post.Role.UNIT_LEAD), sentence)


def tell_owner(event: Event, sentence: str, *, of: Ticket | None = None, asks: bool = False) -> None:
    """Claimant if there is one, else the unit, else the dispatchers; of the event's ticket or of another one."""
    ticket = of or event.ticket
    how = {"asks": asks, "about": ticket}
    if ticket.claimant_id:
        tell_people(event, [ticket.claimant_id], sentence, **how)
    elif ticket.unit_id:
        tell(event, Post.objects.in_unit(ticket.unit), sentence, unit_id=ticket.unit_id, **how)
    else:
        tell(event, Post.objects.dispatching(ticket.area), sentence, **how)


def ask_desks(event: Event, sentence: str) -> None:
    """Where residents brought the matter: the station lead, and whoever logged it while still serving there."""
    stations, loggers = Reporter.objects.of_matter(event.ticket).desks()
    tell(event, Post.objects.of_desks(stations, loggers), sentence, asks=True)


def tell_joint_group(event: Event, sentence: str) -> None:
    """联动小组: the community's dispatchers, unit leads and secretaries."""
    area = event.ticket.area
    posts = Post.objects.dispatching(area) | Post.objects.overseeing(area)
    leads = Post.objects.active().filter(role=Post.Role.UNIT_LEAD, unit__area=area)
    tell(event, posts | leads, sentence)
