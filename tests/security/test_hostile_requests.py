"""Whatever a stranger sends gets a plain refusal: no 500, no line of the log in two, no hidden characters in it."""

import json
import logging
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from servicedesk.encoding import utf8_only
from servicedesk.log import LineFormatter

pytestmark = pytest.mark.django_db
CODECS = ("hex", "idna", "undefined", "zlib", "utf-16", "no-such")


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


def asked(**environ):
    """The status with which the web server's door answers."""
    said = []
    base = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/sign-in/",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "443",
    }
    more = {
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "https",
        "wsgi.errors": None,
        "wsgi.input": BytesIO(),
    }
    utf8_only(WSGIHandler())(
        {**base, **more, **environ}, lambda status, headers: said.append(int(status[:3]))
    ).close()
    return said[0]


@pytest.mark.parametrize("codec", CODECS)
def test_encoding_named_with_an_address_is_not_believed(codec):
    header = f"text/plain; charset={codec}"

    assert asked(QUERY_STRING="next=/%e4%bd%a0", CONTENT_TYPE=header) == 200
    assert asked(QUERY_STRING="next=/%ff", CONTENT_TYPE=header) == 400


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("boundary", ["x", '"x"'])
def test_encoding_named_with_a_form_is_not_believed(codec, boundary):
    body = '--x\r\nContent-Disposition: form-data; name="phone"\r\n\r\n你\r\n--x--\r\n'.encode()
    header = f"multipart/form-data; charset={codec}; boundary={boundary}"
    form = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}

    assert asked(**form, CONTENT_TYPE=header, PATH_INFO="/csp-report/") == 400


@pytest.mark.parametrize(
    "parameter", ["name*=hex''%ff", "name*=no-such''%ff", "filename=\"a\"; name*=hex''%ff"]
)
def test_encoding_named_within_a_part_is_no_error_of_ours(visitor, parameter):
    body = f"--x\r\nContent-Disposition: form-data; {parameter}\r\n\r\n1\r\n--x--\r\n"

    answer = visitor.post("/csp-report/", body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "[" * 16_000,
        '{"a":' * 3_000,
        '{"csp-report":{"effective-directive":"x","blocked-uri":"http://["}}',
        '{"csp-report":{"effective-directive":"x","document-uri":"http://["}}',
    ],
)
def test_monstrous_csp_report_is_refused(visitor, body):
    assert visitor.post("/csp-report/", body, content_type="application/csp-report").status_code == 400


@pytest.mark.parametrize(
    "hidden", ["\n", "\x1b[31m", "\x9b31m", "\u2028", "\u2029", "\u202e", "\u200b", "\ud800", "\x7f"]
)
def test_log_keeps_one_plain_line_whatever_was_sent(hidden):
    record = logging.LogRecord("x", 30, "", 1, "CSP %s", (f"a{hidden}b 汉字",), None)

    line = LineFormatter().format(record)

    assert hidden not in line and len(line.splitlines()) == 1
    assert "汉字" in line
    assert json.loads(line)["message"] == f"CSP a{hidden}b 汉字"
