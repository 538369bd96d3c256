"""The access matrix: every route × method × object × role, written down in matrix.tsv and asked of the pages.

Answers: a status; `in` for the way to the sign-in page, after a form by the page that gives back its words (401);
`302` for any other redirect. GET stands for HEAD
too. Each cell is asked on a frozen Monday morning, with a valid form where one is sent, and then undone.
"""

import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.urls import clear_url_caches, path, reverse

from notices.models import Notice
from servicedesk import urls
from tests.access.cast import ROLES, STAGE, address, body
from tests.access.walk import routes, row_of, rows, snapshot, written
from tests.tickets.loop import MONDAY

ROWS = rows()
CONCRETE = [(route, row) for route in sorted(routes()) for row in row_of(route, ROWS)]
# What a GET or a refusal may leave: a note that a code was read or rows taken along, a failed look-up, the admin's
# messages.
NOTED = {
    "tickets:slip": {"accounts_auditentry"},
    "tickets:track": {"tickets_lookupfailure"},
    "volunteers:calendar_feed": {"volunteers_calendarfeed", "accounts_attempt"},
    "tickets:ledger_faults": {"accounts_auditentry"},
    "admin:logout": {"django_session", "accounts_auditentry"},
    "admin:": {"django_session"},
    "accounts:logout": {"django_session", "accounts_auditentry"},
}
REFUSED = ("in", "403", "404", "405", "409", "422")
# No change of the one without a row in the other.
WRITTEN_DOWN = {"tickets_ticket": "tickets_event", "accounts_post": "accounts_auditentry"}
AUDITED = (
    "tickets_rule",
    "tickets_wallentry",
    "volunteers_checkincode",
    "volunteers_closure",
    "volunteers_rosterpattern",
    "volunteers_shiftpattern",
    "notices_robot",
    "stations_localday",
    "stations_calendaryear",
)
WRITTEN_DOWN |= dict.fromkeys(AUDITED, "accounts_auditentry")
WRITTEN_DOWN |= dict.fromkeys(("stations_supply", "stations_loan"), "stations_supplychange")
WRITTEN_DOWN |= {"volunteers_assignment": "volunteers_assignmentevent"}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "TRACE")
# Random per answer, so no part of "the same bytes": the masked form token.
TOKEN = re.compile(rb"[A-Za-z0-9]{64}")


@pytest.fixture
def stage(db):
    with time_machine.travel(MONDAY, tick=False):
        yield STAGE.stand()


class _Undone(Exception):
    """Rolls a cell back."""


def ask(stage, role, method, url, data=None):
    """The response of one cell and the tables it changed; then it never happened."""
    client, after = stage.client(role), {}
    try:
        with transaction.atomic():
            response = client.generic("TRACE", url) if method == "TRACE" else _send(client, method, url, data)
            if _has_written(stage):
                after = snapshot()
            raise _Undone
    except _Undone:
        return response, _changed(after)


def _has_written(stage):
    """Since it was asked last, be it undone by now."""
    before, stage.rows_written = stage.rows_written, written()
    return stage.rows_written != before


def _changed(after):
    """The tables that are not as they were, now that all is undone; nothing was written where there is no `after`."""
    before = snapshot() if after else {}
    return {table for table in after if after[table] != before[table]}


def _send(client, method, url, data):
    return getattr(client, method.lower())(url, data or {})


def said(response) -> str:
    if response.status_code == 401 and response.request["REQUEST_METHOD"] == "POST":
        return "in"
    if response.status_code != 302:
        return str(response.status_code)
    return "in" if urlsplit(response.headers["Location"]).path == reverse("accounts:login") else "302"


def faults(stage, route, row):
    """What is wrong with the cells of one row."""
    allowed = next((tables for name, tables in NOTED.items() if route.startswith(name)), set())
    heads = set()  # HEAD is asked once for each answer of the row
    for role, expected in zip(ROLES, row.answers, strict=True):
        url = address(stage, route, row.which, role)
        data = body(stage, route, role) if row.method == "POST" else None
        response, changed = ask(stage, role, row.method, url, data)
        if said(response) != expected:
            yield f"{route} {row.method} {row.which} {role}: {said(response)}, not {expected}"
        is_refused = row.method == "GET" or said(response) in REFUSED
        if is_refused and changed - allowed:
            yield f"{route} {row.which} {role}: a {row.method} changed {changed}"
        if any(subject in changed and record not in changed for subject, record in WRITTEN_DOWN.items()):
            yield f"{route} {row.which} {role}: changed {changed} without a record"
        if row.method == "GET" and expected not in heads:
            heads.add(expected)
            if said(ask(stage, role, "HEAD", url)[0]) != expected:
                yield f"{route} {row.which} {role}: HEAD answers otherwise"


