"""One shift in the hands of its station's lead, and the shifts that a changed pattern left with people in them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from stations.refusals import Conflict, Refused
from volunteers import arranging, generation, patternbook, wording
from volunteers.forms.arranging import MoveForm, OneOffForm, ReasonForm, SeatForm
from volunteers.models import Shift
from volunteers.planned import digest
from volunteers.seating import door
from volunteers.views.leading import leads_only, station_led

asks = require_http_methods(["GET", "HEAD", "POST"])
FORMS = {"move": MoveForm, "seat": SeatForm, "cancel": ReasonForm}


@asks
@leads_only
def add_one_off(request, code):
    station, now = station_led(request.user, code), timezone.now()
    initial = {"on": request.GET.get("on", ""), "first": request.GET.get("first", "")}
    form = OneOffForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = {
            "note": form.cleaned_data["note"],
            "again": form.cleaned_data["again"],
            "by": request.user,
            "now": now,
        }
        try:
            shift = arranging.add_one_off(station, *form.span, form.seats, **told)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"加了{wording.when(shift, now=now)}的班。")
            return redirect("volunteers:edit_shift_of_day", shift.pk)
    page = {"station": station, "form": form, "back": reverse("volunteers:patterns", args=[code])}
    return render(request, "volunteers/one_off_form.html", page, status=_status(form))


@asks
@leads_only
def edit_shift(request, pk):
    """Everything that a lead may do with one shift, each with its own small form."""
    shift, do = _shift(request, pk), request.POST.get("do", "")
    if request.method != "POST":
        return _page(request, shift)
    form = FORMS[do](request.POST, **_about(do, shift)) if do in FORMS else None
    if form is not None and not form.is_valid():
        return _page(request, shift, {do: form}, form=form, status=422)
    try:
        said = _do(request, shift, do, form)
    except Refused as refusal:
        if form is None:
            return _page(request, _shift(request, pk), refusal=str(refusal), status=refusal.http_status)
        form.refuse(refusal)
        return _page(request, _shift(request, pk), {do: form}, form=form, status=form.refused_with)
    messages.success(request, said)
    return redirect("volunteers:edit_shift_of_day", pk)


def _do(request, shift, do, form):
    """What was done, in words."""
    told = {"by": request.user, "now": timezone.now()}
    if do == "move":
        done = arranging.move(shift, *form.span, **told)
        return f"改了时间。{done.said}"
    if do == "seat":
        arranging.add_seat(shift, form.wanted, **told)
        return "添了一个岗位。"
    if do == "cancel":
        called = arranging.cancel(shift, form.cleaned_data["reason"], **told)
        return f"这一班取消了。{f'已告诉{called}个人。' if called else ''}"
    if do == "restore":
        asked = arranging.restore(shift, **told)
        return f"这一班恢复了。{f'请了原来的{asked}个人再确认。' if asked else ''}"
    arranging.remove_seat(_seat(shift, request.POST.get("seat", "")), **told)
    return "撤掉了一个空岗位。"


@asks
@leads_only
def changed(request, code):
    """有人的班，怎么办: keep each as it is, or let it follow its pattern and ask the people."""
    station, now = station_led(request.user, code), timezone.now()
    if request.method != "POST":
        return _changed_page(request, station, now)
    pks = None if request.POST.get("shift") == "all" else [_number(request.POST.get("shift", ""))]
    keeps, seen = request.POST.get("do") == "keep", request.POST.get("seen", "")
    try:
        number = arranging.settle(station, pks, keeps=keeps, by=request.user, now=now, seen=seen)
    except Refused as refusal:
        return _changed_page(request, station, now, refusal=str(refusal), status=refusal.http_status)
    messages.success(request, f"{number}个班{'照旧' if keeps else '跟班表改了，相关的人都收到通知'}。")
    return redirect("volunteers:changed", code)


def _changed_page(request, station, now, *, refusal="", status=200):
    found = generation.plan(now, station=station).left
    rows = patternbook.left(found, now=now)
    page = {"station": station, "rows": rows, "seen": digest(found), "refusal": refusal}
    return render(request, "volunteers/changed.html", page, status=status)


def _page(request, shift, forms=None, *, form=None, refusal="", status=200):
    now = timezone.now()
    page = {
        "shift": shift,
        "when": wording.when(shift, now=now),
        "forms": {do: (forms or {}).get(do) or made(**_about(do, shift)) for do, made in FORMS.items()},
        "form": form,
        "refusal": refusal,
        "seats": patternbook.seats(shift),
        "is_to_come": now < shift.starts_at,
        "back": reverse("volunteers:shift", args=[shift.pk]),
    }
    return render(request, "volunteers/shift_edit.html", page, status=status)


def _about(do, shift):
    return {"shift": shift} if do == "move" else {}


def _shift(request, pk):
    """Of a station that the person leads; another's reads like a missing one."""
    led = [post.station_id for post in request.user.posts_as("station_lead")]
    found = Shift.objects.at_stations(led).for_grid().with_key(pk)
    if found is None:
        raise Http404
    return found


def _seat(shift, typed):
    """A seat of this very shift; Conflict where there is none, another shift's included."""
    found = next((seat for seat in shift.seats.all() if seat.pk == _number(typed)), None)
    if found is None:
        raise Conflict(door.REMOVED)
    return found


def _number(typed):
    """0 for what is no key."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _status(form):
    return form.refused_with if form.is_bound else 200
