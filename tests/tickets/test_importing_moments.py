"""Dates and times as ledgers write them, and those that nobody can be sure of."""

from datetime import date, datetime

import pytest

from tickets.importing import moments

NINE_FIVE = datetime(2026, 3, 5, 9, 5)
NINE = datetime(2026, 3, 5, 9)
NOON = datetime(2026, 3, 5, 12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026/3/5 9:05", NINE_FIVE),
        ("2026-03-05 09:05:00", NINE_FIVE),
        ("2026-03-05T09:05", NINE_FIVE),
        ("2026-03-05T09:05:00.000", NINE_FIVE),
        ("2026-03-05T01:05:00Z", NINE_FIVE),
        ("2026-03-05T09:05+08:00", NINE_FIVE),
        ("2026.3.5 9:05", NINE_FIVE),
        ("２０２６／３／５　９：０５", NINE_FIVE),
        ("2026年3月5日 9:05", NINE_FIVE),
        ("2026年3月5日9时5分", NINE_FIVE),
        ("2026年03月05日 09时05分00秒", NINE_FIVE),
        ("2026年3月5日（周四）9:05", NINE_FIVE),
        ("2026-03-05 星期四 09:05", NINE_FIVE),
        ("20260305090500", NINE_FIVE),
        ("202603050905", NINE_FIVE),
        ("20260305 09:05", NINE_FIVE),
        ("26/3/5 9:05", datetime(2026, 3, 5, 9, 5)),
        ("2026年3月5日上午9点", NINE),
        ("二〇二六年三月五日上午九点", NINE),
        ("2026年3月5日早上9点整", NINE),
        ("2026年3月5日下午2点半", datetime(2026, 3, 5, 14, 30)),
        ("2026年十二月二十五日下午三点一刻", datetime(2026, 12, 25, 15, 15)),
        ("2026/3/5 下午3:05", datetime(2026, 3, 5, 15, 5)),
        ("2026/3/5 3:05 PM", datetime(2026, 3, 5, 15, 5)),
        ("2026/3/5 12:05 AM", datetime(2026, 3, 5, 0, 5)),
        ("2026/3/5 晚上8点", datetime(2026, 3, 5, 20)),
        ("2026/3/5 中午12点", NOON),
        ("2026/3/5 24:00", datetime(2026, 3, 6)),
        ("2026/3/5 0:30", datetime(2026, 3, 5, 0, 30)),
        ("2026年3月5日凌晨12点", datetime(2026, 3, 5)),
        ("2026年3月5日凌晨2点", datetime(2026, 3, 5, 2)),
        ("2026年3月5日晚上5点", datetime(2026, 3, 5, 17)),
        ("2026年3月5日夜里11点", datetime(2026, 3, 5, 23)),
        ("2026-03-05T00:00+08:00", datetime(2026, 3, 5)),
        (46086.378472222226, NINE_FIVE),
        ("46086.378472222226", NINE_FIVE),
        (datetime(2026, 3, 5, 9, 5), NINE_FIVE),
    ],
)
def test_moment_is_read(value, expected):
    assert moments.read(value) == (expected, True)


@pytest.mark.parametrize(
    "value",
    [
        "2026/3/5",
        "2026-03-05",
        "2026年3月5日",
        "2026.3.5",
        "20260305",
        46086,
        "46086",
        20260305,
        date(2026, 3, 5),
        datetime(2026, 3, 5),
        "2026/3/5 0:00",
        "2026-03-05 00:00:00",
        "20260305000000",
    ],
)
def test_day_without_a_time_is_noon_and_says_so(value):
    assert moments.read(value) == (NOON, False)


@pytest.mark.parametrize(
    "value",
    [
        "3月5日 9:05", "三月五日", "5/3/2026", "05/3/6", "2026/13/5", "2026/2/30", "2026/3/5 25:00", "2026/3/5 9:75",
        "昨天", "上周", "2026/3/5 九点多", "1", 12345678901, 0.5, "2026/3", "1026/3/5", "2026-03-05 09:05 之前",
        "2026年3月5日夜里2点", "2026/3/5 晚上12点", "2026/3/5 晚12:30", "2026/3/5 夜里12点", "2026/3/5 晚上1点",
    ],
)  # fmt: skip
def test_what_cannot_be_read_in_one_way_only_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        moments.read(value)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_is_no_moment(value):
    assert moments.read(value) is None
