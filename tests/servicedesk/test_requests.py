"""Headers on every status, hostile bytes, unknown methods, error pages and what the logs keep."""

import json
import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from servicedesk import middleware, views
from servicedesk.log import LineFormatter, redact
from tests.factories import House
from tickets import throttle

pytestmark = pytest.mark.django_db


def answer(status):
    @login_not_required
    def view(request):
        if status == 403:
            raise PermissionDenied("这张工单不归您的单位。")
        if status in (500, 503):
            raise OperationalError("13800138000") if status == 503 else ValueError("13800138000")
        return HttpResponse(status=status)

    return view


@login_not_required
def echo(request):
    return HttpResponse(request.POST.get("words", ""))


class Urls:
    """The product's own map with pages that answer as they are told."""

    urlpatterns = [
        path("status/200", answer(200)),
        *(path(f"status/{status}", answer(status)) for status in (302, 403, 405, 409, 429, 500, 503)),
        path("echo", echo),
        path("", include("servicedesk.urls")),
    ]
    handler400, handler403 = views.bad_request, views.permission_denied
    handler404, handler500 = views.page_not_found, views.server_error


@pytest.fixture(autouse=True)
def urls(settings):
    settings.ROOT_URLCONF = Urls


@pytest.fixture
def visitor():
    """Like a browser: errors come back as pages."""
    return Client(raise_request_exception=False)


STYLES = "/static/vendor/bootstrap/css/bootstrap.min.css"
PATHS = ["/healthz", "/nowhere", "/bad%FF", "/static/none.css", STYLES]
PATHS += [f"/status/{status}" for status in (200, 302, 403, 405, 409, 429, 500, 503)]


@pytest.mark.parametrize("address", PATHS)
def test_every_response_carries_the_headers(visitor, address):
    response = visitor.get(address)

    assert middleware.HEADERS.items() <= dict(response.headers).items()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert (response.headers["Cache-Control"] == "no-store") is (address != STYLES)
    response.close()


@pytest.mark.parametrize("status", [403, 405, 429, 500, 503])
def test_errors_are_pages_in_chinese(visitor, status):
    response = visitor.get(f"/status/{status}")

    assert response.status_code == status
    assert 'lang="zh-Hans"' in response.text
    assert "13800138000" not in response.text


def test_page_for_buttons_only_leads_back_from_anywhere(visitor):
    text = visitor.get("/status/405").text

    assert "请回到上一页再点一次" in text and "工单" not in text


def test_unavailable_page_says_when_to_retry(visitor):
    assert visitor.get("/status/503").headers["Retry-After"] == "30"


@pytest.mark.parametrize(
    "address", ["/a%00", "/a%FF", "/echo?q=%00", "/echo?q=%FF", "/echo?q=%ED%A0%80", "/%ED%A0%80"]
)
def test_hostile_address_is_refused(visitor, address):
    path_, _, query = address.partition("?")

    response = visitor.get(path_, QUERY_STRING=query)

    assert response.status_code == 400


@pytest.mark.parametrize(
    "raw",
    [
        b"words=%00",
        b"words=%FF",
        b"words=%ED%A0%80",
        b"%00=1",
        b"words=\xff",
        b"\xff=1",
        b"words=\xe4%BD%A0",
        b"words=%E4%BD&x=%A0",
        b"&&%FF",
    ],
)
def test_hostile_form_is_refused(visitor, raw):
    response = visitor.post("/echo", raw, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400


@pytest.mark.parametrize("value", [b"\x00", b"\xff", b"\xed\xa0\x80"])
def test_hostile_multipart_form_is_refused(visitor, value):
    body = b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\n' + value + b"\r\n--x--\r\n"

    response = visitor.post("/echo", body, content_type="multipart/form-data; boundary=x")

    assert response.status_code == 400


def test_hostile_cookie_is_refused(visitor):
    assert visitor.get("/healthz", headers={"cookie": r'session="\000"'}).status_code == 400


def test_ordinary_words_pass_unchanged(visitor):
    words = "三单元漏水 😀 <b>&amp; ＡＢ"

    assert visitor.post("/echo", {"words": words}).text == words


def test_photo_passes(visitor):
    photo = SimpleUploadedFile("照片.jpg", b"\xff\xd8\xff\x00")

    assert visitor.post("/echo", {"words": "好", "photo": photo}).text == "好"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "NONSENSE"])
def test_unknown_method_is_refused(visitor, method):
    response = visitor.generic(method, "/healthz")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_oversized_body_is_refused(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert visitor.post("/echo", {"words": "长" * 100}).status_code == 413


def test_too_many_fields_are_refused(visitor):
    assert visitor.post("/echo", {f"f{n}": "1" for n in range(201)}).status_code == 400


def test_foreign_host_is_refused(visitor):
    assert visitor.get("/echo", headers={"host": "evil.example"}).status_code == 400


def test_stale_form_says_so():
    response = Client(enforce_csrf_checks=True).post("/echo", {"words": "好"})

    assert response.status_code == 403
    assert "页面放久了，请刷新后重试" in response.text


def test_csp_report_is_logged_without_the_address(visitor, caplog):
    report = {"effective-directive": "script-src", "blocked-uri": "https://evil.example/x?138"}
    report["document-uri"] = "https://desk.example.org/t/SECRET?phone=13800138000"

    response = visitor.post("/csp-report/", {"csp-report": report}, content_type="application/json")

    assert response.status_code == 204
    assert "script-src blocked evil.example on /t/…" in caplog.text
    assert "SECRET" not in caplog.text and "13800138000" not in caplog.text


@pytest.mark.parametrize("body", ["", "[]", "1", '{"csp-report": 1}', "\\"])
def test_broken_csp_report_is_refused(visitor, body):
    assert visitor.post("/csp-report/", body, content_type="application/json").status_code == 400


def test_log_names_the_error_but_not_its_words():
    try:
        raise ValueError("张三 13800138000")
    except ValueError as error:
        record = logging.LogRecord("x", 40, "", 1, "failed at /t/SECRET", (), (ValueError, error, None))

    line = json.loads(LineFormatter().format(record))

    assert line["message"] == "failed at /t/…"
    assert line["error"] == "builtins.ValueError"
    assert "张三" not in str(line)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET /t/abc-DEF_1/ok", "GET /t/…/ok"),
        ("call 13800138000.", "call 1**********."),
        ("/a?phone=1 x", "/a?… x"),
    ],
)
def test_redact(text, kept):
    assert redact(text) == kept


def test_refusals_by_role_and_by_scope_are_noted(house, client_of, caplog):
    foreign = House().receive()

    client_of(house.staff).get("/queue/")
    client_of(house.staff).get(foreign.get_absolute_url())

    assert f"403 for GET /queue/ by user {house.staff.pk} on device " in caplog.text
    assert f"404 for GET {foreign.get_absolute_url()} by user {house.staff.pk}" in caplog.text


def test_stranger_who_mistypes_is_not_noted(db, client, caplog):
    client.get("/nothing/here/")

    assert " for GET " not in caplog.text


def test_waiting_is_noted_for_a_stranger_too(db, client, caplog, monkeypatch):
    monkeypatch.setattr(throttle, "must_wait", lambda *args, **kwargs: True)

    client.post("/t/", {"code": "0000-000-0000"})

    assert "429 for POST /t/ by user None" in caplog.text
