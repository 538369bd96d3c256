"""One tap at the desk: somebody came to borrow, for water, to chat, with a question.

These pages stand with tickets, not with stations: they need posts, and the desk chosen for the session.
"""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from stations import visiting
from stations.models import Visit
from stations.refusals import Conflict, Refused
from tickets import desks, station_life
from tickets.forms.receive import ReceiveForm
from tickets.forms.station import TapForm
from tickets.views.desk import DESK, ask, at_desk, show

NOT_DONE = "没有记上，请再点一次。"
NO_SUCH_TAP = "没有找到要撤回的这一次，可能已经撤回了。"
FRAGMENT = "X-Fragment"  # sent by visits.js, which puts the answer in the card's place


def at_station(view):
    """Hands the view the station the form was opened for, else the one chosen for the session."""

    @at_desk
    @wraps(view)
    def found(request, *args, **kwargs):
        own = desks.desks_of(request.user)
        code = request.POST.get(DESK) if DESK in request.POST else request.session.get(DESK)
        station = desks.named(own, code) if DESK in request.POST else desks.chosen(own, code)
        if station is None:
            return ask(request, own, status=409) if request.method == "POST" else redirect("tickets:desk")
        return view(request, station, *args, **kwargs)

    return found


@require_POST
@at_station
def tap(request, station):
    """Count it; 借物 goes on to what is lent."""
    form = TapForm(request.POST)
    if not form.is_valid():
        return _answer(request, station, error=NOT_DONE, status=422)
    kind, key = form.cleaned_data["kind"], form.cleaned_data["key"]
    try:
        visiting.tap(station, kind, key=key, by=request.user)
    except Conflict as refusal:
        return _answer(request, station, error=str(refusal), status=409)
    if kind == Visit.Kind.BORROW:
        return redirect(f"{reverse('tickets:lend')}?tap={key}")
    return _answer(request, station)


@require_POST
@at_station
def undo(request, station):
    """Take back one's own tap of the last minutes; somebody else's reads like a missing one."""
    wanted = request.POST.get("visit", "")
    known = wanted.isdecimal() and len(wanted) < 19
    visit = Visit.objects.at_station(station).of_person(request.user).with_id(wanted) if known else None
    try:
        if visit is None:
            raise Conflict(NO_SUCH_TAP)
        visiting.undo(visit, by=request.user)
    except Refused as refusal:
        return _answer(request, station, error=str(refusal), status=409)
    return _answer(request, station)


def _answer(request, station, *, error="", status=200):
    """The card alone for the script, else the desk again."""
    if FRAGMENT in request.headers:
        now = timezone.now()
        card = {**station_life.card(station, request.user, now=now), "station": station, "tap_error": error}
        return render(request, "tickets/desk_visits.html", card, status=status)
    if not error:
        return redirect("tickets:desk")
    messages.error(request, error)
    return show(request, desks.desks_of(request.user), ReceiveForm(station=station), status=status)
