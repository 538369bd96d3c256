"""The long form of tests/stations/test_oracle.py: every hour with every limit, and a hundred communities."""

import pytest

from stations.workdays import due_at
from tests.stations.worlds import Place, edges, every_hour, faults, instants, place

pytestmark = [pytest.mark.prove]


@pytest.mark.parametrize("n", range(1, 16))
def test_every_hour_with_every_limit_is_due_when_the_oracle_says(n):
    assert list(faults(Place(), every_hour(), [n], due_at)) == []


@pytest.mark.parametrize("seed", range(100))
def test_hundred_communities_count_as_the_oracle_does(seed):
    here = place(seed)
    days = sorted(here.local)

    moments = sorted([*instants(seed, 2000), *edges(here, days)])
    assert list(faults(here, moments, [1, 2, 3, 5, 10], due_at)) == []