@pytest.mark.slow
@pytest.mark.parametrize("app", sorted({route.partition(":")[0] for route in routes()}))
def test_every_cell_answers_as_written(stage, app):
    asked = [(route, row) for route, row in CONCRETE if route.partition(":")[0] == app]

    assert [fault for route, row in asked for fault in faults(stage, route, row)] == []


def test_every_route_has_rows_for_get_and_post():
    lacking = {route for route in routes() if {row.method for row in row_of(route, ROWS)} != {"GET", "POST"}}

    assert lacking == set()


def test_every_row_has_a_route():
    used = {row for _, row in CONCRETE}

    assert [str(row) for row in ROWS if row not in used] == []


def test_route_without_a_row_is_noticed(monkeypatch):
    """Negative control: a page sneaks in."""
    sneaked = path("sneaked/", lambda request: HttpResponse(), name="sneaked")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, sneaked])
    clear_url_caches()

    found = {route for route in routes() if not row_of(route, ROWS)}

    clear_url_caches()
    assert found == {"sneaked"}


@pytest.mark.slow
def test_open_page_and_changing_get_are_noticed(stage, monkeypatch):
    """Negative control: a view that asks for no sign-in and writes on GET."""

    def leak(request):
        Notice.objects.create(recipient=stage.house.staff, effect="leak", text="漏")
        return HttpResponse()

    leak.login_required = False
    monkeypatch.setattr("tests.access.test_matrix.address", lambda *args: "/leak/")
    monkeypatch.setattr(urls, "urlpatterns", [path("leak/", leak), *urls.urlpatterns])
    clear_url_caches()

    row = next(row for row in ROWS if row.route == "accounts:me" and row.method == "GET")
    found = list(faults(stage, "accounts:me", row))

    clear_url_caches()
    assert "accounts:me GET - anonymous: 200, not in" in found
    assert "accounts:me - anonymous: a GET changed {'notices_notice'}" in found


WITH_OBJECT = sorted({r.route for r in ROWS if r.which == "missing" and not r.route.startswith("admin")})


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("route", WITH_OBJECT)
def test_foreign_object_reads_like_a_missing_one(stage, route, method):
    """Same status, same bytes, for everybody who may not see it."""
    asked = [row for row in ROWS if (row.route, row.method) == (route, method) and row.which != "missing"]
    cells = [(row.which, role) for row in asked for role in ROLES if _is_hidden(row, role)]

    told_apart = [
        (which, role)
        for which, role in cells
        if _bytes(stage, route, method, which, role) != _bytes(stage, route, method, "missing", role)
    ]

    assert told_apart == []


@pytest.mark.slow
def test_telling_apart_is_noticed(stage):
    """Negative control: the comparison tells two pages apart."""
    one, two = (_bytes(stage, "tickets:detail", "GET", which, "dispatcher") for which in ("ours", "missing"))

    assert one != two


def _is_hidden(row, role):
    """What answers 404; and the queue, which answers 200 whatever ticket its address names."""
    outside = {("dispatcher", "foreign"), ("elsewhere", "ours")}
    return row.answers[ROLES.index(role)] == "404" or (
        row.route == "tickets:queue" and (role, row.which) in outside
    )


def _bytes(stage, route, method, which, role):
    """Without the random token, and without the address and the object's name as it stood in there."""
    url = address(stage, route, which, role)
    data = body(stage, route, role) if method == "POST" else None
    response, _ = ask(stage, role, method, url, data)
    asked_for = urlsplit(url).query.partition("ticket=")[2] or "\0"
    page = TOKEN.sub(b"", response.content)
    for own in (asked_for, urlsplit(url).path):
        page = page.replace(own.encode(), b"")
    return response.status_code, page


@pytest.mark.slow
@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_are_refused_everywhere(stage, method):
    asked = {(route, row.which) for route, row in CONCRETE if row.which in ("-", "ours", "foreign")}
    answers = {
        (route, role): said(ask(stage, role, method, address(stage, route, which, role))[0])
        for route, which in asked
        for role in ("anonymous", "dispatcher", "admin")
    }

    assert {key: answer for key, answer in answers.items() if answer != "405"} == {}
