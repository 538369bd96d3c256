"""Receipts: one address cannot make the whole site wait, and a typed code alone opens no words."""

import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from tests.factories import at
from tickets import receipts, throttle, workflow
from tickets.models import LookupFailure, Rating, Receipt, Ticket

pytestmark = pytest.mark.slow

NOW = at("2026-11-23 10:00")
PRIVATE = "厨房在王秀兰家，电话13800138421"


def test_one_address_uses_up_its_own_limit_and_not_the_sites(db):
    for _ in range(620):
        throttle.fail("203.0.113.7", now=NOW)

    assert throttle.must_wait("203.0.113.7", now=NOW)
    assert not throttle.must_wait("203.0.113.8", now=NOW)


def test_one_receipts_used_up_digits_do_not_use_up_the_sites(house):
    receipt = Receipt.objects.get(reporter__ticket=house.receive(now=NOW))

    for i in range(620):
        throttle.fail(f"198.51.{i // 250}.{i % 250}", receipt=receipt, now=NOW)

    assert not throttle.must_wait("203.0.113.8", now=NOW)


def by_code(client, receipt):
    client.post(reverse("tickets:track_code"), {"code": receipts.code(receipt)})
    return client


def rated(house):
    """A ticket that its reporter has rated with words of their own, and its receipt."""
    ticket = house.receive(phone="13800138421")
    workflow.resolve(ticket, by=house.dispatcher, outcome="solved", words="换了点火电池")
    receipt = Receipt.objects.valid().first_of(ticket)
    workflow.review(ticket, by=receipt.reporter, solved="yes", satisfied="mostly", words=PRIVATE)
    return Receipt.objects.valid().first_of(Ticket.objects.get(pk=ticket.pk))


def test_code_alone_does_not_show_the_words_of_ones_rating(house, client):
    receipt = rated(house)

    page = by_code(client, receipt).get(reverse("tickets:receipt")).text

    assert "改评价" in page
    assert PRIVATE not in page


def test_link_shows_the_words_of_ones_rating(house, client):
    receipt = rated(house)

    page = client.get(reverse("tickets:track", args=[receipts.token(receipt)]), follow=True).text

    assert PRIVATE in page


@pytest.mark.parametrize(("typed", "kept"), [("", PRIVATE), ("别的话", "别的话")])
def test_words_that_were_not_shown_are_not_wiped_by_an_empty_box(house, client, typed, kept):
    receipt = rated(house)

    answer = {"round": 1, "solved": "yes", "satisfied": "satisfied", "words": typed}
    by_code(client, receipt).post(reverse("tickets:rate"), answer)

    assert Rating.objects.get().words == kept
    assert Rating.objects.get().satisfied == "satisfied"


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_no_more_digits_read_than_the_limit(house, client, monkeypatch):
    receipt, read = Receipt.objects.first_of(house.receive(phone="13800138421")), []
    monkeypatch.setattr(hmac, "compare_digest", lambda *digits: read.append(digits))
    cookies = by_code(client, receipt).cookies

    def guess(_):
        try:
            browser = type(client)()
            browser.cookies = cookies
            browser.post(reverse("tickets:unlock"), {"tail": "0000"})
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, range(36)))

    assert len(read) == throttle.RECEIPT.most


def test_right_digits_are_not_counted(house, client):
    receipt = Receipt.objects.first_of(house.receive(phone="13800138421"))

    for _ in range(12):
        answer = by_code(client, receipt).post(reverse("tickets:unlock"), {"tail": "8421"})
        assert answer.url == reverse("tickets:receipt")

    assert set(LookupFailure.objects.values_list("failures", flat=True)) == {0}
