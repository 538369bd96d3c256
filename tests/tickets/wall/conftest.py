"""The stage that a module names as its STAGE, furnished once."""

import pytest
import time_machine

from tests.tickets.loop import TUESDAY


@pytest.fixture
def tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def stage(db, request):
    return request.module.STAGE.stand()


@pytest.fixture
def house(stage):
    return stage.house


@pytest.fixture
def five(stage):
    """As many closed tickets as hide each other; the first is told of."""
    return stage.closed


@pytest.fixture
def closed(five):
    return five[0]
