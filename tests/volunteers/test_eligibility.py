"""Whether somebody may take a seat at all: serving, age, skill."""

from datetime import date, timedelta

import pytest

from tests.factories import StationFactory, at
from tests.volunteers.rosters import shift, volunteer
from volunteers.eligibility import why_not_fit, why_not_seat_person
from volunteers.models import Profile, ProfileSkill, Seat, Shift, Skill

CHILD = {"born_on": date(2009, 11, 25)}
AGREED = {"guardian_name": "胡建国", "guardian_consented_on": date(2026, 9, 1)}


def seat_at(starts_at, hours=3.5, **facts):
    """A seat that was never stored: age and skill need no database."""
    start = at(starts_at)
    return Seat(shift=Shift(starts_at=start, ends_at=start + timedelta(hours=hours)), **facts)


@pytest.mark.parametrize(
    ("fields", "start", "hours", "facts", "sentence"),
    [
        ({}, "2026-11-25 18:00", 6, {"is_lead": True}, ""),
        (CHILD, "2026-11-25 09:00", 3, {}, "监护人"),
        (CHILD | AGREED, "2026-11-25 09:00", 3, {}, ""),
        (CHILD | AGREED, "2026-11-25 16:30", 3.5, {}, ""),
        (CHILD | AGREED, "2026-11-25 17:00", 3.5, {}, "7:00到20:00"),
        (CHILD | AGREED, "2026-11-25 06:30", 3, {}, "7:00到20:00"),
        (CHILD | AGREED, "2026-11-25 20:00", 12, {}, "7:00到20:00"),
        (CHILD | AGREED, "2026-11-25 09:00", 3, {"is_lead": True}, "不能带班"),
        (CHILD, "2027-11-24 09:00", 3, {}, "监护人"),
        (CHILD, "2027-11-25 09:00", 3, {"is_lead": True}, ""),
    ],
)
def test_age_against_a_seat(fields, start, hours, facts, sentence):
    said = why_not_fit(Profile(**fields), seat_at(start, hours, **facts))

    assert (sentence in said) if sentence else said == ""


@pytest.fixture
def wireman(db):
    return Skill.objects.create(name="持证水电工", needs_proof=True)


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (None, "要会持证水电工"),
        ({}, "还没有核对"),
        ({"proof": "电工证"}, ""),
        ({"proof": "电工证", "expires_on": date(2026, 11, 25)}, ""),
        ({"proof": "电工证", "expires_on": date(2026, 11, 24)}, "已过期"),
    ],
)
def test_skill_against_a_seat(house, wireman, held, sentence):
    profile = volunteer(house.station)
    if held is not None:
        ProfileSkill.objects.create(profile=profile, skill=wireman, **held)

    said = why_not_fit(profile, seat_at("2026-11-25 09:00", skill=wireman))

    assert (sentence in said) if sentence else said == ""


def test_stranger_and_whoever_left_may_not(house):
    seat = shift(house.station).seats.first()

    assert "不是本站" in why_not_seat_person(volunteer(StationFactory()), seat)
    assert "不是本站" in why_not_seat_person(volunteer(house.station, left_on=date(2026, 11, 1)), seat)
    assert why_not_seat_person(volunteer(house.station), seat) == ""


def test_profiles_with_limits_need_no_statement(house, wireman, django_assert_num_queries):
    ProfileSkill.objects.create(profile=volunteer(house.station), skill=wireman, proof="电工证")
    profile = Profile.objects.at_station(house.station).with_limits().get()
    seat = seat_at("2026-11-25 09:00", skill=wireman)

    with django_assert_num_queries(0):
        assert why_not_fit(profile, seat) == ""
