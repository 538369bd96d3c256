"""How far shifts are made: which days lack nobody yet."""

from datetime import date, timedelta

import pytest

from tests.factories import at
from volunteers.horizon import AHEAD, NEVER, made

NOW = at("2026-11-26 10:42")  # a Thursday
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("first", "last", "covered", "not_covered"),
    [
        ("2026-11-18 09:00", "2026-12-09 09:00", ["2026-11-16", "2026-12-13"], ["2026-11-15", "2026-12-14"]),
        ("2026-10-07 09:00", "2026-10-28 09:00", ["2026-11-26", "2026-11-29"], ["2026-10-04", "2026-11-30"]),
        ("2026-12-01 09:00", "2026-12-02 09:00", ["2026-11-30", "2026-12-06"], ["2026-11-29", "2026-12-07"]),
        ("2026-11-23 00:30", "2026-11-29 23:30", ["2026-11-23", "2026-11-29"], ["2026-11-22", "2026-11-30"]),
    ],
)
def test_somebody_is_missed_from_the_week_of_the_first_shift_to_that_of_the_last(
    first, last, covered, not_covered
):
    found = made(at(first), at(last), now=NOW)

    assert all(found.covers(date.fromisoformat(day)) for day in covered)
    assert not any(found.covers(date.fromisoformat(day)) for day in not_covered)


def test_where_making_ends_the_day_after_the_last_shift_lacks_nobody():
    last = TODAY + AHEAD - timedelta(days=1)

    found = made(at("2026-11-02 09:00"), at(f"{last} 09:00"), now=NOW)

    assert (found.covers(last), found.covers(last + timedelta(days=1))) == (True, False)


def test_station_that_never_had_a_shift_lacks_nobody():
    assert not NEVER.covers(TODAY)
    assert not made(None, None, now=NOW).covers(TODAY)
