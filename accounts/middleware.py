"""What holds for every request of a signed-in person: which browser it is, and the one-time password."""

from django.contrib.auth.middleware import get_user
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from accounts import sessions
from accounts.devices import device_of

ALLOWED_BEFORE_CHANGE = {"accounts:password", "accounts:logout", "accounts:large_print"}


class DeviceMiddleware:
    """`request.user.device` is the browser's number; asks the database nothing that nobody asks it anyway."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        device = device_of(request)
        request.user = SimpleLazyObject(lambda: _on(device, _person(request)))
        return self.get_response(request)


class MustChangePasswordMiddleware:
    """Whoever came with a one-time password gets to the password page and out, nowhere else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_public = not getattr(view, "login_required", True)
        if is_public or request.resolver_match.view_name in ALLOWED_BEFORE_CHANGE:
            return None
        must = request.user.is_authenticated and request.user.must_change_password
        return redirect("accounts:password") if must else None


def _person(request):
    with sessions.opened(request.session):
        return get_user(request)


def _on(device, user):
    user.device = device
    return user
