"""Nobody learns from the clock whose number is known (SAFETY AU-5, T-9)."""

import statistics
import time

import pytest
from django.urls import reverse

from accounts.models import Attempt
from tests.factories import PASSWORD, UserFactory

SAMPLES = 200


@pytest.fixture(autouse=True)
def real_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def seconds(client, phone, password):
    Attempt.objects.all().delete()
    start = time.perf_counter()
    client.post(reverse("accounts:login"), {"phone": phone, "password": password})
    return time.perf_counter() - start


@pytest.mark.prove
def test_unknown_wrong_and_disabled_take_the_same_time(client, db):
    UserFactory(phone="13800138000")
    UserFactory(phone="13800138001", is_active=False)
    branches = {"13800138000": "wrong", "13800138001": PASSWORD, "13800138002": PASSWORD}
    taken = {phone: [] for phone in branches}

    for _ in range(SAMPLES):
        for phone, password in branches.items():
            taken[phone].append(seconds(client, phone, password))

    medians = [statistics.median(times) for times in taken.values()]
    assert max(medians) - min(medians) < 0.010
