"""缺人，问谁: the lead's page of one shift, and the page on which somebody who was asked answers with one press."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import Post
from stations.refusals import Refused
from volunteers import calling, wording
from volunteers.forms.calling import PeopleForm
from volunteers.models import Asking, Shift
from volunteers.permissions import serves


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.STATION_LEAD)
def call_out(request, pk):
    """Of a shift of an own station; another's looks like a missing one."""
    led = [post.station_id for post in request.user.posts_as(Post.Role.STATION_LEAD)]
    shift = get_object_or_404(Shift.objects.at_stations(led).select_related("station"), pk=pk)
    if request.method != "POST":
        return _page(request, shift, PeopleForm())
    form = PeopleForm(request.POST)
    if form.is_valid():
        try:
            number = calling.ask(shift, form.cleaned_data["people"], by=request.user, now=timezone.now())
        except Refused as refusal:
            return _page(request, shift, form, str(refusal), refusal.http_status)
        messages.success(request, f"问了{number}个人，谁先点“我来”就是谁。")
        return redirect("volunteers:call_out", shift.pk)
    return _page(request, shift, form, calling.CHANGED, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*Post.STATION_ROLES)
def called(request, pk):
    """Only for who was asked."""
    own = Asking.objects.select_related("shift__station", "profile__user")
    asking = get_object_or_404(own, pk=pk, profile__user=request.user)
    if request.method != "POST":
        return _answer_page(request, asking)
    verb = calling.come if request.POST.get("answer") == "come" else calling.decline
    try:
        verb(asking, by=request.user, now=timezone.now())
    except Refused as refusal:
        return _answer_page(request, asking, str(refusal), refusal.http_status)
    is_coming = verb is calling.come
    said = "知道了，谢谢您回一声。"
    if is_coming:
        said = f"定下了，谢谢您！{wording.whole(calling.seat_of(asking).seat, now=timezone.now())}。"
    messages.success(request, said)
    return redirect("volunteers:called", asking.pk)


def _page(request, shift, form, wrong="", status=200):
    call = calling.of(shift, by=request.user, now=timezone.now())
    page = {"call": call, "form": form, "wrong": wrong, "most": calling.MOST}
    return render(request, "volunteers/call_out.html", page, status=status)


def _answer_page(request, asking, wrong="", status=200):
    now = timezone.now()
    offered = calling.offered(asking, now=now)
    page = {
        "asking": asking,
        "shift": asking.shift,
        "mine": calling.seat_of(asking),
        "is_over": now >= asking.shift.starts_at or bool(asking.shift.cancelled_at),
        "is_full": offered is None,
        "what": wording.offered(offered) if offered else "",
        "serves": serves(request.user, asking.shift.station),
        "wrong": wrong,
    }
    return render(request, "volunteers/called.html", page, status=status)
