"""The due chip: which kind, in which words, before and after its moment."""

from datetime import time

import pytest

from stations.models import Area
from tests.factories import at
from tests.tickets.loop import MONDAY
from tickets import presenting
from tickets.models import Clock

AREA = Area()
DUE = {"due_at": at("2026-11-24 10:00"), "warn_at": at("2026-11-23 17:12"), "area": AREA}


@pytest.mark.parametrize(
    ("now", "kind", "text"),
    [
        ("2026-11-23 10:00", "left", "剩余9小时"),
        ("2026-11-23 17:12", "near", "临近1小时48分"),
        ("2026-11-24 10:00", "near", "临近0分"),
        ("2026-11-24 10:30", "over", "超时30分"),
        ("2026-11-26 18:00", "over", "超时2个工作日8小时"),
    ],
)
def test_chip_counts_office_time(now, kind, text):
    chip = presenting.due(**DUE, kind="reply", provisional=False, now=at(now))

    assert (chip.kind, chip.text) == (kind, text)


def test_chip_of_an_unannounced_year_says_so_with_the_local_day():
    early = Area(office_opens=time(7), office_closes=time(16))  # its due moment is another day in UTC

    chip = presenting.due(
        at("2027-03-02 07:30"), at("2027-03-01 15:00"), "reply", True, area=early, now=at("2027-03-01 09:00")
    )

    assert (chip.kind, chip.text) == ("provisional", "暂按3月2日（周二）")
    assert chip.exact.endswith("待国务院通知")


@pytest.mark.parametrize(
    ("due", "met", "kind", "text"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:00", "kept", "按时答复"),
        ("2026-11-24 10:00", "2026-11-24 11:20", "none", "迟了1小时20分答复"),
        ("2026-11-24 18:00", "2026-11-24 20:00", "none", "稍迟答复"),
    ],
)
def test_met_clock_says_whether_in_time(due, met, kind, text):
    clock = Clock(kind="reply", starts_at=MONDAY, due_at=at(due), met_at=at(met))

    chip = presenting.due_of_clock(clock, area=AREA, now=at("2026-11-30 10:00"))

    assert (chip.kind, chip.text) == (kind, text)
