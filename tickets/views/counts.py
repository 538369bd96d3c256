"""What went on at the stations, in numbers: a month at a glance and by day, for leads, dispatchers, secretaries."""

import re
from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from tickets import station_life
from tickets.models import Ticket
from tickets.reports import stations as figures

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@require_safe
@for_roles(*station_life.COUNTERS)
def overview(request):
    """All stations this person answers for, today and over the month."""
    month, today = month_of(request), timezone.localdate()
    own = station_life.counted_stations(request.user)
    seen = Ticket.objects.visible_to(request.user).at_stations(own)
    last = min(figures.month_days(month)[-1], today)
    lines = figures.by_station(own, seen, month, last)
    page = {"lines": lines, "total": figures.total(lines) if lines else None, **_frame(month, today)}
    return render(request, "stations/counts.html", page)


@require_safe
@for_roles(*station_life.COUNTERS)
def of_station(request, code):
    """One station, day by day; another's reads like a missing one."""
    month, today = month_of(request), timezone.localdate()
    own = station_life.counted_stations(request.user)
    station = next((station for station in own if station.code == code), None)
    if station is None:
        raise Http404
    days = [day for day in figures.month_days(month) if day <= today]
    lines = figures.by_day(station, Ticket.objects.visible_to(request.user), days)
    page = {
        "station": station,
        "has_others": len(own) > 1,
        "lines": lines,
        "total": figures.total(lines),
        "now": next((line for line in lines if line.label == today), None),
        **_frame(month, today),
    }
    return render(request, "stations/counts_station.html", page)


def month_of(request) -> date:
    """The first day of the asked-for month; anything else, or a month to come, is this month."""
    this = timezone.localdate().replace(day=1)
    asked = _MONTH.fullmatch(request.GET.get("month", ""))
    return min(this, date(int(asked[1]), int(asked[2]), 1)) if asked else this


def month_turns(month, today) -> dict:
    """What stations/counts_month.html needs: the month, and those before and after it."""
    following = figures.following(month)
    after = following if following <= today else None
    return {"month": month, "before": figures.preceding(month), "after": after}


def _frame(month, today) -> dict:
    columns = [label for _, label in figures.COLUMNS]
    return {"today": today, "columns": columns, **month_turns(month, today)}
