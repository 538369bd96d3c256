"""Privileged extra keys on every form: what is written stays what the form's own fields write (T-3, AC-5).

Each form is posted as it is and with the extras; then the whole database is compared cell by cell. Where it differs,
the form is posted once more as it is, to learn what is random in its effect. All of it is undone.
"""

from copy import deepcopy

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import clear_url_caches, path, reverse

from servicedesk import urls
from tests.access.cast import BODIES, ROLES, STAGE, address, body
from tests.access.page_forms import as_sent, field_names
from tests.access.walk import OURS, routes, row_of, rows
from tests.security import roster_keys
from tests.tickets.loop import MONDAY
from tickets import receipts
from tickets.models import Receipt, Ticket
from tickets.states import Status
from volunteers.models import Assignment
from volunteers.views import duty

pytestmark = pytest.mark.slow

DONE = ("200", "302")
TRIED_AS = ("dispatcher", "lead", "unit_lead", "staff", "volunteer", "secretary", "resident", "admin")
MADE_FOR = {"tickets:reveal": "lead"}  # the dispatcher needs no form for that
OWN_OBJECTS = ("-", "ours", "volunteer's", "staff's")
# Nothing of these is kept in a table but in the session, a cookie or a log.
WRITE_NOTHING = {
    "accounts:people",
    "volunteers:people",
    "tickets:desk",
    "tickets:hints",
    "tickets:propose_again",  # nobody has put a proposal aside on this stage
    "tickets:search",
    "tickets:track_code",
    "tickets:leave",
    "tickets:unlock",
    "tickets:untell",  # there is nothing to undo on this stage; the form is that of tickets:tell
}
UNCOUNTED = {"django_session"}  # random through and through
LEAST_EXTRAS = 25
APPS = ("accounts", "notices", "stations", "tickets", "volunteers")


@pytest.fixture
def stage(db):
    with time_machine.travel(MONDAY, tick=False):
        yield STAGE.stand()


def extras(stage, app) -> dict:
    """What nobody may set by a form of his own making: other owners, other scopes, other states, other people."""
    house, other = stage.house, stage.other
    ids = {
        "unit": other.unit.pk,
        "claimant": house.other_staff.pk,
        "logged_by": house.admin.pk,
        "area": other.area.pk,
        "station": other.station.pk,
        "user": house.admin.pk,
        "by": house.admin.pk,
        "actor": house.admin.pk,
        "post": house.admin.posts.get().pk,
        "ticket": stage.foreign[next(iter(stage.foreign))].pk,
        "recipient": house.admin.pk,
        "master": stage.foreign[next(iter(stage.foreign))].pk,
    }
    moments = ("claimed_at", "received_at", "resolved_at", "closed_at", "ended_at", "one_time_until", "at")
    return {
        **ids,
        **{f"{name}_id": value for name, value in ids.items()},
        **dict.fromkeys(moments, "2020-01-01 00:00"),
        **dict.fromkeys(("is_staff", "is_superuser", "is_active", "is_marked", "is_urgent"), "on"),
        "id": 1,
        "pk": 1,
        "status": "closed",
        "round": 9,
        "number": "XX99-20200101-001",
        "sequence": 999,
        "received_on": "2020-01-01",
        "withdraw_reason": "not_ours",
        "role": "admin",
        "password": "ein anderes Passwort 77",
        "must_change_password": "on",
        "device": "forged-12345",
        "as_whom": "系统",
        "version": 99,
        "due_at": "2099-01-01 00:00",
        **(roster_keys.columns(house.admin) if app == "volunteers" else {}),
    }


def forms(app):
    """(route, object, role) of every POST that somebody may do."""
    for route in sorted(route for route in routes() if route.partition(":")[0] == app):
        for row in row_of(route, rows()):
            may = [role for role in TRIED_AS if row.answers[ROLES.index(role)] in DONE]
            if row.method == "POST" and row.which in OWN_OBJECTS and may:
                yield route, row.which, _who(route, may)


def _who(route, may):
    """Whoever the form is made for: a resident's own pages are the resident's."""
    public = route.startswith("tickets:") and len(may) == len(TRIED_AS)
    return "resident" if public else MADE_FOR.get(route, may[0])


class _Undone(Exception):
    """Rolls back."""


def effect(client, url, data, starts) -> tuple[int, dict]:
    """The status of the answer and every cell of the database after it; then it never happened, to the browser too."""
    cookies = deepcopy(client.cookies)
    try:
        with transaction.atomic():
            _set_sequences(starts)
            answer = client.post(url, data)
            cells = _cells()
            raise _Undone
    except _Undone:
        client.cookies = cookies
        return answer.status_code, cells


def faults(stage, route, which, role):
    """What a POST with extras wrote otherwise than without; and that without them it was a good form."""
    url, client = address(stage, route, which, role), _browser(stage, route, role)
    page = client.get(url, follow=True)
    writes = not _writes_nothing(route)
    yield from _faults(stage, route, client, url, page, lambda: _data(stage, route, role, page), writes)


def more_faults(stage):
    """The same of the forms that share an address with another one."""
    for route, role, url, sent in roster_keys.more(stage):
        client = stage.client(role)
        for fault in _faults(stage, route, client, url, client.get(url), lambda sent=sent: sent, True):
            yield f"{url} {sent}: {fault}"


