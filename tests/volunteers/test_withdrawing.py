"""退出 until a day before; later a stand-in, or the lead."""

from datetime import timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import MORNING, seated, shift, volunteer
from volunteers.models import Assignment, Seat
from volunteers.seating import on_duty, standins, withdrawing
from volunteers.states import Status

DEADLINE = MORNING - timedelta(hours=24)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def made(house):
    return seated(
        shift(house.station, seats=1).seats.get(), volunteer(house.station), now=at("2026-11-20 10:00")
    )


def test_withdrawn_in_time_the_seat_is_open_and_the_lead_told(house, made):
    withdrawing.withdraw(made, by=made.profile.user, now=DEADLINE)

    assert made.status == Status.CANCELLED
    assert made.seat in Seat.objects.open()
    told = Notice.objects.get()
    assert (told.recipient, "胡秀英退出了" in told.text) == (house.lead, True)


def test_later_a_standin_is_needed(made):
    with pytest.raises(Conflict, match="不到24小时，不能直接退出"):
        withdrawing.withdraw(made, by=made.profile.user, now=DEADLINE + MINUTE)


def test_slip_of_the_finger_is_undone_however_late(house):
    late = MORNING - timedelta(hours=3)
    made = seated(shift(house.station).seats.first(), volunteer(house.station), now=late)

    withdrawing.withdraw(made, by=made.profile.user, now=late + 10 * MINUTE)

    assert made.status == Status.CANCELLED


@pytest.mark.parametrize("now", [MORNING - MINUTE, MORNING + 2 * HOUR])
def test_lead_excuses_with_a_reason_however_late(house, made, now):
    with pytest.raises(Refused, match="为什么"):
        withdrawing.excuse(made, by=house.lead, now=now, why=" ")

    withdrawing.excuse(made, by=house.lead, now=now, why="发烧")

    assert made.status == Status.EXCUSED
    told = Notice.objects.get(recipient=made.profile.user).text
    assert ("不用来了" in told, "记为请假" in told, "发烧" in told) == (now < MORNING, now > MORNING, True)


def test_excuse_ends_what_others_and_the_lead_were_asked(house, made):
    volunteer(house.station, name="罗光明")
    standins.seek(made, by=made.profile.user, now=DEADLINE)
    on_duty.mark_missed(now=MORNING + 2 * HOUR)
    fresh = Assignment.objects.with_shift().get()

    withdrawing.excuse(fresh, by=house.lead, now=MORNING + 3 * HOUR, why="发烧")

    assert Notice.objects.filter(recipient=house.lead, text__contains="还没签到").exists()
    open_ones = Notice.objects.filter(settled_at=None)
    assert [notice.recipient for notice in open_ones] == [made.profile.user]


def test_colleague_excuses_nobody(house, made):
    with pytest.raises(Refused, match="站长"):
        withdrawing.excuse(made, by=house.volunteer, now=DEADLINE, why="发烧")


@pytest.mark.parametrize("who", ["volunteer", "outsider", "secretary"])
def test_others_do_not_withdraw_somebody(house, made, who):
    with pytest.raises(Refused, match="别人的班"):
        withdrawing.withdraw(made, by=getattr(house, who), now=DEADLINE)


def test_lead_withdraws_somebody_who_called(house, made):
    withdrawing.withdraw(made, by=house.lead, now=DEADLINE)

    assert "陈国平替您退出了" in Notice.objects.get(recipient=made.profile.user).text
