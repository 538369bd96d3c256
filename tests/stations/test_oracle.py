"""due_at against the oracle that counts office minutes one by one; the full campaign is in tests/prove."""

from datetime import date, timedelta

import pytest

from stations.calendars import Rows, calendar_of
from stations.workdays import due_at
from tests.stations.worlds import Place, edges, every_hour, faults, instants, place

pytestmark = pytest.mark.slow

USUAL = Place()


def test_every_hour_of_three_years_is_due_when_the_oracle_says():
    hours = every_hour()

    assert len(hours) == 26_304
    assert list(faults(USUAL, hours, [1], due_at)) == []


def test_ten_thousand_instants_are_due_when_the_oracle_says_in_order_and_in_office_time():
    assert list(faults(USUAL, instants(20261128, 10_000), [3], due_at)) == []


def test_seconds_about_opening_closing_and_midnight_are_due_when_the_oracle_says():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    assert list(faults(USUAL, sorted(edges(USUAL, days)), [1], due_at)) == []


@pytest.mark.parametrize("seed", range(4))
def test_limits_count_a_communitys_own_days_as_the_oracle_does(seed):
    here = place(seed)

    assert here.local
    assert list(faults(here, instants(seed, 200), [1, 2, 5], due_at)) == []


@pytest.mark.parametrize("day", [date(2026, 10, 10), date(2026, 2, 23), date(2024, 5, 11)])
def test_oracle_notices_a_single_wrong_day(day):
    """Negative control: a 调休 day taken for a day off, or a day of a holiday for a working day."""
    works = not calendar_of(Rows()).day(day).is_working
    wrong = Place(calendar=calendar_of(Rows().with_local(day, works)))

    assert list(faults(wrong, every_hour()[::24], [2], due_at)) != []
