"""What a group's answers mean for the message: later, never, or no more than twenty a minute."""

from datetime import timedelta

import pytest

from notices.delivery import deliver
from notices.models import Delivery
from tests.factories import at
from tests.notices.servers import OK

NOW = at("2026-11-24 10:00")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
RATE_LIMITED = (200, {"errcode": 45009, "errmsg": "api freq out of limit"})
REMOVED = (200, {"errcode": 93000, "errmsg": "invalid webhook url"})


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_robot_that_talks_too_much_waits_a_minute(house, group, robot, say):
    robot(group.address)
    group.answers = [RATE_LIMITED, (200, OK)]
    say(house.staff, unit=house.unit)

    deliver(now=NOW)
    due = Delivery.objects.get().due_at
    deliver(now=NOW + MINUTE)

    assert due == NOW + MINUTE
    assert states() == ["sent"]


def test_robot_removed_from_its_group_is_dead_and_stops(house, group, robot, say):
    mine = robot(group.address)
    group.answers = [REMOVED]
    say(house.staff, unit=house.unit)
    deliver(now=NOW)
    say(house.staff, unit=house.unit)

    deliver(now=NOW + MINUTE)

    mine.refresh_from_db()
    assert mine.stopped_why == "群机器人已被移出群，或地址不对（93000）"
    assert len(group.paths) == 1
    assert states() == ["dead"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((500, {}), "waiting"),
        ((503, {}), "waiting"),
        ((429, {}), "waiting"),
        ((404, {}), "dead"),
        ((302, {}), "dead"),
        ((200, b"<html>please sign in"), "waiting"),
        ((200, b"[]"), "waiting"),
        ((200, {"errcode": -1}), "waiting"),
        ((200, {"errcode": 40058}), "dead"),
    ],
)
def test_answers_of_the_group(house, group, robot, say, answer, state):
    robot(group.address)
    group.answers = [answer]
    say(house.staff, unit=house.unit)

    deliver(now=NOW)

    assert states() == [state]
    assert group.heard == [] and len(group.paths) == 1


def test_robot_says_twenty_things_a_minute(house, group, robot, say):
    robot(group.address)
    for number in range(30):
        say(house.staff, f"【急】HY01-20261124-1{number:02d}新接急事", is_urgent=True, unit=house.unit)

    deliver(now=NOW)
    first = len(group.heard)
    deliver(now=NOW + 59 * SECOND)
    second = len(group.heard)
    deliver(now=NOW + MINUTE)

    assert (first, second, len(group.heard)) == (20, 20, 30)


def test_address_that_is_no_longer_allowed_is_not_spoken_to(house, group, robot, say, settings):
    robot(group.address)
    settings.ROBOT_ORIGINS = ["https://qyapi.weixin.qq.com"]
    say(house.staff, unit=house.unit)

    deliver(now=NOW)

    assert group.paths == []
    assert Delivery.objects.get().reason == "群机器人的地址不在允许的范围内"
