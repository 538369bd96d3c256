"""回音壁 for everybody: a community's page, its display at the station. No sign-in, no trace, never kept by a cache."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from stations.models import Area, OpeningHours
from stations.paging import page as page_of
from stations.qr import qr_code
from tickets.models import WallEntry
from tickets.views.public import for_residents
from tickets.wall import nightly, showing

PER_PAGE, PER_SCREEN = 12, 6
ROWS_PER_SCREEN = 8
AT_MOST = 60  # entries in one round of the display
SECONDS = 20


@require_safe
@for_residents
def wall(request, *, area_id=None, now):
    """One community's wall; without its id the list of them, unless there is only one."""
    areas = list(Area.objects.communities().with_desks().order_by("name", "pk"))
    area = _chosen(areas, area_id)
    if area is None:
        return render(request, "wall/communities.html", {"areas": areas})
    found = page_of(_entries(area), request.GET.get("page"), per_page=PER_PAGE)
    told = nightly.of_community(area, now=now)
    context = {
        "area": area,
        "has_others": len(areas) > 1,
        "page_obj": found,
        "cards": showing.cards(found, today=timezone.localdate(now)),
        "month": told.month,
        "working": told.working,
    }
    return render(request, "wall/wall.html", context)


@require_safe
@for_residents
def screen(request, *, area_id, now):
    """One page of the display; it asks for the next one itself (wall.js), so what is taken down is gone in seconds."""
    area = _chosen(list(Area.objects.communities().with_desks()), area_id)
    entries = list(_entries(area)[:AT_MOST])
    told = nightly.of_community(area, now=now)
    working = told.working
    pages = [*_in_parts("cards", entries, PER_SCREEN), *_in_parts("working", working.rows, ROWS_PER_SCREEN)]
    if working.total and not working.rows:
        pages.append(("few", [working.total]))
    found = Paginator(pages or [("none", [])], 1).get_page(request.GET.get("page"))
    [(kind, rows)] = found.object_list
    address = reverse("tickets:wall", args=[area.pk])
    context = {
        "area": area,
        "page_obj": found,
        "kind": kind,
        "rows": showing.cards(rows, today=timezone.localdate(now)) if kind == "cards" else rows,
        "month": told.month,
        "next": found.number % found.paginator.num_pages + 1,
        "seconds": SECONDS,
        "qr": qr_code(f"{settings.PUBLIC_URL}{address}"),
        "hours": OpeningHours.objects.of_today(area, timezone.localdate(now)),
    }
    return render(request, "wall/screen.html", context)


def _entries(area):
    return WallEntry.objects.on_wall().in_communities([area]).for_public()


def _chosen(areas, area_id):
    """The community of the address, else 404; without an id the only one, or none."""
    if area_id is None:
        return areas[0] if len(areas) == 1 else None
    area = next((area for area in areas if area.pk == area_id), None)
    if area is None:
        raise Http404
    return area


def _in_parts(kind, rows, most):
    """Of like length, so that no page stands there with one row."""
    parts = -(-len(rows) // most)
    size = -(-len(rows) // parts) if parts else 1
    return [(kind, rows[n : n + size]) for n in range(0, len(rows), size)]
