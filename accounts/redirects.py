"""Where a page may send somebody next: only to an address on this host."""

from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

LENGTH = 1000


def next_on_this_host(request, *, otherwise: str = "home") -> str:
    """The posted or asked-for `next` if it stays here, else the named page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    stays = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, hosts, require_https=secure)
    return wanted if stays and len(wanted) <= LENGTH else resolve_url(otherwise)
