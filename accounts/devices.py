"""The two things a browser remembers here: a random number of its own, and whether it shows large print."""

import re
import secrets

from django.conf import settings

DEVICE = "device"
LARGE = "large"
A_YEAR = 365 * 24 * 60 * 60
_NUMBER = re.compile(r"^[A-Za-z0-9_-]{12}$")


def device_of(request) -> str:
    """The browser's number, or "" before the first sign-in and for anything that we did not write."""
    number = request.COOKIES.get(_name(DEVICE), "")
    return number if _NUMBER.match(number) else ""


def new_device() -> str:
    return secrets.token_urlsafe(9)


def shows_large_print(request) -> bool:
    """What this browser was told, else what the person chose elsewhere: at the desk several share one."""
    chosen = request.COOKIES.get(_name(LARGE), "")
    return chosen == "1" if chosen in ("0", "1") else getattr(request.user, "large_print", False)


def remember(response, *, device: str = "", large_print: bool | None = None) -> None:
    if device:
        _set(response, DEVICE, device)
    if large_print is not None:
        _set(response, LARGE, "1" if large_print else "0")


def _set(response, name, value):
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(_name(name), value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")


def _name(name: str) -> str:
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name