def _faults(stage, route, client, url, page, data, writes):
    untouched, starts = _cells(), _sequences()
    own = field_names(page) | set(data()) | roster_keys.NAMED_ELSEWHERE.get(route, set())
    wanted = extras(stage, route.partition(":")[0])
    added = {name: value for name, value in wanted.items() if name not in own}
    first, forged = (effect(client, url, {**data(), **more}, starts) for more in ({}, added))
    changed = _differing(first[1], forged[1])
    noise = _differing(first[1], effect(client, url, data(), starts)[1]) if changed else set()
    if len(added) < LEAST_EXTRAS:
        yield f"{route}: only {len(added)} keys were tried"
    if forged[0] != first[0] or not _is_good(route, first[0]):
        yield f"{route}: answered {first[0]}, with the extras {forged[0]}"
    if writes and not _differing(untouched, first[1]):
        yield f"{route}: the form wrote nothing, so it proves nothing"
    for cell in sorted(changed - noise, key=str):
        yield f"{route}: {cell} became {forged[1].get(cell)!r}"


def _browser(stage, route, role):
    """The person's own; who is asked a question holds another receipt than who rates."""
    client = stage.client(role)
    if route == "tickets:answer":
        asked = Receipt.objects.get(reporter__ticket=stage.ours[Status.WAITING])
        client.get(reverse("tickets:track", args=[receipts.token(asked)]))
    return client


def _data(stage, route, role, page):
    """The form as somebody would fill it in; the admin's as it stands."""
    if route == "tickets:answer":
        return {"words": "厨房的冷水管"}
    return as_sent(page) if route.startswith("admin:") else body(stage, route, role)


def _is_good(route, status):
    """Done; a changed row of the admin answers by going back to the list."""
    return status == 302 if route.startswith("admin:") and route.endswith("_change") else str(status) in DONE


def _writes_nothing(route):
    """Forms must; a button without a field may find nothing to do on this stage, and the admin's change nothing."""
    return route in WRITE_NOTHING or route not in BODIES


def _differing(one, other) -> set:
    return {cell for cell in one.keys() | other.keys() if one.get(cell, ...) != other.get(cell, ...)}


def _cells() -> dict:
    """{(table, key, column): value} of every row of ours."""
    found = {}
    for model in _models():
        table, key = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of ours
            columns = [column.name for column in cursor.description]
            place = columns.index(key)
            for row in cursor.fetchall():
                found.update(
                    {(table, row[place], name): value for name, value in zip(columns, row, strict=True)}
                )
    return found


def _models():
    labels = [apps.get_app_config(label) for label in OURS]
    every = [model for app in labels for model in app.get_models(include_auto_created=True)]
    return [model for model in every if model._meta.db_table not in UNCOUNTED]


def _sequences() -> dict:
    """Where each counter of ids starts in all three runs, so that the same row gets the same id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, coalesce(last_value, 0) + 1000 FROM pg_sequences")
        return dict(cursor.fetchall())


def _set_sequences(starts):
    with connection.cursor() as cursor:
        for name, start in starts.items():
            cursor.execute("SELECT setval(%s, %s)", [name, start])


@pytest.mark.parametrize("app", [*APPS, "admin"])
def test_extra_keys_change_nothing(stage, app):
    found = [fault for form in forms(app) for fault in faults(stage, *form)]

    assert found == []


def test_extra_keys_change_nothing_of_the_other_forms_of_an_address(stage):
    assert list(more_faults(stage)) == []


def test_every_post_with_a_form_is_tried():
    tried = {route for app in APPS for route, *_ in forms(app)}

    asked = {route for route in BODIES if route.partition(":")[0] in APPS}
    assert asked <= tried


def test_view_that_takes_them_is_found(stage, monkeypatch):
    """Negative control: a page that writes whatever is sent."""

    def greedy(request, number):
        taken = {name: request.POST[name] for name in ("round", "area_id") if name in request.POST}
        if request.method == "POST":
            Ticket.objects.filter(number=number).update(title="读过", **taken)
        return HttpResponse()

    greedy_path = path("tickets/<str:number>/amend/", greedy)
    monkeypatch.setattr(urls, "urlpatterns", [greedy_path, *urls.urlpatterns])
    clear_url_caches()

    found = list(faults(stage, "tickets:amend", "ours", "dispatcher"))

    clear_url_caches()
    assert len(found) == 2
    assert "'round') became 9" in found[1]
    assert f"'area_id') became {stage.other.area.pk}" in found[0]


def test_step_that_takes_them_is_found(stage, monkeypatch):
    """Negative control: coming to a shift writes into the place whatever is sent."""
    wrote = ("via", "created_by_id", "checked_in_at")

    def greedy(request, assignment, name, now):
        taken = {name: request.POST[name] for name in wrote if name in request.POST}
        Assignment.objects.filter(pk=assignment.pk).update(why="读过", **taken)
        return None, None

    monkeypatch.setattr(duty, "_done", greedy)

    found = list(faults(stage, "volunteers:attend", "ours", "lead"))

    assert [fault.split("'")[3] for fault in found] == sorted(wrote)
