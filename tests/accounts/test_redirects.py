"""Whatever somebody puts into `next`, the browser stays on this host."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory

AWAY = [
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example",
    "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example",
    "%0d%0aLocation:%20https://evil.example", "/ok\r\nLocation: https://evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
    "vbscript:x", "ftp://evil.example", "https:evil.example", "https:/evil.example",
    "http:///evil.example", "https://testserver@evil.example", "https://testserver.evil.example",
    "https://evil.example/testserver", "//testserver@evil.example", "//testserver:80@evil.example",
    "//evil.example#testserver", "//evil.example?testserver", "//evil%E3%80%82example", "//evil。example",
    "///\\evil.example", "/\\/evil.example", "/\\\\evil.example", "//\\evil.example", ".evil.example",
    "@evil.example", "evil.example", "?next=//evil.example", "#//evil.example", "/" * 3000, "http://[::1",
    "//[::1", "http://a:b", "https://evil.example:443/", "mailto:x@evil.example", "file:///etc/passwd",
    "blob:x", "about:blank", "//0x7f000001", "//2130706433", "〱evil.example", "／／evil.example",
    "//evil.example/%2e%2e", "\u2028//evil.example", "HTTPS://EVIL.EXAMPLE", "hTTp:\\\\evil.example",
    "//google。com",
]  # fmt: skip


def is_here(location):
    return not urlsplit(location).netloc and location.startswith("/") and location[1:2] not in ("/", "\\")


@pytest.mark.parametrize("wanted", AWAY)
def test_sign_in_stays_here(client, db, wanted):
    UserFactory(phone="13800138000")

    response = client.post(
        reverse("accounts:login"), {"phone": "13800138000", "password": PASSWORD, "next": wanted}
    )

    assert response.status_code == 302
    assert is_here(response.headers["Location"])


@pytest.mark.parametrize("wanted", AWAY)
def test_size_switch_stays_here(client, db, wanted):
    response = client.post(reverse("accounts:large_print"), {"next": wanted})

    assert response.status_code == 302
    assert is_here(response.headers["Location"])


@pytest.mark.parametrize("wanted", ["/me/", "/me/?a=1&b=二", "/people/?page=2"])
def test_own_pages_are_followed(client, db, wanted):
    response = client.post(reverse("accounts:large_print"), {"next": wanted})

    assert response.url.startswith(wanted.split("二")[0])
