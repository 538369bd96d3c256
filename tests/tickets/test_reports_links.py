"""Every number of the report opens a list of exactly as many."""

import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from tests.factories import House, person
from tests.keeping import Kept
from tests.tickets.reports_world import NOW, World

NUMBER = re.compile(r'<a class="(?:n|due due-over)" href="([^"]+)" aria-label="[^"]*">(\d+)单?</a>')
PAGE = reverse("reports:satisfaction")


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def _built():
    house = House()
    World(house, seed=20261123).fill(60)
    return house


TOWN = Kept(_built)


@pytest.fixture
def house(db):
    return TOWN.stand()


@pytest.fixture
def secretary(house, client_of):
    return client_of(house.secretary)


def numbers(client, query=""):
    """{address: number} of all that the page links."""
    page = client.get(PAGE + query)
    assert page.status_code == 200
    return {unescape(url): int(shown) for url, shown in NUMBER.findall(page.content.decode())}


def lengths(client, found):
    return {url: client.get(url).context["page_obj"].paginator.count for url in found}


@pytest.mark.parametrize("query", ["", "?period=this_quarter", "?from=2026-09-10&to=2026-10-09"])
def test_every_number_equals_its_list(secretary, query):
    found = numbers(secretary, query)

    assert len(found) > 30
    assert lengths(secretary, found) == found


def test_every_number_of_a_street_equals_its_list(house, secretary, client_of):
    above = client_of(person("secretary", area=house.area.parent))

    found = numbers(above, "?period=this_quarter")

    assert len(found) > 30
    assert lengths(above, found) == found
