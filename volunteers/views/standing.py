"""固定班: set and ended by the lead, ending looked at first."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from stations.refusals import Refused
from volunteers import standing_page, timetable, wording
from volunteers.forms.standing import EndForm, StandingForm
from volunteers.models import StandingAssignment
from volunteers.seating import standing
from volunteers.views.leading import leads_only, station_led

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
@leads_only
def stands(request, code):
    """Who stands where, and the form for another."""
    station, now = station_led(request.user, code), timezone.now()
    form = StandingForm(request.POST or None, station=station, now=now)
    if request.method == "POST" and form.is_valid() and _appointed(request, form, now):
        return redirect("volunteers:standing", code)
    page = {
        "station": station,
        "form": form,
        "rows": standing_page.rows(station, timezone.localdate(now)),
    }
    status = form.refused_with if request.method == "POST" else 200
    return render(request, "volunteers/standing.html", page, status=status)


@asks
@leads_only
def end(request, code, pk):
    """After a look at how many places it frees."""
    station, now = station_led(request.user, code), timezone.now()
    mine = StandingAssignment.objects.at_station(station).with_place()
    found = get_object_or_404(mine, pk=pk)
    form = EndForm(request.POST or None, today=timezone.localdate(now))
    page = {
        "station": station,
        "form": form,
        "standing": found,
        "name": timetable.name_of(found.profile.user, timetable.masked_at(station)),
        "place": standing_page.named(found.seat),
    }
    if request.method == "POST" and form.is_valid():
        last_on = form.cleaned_data["last_on"]
        if form.is_sure and _ended(request, found, form, last_on, now):
            return redirect("volunteers:standing", code)
        freed = list(standing.ending(found, last_on, now=now).with_shift().order_by("starts_at"))
        page["frees"] = len(freed)
        page["freed"] = wording.named((one.seat.shift for one in freed), now=now)
        page["is_seen"] = form.is_valid()
    status = form.refused_with if request.method == "POST" and form.errors else 200
    return render(request, "volunteers/standing_end.html", page, status=status)


def _appointed(request, form, now):
    """Whether it is set now; why not stands on the form."""
    sent = form.cleaned_data
    try:
        _, filled = standing.appoint(
            sent["place"], sent["profile"], by=request.user, now=now, from_on=sent["from_on"],
            every_weeks=sent["every_weeks"], until_on=sent["until_on"],
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, standing_page.said_of(filled, now=now))
    return True


def _ended(request, found, form, last_on, now):
    try:
        freed = standing.end(found, by=request.user, now=now, last_on=last_on)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, f"固定班结束了，空出{freed}个班。")
    return True
