"""One's own account."""

import pytest
from django.urls import reverse

from accounts.models import Attempt, AuditEntry
from tests.factories import PASSWORD

ME, CHANGE, SIZE = reverse("accounts:me"), reverse("accounts:password"), reverse("accounts:large_print")
NEW = "另一句好记的话 2026"


@pytest.fixture
def window(house, client_of):
    return client_of(house.volunteer)


def change(client, *, old=PASSWORD, new=NEW, again=None):
    return client.post(CHANGE, {"old": old, "new": new, "again": new if again is None else again})


def test_me_names_the_posts_and_masks_the_phone(window, house):
    page = window.get(ME).content.decode()

    assert f"{house.station}志愿者" in page
    assert house.volunteer.phone not in page
    assert house.volunteer.phone[-4:] in page


def test_me_is_read_only(window):
    assert window.post(ME).status_code == 405


def test_password_is_changed_and_written_down(window, house):
    response = change(window)

    house.volunteer.refresh_from_db()
    assert response.url == ME
    assert house.volunteer.check_password(NEW)
    assert AuditEntry.objects.get(action="password_changed").actor == house.volunteer


def test_wrong_old_password_changes_nothing(window, house):
    response = change(window, old="wrong")

    house.volunteer.refresh_from_db()
    assert response.status_code == 422
    assert response.context["form"].errors["old"] == ["现在的密码不对。"]
    assert house.volunteer.check_password(PASSWORD)


def test_old_password_cannot_be_guessed_without_end(window):
    for _ in range(5):
        change(window, old="wrong")

    response = change(window)

    assert "试的次数太多" in response.context["form"].errors["old"][0]


def test_right_old_password_leaves_no_failure(window):
    change(window)

    assert not Attempt.objects.filter(failures__gt=0).exists()


def test_repeated_password_must_be_the_same(window):
    response = change(window, again="别的")

    assert response.context["form"].errors["again"] == ["两次输入的新密码不一样，请再输一次。"]


def test_first_password_needs_no_old_one(window, house):
    type(house.volunteer).objects.filter(pk=house.volunteer.pk).update(must_change_password=True)

    response = window.post(CHANGE, {"new": NEW, "again": NEW})

    house.volunteer.refresh_from_db()
    assert response.url == reverse("home")
    assert (house.volunteer.must_change_password, house.volunteer.one_time_until) == (False, None)


def test_large_print_works_signed_out(client, db):
    client.post(SIZE)

    assert client.cookies["large"].value == "1"
    assert '<html lang="zh-Hans" class="large">' in client.get(reverse("accounts:login")).content.decode()


def test_large_print_goes_back(client, db):
    client.post(SIZE)
    client.post(SIZE)

    assert client.cookies["large"].value == "0"


def test_large_print_asked_for_twice_stays(client, db):
    client.post(SIZE, {"large": "1"})
    client.post(SIZE, {"large": "1"})

    assert client.cookies["large"].value == "1"


def test_large_print_is_remembered_with_the_person(window, house, client_of):
    window.post(SIZE)

    other = client_of(house.volunteer)
    assert 'class="large"' in other.get(ME).content.decode()
    house.lead.refresh_from_db()
    assert house.lead.large_print is False


def test_large_print_comes_along_to_another_browser(client, house):
    type(house.volunteer).objects.filter(pk=house.volunteer.pk).update(large_print=True)

    client.post(reverse("accounts:login"), {"phone": house.volunteer.phone, "password": PASSWORD})

    assert client.cookies["large"].value == "1"


def test_size_switch_needs_post(client, db):
    assert client.get(SIZE).status_code == 405
