"""Ways into a seat: by oneself, by the lead, at the desk; what refuses it, and who is told."""

from datetime import date, timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import StationFactory, at
from tests.volunteers.rosters import MORNING, profile_of, seated, shift, volunteer
from volunteers.models import Absence, Assignment
from volunteers.seating import asking
from volunteers.seating.signing_up import sign_up, take
from volunteers.states import Status

NOW = at("2026-11-23 10:00")


def test_somebody_takes_a_free_seat(house):
    person = volunteer(house.station)

    made = sign_up(shift(house.station).seats.first(), person, by=person.user, now=NOW)

    assert (made.status, made.via, made.created_by) == (Status.ACCEPTED, "self", person.user)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("who", "via"), [("lead", "lead"), ("volunteer", "desk")])
def test_somebody_without_a_phone_is_signed_up_and_told(house, who, via):
    person, by = volunteer(house.station), getattr(house, who)

    made = sign_up(shift(house.station).seats.first(), person, by=by, now=NOW)

    told = Notice.objects.get()
    assert (made.via, told.recipient) == (via, person.user)
    assert told.text == (
        f"{by.name}给您报了名：11月25日（周三）09:00–12:30，{house.station}。去不了请早点退出或找替班。"
    )


def test_stranger_signs_up_nobody(house):
    with pytest.raises(Refused, match="只有本站的"):
        sign_up(shift(house.station).seats.first(), volunteer(house.station), by=house.outsider, now=NOW)


def test_stranger_is_not_signed_up(house):
    stranger = volunteer(StationFactory())

    with pytest.raises(Refused, match="不是本站的志愿者"):
        sign_up(shift(house.station).seats.first(), stranger, by=house.lead, now=NOW)


def test_full_seat_says_so(house):
    seat = shift(house.station, seats=1).seats.get()
    seated(seat, volunteer(house.station))

    with pytest.raises(Conflict, match="已满"):
        take(seat, profile_of(house.volunteer), by=house.volunteer, now=NOW)


def test_shift_that_is_over_is_refused(house):
    person = volunteer(house.station)

    with pytest.raises(Refused, match="已经结束"):
        sign_up(shift(house.station).seats.first(), person, by=person.user, now=at("2026-11-25 12:30"))


def test_day_of_absence_is_refused(house):
    person = volunteer(house.station)
    Absence.objects.create(profile=person, from_on=date(2026, 11, 25), until_on=date(2026, 11, 25))

    with pytest.raises(Refused, match="登记了请假"):
        sign_up(shift(house.station).seats.first(), person, by=house.lead, now=NOW)


@pytest.mark.parametrize(
    ("starts_at", "hours", "sentence"),
    [
        ("2026-11-25 12:00", 2, "已经有别的班"),
        ("2026-11-24 20:00", 3, "隔11小时"),
        ("2026-11-25 13:00", 5, "一天最多值8小时"),
        ("2026-11-27 09:00", 7, "一周最多值10小时"),
    ],
)
def test_limits_bind_the_lead_too_at_whatever_station(house, starts_at, hours, sentence):
    person = volunteer(house.station, weekly_hours=10)
    seated(shift(StationFactory()).seats.first(), person)
    seat = shift(house.station, at(starts_at), hours=hours).seats.first()

    with pytest.raises(Refused, match=sentence):
        sign_up(seat, person, by=house.lead, now=NOW)


def test_signing_up_answers_the_own_proposal_and_takes_back_the_others(house):
    seat = shift(house.station).seats.first()
    person, other = volunteer(house.station), volunteer(house.station, name="罗光明")
    for profile in (person, other):
        asking.propose(seat, profile, by=house.lead, now=NOW)

    sign_up(seat, person, by=person.user, now=NOW + timedelta(minutes=1))

    statuses = Assignment.objects.values_list("profile", "status")
    assert dict(statuses) == {person.pk: Status.ACCEPTED, other.pk: Status.CANCELLED}
    assert not Notice.objects.filter(effect__startswith="roster:ask:", settled_at=None).exists()
    assert "已经有人了" in Notice.objects.get(recipient=other.user, settled_at=None).text


def test_moment_of_the_shift_is_taken_over(house):
    person = volunteer(house.station)

    made = take(shift(house.station).seats.first(), person, by=person.user, now=NOW)

    assert (made.starts_at, made.ends_at) == (MORNING, MORNING + timedelta(hours=3.5))
