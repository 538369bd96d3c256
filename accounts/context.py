"""What the frame of every page needs to know about the person and the browser."""

from django.utils.functional import SimpleLazyObject

from accounts.devices import shows_large_print
from accounts.permissions import can_manage_people


def shell(request):
    """Lazy, so that pages without the frame (SVG, downloads, errors) pay nothing."""
    return {
        "large_print": SimpleLazyObject(lambda: _has_user(request) and shows_large_print(request)),
        "leads_people": SimpleLazyObject(lambda: _leads_people(request)),
    }


def _leads_people(request):
    return _has_user(request) and request.user.is_authenticated and can_manage_people(request.user)


def _has_user(request):
    """A page made before the session was looked at, such as a refusal of hostile bytes, has none."""
    return hasattr(request, "user")
