"""On which dates a pattern falls, and from when to when."""

from datetime import date, time, timedelta

import pytest

from tests.factories import at
from volunteers.recurrence import Repeat, Shut, is_shut, span

MONDAY, TUESDAY, SUNDAY = 0, 1, 6


def repeat(weekday=TUESDAY, *, week=0, cycle=1, starts="2026-11-04", ends=None):
    return Repeat(week, weekday, cycle, date.fromisoformat(starts), ends and date.fromisoformat(ends))


def days(repeat, first, last):
    return [str(on)[5:] for on in repeat.dates(date.fromisoformat(first), date.fromisoformat(last))]


def test_every_week_goes_on_across_the_year():
    assert days(repeat(), "2026-12-21", "2027-01-06") == ["12-22", "12-29", "01-05"]


def test_first_and_last_day_are_included_and_nothing_beyond():
    found = repeat(ends="2026-11-17")

    assert days(found, "2026-10-01", "2026-12-31") == ["11-10", "11-17"]


def test_weekday_before_the_start_of_the_first_week_is_left_out():
    assert days(repeat(MONDAY), "2026-11-01", "2026-11-10") == ["11-09"]


@pytest.mark.parametrize(
    ("week", "expected"),
    [(0, ["12-01", "12-29"]), (1, ["12-08", "01-05"]), (2, ["12-15"]), (3, ["11-24", "12-22"])],
)
def test_four_weeks_are_counted_from_the_week_of_the_start(week, expected):
    found = repeat(week=week, cycle=4)  # begins on a Wednesday: that week's Monday, 2 November, is week 0

    assert days(found, "2026-11-20", "2027-01-05") == expected


def test_sunday_belongs_to_the_week_that_began_on_monday():
    first, second = repeat(SUNDAY, week=0, cycle=4), repeat(SUNDAY, week=1, cycle=4)

    assert days(first, "2026-11-01", "2026-11-30") == ["11-08"]
    assert days(second, "2026-11-01", "2026-11-30") == ["11-15"]


def test_four_weeks_and_every_week_agree_with_counting_by_hand():
    start = date(2026, 11, 4)
    monday = start - timedelta(days=start.weekday())
    counted = [on for n in range(800) if (on := monday + timedelta(days=n)) >= start and n % 28 == 15]

    found = repeat(TUESDAY, week=2, cycle=4).dates(date(2026, 1, 1), monday + timedelta(days=799))

    assert found == counted


def test_week_beyond_the_cycle_never_falls():
    assert days(repeat(week=2), "2026-11-01", "2026-12-31") == []


@pytest.mark.parametrize(
    ("on", "shut"), [("11-09", False), ("11-10", True), ("11-12", True), ("11-13", False)]
)
def test_closure_includes_its_first_and_last_day(on, shut):
    closures = [Shut(date(2026, 11, 10), date(2026, 11, 12))]

    assert is_shut(date.fromisoformat(f"2026-{on}"), closures) is shut


@pytest.mark.parametrize(
    ("on", "starts", "minutes", "first", "last"),
    [
        ("2026-11-25", time(16, 30), 450, "2026-11-25 16:30", "2026-11-26 00:00"),
        ("2026-11-25", time(22), 480, "2026-11-25 22:00", "2026-11-26 06:00"),
        ("2026-12-31", time(20), 300, "2026-12-31 20:00", "2027-01-01 01:00"),
        # Nights on which clocks change in Europe and America: nothing happens here.
        ("2027-03-13", time(22), 480, "2027-03-13 22:00", "2027-03-14 06:00"),
        ("2026-10-24", time(22), 480, "2026-10-24 22:00", "2026-10-25 06:00"),
    ],
)
def test_span_in_shanghai(on, starts, minutes, first, last):
    found = span(date.fromisoformat(on), starts, minutes)

    assert found == (at(first), at(last))
    assert found[1] - found[0] == timedelta(minutes=minutes)
