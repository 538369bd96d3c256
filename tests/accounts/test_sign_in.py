"""The door: phone and password, the same answer for every wrong one."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

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


@pytest.mark.parametrize(
    "typed", ["138 0013 8000", "138-0013-8000", "１３８００１３８０００", "+86 13800138000", " 13800138000 "]
)
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


def test_malformed_number_is_refused_at_the_field(client, db):
    response = sign_in(client, phone="12345")

    assert response.status_code == 422
    assert response.context["form"].errors["phone"] == ["填写11位手机号，例如 13800138000。"]


def test_sign_in_is_written_down_with_the_browser(client, user):
    sign_in(client)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.person) == ("sign_in", user, user)
    assert entry.device == client.cookies["device"].value
    assert len(entry.device) == 12


def test_browser_keeps_its_number(client, user):
    sign_in(client)
    number = client.cookies["device"].value
    client.post(reverse("accounts:logout"))

    sign_in(client)

    assert client.cookies["device"].value == number
    assert client.cookies["device"]["httponly"]


def test_browser_number_of_a_stranger_is_replaced(client, user):
    client.cookies["device"] = "<script>x</script>"

    sign_in(client)

    assert len(client.cookies["device"].value) == 12


def test_one_time_password_is_good_until_it_expires(client, db):
    now = timezone.now()
    UserFactory(phone="13800138000", must_change_password=True, one_time_until=now - timedelta(seconds=1))

    response = sign_in(client)

    assert response.status_code == 422
    assert "一次性密码已过期，请站长或单位负责人再给您一个。" in response.content.decode()


def test_signed_in_person_is_led_on(client_of, user):
    response = client_of(user).get(DOOR, {"next": "/me/"})

    assert response.headers["Location"] == "/me/"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_door_knows_no_other_method(client, db, method):
    assert getattr(client, method)(DOOR).status_code == 405


def test_logout_needs_post(client_of, user):
    client = client_of(user)

    assert client.get(reverse("accounts:logout")).status_code == 405
    assert "_auth_user_id" in client.session
