"""How the slip names the days on which a community is closed: all of them on the way, in spans."""

from datetime import date, time, timedelta

import pytest

from stations import calendars, telling, workdays
from stations.workdays import Hours
from tests.factories import at

DAY = timedelta(days=1)


def closed(*dates):
    """Office hours of a community that is closed on these dates."""
    calendar = calendars.calendar_of(calendars.Rows(local=dict.fromkeys(dates, False)))
    return Hours(time(9), time(18), calendar)


def from_to(first, last):
    """The dates of a span except weekends, as a dispatcher's closure sets them."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def explained(received, area, n=1):
    start = at(received)
    return workdays.explain(start, workdays.due_at(start, n, area=area), area=area)


@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        (
            "2026-01-04 18:00",
            "下班后收到，1月5日（周一）至9日（周五）本社区不办公，从1月12日（周一）上班算起。",
        ),
        (
            "2026-01-07 10:00",
            "1月7日（周三）至9日（周五）本社区不办公期间收到，从1月12日（周一）上班算起。",
        ),
        ("2026-01-09 10:00", "本社区不办公那天收到，从1月12日（周一）上班算起。"),
    ],
)
def test_days_closed_before_the_limit_begins_are_named(received, sentence):
    area = closed(*from_to(date(2026, 1, 5), date(2026, 1, 9)))

    assert explained(received, area) == sentence


def test_days_closed_after_a_holiday_are_named():
    area = closed(*from_to(date(2027, 1, 4), date(2027, 1, 8)))

    assert explained("2027-01-02 10:00", area).startswith(
        "元旦放假期间收到，1月4日（周一）至8日（周五）本社区不办公，从1月11日（周一）上班算起"
    )


def test_weekend_before_days_closed_is_told_with_them():
    area = closed(date(2026, 11, 23), date(2026, 11, 24))

    assert explained("2026-11-21 10:00", area) == (
        "周末收到，11月23日（周一）至24日（周二）本社区不办公，从11月25日（周三）上班算起。"
    )


def test_holiday_after_days_closed_is_named_too():
    area = closed(date(2026, 12, 31), date(2027, 1, 4))

    sentence = explained("2026-12-31 10:00", area)

    assert sentence.startswith(
        "12月31日（周四）、1月4日（周一）本社区不办公期间收到，元旦放假，从1月5日（周二）上班算起"
    )


def test_days_closed_on_the_way_are_one_span_over_weekends():
    area = closed(*from_to(date(2026, 11, 25), date(2026, 12, 14)))

    assert explained("2026-11-24 10:00", area) == (
        "11月25日（周三）至12月14日（周一）本社区不办公，周末不算。"
    )


def test_days_with_a_working_day_between_are_two_spans():
    dates = [date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 27)]

    assert telling.spans(dates) == "11月24日（周二）、11月26日（周四）至27日（周五）"
