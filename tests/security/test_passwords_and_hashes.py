"""A one-time password ends with its use, and nobody reads a password's hash letter by letter."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.permissions import openings
from tests.factories import PASSWORD, person


def newcomer(house):
    """A volunteer's browser right after signing in with the one-time password, and that password."""
    opening = openings(house.lead)[0]
    password = people.enrol(
        phone="13800009901", name="新来的", opening=opening, by=house.lead
    ).one_time_password
    client = Client()
    client.post(reverse("accounts:login"), {"phone": "13800009901", "password": password})
    return client, password


def test_one_time_password_cannot_be_kept(house):
    client, password = newcomer(house)

    answer = client.post(reverse("accounts:password"), {"new": password, "again": password})

    assert answer.status_code == 422
    assert client.get(reverse("tickets:desk")).url == reverse("accounts:password")


def test_own_password_ends_the_one_time_password(house):
    client, password = newcomer(house)

    client.post(
        reverse("accounts:password"), {"new": "对面楼三只花猫都很胖", "again": "对面楼三只花猫都很胖"}
    )

    assert client.get(reverse("tickets:desk")).status_code == 200
    again = Client().post(reverse("accounts:login"), {"phone": "13800009901", "password": password})
    assert again.status_code == 422


def test_new_password_field_is_no_place_to_guess_the_old_one(house, client_of):
    client = client_of(house.volunteer)

    right, wrong = (
        client.post(reverse("accounts:password"), {"old": "猜错的密码一二三", "new": new, "again": new})
        for new in (PASSWORD, "对面楼三只花猫都很胖")
    )

    assert right.context["form"].errors == wrong.context["form"].errors


@pytest.mark.parametrize(
    "lookup", ["password__startswith", "password__contains", "password", "password__regex"]
)
def test_admin_cannot_ask_for_parts_of_a_hash(db, client_of, lookup):
    client = client_of(person("admin"))

    answer = client.get(reverse("admin:accounts_user_changelist"), {lookup: "argon2"})

    assert answer.status_code == 400
