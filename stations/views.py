"""A station's card for the staff of its community: when it is open, what is there, who serves."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from stations.models import Station


@require_safe
def station(request, code):
    found = get_object_or_404(Station.objects.visible_to(request.user).select_related("area"), code=code)
    hours = list(found.opening_hours.all())
    today = timezone.localdate().weekday()
    page = {
        "station": found,
        "hours": hours,
        "today": next((day for day in hours if day.weekday == today), None),
        "facilities": found.facilities.all(),
        "posts": found.posts.active().for_list(),
    }
    return render(request, "stations/station_detail.html", page)
