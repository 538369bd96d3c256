"""At which desks a person may file requests, which of them it is now, and what its page shows."""

from datetime import date, datetime

from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Post, User
from stations import saying
from stations.composed import Composed
from stations.models import Station
from tickets import clocks
from tickets.due import AWAITED, why_that_day
from tickets.models import Counter, Ticket
from tickets.states import Status

OPEN_SHOWN = 3
TODAY_SHOWN = 2
HANDED_OVER = 30
CALLED_OFF = (Status.MERGED, Status.WITHDRAWN)
_STATION, _DAY = 8_000_000_001, date(1900, 1, 1)


def _open_of(station, area):
    its = Ticket.objects.concerning(Station(pk=station, area_id=area))
    return its.open().with_people().with_due().with_total().by_due()


_open_at = Composed(lambda station, area: _open_of(station, area)[:OPEN_SHOWN])
_handed_over_at = Composed(lambda station, area: _open_of(station, area)[:HANDED_OVER])


def _taken_of(station, day):
    last = Counter.objects.filter(station=station, day=day).values("last")
    its = Ticket.objects.taken_at(station, day).annotate(last_number=Subquery(last))
    return its.with_total().order_by("-taken", "-pk")


_taken_at = Composed(lambda station, day: _taken_of(station, day)[:TODAY_SHOWN], _STATION, _DAY)


def desks_of(user: User) -> list[Station]:
    """Those of the person's stations that are in use, by code."""
    return sorted((station for station in stations_of(user) if station.is_active), key=_code)


def closed_to(user: User) -> list[Station]:
    """Those that are switched off: nothing is filed or lent there any more, but what is out comes back."""
    return sorted((station for station in stations_of(user) if not station.is_active), key=_code)


def stations_of(user: User) -> set[Station]:
    """The stations of a volunteer's or lead's posts, and of a dispatcher's communities, in use or not."""
    stations = {post.station for post in user.posts_as(*Post.STATION_ROLES)}
    areas = [post.area for post in user.posts_as(Post.Role.DISPATCHER)]
    if areas:
        stations |= set(Station.objects.in_areas(areas).select_related("area"))
    return stations


def named(desks: list[Station], code: str | None) -> Station | None:
    """The desk of that code, if it is one of these."""
    return next((station for station in desks if station.code == code), None)


def chosen(desks: list[Station], code: str | None) -> Station | None:
    """The desk remembered for the session, or the only one there is. None: the person has to say."""
    return named(desks, code) or (desks[0] if len(desks) == 1 else None)


def open_tickets(station: Station) -> list[Ticket]:
    """The first of the station's open tickets, overdue first; each knows how many there are `in_all`.

    Also what somebody joined there. For whoever stands there (desks_of): all of it is visible at the desk.
    """
    return _open_at(station.pk, station.area_id)


def handed_over(station: Station) -> list[Ticket]:
    """The same, as many as a page holds: what goes on with the next shift."""
    return _handed_over_at(station.pk, station.area_id)


def todays_tickets(station: Station, *, now: datetime) -> list[Ticket]:
    """The last few filed or joined at the station today, newest first; each knows how many there are `in_all`.

    For whoever stands there. `taken` is when it was filed or joined here, `last_number` the last given here today.
    """
    return _taken_at(station.pk, timezone.localdate(now))


def next_number(today: list[Ticket]) -> int:
    """What the next ticket of the day will be at the station of `todays_tickets`."""
    return (today[0].last_number or 0) + 1 if today else 1


def todays_list(station: Station) -> str:
    """The address of the list with all that was filed or joined here today."""
    return f"{reverse('tickets:list')}?{urlencode({'today': station.pk})}"


def open_list(station: Station) -> str:
    """The address of the list with the station's open tickets, first those that fall due first."""
    return f"{reverse('tickets:list')}?{urlencode({'station': station.pk, 'sort': 'due'})}"


def waiting_list(station: Station) -> str:
    """The address of the list with what waits for its resident to say more."""
    return f"{reverse('tickets:list')}?{urlencode({'station': station.pk, 'status': Status.WAITING})}"


def reply_dues(station: Station, *, now: datetime) -> tuple[str, dict[int, str]]:
    """When a request filed now is answered at the latest: usually, and in categories with another limit."""
    others = clocks.reply_limits(station.area)
    said = {limit: _due(station, limit, now) for limit in {clocks.USUAL_REPLY, *others.values()}}
    return said[clocks.USUAL_REPLY], {category: said[limit] for category, limit in others.items()}


def _code(station: Station) -> str:
    return station.code


def _due(station, limit, now) -> str:
    deadline = clocks.deadline(limit, now, station.area)
    words = saying.before(deadline.due_at, now=now)
    if limit.hours:
        return f"{limit.hours}小时内，{words}"
    if deadline.provisional:
        return f"暂按{words}，{AWAITED}"
    return "，".join(filter(None, (words, why_that_day(deadline.due_at, station.area))))
