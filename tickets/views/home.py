"""Where each role begins its day."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Post

Role = Post.Role
# The first role held decides; the other jobs are one press away in the navigation.
MAIN_JOBS = (
    (Role.DISPATCHER, "tickets:queue"),
    (Role.UNIT_LEAD, "tickets:unit_to_claim"),
    (Role.UNIT_STAFF, "tickets:unit_to_claim"),
    (Role.STATION_LEAD, "tickets:desk"),
    (Role.VOLUNTEER, "tickets:desk"),
    (Role.SECRETARY, "reports:satisfaction"),
    (Role.ADMIN, "admin:index"),
)


@require_safe
def home(request):
    for role, page in MAIN_JOBS:
        if request.user.has_role(role):
            return redirect(page)
    return render(request, "tickets/no_post.html")
