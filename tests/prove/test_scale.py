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
from tickets.models import Ticket

pytestmark = pytest.mark.prove
MOST_STATEMENTS = 12
TICKETS = 100_000


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        started = time.perf_counter()
        call_command("load_demo", tickets=TICKETS)
        print(f"\nload_demo --tickets {TICKETS}: {time.perf_counter() - started:.0f} s")
        yield
        call_command("flush", interactive=False)


def pages():
    busiest = Ticket.objects.open().latest("pk").number
    return [
        (sign_ins.VOLUNTEER, reverse("tickets:desk")),
        (sign_ins.DISPATCHER, reverse("tickets:queue")),
        (sign_ins.STREET_SECRETARY, reverse("tickets:list")),
        (sign_ins.STREET_SECRETARY, reverse("tickets:list") + "?sort=due&overdue=on"),
        (sign_ins.STAFF, reverse("tickets:unit_to_claim")),
        (sign_ins.STREET_SECRETARY, reverse("reports:satisfaction")),
        (sign_ins.DISPATCHER, reverse("tickets:detail", args=[busiest])),
    ]


@pytest.mark.django_db
def test_main_pages_need_few_statements(town):
    for sign_in, address in pages():
        client = Client()
        client.force_login(User.objects.get(phone=sign_in.phone))
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            started = time.perf_counter()
            answer = client.get(address)
            spent = time.perf_counter() - started
        print(f"{address}: {len(statements)} statements, {spent * 1000:.0f} ms, {answer.status_code}")
        assert len(statements) <= MOST_STATEMENTS, address
