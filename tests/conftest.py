"""Fixtures everybody shares: a community with its people, and browsers signed in as them."""

import pytest
from django.test import Client

from tests.factories import House


@pytest.fixture
def house(db):
    """A community with a station, units, a building and one person of each kind."""
    return House()


@pytest.fixture
def client_of():
    """`client_of(user)`: a test client signed in as that person."""

    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in
