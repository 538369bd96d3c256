"""How often a receipt may be looked for in vain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests.factories import at
from tickets import throttle
from tickets.models import LookupFailure, Receipt

NOW = at("2026-11-23 10:00")
HOME, AWAY = "203.0.113.7", "203.0.113.8"

pytestmark = pytest.mark.django_db


def fail(times, address=HOME, now=NOW, **which):
    return [throttle.fail(address, now=now, **which) for _ in range(times)]


def test_ten_failures_are_free_and_the_eleventh_is_too_many():
    assert fail(10) == [False] * 10
    assert throttle.must_wait(HOME, now=NOW)
    assert fail(1) == [True]


def test_nine_failures_wait_for_nothing_and_other_addresses_never_do():
    fail(9)
    assert not throttle.must_wait(HOME, now=NOW)

    fail(1)

    assert not throttle.must_wait(AWAY, now=NOW)


def test_waiting_ends_after_ten_minutes():
    fail(10)

    later = NOW + timedelta(minutes=10)

    assert throttle.must_wait(HOME, now=later - timedelta(seconds=1))
    assert not throttle.must_wait(HOME, now=later)
    assert fail(10, now=later) == [False] * 10


@pytest.mark.slow
def test_site_waits_after_six_hundred_failures_of_an_hour():
    for i in range(600):
        assert not throttle.fail(f"198.51.{i // 250}.{i % 250}", now=NOW)

    assert throttle.must_wait(AWAY, now=NOW + timedelta(minutes=59))
    assert throttle.fail(AWAY, now=NOW + timedelta(minutes=59))
    assert not throttle.must_wait(AWAY, now=NOW + timedelta(minutes=60))


def test_digits_of_one_receipt_are_tried_ten_times_a_day_from_wherever(house):
    receipt = Receipt.objects.get(reporter__ticket=house.receive(now=NOW))
    for i in range(10):
        throttle.fail(f"198.51.100.{i}", receipt=receipt, now=NOW)

    assert throttle.must_wait(AWAY, receipt=receipt, now=NOW + timedelta(hours=23))
    assert not throttle.must_wait(AWAY, now=NOW)


def test_addresses_of_one_ipv6_household_count_together():
    for i in range(10):
        throttle.fail(f"2001:db8:1:2::{i}", now=NOW)

    assert throttle.must_wait("2001:db8:1:2:ffff::1", now=NOW)
    assert not throttle.must_wait("2001:db8:1:3::1", now=NOW)


def test_addresses_are_kept_as_keyed_hashes_and_for_a_day_only():
    fail(1)
    assert HOME not in str(list(LookupFailure.objects.values()))

    throttle.fail(AWAY, now=NOW + timedelta(days=1, minutes=11))

    assert LookupFailure.objects.count() == 2  # the other address and the site's new hour


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_failures_at_the_same_moment_are_all_counted():
    def one(_):
        try:
            return throttle.fail(HOME, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(100)))

    assert answers.count(False) == 10
    assert LookupFailure.objects.get(key=throttle.ADDRESS.key(HOME)).failures == 100
    assert (
        LookupFailure.objects.get(key=throttle.SITE.key("")).failures == 10
    )  # the rest is this address's affair
