"""Which days are worked: against two other calendars, second notices and the years nobody has announced.

Examples at the turn of 2026 hold while chinesecalendar ends with 2026; an upgrade asks to move them on.
"""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import holidays
import pytest

from stations import calendars, workdays
from stations.calendars import Rows
from stations.shipped import SHIPPED


def dates(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def loaded():
    """As after `load_calendar 2018 … 2026`."""
    rows = Rows()
    for year in range(2018, 2027):
        rows = rows.with_year(calendars.package_year(year))
    return calendars.calendar_of(rows)


@pytest.mark.parametrize("calendar", [SHIPPED, loaded()], ids=["shipped", "loaded"])
def test_each_day_of_2018_to_2026_agrees_with_two_other_calendars(calendar):
    days = dates(date(2018, 1, 1), date(2026, 12, 31))
    second = holidays.China(years=range(2018, 2027))

    wrong = [
        day
        for day in days
        if not calendar.day(day).is_working == chinese_calendar.is_workday(day) == second.is_working_day(day)
    ]

    assert len(days) == 3287
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2019-04-28", True),
        ("2019-05-05", True),
        ("2019-05-02", False),
        ("2019-05-03", False),
        ("2020-01-31", False),
        ("2020-02-01", False),
    ],
)
def test_days_moved_by_a_second_notice(text, working):
    """国办发明电〔2019〕3号 and 〔2020〕1号 changed the year's calendar; other packages missed them."""
    assert workdays.is_working_day(date.fromisoformat(text)) is working


@pytest.mark.parametrize(
    ("text", "working", "name"),
    [
        ("2026-11-24", True, ""),
        ("2026-11-21", False, "周末"),
        ("2026-10-10", True, "调休上班"),
        ("2026-10-01", False, "国庆节"),
        ("2026-09-25", False, "中秋"),
        ("2026-02-16", False, "春节"),
        ("2027-02-10", False, "春节"),
        ("2027-06-09", False, "端午"),
        ("2027-06-10", True, ""),
        ("2040-05-04", False, "劳动节"),
    ],
)
def test_day_is_named(text, working, name):
    day = workdays.day(date.fromisoformat(text))

    assert (day.is_working, day.name) == (working, name)


@pytest.mark.parametrize(
    ("text", "source", "provisional"),
    [
        ("2003-12-31", "weekends", True),
        ("2004-01-01", "chinesecalendar", False),
        ("2026-12-28", "chinesecalendar", False),
        ("2026-12-29", "statutory", True),
        ("2027-01-01", "statutory", True),
        ("2035-12-31", "statutory", True),
        ("2036-01-01", "weekends", True),
    ],
)
def test_day_says_who_answered_and_how_surely(text, source, provisional):
    day = workdays.day(date.fromisoformat(text))

    assert (day.source, day.provisional) == (source, provisional)


def test_every_day_of_2027_is_provisional_until_its_notice():
    days, until_2026 = dates(date(2026, 12, 29), date(2027, 12, 31)), loaded()

    assert all(SHIPPED.day(day).provisional and until_2026.day(day).provisional for day in days)


def test_every_day_from_1990_to_2100_has_an_answer():
    days = [workdays.day(day) for day in dates(date(1990, 1, 1), date(2100, 12, 31))]

    assert all(day.provisional or 2004 <= day.date.year <= 2026 for day in days)


def test_last_announced_year_is_the_last_the_package_answers_for():
    last = workdays.LAST_ANNOUNCED_YEAR

    assert isinstance(chinese_calendar.is_workday(date(last, 12, 31)), bool)
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(last + 1, 1, 1))


def test_day_refuses_a_datetime_whose_zone_it_would_have_to_guess():
    with pytest.raises(TypeError):
        workdays.day(datetime(2026, 11, 24, 2, tzinfo=UTC))


def test_working_days_from_counts_the_first_day_if_it_is_worked():
    assert workdays.working_days_from(date(2026, 10, 9), 3) == [
        date(2026, 10, 9),
        date(2026, 10, 10),
        date(2026, 10, 12),
    ]
    assert workdays.working_days_from(date(2026, 10, 1), 1) == [date(2026, 10, 8)]
    assert workdays.working_days_from(date(2026, 10, 1), 0) == []


def test_working_days_from_refuses_a_negative_count():
    with pytest.raises(ValueError):
        workdays.working_days_from(date(2026, 10, 1), -1)


def test_calendar_version_fits_its_column():
    version = workdays.calendar_version()

    assert version.startswith("chinesecalendar ")
    assert f"/{workdays.LAST_ANNOUNCED_YEAR}+" in version
    assert len(version) <= 40
