"""Months, quarters, years and days of one's own, and what came before them."""

from datetime import date

import pytest

from tickets.reports import periods
from tickets.reports.periods import named, of_dates

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("code", "first", "last", "before", "name"),
    [
        ("this_month", "2026-11-01", "2026-11-30", "2026-10-01", "11月"),
        ("last_month", "2026-10-01", "2026-10-31", "2026-09-01", "10月"),
        ("this_quarter", "2026-10-01", "2026-12-31", "2026-07-01", "第四季度"),
        ("last_quarter", "2026-07-01", "2026-09-30", "2026-04-01", "第三季度"),
        ("this_year", "2026-01-01", "2026-12-31", "2025-01-01", "2026年"),
        ("last_year", "2025-01-01", "2025-12-31", "2024-01-01", "2025年"),
        ("twelve_months", "2025-12-01", "2026-11-30", "2024-12-01", "2025年12月至2026年11月"),
        ("2025-12", "2025-12-01", "2025-12-31", "2025-11-01", "2025年12月"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-01-01", "2024年2月"),
    ],
)
def test_named_period_has_its_days_and_the_one_before(code, first, last, before, name):
    period = named(code, TODAY)

    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.before.first.isoformat() == before
    assert (period.before.last - period.first).days == -1
    assert period.name(TODAY) == name


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2028, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_twelve_months_are_this_one_and_the_eleven_before(today, first, last):
    period = named("twelve_months", today)

    assert (period.first, period.last) == (first, last)
    assert len(period.months(today)) == 12


def test_days_of_ones_own_are_compared_with_as_many_before():
    before = of_dates(date(2026, 11, 11), date(2026, 11, 20)).before

    assert (before.first, before.last) == (date(2026, 11, 1), date(2026, 11, 10))


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 9, 30), date(2026, 4, 1)),
        (date(2024, 1, 1), date(2024, 12, 31), date(2023, 1, 1)),
    ],
)
def test_days_that_make_a_month_a_quarter_or_a_year_are_compared_with_one(first, last, before):
    assert of_dates(first, last).before.first == before


@pytest.mark.parametrize(
    ("first", "last", "before", "name"),
    [
        (date(2026, 9, 1), date(2026, 10, 31), date(2026, 7, 1), "9月至10月"),
        (date(2025, 12, 1), date(2026, 3, 31), date(2025, 8, 1), "2025年12月至2026年3月"),
        (date(2024, 1, 1), date(2025, 12, 31), date(2022, 1, 1), "2024年1月至2025年12月"),
    ],
)
def test_whole_months_are_compared_with_as_many(first, last, before, name):
    period = of_dates(first, last)

    assert (period.before.first, period.before.last.day) == (before, (first - periods.DAY).day)
    assert period.name(TODAY) == name


def test_months_are_cut_to_the_period_and_end_today():
    months = of_dates(date(2026, 9, 10), date(2026, 12, 31)).months(TODAY)

    assert [(m.first.isoformat(), m.last.isoformat()) for m in months] == [
        ("2026-09-10", "2026-09-30"),
        ("2026-10-01", "2026-10-31"),
        ("2026-11-01", "2026-11-30"),
    ]


def test_trend_is_six_months_over_the_year_and_never_ahead():
    assert [m.first.month for m in named("2026-02", TODAY).trend(TODAY)] == [9, 10, 11, 12, 1, 2]
    assert [m.first.month for m in named("this_year", TODAY).trend(TODAY)] == [6, 7, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), "2026年11月1日至23日"),
        (date(2026, 9, 10), date(2026, 10, 2), "2026年9月10日至10月2日"),
        (date(2025, 12, 30), date(2026, 1, 2), "2025年12月30日至2026年1月2日"),
        (date(2026, 11, 5), date(2026, 11, 5), "2026年11月5日"),
        (date(2027, 8, 10), date(2027, 9, 1), "2027年8月10日至9月1日"),
    ],
)
def test_dates_are_said_no_further_than_today(first, last, words):
    assert of_dates(first, last).dates(TODAY) == words


def test_every_offered_choice_is_a_period():
    for code, _ in periods.choices(TODAY):
        if code != periods.DATES:
            assert named(code, TODAY).first <= TODAY
