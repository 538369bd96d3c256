"""退出 until a day before; later a stand-in, or the lead."""

from datetime import timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import MORNING, seated, shift, volunteer
from volunteers.models import Seat
from volunteers.seating import withdrawing
from volunteers.states import Status

DEADLINE = MORNING - timedelta(hours=24)
MINUTE = timedelta(minutes=1)


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


def test_lead_excuses_however_late(house, made):
    withdrawing.excuse(made, by=house.lead, now=MORNING + timedelta(hours=1), why="发烧")

    assert made.status == Status.EXCUSED
    assert "站长准了假" in Notice.objects.get(recipient=made.profile.user).text


def test_colleague_excuses_nobody(house, made):
    with pytest.raises(Refused, match="站长"):
        withdrawing.excuse(made, by=house.volunteer, now=DEADLINE)


@pytest.mark.parametrize("who", ["volunteer", "outsider", "secretary"])
def test_others_do_not_withdraw_somebody(house, made, who):
    with pytest.raises(Refused, match="别人的班"):
        withdrawing.withdraw(made, by=getattr(house, who), now=DEADLINE)


def test_lead_withdraws_somebody_who_called(house, made):
    withdrawing.withdraw(made, by=house.lead, now=DEADLINE)

    assert "陈国平替您退出了" in Notice.objects.get(recipient=made.profile.user).text
