"""What the frame of every page needs to know about the person and the browser."""

from accounts.devices import shows_large_print
from accounts.models import Post
from accounts.permissions import can_manage_people


def shell(request):
    """Functions, so that pages without the frame (SVG, downloads, errors) pay nothing."""
    return {
        "large_print": lambda: _has_user(request) and shows_large_print(request),
        "leads_people": lambda: _is_known(request) and can_manage_people(request.user),
        "serves": lambda: _is_known(request) and request.user.has_role(*Post.STATION_ROLES),
    }


def _is_known(request):
    return _has_user(request) and request.user.is_authenticated


def _has_user(request):
    """A page made before the session was looked at, such as a refusal of hostile bytes, has none."""
    return hasattr(request, "user")
