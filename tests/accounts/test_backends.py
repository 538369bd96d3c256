"""Whose session it is: with the posts held now, without any, and no more once the person may not sign in."""

import pytest

from accounts.backends import PersonBackend

pytestmark = pytest.mark.django_db


def test_person_comes_with_posts_in_one_statement(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        user = PersonBackend().get_user(house.dispatcher.pk)
        areas = user.area_ids

    assert user == house.dispatcher
    assert areas == {house.area.pk}


def test_person_without_a_post_is_still_known(house):
    house.dispatcher.posts.all().delete()

    user = PersonBackend().get_user(house.dispatcher.pk)

    assert user == house.dispatcher
    assert user.active_posts == []


def test_disabled_person_is_nobody(house):
    house.dispatcher.is_active = False
    house.dispatcher.save()

    assert PersonBackend().get_user(house.dispatcher.pk) is None
