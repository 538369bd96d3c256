"""When a session begins, and everything that ends it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import people, sessions
from accounts.backends import PersonBackend
from accounts.models import AuditEntry, Session
from tests.factories import PASSWORD

DOOR, ME = reverse("accounts:login"), reverse("accounts:me")
NEW = "另一句好记的话 2026"


@pytest.fixture
def window(house):
    """A browser in which the volunteer signed in at the door."""
    return signed_in(house.volunteer)


def signed_in(user):
    client = Client()
    client.post(DOOR, {"phone": user.phone, "password": PASSWORD})
    return client


def is_in(client):
    return client.get(ME).status_code == 200


def test_stranger_is_sent_to_the_door(client, db):
    response = client.get(ME)

    assert response.url == f"{DOOR}?next={ME}"


def test_session_number_changes_at_sign_in(house):
    client = Client()
    client.get(DOOR)
    client.session["planted"] = True
    before = client.session.session_key

    client.post(DOOR, {"phone": house.volunteer.phone, "password": PASSWORD})

    assert client.session.session_key != before


def test_next_person_at_the_desk_gets_a_new_session(window, house):
    before = window.session.session_key

    window.post(DOOR, {"phone": house.lead.phone, "password": PASSWORD})

    assert window.session["_auth_user_id"] == str(house.lead.pk)
    assert not Session.objects.filter(session_key=before).exists()


def test_logout_ends_the_session_on_the_server(window, house):
    stolen = window.cookies["session"].value

    response = window.post(reverse("accounts:logout"))

    thief = Client()
    thief.cookies["session"] = stolen
    assert not is_in(thief)
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert AuditEntry.objects.filter(action="sign_out", actor=house.volunteer).count() == 1


def test_logout_twice_is_no_error(window):
    window.post(reverse("accounts:logout"))

    assert window.post(reverse("accounts:logout")).url == DOOR


def test_own_new_password_ends_the_other_sessions(window, house):
    other = signed_in(house.volunteer)

    window.post(reverse("accounts:password"), {"old": PASSWORD, "new": NEW, "again": NEW})

    assert is_in(window)
    assert not is_in(other)


def test_reset_ends_every_session(window, house):
    people.reset_password(house.volunteer, by=house.lead)

    assert not is_in(window)


def test_disabled_person_is_out_with_the_next_request(window, house):
    house.volunteer.is_active = False
    house.volunteer.save()

    assert not is_in(window)


def test_ended_post_counts_with_the_next_request(house, client_of):
    client = client_of(house.lead)
    assert client.get(reverse("accounts:people")).status_code == 200

    house.lead.posts.update(ended_at=timezone.now())

    assert client.get(reverse("accounts:people")).status_code == 403


def test_session_says_whose_it_is_and_brings_the_person_along(window, house, django_assert_num_queries):
    with django_assert_num_queries(1):
        window.get(DOOR)  # sends on whoever is signed in

    assert Session.objects.get().user == house.volunteer


def test_session_from_before_names_nobody_and_stays_open(window, house):
    Session.objects.update(user=None)

    assert window.get(ME).wsgi_request.user == house.volunteer
    assert [post.station for post in window.get(ME).wsgi_request.user.active_posts] == [house.station]


def test_person_without_a_post_is_signed_in_too(window, house):
    house.volunteer.posts.update(ended_at=timezone.now())

    assert window.get(ME).wsgi_request.user == house.volunteer
    assert window.get(ME).wsgi_request.user.active_posts == []


def test_what_the_session_holds_decides_who_it_is(window, house):
    Session.objects.update(user=house.lead)

    assert window.get(ME).wsgi_request.user == house.volunteer


def test_session_that_has_expired_is_nobodys(window):
    Session.objects.update(expire_date=timezone.now())

    assert not is_in(window)


def test_person_read_with_a_session_is_not_kept_for_the_next_page(window, house):
    window.get(ME)
    before = PersonBackend().get_user(house.volunteer.pk)

    assert sessions.person(house.volunteer.pk) is None
    assert before is not PersonBackend().get_user(house.volunteer.pk)


def test_pages_behind_the_door_are_not_stored(window):
    assert window.get(ME).headers["Cache-Control"] == "no-store"


def test_one_time_password_opens_only_the_password_page(window, house):
    type(house.volunteer).objects.filter(pk=house.volunteer.pk).update(must_change_password=True)

    answers = {name: window.get(reverse(name)) for name in ["home", "accounts:me", "notices:list"]}

    assert {answer.url for answer in answers.values()} == {reverse("accounts:password")}
    assert window.get(reverse("accounts:password")).status_code == 200


def test_public_pages_stay_open_before_the_change(window, house):
    type(house.volunteer).objects.filter(pk=house.volunteer.pk).update(must_change_password=True)

    assert window.get(DOOR).url == reverse("home")
    assert window.post(reverse("accounts:large_print")).status_code == 302
    assert window.post(reverse("accounts:logout")).url == DOOR


def test_device_stands_on_the_person(window, rf):
    response = window.get(ME)

    assert response.wsgi_request.user.device == window.cookies["device"].value
