"""The table of who keeps whose posts, walked for every role."""

import pytest
from django.utils import timezone

from accounts import permissions
from accounts.models import Post
from tests.factories import PostFactory, StationFactory, UnitFactory, person

ROLES = {
    "volunteer": "volunteer",
    "lead": "station_lead",
    "staff": "unit_staff",
    "unit_lead": "unit_lead",
    "dispatcher": "dispatcher",
    "secretary": "secretary",
    "admin": "admin",
}


def test_table_has_a_row_for_every_role():
    assert set(permissions.MANAGES) == set(Post.Role)


@pytest.mark.parametrize("actor", ROLES)
@pytest.mark.parametrize("target", ROLES)
def test_only_leads_remove_and_only_their_own_kind(house, actor, target):
    by, post = getattr(house, actor), getattr(house, target).posts.get()

    sentence = permissions.why_not_remove(by, post)

    own = (actor, target) in {("lead", "volunteer"), ("unit_lead", "staff")}
    of_admin = actor == "admin" and target != "admin"
    assert (sentence == "") == (own or of_admin)


@pytest.mark.parametrize("actor", ROLES)
@pytest.mark.parametrize("target", ROLES)
def test_only_leads_give_passwords_and_only_their_own_kind(house, actor, target):
    sentence = permissions.why_not_reset_password(getattr(house, actor), getattr(house, target))

    own = (actor, target) in {("lead", "volunteer"), ("unit_lead", "staff")}
    assert (sentence == "") == (own or actor == "admin")


def test_openings_end_at_the_own_scopes(house):
    other = permissions.Opening("volunteer", StationFactory(area=house.area))

    assert [o.key for o in permissions.openings(house.lead)] == [f"volunteer-{house.station.pk}"]
    assert permissions.why_not_enrol(house.lead, other) == permissions.NOT_YOURS


def test_station_and_unit_with_the_same_number_are_two(db):
    unit = UnitFactory()
    station = StationFactory(pk=unit.pk)
    lead = person("unit_lead", unit=unit)

    sentence = permissions.why_not_remove(lead, PostFactory(role="volunteer", station=station))

    assert sentence == permissions.NOT_YOURS


def test_post_elsewhere_keeps_the_password_safe(house):
    PostFactory(user=house.volunteer, role="dispatcher", area=house.area)
    house.volunteer.__dict__.pop("active_posts", None)

    sentence = permissions.why_not_reset_password(house.lead, house.volunteer)

    assert sentence == permissions.POSTS_ELSEWHERE


def test_post_of_before_keeps_the_password_safe(house):
    """Enrolling somebody by the number must not open what they did elsewhere."""
    former = PostFactory(user=house.volunteer, role="unit_staff", unit=house.unit)
    Post.objects.filter(pk=former.pk).update(ended_at=timezone.now())
    house.volunteer.__dict__.pop("active_posts", None)

    sentence = permissions.why_not_reset_password(house.lead, house.volunteer)

    assert sentence == permissions.POSTS_BEFORE
    assert permissions.why_not_reset_password(house.admin, house.volunteer) == ""


def test_last_admin_stays(house):
    assert permissions.why_not_remove(house.admin, house.admin.posts.get()) == permissions.LAST_ADMIN
    assert permissions.why_not_switch_off(house.admin) == permissions.LAST_ADMIN
    person("admin")
    assert permissions.why_not_switch_off(house.admin) == ""
