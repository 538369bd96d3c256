"""What the pages of a lead have in common: whose station it is, and that a change is looked at before it is saved."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.guards import for_roles
from accounts.models import Post
from stations.refusals import Refused
from volunteers import patternbook, patterning

leads_only = for_roles(Post.Role.STATION_LEAD)
NOTHING = "没有班次要跟着变"
LEFT = "{}个班已经有人，先不动，请在“有人的班，怎么办”里定。"
SINCE = "内容改过了，请再看一遍。"


def station_led(user, code):
    """Another's station reads like a missing one."""
    for post in user.posts_as(Post.Role.STATION_LEAD):
        if post.station.code == code:
            return post.station
    raise Http404


def changing(request, station, form, change, page, *, done, back):
    """The page, with what the change would make once it is valid; after the second press it is saved.

    `change` writes and returns what was made; `done` says so; `page`: title, back, save and help of the form's page.
    """
    if request.method != "POST":
        return shown(request, station, form, page)
    if not form.is_valid():
        return shown(request, station, form, page, status=422)
    now = timezone.now()
    try:
        if form.is_sure:
            _, plan = patterning.save(station, change, now=now)
            messages.success(request, f"{done}：{said(plan)}")
            return redirect(back)
        seen = patterning.look(station, change, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        return shown(request, station, form, page, status=form.refused_with)
    return shown(request, station, form, page, look=seen)


def confirming(request, station, change, page, *, done):
    """A change without anything to type: what it would make, and one button."""
    now = timezone.now()
    try:
        if request.method == "POST":
            _, plan = patterning.save(station, change, now=now)
            messages.success(request, f"{done}：{said(plan)}")
            return redirect(page["back"])
        look = patterning.look(station, change, now=now)
    except Refused as refusal:
        page = {**page, "refusal": str(refusal)}
        return shown(request, station, None, page, status=refusal.http_status)
    return shown(request, station, None, page, look=look)


def shown(request, station, form, page, *, look=None, status=200):
    since = SINCE if look and form and form.has_changed_since else ""
    context = {"station": station, "form": form, "look": look, "since": since, **page}
    if look:
        context |= {
            "said": look.plan.told or NOTHING,
            "left": patternbook.left(look.plan.left, now=timezone.now()),
        }
    return render(request, "volunteers/pattern_form.html", context, status=status)


def said(plan) -> str:
    """新排12个班：11月25日、12月2日、12月9日等。2个班已经有人，先不动，……"""
    left = LEFT.format(len(plan.left)) if plan.left else ""
    return f"{plan.told or NOTHING}。{left}"
