"""What a station keeps: the list, one supply with its changes, and its settings for the station lead.

These pages stand with tickets, not with stations: they need posts, and the desk chosen for the session.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from stations import stock
from stations.models import Supply
from stations.refusals import Refused
from tickets import desks, station_life
from tickets.forms.station import StockForm, SupplyForm
from tickets.views.desk import at_desk
from tickets.views.visits import at_station

CHANGES_SHOWN = 30
LEADS_ONLY = "物品由站长登记和修改；用掉、补货和盘点，站里的志愿者都可以记。"


@require_safe
@at_station
def supplies(request, station):
    kept = Supply.objects.at_station(station).with_out().in_order()
    page = {
        "station": station,
        "rows": [station_life.supply_row(supply) for supply in kept],
        "leads": station_life.leads(request.user, station),
        "may_count": station_life.may_count(request.user),
    }
    return render(request, "stations/supply_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def supply(request, pk):
    """How much of it there is; a POST writes a change down."""
    found = _supply(request, pk)
    form = StockForm(request.POST or None, initial={"seen": found.stock})
    if form.is_valid() and _corrected(request, found, form):
        return (
            redirect("tickets:supplies")
            if request.POST.get("from") == "list"
            else redirect("tickets:supply", pk)
        )
    found = _supply(request, pk)  # as it stands now, whoever was first
    page = {
        "supply": found,
        "word": station_life.stock_word(found),
        "form": form,
        "changes": found.changes.latest(CHANGES_SHOWN),
        "leads": station_life.leads(request.user, found.station),
    }
    return render(request, "stations/supply_detail.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_station
def add(request, station):
    _require_lead(request.user, station)
    form = SupplyForm(request.POST or None)
    if form.is_valid():
        told = {**form.cleaned_data}
        try:
            made = stock.add_supply(station, by=request.user, **told)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{made}已登记。")
            return redirect("tickets:supplies")
    return render(
        request, "stations/supply_form.html", {"form": form, "station": station}, status=form.status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def edit(request, pk):
    found = _supply(request, pk)
    _require_lead(request.user, found.station)
    form = SupplyForm(request.POST or None, supply=found)
    if form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            stock.configure(found, by=request.user, **told)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{found}已改好。")
            return redirect("tickets:supply", pk)
    page = {"form": form, "supply": found, "station": found.station}
    return render(request, "stations/supply_form.html", page, status=form.status)


def _supply(request, pk):
    """A supply of a station of others looks like a missing one."""
    own = desks.desks_of(request.user)
    kept = Supply.objects.at_stations(own).with_out().select_related("station")
    return get_object_or_404(kept, pk=pk)


def _corrected(request, found, form):
    """Whether it is written down now; why not stands on the form."""
    told = {name: form.cleaned_data[name] for name in ("kind", "number", "note", "seen", "key")}
    try:
        change = stock.correct(found, by=request.user, **told)
    except Refused as refusal:
        form.refuse(refusal, {"quantity": "number"})
        return False
    messages.success(request, f"记下了，{found}现有{found.amount(change.stock_after)}。")
    return True


def _require_lead(user, station):
    if not station_life.leads(user, station):
        raise PermissionDenied(LEADS_ONLY)
