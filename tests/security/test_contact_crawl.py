"""Names, phones and rooms planted in every reporter: whoever is to see a mask meets none of them, wherever it goes.

The crawl begins with every route of the access matrix and follows the links it finds, on the day after the
tickets were filed, when not even their logger sees more than others.
"""

import re
import zipfile
from html import unescape
from io import BytesIO

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.urls import reverse

from stations import saying
from tests.access.cast import ROLES, STAGE, address
from tests.access.walk import OURS, routes, row_of, rows
from tests.tickets.loop import MONDAY, TUESDAY
from tickets import listing, revealing, workflow
from tickets.models import Reporter
from tickets.states import Status

pytestmark = pytest.mark.slow

CONTACT = {"name": "金丝雀羽", "phone": "13977700042", "room": "雀舍七零七"}
CANARIES = ("丝雀", "7770004", "雀舍")
# The claimant and the dispatcher read the contact on the ticket's own pages, but in no list.
SEE_MORE = ("staff", "dispatcher")
LISTS = (
    "tickets:list",
    "tickets:desk",
    "tickets:unit_to_claim",
    "tickets:unit_mine",
    "tickets:unit_done",
    "tickets:audit",
    "notices:list",
    "reports:satisfaction",
    "reports:tickets",
    "accounts:me",
)
LINK = re.compile(r'href="(/[^"#]*)"')
NOT_FOLLOWED = ("/static/", "/admin/", "/t/")
MOST_PAGES = 150


@pytest.fixture
def stage(db):
    with time_machine.travel(MONDAY, tick=False) as clock:
        stage = STAGE.stand()
        Reporter.objects.filter(ticket__area=stage.house.area).update(**CONTACT)
        Reporter.objects.filter(pk=stage.receipt.reporter_id).update(phone="13977700042")
        clock.move_to(TUESDAY)
        stage.cookies = {role: stage._cookies(role) for role in ROLES}  # the sessions of Monday are over
        yield stage


def canaries(text) -> list:
    return [canary for canary in CANARIES if canary in text]


def text_of(response) -> str:
    """What can be read in an answer; a workbook's parts unpacked."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        book = zipfile.ZipFile(BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist())
    return unescape(content.decode(errors="ignore")) + str(response.headers)


def crawl(client, seeds):
    """{address: canaries found} over the seeds and what they lead to, and how many pages could be read."""
    todo, seen, found, read = list(seeds), set(seeds), {}, 0
    while todo and read < MOST_PAGES:
        page = todo.pop(0)
        response = client.get(page)
        text = text_of(response)
        read += response.status_code == 200
        if hits := canaries(text):
            found[page] = hits
        new = {link for link in LINK.findall(text) if not link.startswith(NOT_FOLLOWED)} - seen
        todo += sorted(new)
        seen |= new
    return found, read


def seeds(stage, role):
    """Every route that can be read, on our objects and on none, and the workbook."""
    table = rows()
    asked = [
        (route, row.which)
        for route in sorted(routes())
        for row in row_of(route, table)
        if row.method == "GET" and row.answers[ROLES.index(role)] in ("200", "302") and row.which != "missing"
    ]
    details = [ticket.get_absolute_url() for ticket in stage.ours.values()]
    book = f"{reverse('reports:satisfaction')}?format=xlsx"
    return [*dict.fromkeys([address(stage, *where, role) for where in asked] + details), book]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in SEE_MORE])
def test_crawl_meets_masks_only(stage, caplog, role):
    found, read = crawl(stage.client(role), seeds(stage, role))

    assert found == {}
    assert read >= (2 if role in ("anonymous", "resident", "disabled") else 8)
    assert canaries(caplog.text) == []


@pytest.mark.parametrize("role", SEE_MORE)
def test_lists_show_no_contact_even_to_those_who_may_see_it(stage, role):
    client = stage.client(role)
    pages = [reverse(route) for route in LISTS] + [f"{reverse('reports:satisfaction')}?format=xlsx"]

    found = {page: canaries(text_of(client.get(page))) for page in pages}
    search = client.post(reverse("tickets:search"), {"q": "0042", "filters": ""}, follow=True)

    assert {page: hits for page, hits in found.items() if hits} == {}
    assert search.context["rows"] and canaries(text_of(search)) == []


def test_claimant_reads_the_mask_again_after_closing(stage):
    pages = [stage.ours[status].get_absolute_url() for status in (Status.CLAIMED, Status.CLOSED)]

    found = [bool(canaries(text_of(stage.client("staff").get(page)))) for page in pages]

    assert found == [True, False]


def tables_with_canaries() -> set:
    models = [m for label in OURS for m in apps.get_app_config(label).get_models(include_auto_created=True)]
    found = set()
    for table in {model._meta.db_table for model in models}:
        with connection.cursor() as cursor:
            pattern = "|".join(CANARIES)
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text ~ %s)', [pattern])  # noqa: S608
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_contact_is_kept_in_one_table_only(stage):
    """Events, notices, audit and sessions say that something changed or was looked at, not what."""
    ticket, house = stage.ours[Status.RECEIVED], stage.house
    workflow.amend(ticket, by=house.dispatcher, reason="写错了", **{**CONTACT, "room": "雀舍七零八"})
    reporter = ticket.reporters.get()
    revealing.reveal(reporter, by=house.lead, reason="other", words="给金丝雀羽打 13977700042，雀舍七零八")

    assert tables_with_canaries() == {"tickets_reporter"}


def test_unmasked_page_is_found(stage, monkeypatch):
    """Negative control: the mask is left off."""
    monkeypatch.setattr(saying, "masked_phone", lambda phone: phone)

    found, _ = crawl(stage.client("lead"), [stage.ours[Status.CLAIMED].get_absolute_url()])

    assert ["7770004"] in found.values()


def test_name_in_a_list_is_found(stage, monkeypatch):
    """Negative control: a list that says who reported."""
    monkeypatch.setattr(listing, "where", lambda building, place: CONTACT["name"])

    found, _ = crawl(stage.client("secretary"), [reverse("tickets:list")])

    assert reverse("tickets:list") in found


def test_contact_in_an_event_is_found(stage):
    """Negative control: words that quote the reporter."""
    reason = f"联系不上{CONTACT['name']}"
    workflow.release(stage.ours[Status.CLAIMED], by=stage.house.staff, reason=reason)

    assert "tickets_event" in tables_with_canaries()
