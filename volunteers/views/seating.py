"""The pages of who sits where: my shifts, open seats, one shift. What is pressed there is in `places`."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import Post
from volunteers import openings, own, permissions, shift_page
from volunteers.models import Shift

station_people = for_roles(*Post.STATION_ROLES)


@require_safe
@station_people
def my_shifts(request):
    return show_mine(request)


@require_safe
@station_people
def open_seats(request):
    return show_open(request)


@require_safe
@for_roles(*permissions.READERS)
def shift(request, pk):
    return show_shift(request, find_shift(request, pk))


def find_shift(request, pk):
    """A shift of a station that the person does not see looks like a missing one."""
    seen = Shift.objects.visible_to(request.user).select_related("station")
    return get_object_or_404(seen, pk=pk)


def show_mine(request, *, status=200):
    now = timezone.now()
    page = {"own": own.overview(request.user, now=now), "now": now}
    return render(request, "volunteers/my_shifts.html", page, status=status)


def show_open(request, *, status=200):
    found = openings.open_seats(request.user, now=timezone.now())
    return render(request, "volunteers/open_seats.html", {"found": found}, status=status)


def show_shift(request, found, *, status=200):
    now = timezone.now()
    page = {"page": shift_page.shown(found, request.user, now=now), "now": now}
    return render(request, "volunteers/shift.html", page, status=status)
