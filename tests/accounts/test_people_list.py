"""A lead's list of people."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.permissions import openings
from tests.factories import PostFactory, StationFactory, UserFactory, person

LIST = reverse("accounts:people")
NOBODYS = ["volunteer", "staff", "dispatcher", "secretary", "admin"]


@pytest.fixture
def window(house, client_of):
    return client_of(house.lead)


def names(response):
    return [post.shown_name for post in response.context["page_obj"]]


def test_lead_sees_the_own_people_only(window, house):
    person("volunteer", station=StationFactory(area=house.area), name="隔壁站的人")

    response = window.get(LIST)

    assert names(response) == ["刘桂芳"]
    assert "隔壁站的人" not in response.content.decode()


def test_unit_lead_sees_the_unit(house, client_of):
    assert names(client_of(house.unit_lead).get(LIST)) == ["周建华", "吴强"]


@pytest.mark.parametrize("role", NOBODYS)
def test_list_is_for_leads(house, client_of, role):
    response = client_of(getattr(house, role)).get(LIST)

    assert response.status_code == 403
    assert "只有站长和单位负责人能管理人员。" in response.content.decode()


@pytest.mark.parametrize("words", ["桂", "138 0013 1234", "1234"])
def test_search_finds_by_name_and_phone(window, house, words):
    person("volunteer", station=house.station, name="刘桂英", phone="13800131234")
    house.volunteer.posts.update(ended_at=timezone.now())

    assert names(window.post(LIST, {"words": words})) == ["刘桂英"]


def test_search_words_never_stand_in_an_address(window, house):
    assert names(window.get(LIST, {"words": "没有这个人"})) == ["刘桂芳"]
    assert 'method="post" role="search"' in window.get(LIST).content.decode()


def test_empty_search_says_what_to_do(window):
    page = window.post(LIST, {"words": "没有这个人"}).content.decode()

    assert "没有找到这个人" in page
    assert "没有这个人" in page


def test_overlong_search_is_refused(window):
    assert window.post(LIST, {"words": "人" * 101}).status_code == 422


def test_empty_list_says_what_to_do(window, house):
    house.volunteer.posts.update(ended_at=timezone.now())

    assert "还没有登记人员" in window.get(LIST).content.decode()


def test_ended_posts_are_folded_away(window, house):
    people.remove(house.volunteer.posts.get(), by=house.lead)

    response = window.get(LIST)

    assert names(response) == []
    assert [post.shown_name for post in response.context["past"]] == ["刘桂芳"]


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999999999999999999", "posts__user__password"])
def test_page_number_is_forgiven(window, house, page):
    for user in UserFactory.create_batch(50):
        PostFactory(user=user, role="volunteer", station=house.station)

    response = window.get(LIST, {"page": page})

    assert response.status_code == 200
    assert len(names(response)) in (1, 50)


def test_query_count_does_not_grow(window, house, django_assert_num_queries, django_assert_max_num_queries):
    window.get(LIST)
    with django_assert_max_num_queries(8) as one:
        window.get(LIST)
    for user in UserFactory.create_batch(2):
        PostFactory(user=user, role="volunteer", station=house.station)

    with django_assert_num_queries(len(one)):
        window.get(LIST)


def test_name_of_somebody_elses_person_stays_hidden(window, house):
    stranger = person("dispatcher", area=house.area, name="黎书文", phone="13700001111")
    people.enrol(phone=stranger.phone, name="随便写", opening=openings(house.lead)[0], by=house.lead)

    page = window.get(LIST).content.decode()

    assert "黎书文" not in page
    assert "黎**" in page
    assert "黎书文" not in window.post(LIST, {"words": "书文"}).content.decode()
