"""At 100,000 tickets the main pages need no more statements than with one; their times are printed, not judged."""

import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tickets.demo import sign_ins
from tickets.models import Reconciliation, Tally, Ticket
from tickets.reconciling import nightly

pytestmark = pytest.mark.prove
MOST_STATEMENTS = 12
STATEMENTS_OF_A_NIGHT = 30
TICKETS = 100_000
VOLUME_DISPATCHER = "16020000000"


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        started = time.perf_counter()
        call_command("load_demo", tickets=TICKETS)
        call_command("tally")
        print(f"\nload_demo --tickets {TICKETS}: {time.perf_counter() - started:.0f} s")
        yield
        call_command("flush", interactive=False)


def pages():
    """The estate's people and, with the most rows in sight, the volume's dispatcher and the street's secretary."""
    office, street = person(VOLUME_DISPATCHER), person(sign_ins.STREET_SECRETARY.phone)
    ticket = Ticket.objects.visible_to(office).open().latest("pk")
    return [
        (person(sign_ins.VOLUNTEER.phone), reverse("tickets:desk")),
        (person(sign_ins.STAFF.phone), reverse("tickets:unit_to_claim")),
        (office, reverse("tickets:desk")),
        (office, reverse("tickets:queue")),
        (office, reverse("tickets:detail", args=[ticket.number])),
        (street, reverse("tickets:list")),
        (street, reverse("tickets:list") + "?sort=due&overdue=on"),
        (street, reverse("reports:satisfaction")),
        (street, reverse("reports:satisfaction") + "?period=twelve_months"),
    ]


def person(phone):
    return User.objects.get(phone=phone)


@pytest.mark.django_db
def test_main_pages_need_few_statements(town):
    for reader, address in pages():
        client = Client()
        client.force_login(reader)
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            started = time.perf_counter()
            answer = client.get(address)
            spent = time.perf_counter() - started
        print(f"{address}: {len(statements)} statements, {spent * 1000:.0f} ms, {answer.status_code}")
        assert answer.status_code == 200
        assert len(statements) <= MOST_STATEMENTS, address


@pytest.mark.django_db
def test_night_compares_everything_with_few_statements(town):
    with CaptureQueriesContext(connection) as statements:
        started = time.perf_counter()
        nightly.run()
        spent = time.perf_counter() - started

    night = Reconciliation.objects.latest_first()[0]
    print(f"every check of {TICKETS} tickets: {len(statements)} statements, {spent:.1f} s, {night.checked}")
    assert night.checked["numbers"][0] == Ticket.objects.count() >= TICKETS
    assert night.found == 0, list(night.findings.values_list("check_code", "words").distinct())
    months = Tally.objects.months().count()  # three statements each, however many communities
    assert len(statements) <= STATEMENTS_OF_A_NIGHT + 3 * months
