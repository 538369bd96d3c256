"""The calendar on the phone: the page on which one makes, renews and ends its address, and the address itself."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import throttle
from accounts.guards import for_roles
from accounts.models import Post
from stations.qr import qr_code
from volunteers import feeds
from volunteers.models import Profile

NOTHING = "没有这个日历，或者已经停用。\n"
WAIT = "找不到的日历太多次了，过一会儿再来。\n"
PLAIN = "text/plain; charset=utf-8"
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*Post.STATION_ROLES)
def calendar(request):
    """A POST makes a new address, which this one answer shows and no other."""
    page = {"feed": feeds.of(request.user)}
    if request.method == "POST":
        profile, _ = Profile.objects.get_or_create(user=request.user)
        address = feeds.address(feeds.renew(profile, now=timezone.now()))
        page = {"address": address, "webcal": f"webcal:{address.partition(':')[2]}", "qr": qr_code(address)}
    return render(request, "volunteers/calendar.html", page)


@require_POST
@for_roles(*Post.STATION_ROLES)
def calendar_revoke(request):
    profile = Profile.objects.of(request.user)
    if profile and feeds.revoke(profile):
        messages.success(request, "手机日历已停用，原来的网址再也打不开。")
    return redirect("volunteers:calendar")


@require_safe
@login_not_required
def calendar_feed(request, token):
    """Read by calendars, every hour or so, without a sign-in; whoever asks in vain too often waits."""
    now = timezone.now()
    feed = feeds.by_token(token)
    if feed is None:
        waits = throttle.fail("feed", throttle.client_address(request), now=now)
        return _private(HttpResponse(WAIT if waits else NOTHING, PLAIN, status=429 if waits else 404))
    feeds.mark_read(feed, now=now)
    body = feeds.calendar(feed.profile, now=now)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, "text/calendar; charset=utf-8", headers={"ETag": etag})
    return _private(get_conditional_response(request, etag=etag, response=response))


def _private(response):
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
