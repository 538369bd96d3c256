"""What the event of a recount says of its cause: what was set, taken back or announced."""

from datetime import date, timedelta

import pytest

from stations.calendars import YearDays
from stations.models import Area
from tests.factories import at
from tests.tickets.closures import NOON, SATURDAY, TUESDAY, close, opened, recounts
from tests.tickets.loop import MONDAY
from tickets import calendaring, recounting
from tickets.models import Clock

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(ticket, kind="reply"):
    return recounts(ticket).filter(data__kind=kind).last().words


def withdrawn(house, local, **together):
    calendaring.withdraw(local, by=house.dispatcher, now=NOON + HOUR, **together)
    recounting.recount(now=NOON + 2 * HOUR)


def test_closure_taken_back_is_told_with_its_day(house):
    ticket = house.receive(now=MONDAY)
    local = close(house)
    recounting.recount(now=NOON)

    withdrawn(house, local)

    assert told(ticket) == "本社区撤回了11月24日（周二）的不办公。"
    assert told(ticket, "resolve") == "本社区撤回了11月24日（周二）的不办公。周末不算。"


def test_days_taken_back_together_are_one_span(house):
    ticket = house.receive(now=MONDAY)
    set_for = {"works": False, "reason": "装修", "by": house.dispatcher, "now": NOON}
    local, *_ = calendaring.set_days(house.area, TUESDAY, TUESDAY + 7 * DAY, **set_for)
    recounting.recount(now=NOON)
    span = "11月24日（周二）至12月1日（周二）"
    assert told(ticket) == f"本社区定了不办公（装修）。{span}本社区不办公，周末不算。"

    withdrawn(house, local, together=True)

    assert told(ticket) == f"本社区撤回了{span}的不办公。"


def test_opening_is_told_when_it_is_set_and_when_it_is_taken_back(house):
    ticket = house.receive(now=MONDAY)
    local = opened(house, SATURDAY)
    recounting.recount(now=NOON)
    assert told(ticket, "resolve").startswith("本社区定了加开（年终加班）。11月28日（周六）本社区加开")

    withdrawn(house, local)

    assert told(ticket, "resolve") == "本社区撤回了11月28日（周六）的加开。周末不算。"


def test_announced_year_is_told(house):
    ticket = house.receive(now=at("2026-12-30 10:00"))
    notice = YearDays(2027, {date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"}, {date(2027, 1, 9)})

    calendaring.apply_notice(notice, by=house.dispatcher, now=at("2026-12-30 11:00"))
    recounting.recount(now=at("2026-12-30 11:01"))

    assert told(ticket, "resolve").startswith("录入了2027年放假通知。元旦放假")
    calendaring.withdraw_notice(2027, by=house.dispatcher, now=at("2026-12-30 12:00"))
    recounting.recount(now=at("2026-12-30 12:01"))
    assert told(ticket, "resolve").startswith("放假安排有变动。元旦放假")


def test_day_that_is_not_on_the_way_is_not_told(house):
    ticket = house.receive(now=MONDAY)
    opened(house, date(2026, 12, 26))
    close(house)

    recounting.recount(now=NOON)

    assert told(ticket) == "本社区定了不办公（停电检修）。11月24日（周二）本社区不办公。"


@pytest.mark.parametrize(
    ("version", "words"),
    [("{}x", "本社区的安排有变动。"), ("older{}", "放假安排有变动。"), ("", "")],
)
def test_change_before_the_last_one_is_told_by_the_old_calendar(house, version, words):
    ticket = house.receive(now=MONDAY)
    close(house)
    recounting.recount(now=NOON)
    Area.objects.update(recount_since=NOON + HOUR)
    old = version.format(Clock.objects.filter(ticket=ticket).first().calendar_version)
    Clock.objects.filter(ticket=ticket).update(calendar_version=old, due_at=at("2026-11-24 11:00"))

    recounting.recount(now=NOON + 2 * HOUR)

    assert told(ticket) == f"{words}11月24日（周二）本社区不办公。"
