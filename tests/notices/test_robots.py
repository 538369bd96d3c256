"""A unit's group robot: set by those who may, tried out, taken away; its address is seen by nobody afterwards."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from notices.delivery import deliver
from notices.models import Delivery, Notice, Robot
from tests.access.outside import ROBOT
from tests.factories import at

NOW = at("2026-11-24 10:00")
LIST = reverse("notices:robots")


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def window(house, client_of):
    return client_of(house.unit_lead)


def page_of_robot(house):
    return reverse("notices:robot", args=[house.unit.pk])


def test_lead_sets_the_robot_and_it_is_written_down_without_the_address(window, house):
    window.post(page_of_robot(house), {"address": ROBOT, "is_on": "on"})

    mine = Robot.objects.get(unit=house.unit)
    entry = AuditEntry.objects.get(action="configured")
    assert (mine.address, mine.is_on, mine.saved_by) == (ROBOT, True, house.unit_lead)
    assert (entry.actor, entry.area) == (house.unit_lead, house.area)
    assert entry.detail == "安居物业的群机器人：设了地址；打开；安静时段改为不设"


def test_address_is_masked_after_saving(window, house):
    window.post(page_of_robot(house), {"address": ROBOT, "is_on": "on"})

    for address in (page_of_robot(house), LIST):
        assert ROBOT.partition("key=")[2] not in window.get(address).content.decode()
    assert '地址末四位 <b class="nw">5aaa</b>' in window.get(page_of_robot(house)).content.decode()


def test_nothing_typed_keeps_the_address(window, house, robot):
    robot(ROBOT)

    window.post(
        page_of_robot(house), {"address": "", "is_quiet": "on", "quiet_from": "20:00", "quiet_to": "08:00"}
    )

    mine = Robot.objects.get(unit=house.unit)
    assert (mine.address, mine.is_on) == (ROBOT, False)
    assert AuditEntry.objects.get().detail == "安居物业的群机器人：关掉；安静时段改为20:00到08:00"


def test_saving_what_is_there_writes_nothing_down(window, house, robot):
    robot(ROBOT)

    window.post(page_of_robot(house), {"address": "", "is_on": "on"})

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "https://evil.example/cgi-bin/webhook/send?key=1",
    ],
)
def test_address_of_no_robot_is_refused(window, house, address):
    response = window.post(page_of_robot(house), {"address": address, "is_on": "on"})

    assert response.status_code == 422
    assert response.content.decode().count("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key= 开头") == 2
    assert not Robot.objects.exists()


def test_trial_reaches_the_group_and_the_page_says_so(window, house, group, robot):
    robot(group.address, is_on=False, quiet_from="00:00", quiet_to="23:59")
    window.post(reverse("notices:try_robot", args=[house.unit.pk]))
    waiting = window.get(page_of_robot(house)).content.decode()

    deliver()

    assert group.texts == ["【社区服务台】试发一条：这个群能收到社区服务台的通知了。"]
    assert "正在发" in waiting
    assert "群里收到了" in window.get(page_of_robot(house)).content.decode()
    assert AuditEntry.objects.get().detail == "安居物业的群机器人：试发一条"


def test_trial_pressed_twice_is_one(window, house, group, robot):
    robot(group.address)
    for _ in range(2):
        window.post(reverse("notices:try_robot", args=[house.unit.pk]))

    deliver()

    assert len(group.heard) == 1


def test_page_says_why_the_trial_failed_and_the_lead_is_told(window, house, group, robot):
    robot(group.address)
    group.answers = [(200, {"errcode": 93000})]
    window.post(reverse("notices:try_robot", args=[house.unit.pk]))

    deliver()

    page = window.get(page_of_robot(house)).content.decode()
    assert "没发成：群机器人已被移出群，或地址不对（93000）" in page
    assert "已停用" in window.get(LIST).content.decode()
    told = Notice.objects.get(recipient=house.unit_lead, effect__startswith="stopped:robot:")
    assert told.url == page_of_robot(house)


def test_trial_that_gets_there_starts_a_stopped_robot_again(window, house, group, robot):
    robot(group.address, stopped_why="群机器人已被移出群")
    window.post(reverse("notices:try_robot", args=[house.unit.pk]))

    deliver()

    assert Robot.objects.get(unit=house.unit).stopped_why == ""


def test_trial_in_vain_is_no_dead_letter(window, house, group, robot):
    robot(group.address)
    group.answers = [(404, {})]
    window.post(reverse("notices:try_robot", args=[house.unit.pk]))

    deliver()

    assert not Delivery.objects.dead().exists()
    assert not Notice.objects.filter(effect__startswith="dead_letters:").exists()


def test_new_address_starts_a_stopped_robot_again(window, house, group, robot):
    robot(ROBOT, stopped_why="群机器人已被移出群")

    window.post(page_of_robot(house), {"address": group.address, "is_on": "on"})

    assert Robot.objects.get(unit=house.unit).stopped_why == ""


def test_robot_is_taken_away_and_what_waited_for_it_stays_here(window, house, group, robot, say):
    robot(group.address)
    say(house.staff, unit=house.unit)
    deliver(seconds=0)
    window.post(reverse("notices:remove_robot", args=[house.unit.pk]))

    deliver()

    assert group.paths == []
    assert not Robot.objects.exists()
    assert Delivery.objects.get().reason == "收件人已取消"
    assert AuditEntry.objects.get().detail == "安居物业的群机器人：取消群机器人"


def test_dispatcher_sees_every_unit_of_the_community_and_the_lead_their_own(window, house, client_of):
    office = client_of(house.dispatcher).get(LIST).content.decode()
    lead = window.get(LIST).content.decode()

    assert "安居物业" in office and "房管服务中心" in office
    assert "安居物业" in lead and "房管服务中心" not in lead


def test_query_count_does_not_grow(
    house, client_of, robot, django_assert_num_queries, django_assert_max_num_queries
):
    window = client_of(house.dispatcher)
    robot(ROBOT)
    with django_assert_max_num_queries(8) as one:
        window.get(LIST)
    robot(ROBOT, unit=house.other_unit)

    with django_assert_num_queries(len(one)):
        window.get(LIST)
