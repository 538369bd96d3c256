"""The report is read at one moment, by the community's secretary."""

import pytest
import time_machine

from tests.tickets.reports_world import NOW


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def secretary(house, client_of):
    return client_of(house.secretary)
