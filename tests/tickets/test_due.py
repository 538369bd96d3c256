"""The due chip: which kind, in which words, before and after its moment."""

from datetime import time, timedelta

import pytest
from django.utils.html import strip_tags

from stations.models import Area
from tests.factories import at
from tests.tickets import closures
from tests.tickets.loop import MONDAY, answered, replied, ticket_in, waiting
from tickets import recounting, sweeps
from tickets.due import due, due_of_clock, why_then
from tickets.models import Clock
from tickets.states import Status
from tickets.templatetags import chips

AREA = Area()
DUE = {
    "due_at": at("2026-11-24 10:00"),
    "half_at": at("2026-11-23 14:30"),
    "warn_at": at("2026-11-23 17:12"),
    "area": AREA,
}
LIMIT = {"kind": "reply", "provisional": False}


@pytest.mark.parametrize(
    ("now", "kind", "text"),
    [
        ("2026-11-23 10:00", "left", "还剩1个工作日"),
        ("2026-11-23 10:20", "left", "还剩8小时40分"),
        ("2026-11-23 14:30", "half", "已过半，还剩4小时30分"),
        ("2026-11-23 17:12", "near", "已过八成，还剩1小时48分"),
        ("2026-11-24 10:00", "near", "已过八成，还剩0分"),
        ("2026-11-24 10:30", "over", "超时30分"),
        ("2026-11-25 10:00", "over", "超时1个工作日"),
        ("2026-11-26 18:00", "over", "超时2个工作日8小时"),
    ],
)
def test_chip_counts_office_time(now, kind, text):
    chip = due(**DUE, **LIMIT, now=at(now))

    assert (chip.kind, chip.text, chip.counted) == (kind, text, "工作时间")


def test_chip_of_hours_by_the_wall_says_so():
    chip = due(**DUE, **LIMIT, hours=24, now=at("2026-11-24 01:00"))

    assert (chip.text, chip.counted) == ("已过八成，还剩9小时", "不分昼夜")


def test_missed_outside_office_time_counts_nothing_yet():
    evening = {name: moment + timedelta(hours=8) for name, moment in DUE.items() if name != "area"}

    chip = due(**evening, area=AREA, **LIMIT, now=at("2026-11-24 20:00"))

    assert (chip.kind, chip.text, chip.counted) == ("over", "刚超时", "")


def test_chip_says_that_a_saturday_is_worked():
    day = timedelta(days=1)
    saturday = {"due_at": at("2026-10-10 10:00"), "half_at": at("2026-10-10 00:00") - day / 2, "area": AREA}

    chip = due(**saturday, warn_at=at("2026-10-09 17:12"), **LIMIT, now=at("2026-10-09 10:30"))

    assert (chip.note, chip.exact) == ("10月10日（周六）调休上班", "明天（周六）10:00前")
    assert chip.moment == "明天（周六）10:00前答复（10月10日（周六）调休上班）"


def test_chip_is_read_out_with_its_limit_and_moment():
    chip = due(**DUE, **LIMIT, now=at("2026-11-23 14:30"))

    read = [" ".join(strip_tags(chips.due_chip(chip, exact=exact)).split()) for exact in (False, True)]

    assert read == [
        "答复时限：已过半，还剩4小时30分（工作时间）",
        "答复时限：已过半，还剩4小时30分（工作时间），明天（周二）10:00前",
    ]
    assert "临近" not in chips.due_chip(chip) and 'class="due due-half"' in chips.due_chip(chip)


def test_chip_of_an_unannounced_year_says_so_with_the_local_day():
    early = Area(office_opens=time(7), office_closes=time(16))  # its due moment is another day in UTC

    chip = due(
        at("2027-03-02 07:30"),
        at("2027-03-01 12:00"),
        at("2027-03-01 15:00"),
        "reply",
        True,
        area=early,
        now=at("2027-03-01 09:00"),
    )

    assert (chip.kind, chip.text) == ("provisional", "暂按3月2日（周二）")
    assert chip.counted == "还剩7小时30分，工作时间"
    assert chip.exact.endswith("待国务院通知")


def test_last_fifth_of_an_unannounced_limit_says_both():
    chip = due(
        at("2027-03-02 10:00"),
        at("2027-03-01 14:30"),
        at("2027-03-01 17:12"),
        "reply",
        True,
        area=AREA,
        now=at("2027-03-02 09:00"),
    )

    assert (chip.kind, chip.text, chip.note) == ("near", "已过八成，还剩1小时", "待国务院通知")


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

    chip = due_of_clock(clock, area=AREA, now=at("2026-11-30 10:00"))

    assert (chip.kind, chip.text) == (kind, text)


# Why then ---------------------------------------------------------------------------------------------


def why(house, ticket, kind="reply"):
    return why_then(closures.clock(ticket, kind), closures.fresh_area(house))


def test_running_limit_says_why_it_is_due_then(house):
    ticket = house.receive(now=at("2026-11-20 19:30"))

    assert why(house, ticket) == "下班后收到，从11月23日（周一）上班算起。"


def test_limit_missed_before_a_closure_is_not_explained_by_it(house):
    """It was counted by the day that was closed afterwards; the calendar of now would contradict its moment."""
    ticket = house.receive(now=MONDAY)
    sweeps.flag_overdue(now=at("2026-11-24 10:01"))
    closures.close(house, MONDAY.date(), now=at("2026-11-24 11:00"))
    recounting.recount(now=at("2026-11-24 11:00"))

    assert closures.due(ticket) == at("2026-11-24 10:00")
    assert why(house, ticket) == ""
    assert why(house, ticket, "resolve") == "本社区不办公那天收到，从11月24日（周二）上班算起，周末不算。"


def test_limit_that_is_still_to_be_recounted_is_not_explained(house):
    ticket = house.receive(now=MONDAY)
    closures.close(house)

    assert why(house, ticket) == ""
    recounting.recount(now=closures.NOON)
    assert why(house, ticket) == "11月24日（周二）本社区不办公。"


def test_limit_after_waiting_for_the_resident_is_explained(house):
    ticket = ticket_in(Status.CLAIMED, house)
    replied(ticket, house)
    waiting(ticket, house, now=at("2026-11-24 10:00"))
    answered(ticket, house, now=at("2026-11-24 13:00"))

    assert why(house, ticket, "resolve") == "周末不算。"
