"""The door: phone and password, the same answer for every wrong one."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from tests.factories import PASSWORD, UserFactory

DOOR = reverse("accounts:login")


@pytest.fixture
def user(db):
    return UserFactory(phone="13800138000")


def sign_in(client, phone="13800138000", password=PASSWORD, **extra):
    return client.post(DOOR, {"phone": phone, "password": password, **extra})


def same_words(response):
    """The page without what is random in it and without the number that was typed."""
    page = re.sub(r'(csrfmiddlewaretoken" value=|x-csrftoken": )"[^"]+"', "", response.content.decode())
    return re.sub("1380013800[0-9]", "", page)


def test_sign_in_leads_home(client, user):
    response = sign_in(client)

    assert response.headers["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("typed", ["138 0013 8000", "138-0013-8000", "１３８００１３８０００", "+86 13800138000", " 13800138000 "])
def test_phone_may_be_typed_as_people_write_it(client, user, typed):
    sign_in(client, phone=typed)

    assert client.session["_auth_user_id"] == str(user.pk)


def test_page_shows_phone_again_but_no_password(client, user):
    response = sign_in(client, password="wrong horse 马")

    page = response.content.decode()
    assert response.status_code == 422
    assert "13800138000" in page
    assert "wrong horse" not in page
    assert page.count("手机号或密码不对。") == 2  # in the summary and at the field


def test_unknown_wrong_and_disabled_read_the_same(client, user):
    UserFactory(phone="13800138001", is_active=False)

    pages = [
        sign_in(client, phone="13800138000", password="wrong"),
        sign_in(client, phone="13800138001"),
        sign_in(client, phone="13800138002"),
    ]

    assert {page.status_code for page in pages} == {422}
    assert len({same_words(page) for page in pages}) == 1


def test_unknown_number_is_not_written_down(client, db):
    sign_in(client, phone="13911112222", password="wrong")

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person, entry.actor) == ("sign_in_failed", None, None)
    assert "13911112222" not in str(vars(entry))
