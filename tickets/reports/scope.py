"""Whose figures a person may read: a secretary's node of the tree and below, a dispatcher's community."""

from accounts.models import Post, User
from stations.models import Area
from tickets.models import Ticket
from tickets.models.queryset import TicketQuerySet

READERS = (Post.Role.SECRETARY, Post.Role.DISPATCHER)
WIDEST_FIRST = (Area.Kind.DISTRICT, Area.Kind.STREET, Area.Kind.COMMUNITY)


def areas_for(user: User) -> list[Area]:
    """Every area this person may have a report on, each under its parent; empty for people without one."""
    areas = {area.pk: area for area in Area.objects.below([post.area_id for post in user.posts_as(*READERS)])}
    _know_below(areas)
    for post in user.posts_as(*READERS):
        post.area.ids_below = areas[post.area_id].ids_below  # asked again by visible_to
    return sorted(areas.values(), key=lambda area: _path(area, areas))


def depth(area: Area, areas: list[Area]) -> int:
    """How many of the areas stand above it."""
    return len(_path(area, {a.pk: a for a in areas})) - 1


def tickets_of(user: User, area: Area) -> TicketQuerySet:
    """The tickets a report on the area is about: never more than its reader sees in the list.

    Asked by the communities that are both in the area and the reader's, not by both: one list of them is a range of
    an index, two are none.
    """
    seen = {pk for post in user.posts_as(*READERS) for pk in post.area.ids_below}
    return Ticket.objects.in_communities([pk for pk in area.ids_below if pk in seen])


def reading_post(user: User, area: Area) -> Post | None:
    """The post from which this person reads the report on the area."""
    return next((post for post in user.posts_as(*READERS) if post.area_id in area.ids_upwards), None)


def _know_below(areas: dict[int, Area]) -> None:
    """All below an area that may be chosen is at hand, so that no area has to ask for it again."""
    below: dict[int, list[int]] = {pk: [] for pk in areas}
    for pk, area in areas.items():
        above: Area | None = area
        while above is not None:
            below[above.pk].append(pk)
            above = areas.get(above.parent_id) if above.parent_id else None
    for pk, ids in below.items():
        areas[pk].ids_below = ids


def _path(area: Area, areas: dict[int, Area]) -> list[tuple[int, str, int]]:
    own = (WIDEST_FIRST.index(area.kind), area.name, area.pk)
    above = areas.get(area.parent_id) if area.parent_id else None
    return [*_path(above, areas), own] if above else [own]
