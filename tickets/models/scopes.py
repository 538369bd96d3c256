"""Which tickets somebody has to do with, by the posts held now: what they see, what is due to them, whom they tell.

What they may do with one of them is decided in tickets.permissions.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Post, User
from tickets.models.reporter import Reporter
from tickets.states import OPEN

A_DAY = timedelta(days=1)
Role = Post.Role


def seen_by(user: User) -> Q:
    """By station, unit, community or area; nobody sees any ticket without a post."""
    scope = Q(pk__in=[])
    for post in user.active_posts:
        scope |= _seen_from(post)
    return scope


def areas_seen_whole(user: User) -> list[int] | None:
    """Of which this person sees every ticket, where `seen_by` says no more than that; None where it does."""
    if user.has_role(*Post.STATION_ROLES, *Post.UNIT_ROLES):
        return None
    return [pk for post in user.active_posts for pk in _seen_whole_from(post)]


def of_station(station: Any) -> Q:
    """What was brought there, what somebody joined there, and what either of these was merged into.

    The community comes first: it lets the list go along its index instead of sorting.
    """
    joined = Reporter.objects.joined_at(station).order_by().values("ticket")
    masters = station.tickets.merged().order_by().values("merged_into")
    elsewhere = Reporter.objects.joined_at(station).of_merged().order_by().values("ticket__merged_into")
    known = Q(station=station) | Q(pk__in=joined) | Q(pk__in=masters) | Q(pk__in=elsewhere)
    return Q(area=station.area_id) & known


def due_to(user: User) -> Q:
    """The community's for a dispatcher, the unit's for its lead, their own for its people."""
    scope = Q(pk__in=[])
    for post in user.active_posts:
        if post.role == Role.DISPATCHER:
            scope |= Q(area=post.area_id)
        elif post.role in Post.UNIT_ROLES:
            own = {} if post.role == Role.UNIT_LEAD else {"claimant": user}
            scope |= Q(unit=post.unit_id, **own)
    return scope


def told_by(user: User) -> Q:
    """The community's for a station and a dispatcher, their own for people of a unit."""
    scope = Q(pk__in=[])
    for post in user.active_posts:
        if post.role in Post.STATION_ROLES:
            scope |= Q(area=post.station.area_id)
        elif post.role == Role.DISPATCHER:
            scope |= Q(area=post.area_id)
        elif post.role in Post.UNIT_ROLES:
            scope |= Q(claimant=user, unit=post.unit_id)
    return scope


def _seen_from(post: Any) -> Q:
    if post.role in Post.STATION_ROLES:
        return of_station(post.station)
    if post.role in Post.UNIT_ROLES:
        return Q(unit=post.unit_id)
    return Q(area__in=_seen_whole_from(post))


def _seen_whole_from(post: Any) -> list[int]:
    if post.role == Role.DISPATCHER:
        return [post.area_id]
    return post.area.ids_below if post.role == Role.SECRETARY else []


def open_or_of(spans: Iterable[tuple[date, date, list[int]]]) -> Q:
    """Open tickets, and what areas received on some days: (first, last, ids of the areas) each."""
    found = Q(status__in=OPEN)
    for first, last, areas in spans:
        # The moments say nothing new, but they are what the index goes by.
        moments = (_midnight(first - A_DAY), _midnight(last + 2 * A_DAY))
        found |= Q(area__in=areas, received_on__range=(first, last), received_at__range=moments)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
