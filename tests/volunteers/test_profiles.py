"""A volunteer's profile follows the posts at stations."""

from datetime import date

import pytest

from accounts import people
from accounts.permissions import Opening
from tests.factories import PostFactory, StationFactory, at
from volunteers.models import Profile

NOW = at("2026-11-24 23:30")


@pytest.fixture
def enrolled(house):
    opening = Opening("volunteer", house.station)
    return people.enrol(
        phone="13800131234", name="陈秀英", opening=opening, by=house.lead, vest_number="A017", now=NOW
    ).post


def test_profile_begins_with_the_first_post(enrolled):
    profile = Profile.objects.get(user=enrolled.user)

    assert (profile.joined_on, profile.left_on, profile.vest_number) == (date(2026, 11, 24), None, "A017")


def test_profile_ends_with_the_last_post(enrolled, house):
    people.remove(enrolled, by=house.lead, now=NOW)

    assert Profile.objects.get(user=enrolled.user).left_on == date(2026, 11, 24)


def test_profile_goes_on_while_another_post_lasts(enrolled, house):
    PostFactory(user=enrolled.user, role="volunteer", station=StationFactory())

    people.remove(enrolled, by=house.lead, now=NOW)

    assert Profile.objects.get(user=enrolled.user).left_on is None


def test_coming_back_opens_the_profile_again(enrolled, house):
    people.remove(enrolled, by=house.lead, now=NOW)
    opening = Opening("volunteer", house.station)

    people.enrol(phone="13800131234", name="陈秀英", opening=opening, by=house.lead, now=NOW)

    profile = Profile.objects.get(user=enrolled.user)
    assert (profile.left_on, profile.vest_number) == (None, "A017")


def test_unit_staff_have_no_profile(house):
    opening = Opening("unit_staff", house.unit)

    post = people.enrol(phone="13800131234", name="赵磊", opening=opening, by=house.unit_lead).post

    assert not Profile.objects.filter(user=post.user).exists()


def test_profile_begun_later_still_ends(enrolled, house):
    Profile.objects.update(joined_on=date(2027, 1, 1))

    people.remove(enrolled, by=house.lead, now=NOW)

    assert Profile.objects.get(user=enrolled.user).left_on == date(2027, 1, 1)
