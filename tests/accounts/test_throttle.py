"""How often a password may be tried, one after the other and all at once."""

from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import throttle
from accounts.models import Attempt, AuditEntry
from tests.factories import PASSWORD, UserFactory
from tests.racing import PATIENCE, at_once

NOW = timezone.now()
DOOR = reverse("accounts:login")
GUESSES = 50


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def book(seconds=0, *, phone="13800138000", address="192.0.2.1"):
    return throttle.book(phone=phone, address=address, now=later(seconds))


def fail(times, *, start=0):
    """As many failures, each as soon as it is allowed; returns the moment after the last one."""
    moment = start
    for _ in range(times):
        try:
            booking = book(moment)
        except throttle.TooManyAttempts as error:
            moment = (error.until - NOW).total_seconds()
            booking = book(moment)
    return moment, booking


def test_four_failures_cost_no_wait(db):
    waits = [book().wait for _ in range(4)]

    assert waits == [0, 0, 0, 0]


def test_wait_grows_from_the_fifth_failure(db):
    fail(4)

    moment, waits = 0, []
    for _ in range(6):
        booking = book(moment)
        waits.append(booking.wait)
        moment += booking.wait

    assert waits == [15, 30, 60, 120, 240, 900]


def test_nothing_is_tried_during_the_wait(db):
    fail(5)

    with pytest.raises(throttle.TooManyAttempts) as refusal:
        book(14)

    assert refusal.value.until == later(15)


def test_lock_heals_by_itself(db):
    moment, booking = fail(10)

    with pytest.raises(throttle.TooManyAttempts):
        book(moment + 899)

    assert booking.wait == 900
    assert book(moment + 900).failures == 1


def test_old_failures_are_forgotten_after_the_window(db):
    fail(4)

    assert book(900).failures == 1


def test_right_password_clears_the_account(db):
    fail(4)

    book().give_back()

    assert book().failures == 1


def test_thirty_failures_stop_an_address(db):
    for number in range(30):
        book(phone=f"138001380{number:02d}")

    with pytest.raises(throttle.TooManyAttempts):
        book(phone="13900139000")

    assert book(phone="13900139000", address="192.0.2.2").failures == 1


def test_refused_account_does_not_count_against_the_address(db):
    fail(5)

    for _ in range(40):
        with pytest.raises(throttle.TooManyAttempts):
            book(1)

    assert book(1, phone="13900139000").failures == 1


def test_one_ipv6_household_is_one_address(db):
    book(address="2001:db8::1")
    book(address="2001:db8::2", phone="13900139000")

    assert sorted(Attempt.objects.values_list("failures", flat=True)) == [1, 1, 2]


def test_keys_tell_no_phone_and_no_address(db):
    book()

    assert not any("138" in a.key[:3] or "192" in a.key[:3] for a in Attempt.objects.all())
    assert {len(a.key) for a in Attempt.objects.all()} == {64}


def test_rows_of_yesterday_are_dropped(db):
    book(-2 * 86400)

    throttle.forget_old(now=NOW)

    assert not Attempt.objects.exists()


@pytest.fixture
def standing_clock():
    with time_machine.travel(NOW, tick=False):
        yield


def test_refusal_says_how_long_and_is_429(client, db, standing_clock):
    for _ in range(5):
        client.post(DOOR, {"phone": "13800138000", "password": "wrong"})

    response = client.post(DOOR, {"phone": "13800138000", "password": "wrong"})

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "15"
    assert "试的次数太多，请等 15 秒再试。" in response.content.decode()


def test_right_password_waits_too(client, db, standing_clock):
    UserFactory(phone="13800138000")
    for _ in range(5):
        client.post(DOOR, {"phone": "13800138000", "password": "wrong"})

    response = client.post(DOOR, {"phone": "13800138000", "password": PASSWORD})

    assert response.status_code == 429
    assert "_auth_user_id" not in client.session


def test_spoofed_forwarding_changes_nothing(client, db):
    answers = []
    for number in range(50):
        headers = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}", "HTTP_X_REAL_IP": f"198.51.100.{number}"}
        form = {"phone": f"139001390{number:02d}", "password": "wrong"}
        answers.append(client.post(DOOR, form, **headers).status_code)

    assert answers == [422] * 30 + [429] * 20


@pytest.mark.parametrize(
    ("hops", "told", "counted"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_own_proxies_name_the_address(settings, hops, told, counted):
    settings.TRUSTED_HOPS = hops
    headers = {"x-forwarded-for": told} if told else {}

    assert throttle.client_address(RequestFactory().get("/", headers=headers)) == counted


def test_shared_address_is_not_limited_by_successes(db):
    people = UserFactory.create_batch(60)

    answers = [Client().post(DOOR, {"phone": p.phone, "password": PASSWORD}).status_code for p in people]

    assert answers == [302] * 60


def evaluated():
    """How many of so many parallel wrong passwords for one account were read at all."""

    def attempt():
        return Client().post(DOOR, {"phone": "13800138000", "password": "wrong"}).status_code

    return at_once(*[attempt] * GUESSES).count(422)


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_counted_one_by_one():
    UserFactory(phone="13800138000")

    with time_machine.travel(NOW, tick=False):  # however slow the machine is, nobody has waited
        assert evaluated() == 5
    assert AuditEntry.objects.filter(action="sign_in_failed").count() == 5


def counting_then_writing():
    """The negative control: all read, of the address and then of the account, decide, then write."""
    barrier = Barrier(GUESSES)

    def book(key, limit, now):
        failures = getattr(Attempt.objects.filter(key=key).first(), "failures", 0)
        barrier.wait(PATIENCE)
        if failures >= 5:
            raise throttle.TooManyAttempts(now)
        Attempt.objects.update_or_create(
            key=key, defaults={"failures": failures + 1, "since": now, "blocked_until": now}
        )
        return failures + 1

    return book


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_counting_after_reading_lets_more_through(monkeypatch):
    monkeypatch.setattr(throttle, "_book", counting_then_writing())
    UserFactory(phone="13800138000")

    assert evaluated() > 5
