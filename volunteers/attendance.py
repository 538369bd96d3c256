"""Who is on duty at a station until when, and who comes next: one statement, since every desk and filing asks it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Concat, JSONObject, Left
from django.utils import timezone

from accounts.models import User
from stations import saying
from stations.composed import Composed
from stations.models import Station
from volunteers.models import Assignment
from volunteers.models.seating import name_unknown_there

LONGEST = timedelta(days=1)  # nobody is on duty longer; a forgotten check-out is closed before
AHEAD = timedelta(days=2)
NEXT_READ = 6


@dataclass(frozen=True)
class Present:
    """Somebody who has checked in."""

    user: int
    name: str
    until: datetime


@dataclass(frozen=True)
class Attendance:
    """The next shift is one within two days."""

    on: list[Present] = field(default_factory=list)
    next_at: datetime | None = None
    next_names: list[str] = field(default_factory=list)

    def named(self, typed: str, user: User) -> int | None:
        """The one who was chosen among those on duty now, else the usual one."""
        return _named([present.user for present in self.on], typed, user)

    def present(self) -> str:
        """刘桂芳，到12:30；王强，到16:00; empty when nobody is there."""
        groups = groupby(self.on, key=lambda present: present.until)
        return "；".join(
            f"{'、'.join(p.name for p in people)}，到{_clock(until)}" for until, people in groups
        )

    def coming(self, *, now: datetime) -> str:
        """12:30 孙玉珍、蒋德明, with the day in front when it is another one."""
        if self.next_at is None:
            return ""
        is_today = timezone.localdate(self.next_at) == timezone.localdate(now)
        when = _clock(self.next_at) if is_today else saying.moment(self.next_at, now=now)
        return f"{when} {'、'.join(self.next_names)}"


def at_desk(station: Station, *, now: datetime) -> Attendance:
    """Everybody who has checked in there, by when they go, and the next shift with people in it."""
    [found] = _at(station.pk, now - LONGEST, now, now + AHEAD)
    on = [Present(row["user"], row["name"], datetime.fromisoformat(row["until"])) for row in found["on_rows"]]
    ahead = [(datetime.fromisoformat(row["at"]), row["name"]) for row in found["next_rows"]]
    first = ahead[0][0] if ahead else None
    return Attendance(on, first, [name for at, name in ahead if at == first])


def named(station: Station, typed: str, user: User, *, now: datetime) -> int | None:
    """The same where nothing else is asked of who is there: every filing does."""
    [ids] = _ids_at(station.pk, now - LONGEST)
    return _named(ids, typed, user)


def _named(ids: list[int], typed: str, user: User) -> int | None:
    """The chosen one, else oneself, else the only one there; ids of users."""
    chosen = next((pk for pk in ids if str(pk) == typed), None)
    usual = user.pk if user.pk in ids else ids[0] if len(ids) == 1 else None
    return chosen or usual


def _on_duty(here: Any, since: datetime) -> QuerySet[Any, Any]:
    return here.on_duty().filter(seat__shift__starts_at__gt=since)


def _ids_of_station(station: int, since: datetime) -> QuerySet[Any, Any]:
    """Asked from the station, as below: asked of the shifts, PostgreSQL would plan it anew for each station."""
    here = Assignment.objects.filter(seat__shift__station=OuterRef("pk"))
    ids = ArraySubquery(_on_duty(here, since).order_by().values("profile__user"))
    return Station.objects.filter(pk=station).order_by().annotate(ids=ids).values_list("ids", flat=True)


def _of_station(station: int, since: datetime, now: datetime, until: datetime) -> QuerySet[Any, Any]:
    here = Assignment.objects.filter(seat__shift__station=OuterRef("pk"))
    on = _on_duty(here, since).order_by("ends_at", "checked_in_at", "pk")
    ahead = here.coming().filter(seat__shift__starts_at__gt=now, seat__shift__starts_at__lte=until)
    is_unknown = name_unknown_there("profile__user", "seat__shift__station")
    name = F("profile__user__name")
    masked = Case(When(is_unknown, then=Concat(Left(name, 1), Value("**"))), default=name)
    person = {"name": masked}
    return Station.objects.filter(pk=station).annotate(
        on_rows=ArraySubquery(
            on.annotate(row=JSONObject(**person, user=F("profile__user"), until=F("ends_at"))).values("row")
        ),
        next_rows=ArraySubquery(
            ahead.order_by("seat__shift__starts_at", "seat__ordinal")
            .annotate(row=JSONObject(**person, at=F("seat__shift__starts_at")))
            .values("row")[:NEXT_READ]
        ),
    ).values("on_rows", "next_rows")  # fmt: skip


_at = Composed(_of_station, 8_000_000_001, *(datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 1901, 1902)))
_ids_at = Composed(_ids_of_station, 8_000_000_001, datetime(1900, 1, 1, tzinfo=UTC))


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
