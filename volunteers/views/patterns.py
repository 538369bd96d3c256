"""班表 of a station: its lists of shifts, one of them as a week, its shifts and seats, and what comes out of them."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stations.refusals import Refused
from volunteers import generation, odd, patternbook, patterning
from volunteers.forms.patterns import CopyForm, NewShiftForm, RosterForm, ShiftForm
from volunteers.models import RosterPattern
from volunteers.planned import Plan
from volunteers.views.leading import changing, confirming, leads_only, said, shown, station_led

asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@leads_only
def patterns(request, code):
    station, now = station_led(request.user, code), timezone.now()
    page = {
        "station": station,
        "rosters": patternbook.rosters(station, now=now),
        "left": generation.plan(now, station=station).left,
        "closures": station.closures.not_over(timezone.localdate(now)),
        "is_open": station.opening_hours.exists(),
        "weeks": generation.WEEKS,
    }
    return render(request, "volunteers/pattern_list.html", page)


@require_POST
@leads_only
def generate(request, code):
    station = station_led(request.user, code)
    messages.success(request, said(generation.generate(timezone.now(), station=station)))
    return redirect("volunteers:patterns", code)


@require_safe
@leads_only
def pattern(request, code, pk):
    roster, now = _roster(request, code, pk), timezone.now()
    page = patternbook.sheet(roster, now=now)
    page["may_go"] = patterning.may_go(roster, by=request.user, now=now)
    return render(request, "volunteers/pattern_detail.html", page)


@asks
@leads_only
def add_pattern(request, code):
    station = station_led(request.user, code)
    roster = RosterPattern(station=station)
    page = {"title": "新班表", "back": reverse("volunteers:patterns", args=[code]), "save": "建立班表"}
    return _set_roster(request, roster, page, done="班表建好了，接着添一个班")


@asks
@leads_only
def edit_pattern(request, code, pk):
    roster = _roster(request, code, pk)
    page = {"title": f"{roster}·设置", "back": _address(roster), "save": "保存班表"}
    return _set_roster(request, roster, page, done="班表已改")


def _set_roster(request, roster, page, *, done):
    initial = {} if roster.pk else {"starts_on": timezone.localdate()}
    form = RosterForm(_sent(request), roster=roster, initial=initial)
    back = page["back"]

    def change():
        return patterning.set_roster(form.changed, by=request.user)

    return changing(request, roster.station, form, change, page, done=done, back=back)


@asks
@leads_only
def delete_pattern(request, code, pk):
    """Looked at, then done: it goes with the shifts that nobody is in."""
    roster, told = _roster(request, code, pk), {"by": request.user, "now": timezone.now()}
    page = {
        "title": f"删掉班表“{roster}”",
        "back": _address(roster),
        "save": "删掉班表",
        "help": "删了就没有了。",
    }
    try:
        if request.method == "POST":
            gone = patterning.delete_roster(roster, **told)
            messages.success(request, f"班表“{roster}”删掉了。{f'{gone.told}。' if gone.gone else ''}")
            return redirect("volunteers:patterns", code)
        look = patterning.Look(Plan(gone=patterning.vanishing(roster, **told)), [])
    except Refused as refusal:
        page["refusal"] = str(refusal)
        return shown(request, roster.station, None, page, status=refusal.http_status)
    return shown(request, roster.station, None, page, look=look)


@asks
@leads_only
def quick_start(request, code):
    station = station_led(request.user, code)
    back = reverse("volunteers:patterns", args=[code])
    page = {
        "title": "照开放时间排三班",
        "back": back,
        "save": "建立班表",
        "help": "每个开放的日子分上午、下午、傍晚三班（12:30和16:30换班），每班2人，其中1人带班。以后都能改。",
    }
    change = partial(patterning.three_a_day, station, by=request.user, now=timezone.now())
    return confirming(request, station, change, page, done="班表建好了")


@asks
@leads_only
def add_shift(request, code, pk):
    roster = _roster(request, code, pk)
    form = NewShiftForm(_sent(request), roster=roster, initial=_day_asked(request, roster))
    page = {"title": "添一个班", "back": _address(roster), "save": "添上"}

    def change():
        return patterning.add_shifts(
            roster, form.days, form.starts_at, form.minutes, form.seats, by=request.user
        )

    return changing(request, roster.station, form, change, page, done="班添好了", back=_address(roster))


@asks
@leads_only
def edit_shift(request, code, pk, shift_pk):
    shift = _shift(request, code, pk, shift_pk)
    form = ShiftForm(_sent(request), shift=shift)
    page = {
        "title": patternbook.named(shift),
        "back": _address(shift.roster),
        "save": "保存班次",
        "shift": shift,
    }

    def change():
        seen = form.cleaned_data["as_of"]
        return patterning.change_shift(
            shift, form.starts_at, form.minutes, form.seats, seen=seen, by=request.user
        )

    back = _address(shift.roster)
    return changing(request, shift.roster.station, form, change, page, done="班次已改", back=back)


@asks
@leads_only
def end_shift(request, code, pk, shift_pk):
    """Out of use, or in use again: looked at and confirmed."""
    shift = _shift(request, code, pk, shift_pk)
    is_active = request.POST["active"] == "1" if "active" in request.POST else not shift.is_active
    word = "恢复" if is_active else "停掉"
    page = {
        "title": f"{word}{patternbook.named(shift)}",
        "back": _address(shift.roster),
        "save": f"{word}这个班",
        "hidden": {"active": int(is_active)},
    }
    change = partial(patterning.set_active, shift, is_active=is_active, by=request.user)
    return confirming(request, shift.roster.station, change, page, done=f"已{word}")


@asks
@leads_only
def copy_day(request, code, pk):
    roster = _roster(request, code, pk)
    week, weekday = (_day_asked(request, roster)[name] for name in ("week", "weekday"))
    form = CopyForm(_sent(request), roster=roster, source=(week, weekday))
    page = {
        "title": f"把{odd.day_name(week, weekday, roster)}的班复制到别的天",
        "back": _address(roster),
        "save": "复制",
        "help": "同一时间已经有班的，不重复加。",
    }

    def change():
        return patterning.copy_day(roster, (week, weekday), form.targets, by=request.user)

    return changing(request, roster.station, form, change, page, done="复制好了", back=_address(roster))


def _sent(request):
    return request.POST if request.method == "POST" else None


def _roster(request, code, pk):
    station = station_led(request.user, code)
    return get_object_or_404(station.roster_patterns.select_related("station"), pk=pk)


def _shift(request, code, pk, shift_pk):
    rows = (
        _roster(request, code, pk).shifts.select_related("roster__station").prefetch_related("seats__skill")
    )
    return get_object_or_404(rows, pk=shift_pk)


def _address(roster):
    return reverse("volunteers:pattern", args=[roster.station.code, roster.pk])


def _day_asked(request, roster):
    """Which day of the cycle the address names; the first, if none of them."""
    week, weekday = (request.GET.get(name, "") for name in ("week", "weekday"))
    days = {(str(w), str(d)): (w, d) for w in range(roster.cycle_weeks) for d in range(7)}
    week, weekday = days.get((week, weekday), (0, 0))
    return {"week": week, "weekday": weekday, "weekdays": [weekday]}
