"""The shipped table against the package it was made with, and the rules of the breaks."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from stations import statutory

YEARS = range(2025, 2036)
SHORT_FEASTS = {"元旦", "清明", "端午", "中秋"}
FEASTS = [feast for year in YEARS for feast in statutory.FEASTS[year]]


def in_break_of(feast, others):
    return any(
        other is not feast and other.off_from <= feast.statutory_from <= other.off_to for other in others
    )


def named(year, name):
    return next(feast for feast in statutory.FEASTS[year] if feast.name == name)


def test_table_covers_2025_to_2035():
    assert list(statutory.FEASTS) == list(YEARS)


@pytest.mark.parametrize("year", YEARS)
def test_statutory_days_are_those_of_the_holidays_package(year):
    official = holidays.China(years=year, language="zh_CN")
    made_up = ("补假", "休息日")

    statutory_days = {day for feast in statutory.FEASTS[year] for day in feast.statutory()}

    assert statutory_days == {day for day, name in official.items() if not any(w in name for w in made_up)}


def test_statutory_days_of_2027():
    days = [f"{day.month}-{day.day}" for feast in statutory.FEASTS[2027] for day in feast.statutory()]

    assert days == "1-1 2-5 2-6 2-7 2-8 4-5 5-1 5-2 6-9 9-15 10-1 10-2 10-3".split()


@pytest.mark.parametrize("year", YEARS)
def test_each_feast_has_the_statutory_days_of_the_law(year):
    counts = {feast.name: feast.statutory_days for feast in statutory.FEASTS[year]}

    assert counts == {"元旦": 1, "春节": 4, "清明": 1, "劳动节": 2, "端午": 1, "国庆节": 3, "中秋": 1}


@pytest.mark.parametrize("feast", FEASTS, ids=lambda feast: f"{feast.off_from.year}{feast.name}")
def test_break_holds_its_statutory_days(feast):
    assert set(feast.statutory()) <= set(feast.days_off())


@pytest.mark.parametrize(("name", "length"), [("春节", 8), ("劳动节", 5)])
@pytest.mark.parametrize("year", YEARS)
def test_long_breaks_begin_with_their_first_statutory_day(year, name, length):
    feast = named(year, name)

    assert feast.off_from == feast.statutory_from
    assert len(list(feast.days_off())) == length


@pytest.mark.parametrize("year", YEARS)
def test_national_day_is_a_day_longer_with_mid_autumn_inside(year):
    national, moon = named(year, "国庆节"), named(year, "中秋")

    with_moon = date(year, 10, 1) <= moon.statutory_from <= date(year, 10, 7)

    assert national.off_from == date(year, 10, 1)
    assert len(list(national.days_off())) == (8 if with_moon else 7)


@pytest.mark.parametrize(
    "feast",
    [f for f in FEASTS if f.name in SHORT_FEASTS and not in_break_of(f, statutory.FEASTS[f.off_to.year])],
    ids=lambda feast: f"{feast.off_to.year}{feast.name}",
)
def test_short_feast_joins_its_weekend_but_stands_alone_on_wednesday(feast):
    days = list(feast.days_off())

    if feast.statutory_from.weekday() == 2:
        assert days == [feast.statutory_from]
    else:
        assert len(days) == 3
        assert any(day.weekday() >= 5 for day in days)


def test_mid_autumn_inside_national_day_keeps_its_own_name():
    assert statutory.DAYS_OFF[date(2028, 10, 2)] == "国庆节"
    assert statutory.DAYS_OFF[date(2028, 10, 3)] == "中秋"
    assert statutory.DAYS_OFF[date(2028, 10, 8)] == "国庆节"


@pytest.mark.parametrize("year", [2025, 2026])
def test_table_promises_no_weekday_off_that_the_notice_did_not_give(year):
    start = date(year, 1, 1)
    weekdays = [day for n in range(365) if (day := start + timedelta(days=n)).weekday() < 5]

    expected = {day for day in weekdays if day in statutory.DAYS_OFF}

    assert expected == {day for day in weekdays if chinese_calendar.is_holiday(day)}
