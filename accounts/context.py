"""What the frame of every page needs to know about the person and the browser."""

from django.utils.functional import SimpleLazyObject

from accounts.devices import shows_large_print
from accounts.models import Post
from accounts.permissions import can_manage_people

OFFICE = (Post.Role.DISPATCHER, Post.Role.SECRETARY)


def shell(request):
    """Lazy, so that pages without the frame (SVG, downloads, errors) pay nothing."""
    return {
        "large_print": SimpleLazyObject(lambda: _has_user(request) and shows_large_print(request)),
        "leads_people": SimpleLazyObject(lambda: _leads_people(request)),
        "serves": SimpleLazyObject(lambda: _serves(request, *Post.STATION_ROLES)),
        "oversees": SimpleLazyObject(lambda: _serves(request, *OFFICE)),
    }


def _leads_people(request):
    return _has_user(request) and request.user.is_authenticated and can_manage_people(request.user)


def _serves(request, *roles):
    """At a station: with a volunteer's profile to look at. In the office: with teams to look at."""
    return _has_user(request) and request.user.is_authenticated and request.user.has_role(*roles)


def _has_user(request):
    """A page made before the session was looked at, such as a refusal of hostile bytes, has none."""
    return hasattr(request, "user")
