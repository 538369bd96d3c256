"""What stations have in a stretch of days: when they are open, their shifts, who holds which seat. Reads, no more.

Six statements whatever the number of stations, days and people. Days and times are those of Shanghai.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Min, Prefetch, Q

from accounts.models import Post, User
from stations.models import OpeningHours, Station
from stations.workdays import SHANGHAI
from volunteers import horizon
from volunteers.coverage import Coverage, Hours, Place, Stand, days_of, measure, openings
from volunteers.horizon import NEVER, Made
from volunteers.limits import Span
from volunteers.models import Assignment, Closure, Seat, Shift
from volunteers.states import COMING, OCCUPYING, Status

SHOWN = (*OCCUPYING, Status.PROPOSED)
AHEAD = (*COMING, Status.PROPOSED, Status.CHECKED_IN)


@dataclass
class Timetable:
    """Of one station. `closed` names the reason of each day on which it stays shut; `made`: how far shifts are."""

    station: Station
    opened: list[Span] = field(default_factory=list)
    closed: dict[date, str] = field(default_factory=dict)
    shifts: list[Shift] = field(default_factory=list)
    made: Made = NEVER

    def coverage(self, first: date, last: date) -> Coverage:
        """Of these days, both included, as far as shifts are made; they lie within what was read."""
        opened = [span for span in self.opened_between(first, last) if self.made.covers(span.day)]
        stands = [stand_of(shift) for shift in self.shifts]
        return measure(opened, stands, [stand for stand in stands if first <= stand.span.day <= last])

    def opened_between(self, first: date, last: date) -> list[Span]:
        """When it is open on these days, both included."""
        return [span for span in self.opened if first <= span.day <= last]

    def unmade(self, first: date, last: date) -> list[date]:
        """Those of these days on which it is open and for which no shifts are made."""
        return [span.day for span in self.opened_between(first, last) if not self.made.covers(span.day)]

    def is_unmade(self, first: date, last: date) -> bool:
        """Whether that is so on all days on which it is open."""
        unmade = self.unmade(first, last)
        return bool(unmade) and len(unmade) == len(self.opened_between(first, last))


def read(
    stations: Iterable[Station], first: date, last: date, *, now: datetime | None = None, names: bool = False
) -> list[Timetable]:
    """The timetables of these stations for these days, both included; `names` reads who the people are as well.

    For coverage, `now` says how far shifts are made: that is one statement of the six.
    """
    tables = {station.pk: Timetable(station) for station in stations}
    days = days_of(first, last)
    for closure in _closures(tables, first, last):
        shut = days_of(max(first, closure.from_on), min(last, closure.until_on))
        tables[closure.station_id].closed.update(dict.fromkeys(shut, closure.reason))
    for pk, hours in _hours(tables).items():
        tables[pk].opened = openings(days, hours, tables[pk].closed.keys())
    for shift in _shifts(tables, first, last, names=names):
        tables[shift.station_id].shifts.append(shift)
    if now:
        for pk, span in _made(tables).items():
            tables[pk].made = horizon.made(*span, now=now)
    return list(tables.values())


def span_of(shift: Shift) -> Span:
    return Span(shift.starts_at, shift.ends_at)


def seats_of(shift: Shift) -> list[Seat]:
    """Those that were not taken away, of a shift read here."""
    seats: list[Seat] = shift.__dict__["kept_seats"]
    return seats


def people_of(seat: Seat) -> list[Assignment]:
    """Who holds the seat, or was proposed for it, of a seat read here."""
    people: list[Assignment] = seat.__dict__["shown_people"]
    return people


def holder_of(seat: Seat) -> Assignment | None:
    return next((one for one in people_of(seat) if one.status in OCCUPYING), None)


def stand_of(shift: Shift) -> Stand:
    """The shift as coverage sees it."""
    return Stand(span_of(shift), tuple(_place(seat) for seat in seats_of(shift)))


def masked_at(station: Station) -> set[int]:
    """Users whose stored name is not to be learnt from their post here: it was given under another one."""
    posts = Post.objects.active().as_role(*Post.STATION_ROLES).filter(station=station)
    return set(posts.with_name_unknown().filter(name_unknown=True).values_list("user", flat=True))


def ahead_of(user: User, now: datetime) -> list[Assignment]:
    """The person's own at all stations that are not over: proposed, taken, or under way; one statement."""
    mine = Assignment.objects.filter(profile__user=user, status__in=AHEAD, ends_at__gt=now)
    return list(mine.select_related("seat__shift__station", "seat__skill"))


def name_of(user: User, masked: Collection[int]) -> str:
    """As those of the house see it."""
    return f"{user.name[:1]}**" if user.pk in masked else user.name


def _place(seat: Seat) -> Place:
    holder = holder_of(seat)
    return Place(seat.is_needed, seat.is_lead, holder.status if holder else "")


def _closures(tables: Iterable[int], first: date, last: date) -> Iterable[Closure]:
    return Closure.objects.filter(
        station__in=list(tables), withdrawn_at=None, from_on__lte=last, until_on__gte=first
    )


def _hours(tables: Iterable[int]) -> dict[int, Hours]:
    found: dict[int, dict[int, tuple[time, time]]] = {pk: {} for pk in tables}
    for row in OpeningHours.objects.filter(station__in=list(tables)):
        found[row.station_id][row.weekday] = (row.opens_at, row.closes_at)
    return dict(found)


def _shifts(tables: Iterable[int], first: date, last: date, *, names: bool) -> Iterable[Shift]:
    people = Assignment.objects.filter(status__in=SHOWN).order_by("pk")
    if names:
        people = people.select_related("profile__user")
    seats = Seat.objects.filter(removed_at=None).select_related("skill")
    shifts = Shift.objects.standing().filter(station__in=list(tables))
    return shifts.between(_midnight(first), _midnight(last + timedelta(days=1))).prefetch_related(
        Prefetch("seats", seats, to_attr="kept_seats"),
        Prefetch("kept_seats__assignments", people, to_attr="shown_people"),
    )


def _made(tables: Iterable[int]) -> dict[int, tuple[datetime, datetime]]:
    """By station, when the first and the last shift start: of those made out of patterns, else of any."""
    of_pattern = Q(pattern__isnull=False)
    rows = Shift.objects.filter(station__in=list(tables)).order_by().values_list("station")
    found = rows.annotate(
        first_made=Min("starts_at", filter=of_pattern),
        last_made=Max("starts_at", filter=of_pattern),
        first=Min("starts_at"),
        last=Max("starts_at"),
    )
    return {pk: (made or first, until or last) for pk, made, until, first, last in found}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI)
