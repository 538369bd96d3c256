"""The dispatcher's list of tickets that are likely one matter: merge them, or say that they are two."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import paging, saying
from tickets import pairs
from tickets.models import Ticket

PER_PAGE = 20
GONE = "这两张里有一张已经不在办了，或者不在您的社区。"
dispatchers = for_roles(Post.Role.DISPATCHER)


@require_safe
@dispatchers
def likely(request):
    return _page(request)


@require_POST
@dispatchers
def keep_apart(request, number):
    """不是同一件: not proposed again."""
    one, other = _both(request, number)
    if other is None:
        return _page(request, error=GONE, status=409)
    pairs.keep_apart(one, other, by=request.user)
    messages.success(request, f"记下了：{one.number}和{other.number}不是同一件，可以在下面撤回")
    return redirect("tickets:duplicates")


@require_POST
@dispatchers
def propose_again(request, number):
    """Takes 不是同一件 back."""
    one, other = _both(request, number)
    if other is None:
        return _page(request, error=GONE, status=409)
    pairs.forget_apart(one, other)
    messages.success(request, "撤回了，两张又列在一起")
    return redirect("tickets:duplicates")


def _areas(user):
    return [post.area_id for post in user.posts_as(Post.Role.DISPATCHER)]


def _both(request, number):
    """The ticket of the address, else 404; and the one the form names, or None."""
    own = Ticket.objects.visible_to(request.user).in_communities(_areas(request.user))
    one = get_object_or_404(own, number=number)
    return one, own.besides(one).in_community(one.area_id).with_number(request.POST.get("other", "")).first()


def _page(request, *, error="", status=200):
    now, areas = timezone.now(), _areas(request.user)
    page = paging.page_of_keys(pairs.likely(areas, now=now), request.GET.get("page"), per_page=PER_PAGE)
    keys = {key for pair in page for key in (pair.earlier, pair.later)}
    found = Ticket.objects.in_communities(areas).with_people().with_crowd().in_bulk(keys)
    rows = [_row(pair, found, now) for pair in page if {pair.earlier, pair.later} <= found.keys()]
    context = {
        "rows": rows,
        "page_obj": page,
        "count": f"{page.paginator.count}{'+' if page.paginator.is_capped else ''}",
        "error": error,
        "apart": list(pairs.lately_apart(areas)),
        "compared": pairs.COMPARED,
    }
    return render(request, "tickets/duplicates.html", context, status=status)


def _row(pair, found, now):
    """Both tickets, the earlier first, each with the other one that would go into it."""
    earlier, later = found[pair.earlier], found[pair.later]
    sides = ((earlier, later), (later, earlier))
    return {"why": pair.why, "sides": [_side(stays, goes, now) for stays, goes in sides]}


def _side(stays, goes, now):
    return {"ticket": stays, "goes": goes, "received": saying.moment(stays.received_at, now=now)}
