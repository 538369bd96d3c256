"""闭站 of a station: set by its lead after a look at whom it concerns, and withdrawn."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from stations.refusals import Refused
from volunteers import closing
from volunteers.forms.arranging import ClosureForm
from volunteers.views.leading import leads_only, station_led

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
@leads_only
def closures(request, code):
    station, now = station_led(request.user, code), timezone.now()
    if request.method != "POST":
        return _page(request, station, ClosureForm(), now)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _page(request, station, form, now, status=422)
    data = form.cleaned_data
    try:
        if not form.is_sure:
            seen = closing.affected(station, data["from_on"], data["until_on"], now=now)
            return _page(request, station, form, now, seen=seen)
        _, called = closing.close(station, **data, by=request.user, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, station, form, now, status=form.refused_with)
    messages.success(request, f"闭站登记好了。{f'已告诉{called}个人不用来。' if called else ''}")
    return redirect("volunteers:closures", code)


@asks
@leads_only
def withdraw_closure(request, code, pk):
    """Looked at, then done: the shifts come back and the people are asked again."""
    station, now = station_led(request.user, code), timezone.now()
    closure = get_object_or_404(station.closures.select_related("station"), pk=pk)
    page = {"station": station, "closure": closure, "title": closing.named(closure, now=now)}
    page["is_over"] = bool(closure.withdrawn_at) or closure.until_on < timezone.localdate(now)
    if request.method != "POST":
        return render(request, "volunteers/closure_withdraw.html", page)
    try:
        asked = closing.withdraw(closure, by=request.user, now=now)
    except Refused as refusal:
        page["refusal"] = str(refusal)
        return render(request, "volunteers/closure_withdraw.html", page, status=refusal.http_status)
    messages.success(request, f"闭站撤回了，班次恢复了。{f'请了原来的{asked}个人再确认。' if asked else ''}")
    return redirect("volunteers:closures", code)


def _page(request, station, form, now, *, seen=None, status=200):
    rows = [(one, closing.named(one, now=now)) for one in station.closures.not_over(timezone.localdate(now))]
    page = {"station": station, "form": form, "seen": seen, "rows": rows}
    return render(request, "volunteers/closure_list.html", page, status=status)
