"""The week of a station on a grid, on paper, and four weeks of coverage."""

from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from volunteers import outlook, timetable, week
from volunteers.permissions import HOURS_READERS, READERS, leads, serves, stations_read_by
from volunteers.states import Status

FARTHEST = timedelta(days=400)
MINE_SHOWN = 5


@require_safe
@for_roles(*READERS)
def rosters(request):
    """The own station's week, the first of them where there are several."""
    stations = stations_read_by(request.user)
    if not stations:
        return render(request, "volunteers/no_station.html")
    return redirect("volunteers:roster", stations[0].code)


@require_safe
@for_roles(*READERS)
def roster(request, code):
    now, user = timezone.now(), request.user
    stations = stations_read_by(user)
    station = _station(stations, code)
    reader = week.Reader(user.pk, frozenset(timetable.masked_at(station)))
    mine = timetable.ahead_of(user, now)
    page = {
        "stations": stations,
        "week": _week(station, request, reader, now),
        "leads": leads(user, station),
        "serves": serves(user, station),
        "reads_hours": user.has_role(*HOURS_READERS),
        "to_confirm": [one for one in mine if one.status == Status.PROPOSED],
        "mine": [one for one in mine if one.status != Status.PROPOSED][:MINE_SHOWN],
        "now": now,
    }
    return render(request, "volunteers/roster_week.html", page)


@require_safe
@for_roles(*READERS)
def wall(request, code):
    """For the wall of the station: large, and full names only of those who agreed to it."""
    station = _station(stations_read_by(request.user), code)
    reader = week.Reader(is_wall=True, masked=frozenset(timetable.masked_at(station)))
    page = {"week": _week(station, request, reader, timezone.now())}
    return render(request, "volunteers/roster_wall.html", page)


@require_safe
@for_roles(*READERS)
def coverage(request):
    """Four weeks of every station read by the person, those that are pressing first."""
    now = timezone.now()
    page = {"outlook": outlook.of(stations_read_by(request.user), now=now), "led": _led(request.user)}
    return render(request, "volunteers/coverage.html", page)


def _led(user):
    return {station.pk for station in stations_read_by(user) if leads(user, station)}


def _station(stations, code):
    found = next((station for station in stations if station.code == code), None)
    if found is None:
        raise Http404
    return found


def _week(station, request, reader, now):
    first = _monday(request.GET.get("week", ""), today=timezone.localdate(now))
    [table] = timetable.read([station], first, first + timedelta(days=6), now=now, names=True)
    return week.build(table, first, reader=reader, now=now)


def _monday(text, *, today):
    """Of the day in the address, whichever of the week it is; nonsense and far-off days give this week."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    return week.monday_of(day if abs(day - today) <= FARTHEST else today)
