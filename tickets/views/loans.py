"""Things lent at the desk: what is out, lending one, one loan, and taking it back.

These pages stand with tickets, not with stations: they need posts, and the desk chosen for the session.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stations import lending, paging
from stations.models import Loan
from stations.refusals import Refused
from tickets import desks, station_life
from tickets.forms.station import LoanForm
from tickets.views.desk import DESK, at_desk
from tickets.views.visits import at_station

RETURNED_SHOWN = 10
NOT_NOW = "过了归还时间还没还，本站的志愿者和站长才能看借的人的电话。"
TOLD = ("supply", "quantity", "until", "due_at", "borrower", "phone", "tap")
FIELD_OF = {"due_at": "due_on"}  # where on the form what the verb refuses stands


@require_safe
@at_desk
def loans(request):
    """Of the desk, and of stations that were switched off; the latter also for whoever has no other."""
    own = desks.desks_of(request.user)
    station = desks.chosen(own, request.session.get(DESK))
    if station is None and (own or not desks.closed_to(request.user)):
        return redirect("tickets:desk")
    return _list(request, station)


@require_http_methods(["GET", "HEAD", "POST"])
@at_station
def lend(request, station):
    """What, how many, until when; to whom, if they say so."""
    now = timezone.now()
    given = request.POST if request.method == "POST" else None
    form = LoanForm(given, station=station, now=now, initial={"tap": request.GET.get("tap", "")})
    if form.is_valid() and _lent(request, form):
        return redirect("tickets:loans")
    page = {
        "form": form,
        "station": station,
        "leads": station_life.leads(request.user, station),
        "has_supplies": form.fields["supply"].queryset.exists(),
    }
    return render(request, "stations/loan_new.html", page, status=form.status)


@require_safe
@at_desk
def loan(request, pk):
    """One loan; name and phone in full only for those who need them."""
    now = timezone.now()
    found = _loan(request, pk)
    return _one(request, found, station_life.borrower(request.user, found, now=now), now=now)


@require_POST
@at_desk
def borrower(request, pk):
    """The borrower in full on the answer's page alone; loading it again asks again."""
    now = timezone.now()
    found = _loan(request, pk)
    if station_life.sees_borrower(request.user, found, now=now):
        return redirect("tickets:loan", pk)
    contact = station_life.ask_borrower(request.user, found, now=now)
    if contact is None:
        raise PermissionDenied(NOT_NOW)
    return _one(request, found, contact, now=now)


@require_POST
@at_desk
def take_back(request, pk):
    found = _loan(request, pk)
    return _done(request, found, lending.take_back, f"{found.what}还回来了。")


@require_POST
@at_desk
def undo_take_back(request, pk):
    found = _loan(request, pk)
    return _done(request, found, lending.undo_take_back, f"已撤回，{found.what}还是借出未还。")


def _one(request, found, contact, *, now):
    page = {
        "loan": found,
        "row": station_life.shown(found, now=now),
        "contact": contact,
        "may_ask": bool(found.phone and not contact.tel)
        and station_life.may_ask_borrower(request.user, found, now=now) is not None,
        "may_undo": station_life.may_undo_return(found, now=now),
    }
    return render(request, "stations/loan_detail.html", page)


def _loan(request, pk):
    """A loan at a desk of others looks like a missing one; of a desk that was switched off it can be taken back."""
    own = desks.stations_of(request.user)
    return get_object_or_404(Loan.objects.at_stations(own).with_all(), pk=pk)


def _lent(request, form):
    """Whether it is lent now; why not stands on the form."""
    told = {name: form.cleaned_data[name] for name in TOLD}
    try:
        lent = lending.lend(by=request.user, submission_id=form.cleaned_data["key"], **told)
    except Refused as refusal:
        form.refuse(refusal, FIELD_OF)
        return False
    messages.success(request, f"{lent.what}已借出，记下了。")
    return True


def _done(request, found, verb, sentence):
    """Back to where the button was pressed; a refusal shows the list as it is now."""
    try:
        verb(found, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _list(request, _desk_beside(request, found.station), status=refusal.http_status)
    messages.success(request, sentence)
    return redirect("tickets:desk" if request.POST.get("from") == DESK else "tickets:loans")


def _desk_beside(request, station):
    """The desk whose list this station's things stand in; None for who has only stations that are switched off."""
    if station.is_active:
        return station
    return desks.chosen(desks.desks_of(request.user), request.session.get(DESK))


def _list(request, station, *, status=200):
    """What is out at the desk's station, if there is one, and at those that were switched off."""
    now, closed = timezone.now(), desks.closed_to(request.user)
    out = paging.page(Loan.objects.at_station(station).with_all().out().by_due(), request.GET.get("page"))
    back = Loan.objects.at_stations([*closed, *([station] if station else ())]).with_all()
    page = {
        "station": station,
        "page_obj": out,
        "rows": [station_life.shown(row, now=now) for row in out],
        "returned": [
            (row, station_life.shown(row, now=now), station_life.may_undo_return(row, now=now))
            for row in back.latest_returned(RETURNED_SHOWN)
        ],
        "closed": _still_out(closed, now=now),
        "may_count": station_life.may_count(request.user),
    }
    return render(request, "stations/loan_list.html", page, status=status)


def _still_out(stations, *, now):
    """(station, rows) of those where something is out."""
    rows = {station: [] for station in stations}
    for loan in Loan.objects.at_stations(stations).out().by_due().with_all():
        rows[loan.station].append(station_life.shown(loan, now=now))
    return [(station, out) for station, out in rows.items() if out]
