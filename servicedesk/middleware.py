"""What holds for every request and response: headers, refusals of hostile bytes, known methods."""

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase

from servicedesk import views

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
FORM = "application/x-www-form-urlencoded"
# NUL cannot be stored; a surrogate or U+FFFD says that the bytes were no text.
UNTEXT = re.compile("[\x00\ud800-\udfff\ufffd]")
# Django writes a path's undecodable bytes back as %FF; no address of ours looks like that.
BROKEN_PATH = re.compile("\x00|%[89A-Fa-f][0-9A-Fa-f]")

HEADERS = {
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # django-csp's own middleware would build the same words for every response.
    "Content-Security-Policy": build_policy(),
}


class ResponseHeaders:
    """The same protective headers on every response; only found static files may be kept."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        is_static = request.path.startswith(settings.STATIC_URL)
        if not is_static or response.status_code not in (200, 206, 304):
            response.headers["Cache-Control"] = "no-store"
        return response


class PlainRefusals:
    """Gives a bare refusal (405 of a decorator, 413, 429) the page that people can read."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (405, 413, 429) and not response.streaming and not response.content:
            page = views.error_page(request, response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response.headers:
                    page.headers[name] = response.headers[name]
            return page
        return response


class NotedRefusals:
    """Notes who was refused what (SAFETY LG-3): signed-in people by scope or role, anybody by a limit."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only a user whom some code has looked at: nothing is asked of the database for this.
        user = getattr(request, "_cached_user", None)
        pk = user.pk if user is not None else None
        if response.status_code == 429 or (pk and response.status_code in (403, 404)):
            refused = (response.status_code, request.method, request.path, pk, getattr(user, "device", ""))
            logger.warning("%s for %s %s by user %s on device %s", *refused)
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Leads strangers to the door, but a form not without a word: what was typed would be gone."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        to_the_door = super().process_view(request, view_func, view_args, view_kwargs)
        return views.signed_out(request) if to_the_door and request.method == "POST" else to_the_door


class CleanRequests:
    """Refuses unknown methods, oversized bodies and bytes that are no text, before any code of ours."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status = _refusal(request)
        if status == 405:
            return HttpResponse(status=405, headers={"Allow": ", ".join(sorted(METHODS))})
        if status:
            return views.error_page(request, status)
        return self.get_response(request)


def _refusal(request: HttpRequest) -> int:
    if request.method not in METHODS:
        return 405
    if _announced_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return 413
    if not _is_clean_line(request):
        return 400
    try:
        return 0 if _is_clean_form(request) else 400
    except RequestDataTooBig:
        return 413
    except UnreadablePostError:
        return 400  # the browser went away in the middle


def _announced_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _is_clean_line(request: HttpRequest) -> bool:
    if BROKEN_PATH.search(request.path):
        return False
    query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
    return _is_text(query) and _are_clean(request.COOKIES.values())


def _is_clean_form(request: HttpRequest) -> bool:
    """Django replaces undecodable bytes without a word; people would find other words stored.

    What is written as %FF becomes U+FFFD; a raw one would make it read the whole form as Latin-1.
    """
    if request.method != "POST":
        return True
    if request.content_type == FORM and not _is_text(request.body):
        return False
    names = [*request.POST, *request.FILES]
    values = (value for _, values in request.POST.lists() for value in values)
    files = (file.name or "" for _, files in request.FILES.lists() for file in files)
    return _are_clean(names) and _are_clean(values) and _are_clean(files)


def _is_text(raw: bytes) -> bool:
    try:
        return "\x00" not in raw.decode()
    except UnicodeDecodeError:
        return False


def _are_clean(values: Iterable[str]) -> bool:
    return not UNTEXT.search("\n".join(values))
