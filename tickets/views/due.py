"""今天到期, for those who have to see to it."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import paging
from tickets import falling_due

NEXT = "next"


@require_safe
@for_roles(Post.Role.DISPATCHER, *Post.UNIT_ROLES)
def due_today(request):
    """What is overdue or falls due today; with ?day=next what falls due on the next working day."""
    now, user = timezone.now(), request.user
    its = falling_due.days(user, now=now)
    is_next = request.GET.get("day") == NEXT
    found = (falling_due.next_day if is_next else falling_due.today)(user, its)
    page = paging.page(found, request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": falling_due.rows(page, now=now),
        "counts": falling_due.counts(user, its),
        "is_next": is_next,
        "today": timezone.localdate(now),
        "next_on": its.next_on,
        "names_owner": falling_due.sees_more_than_own(user),
        "home": "tickets:queue" if user.has_role(Post.Role.DISPATCHER) else "tickets:unit_mine",
    }
    return render(request, "tickets/due_today.html", context)
