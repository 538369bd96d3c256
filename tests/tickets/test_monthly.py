"""What the month page shows of a month: its weeks, the marks on its days, how a limit runs over them."""

from datetime import date

import pytest

from tests.factories import at
from tickets import calendaring, monthly
from tickets.monthly import FIRST, LAST, month_named

TODAY = date(2026, 11, 26)


def month(text, area=None, notes=None):
    first = month_named(text, today=TODAY)
    return monthly.month(first, area=area, notes=notes or {}, today=TODAY)


def told(text):
    return [(run.dates, run.words) for run in month(text).notable]


@pytest.mark.parametrize(
    ("text", "weeks", "worked"),
    [("2026-02", 5, 16), ("2021-02", 4, 17), ("2026-10", 5, 18), ("2026-03", 6, 22), ("2026-11", 6, 21)],
)
def test_month_has_whole_weeks_and_counts_its_working_days(db, text, weeks, worked):
    shown = month(text)

    assert [len(week) for week in shown.weeks] == [7] * weeks
    assert {week[0].date.weekday() for week in shown.weeks} == {0}
    assert shown.worked == worked


def test_days_to_look_out_for_are_told_together(db):
    assert told("2026-02") == [
        ("2月14日（周六）", "调休上班"),
        ("2月15日（周日）至23日（周一）", "春节"),
        ("2月28日（周六）", "调休上班"),
    ]


def test_days_without_a_notice_are_told_as_provisional(db):
    shown = month("2027-01")

    assert shown.is_provisional
    assert told("2027-01") == [("1月1日（周五）至3日（周日）", "暂按元旦，待国务院通知")]
    assert {cell.words for cell in shown.days if cell.kind == "plain"} == {"暂按上班，待国务院通知"}
    assert {cell.short for cell in shown.days} == {"", "暂按元旦"}


def test_marks_are_words_and_not_colours_alone(house):
    for day, works in ((date(2026, 12, 24), False), (date(2026, 12, 26), True)):
        verb = calendaring.open_day if works else calendaring.close_day
        verb(house.area, day, reason="换届选举", by=house.dispatcher, now=at("2026-11-26 10:00"))
    house.area.refresh_from_db()

    shown = month("2026-12", house.area, {date(2026, 12, 24): "换届选举"})

    marked = {cell.date.day: (cell.mark, cell.words) for cell in shown.days if cell.mark}
    assert marked == {24: ("停", "本社区不办公"), 26: ("开", "本社区加开")}


@pytest.mark.parametrize(
    "text", ["", "x", "2026", "2026-13", "2026-00", "0000-01", "1999-01", "2036-01", "2026-١", "9" * 40]
)
def test_other_words_than_a_month_mean_this_month(text):
    assert month_named(text, today=TODAY) == date(2026, 11, 1)


def test_months_end_where_no_calendar_is_shown():
    assert monthly.shifted(FIRST, -1) is None
    assert monthly.shifted(LAST, 1) is None
    assert monthly.shifted(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert monthly.shifted(date(2026, 1, 1), -1) == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [("2026-12-31", date(2026, 12, 31)), ("2026-02-30", None), ("2017-12-31", None), ("2036-01-01", None), ("x", None)],
)  # fmt: skip
def test_date_is_read_from_the_address(text, found):
    assert monthly.date_named(text) == found


def test_trial_counts_day_by_day(db):
    trial = monthly.trial(at("2026-09-30 10:00"), 1, area=None, now=at("2026-09-30 10:00"))

    assert trial.due == "10月8日（周四）10:00"
    assert trial.reason == "国庆放假，节后10月8日（周四）上班。"
    assert trial.steps[0] == ("9月30日（周三）", "走8小时")
    assert trial.steps[1:8] == [
        (f"10月{n}日（周{day}）", "国庆节，不走") for n, day in enumerate("四五六日一二三", 1)
    ]
    assert trial.steps[8] == ("10月8日（周四）", "走1小时")


def test_trial_says_when_the_office_is_closed_already(db):
    trial = monthly.trial(at("2026-10-09 18:30"), 1, area=None, now=at("2026-10-09 18:30"))

    assert trial.steps == [("10月9日（周五）", "已经下班，不走"), ("10月10日（周六）", "调休上班，走9小时")]


def test_long_trial_is_cut(db):
    trial = monthly.trial(at("2026-10-09 10:00"), 20, area=None, now=at("2026-10-09 10:00"))

    assert len(trial.steps) == monthly.DAYS_TOLD
    assert trial.left_out == 13
