"""Taking a post away, and a new one-time password."""

import pytest
from django.urls import reverse

from accounts import people
from accounts.models import AuditEntry, Post
from tests.factories import PASSWORD, PostFactory, person

VERBS = ["remove", "reset_password"]


@pytest.fixture
def window(house, client_of):
    return client_of(house.lead)


def page_of(verb, user):
    return reverse(f"accounts:{verb}", args=[user.posts.get().pk])


@pytest.mark.parametrize("verb", VERBS)
def test_asking_changes_nothing(window, house, verb):
    response = window.get(page_of(verb, house.volunteer))

    house.volunteer.refresh_from_db()
    assert "刘桂芳" in response.content.decode()
    assert house.volunteer.posts.active().exists()
    assert house.volunteer.check_password(PASSWORD)


def test_removed_person_loses_the_post(window, house):
    response = window.post(page_of("remove", house.volunteer))

    post = house.volunteer.posts.get()
    entry = AuditEntry.objects.get(action="post_ended")
    assert response.url == reverse("accounts:people")
    assert post.ended_at
    assert (entry.actor, entry.person, entry.post) == (house.lead, house.volunteer, post)


def test_removing_twice_says_so(window, house):
    page = page_of("remove", house.volunteer)
    window.post(page)

    response = window.post(page, follow=True)

    assert "这个岗位身份已经结束。" in response.content.decode()
    assert AuditEntry.objects.filter(action="post_ended").count() == 1


def test_reset_shows_the_password_once(window, house, client):
    page = window.post(page_of("reset_password", house.volunteer)).content.decode()

    house.volunteer.refresh_from_db()
    password = page.split('class="one-time nw">')[1].split("<")[0]
    assert house.volunteer.check_password(password)
    assert password not in window.get(page_of("reset_password", house.volunteer)).content.decode()
    assert AuditEntry.objects.get(action="password_reset").person == house.volunteer


def test_new_reset_ends_the_last_one(house):
    first = people.reset_password(house.volunteer, by=house.lead)
    people.reset_password(house.volunteer, by=house.lead)

    house.volunteer.refresh_from_db()
    assert not house.volunteer.check_password(first)


def test_person_with_a_post_elsewhere_is_not_reset(window, house):
    PostFactory(user=house.volunteer, role="unit_staff", unit=house.unit)
    page = reverse("accounts:reset_password", args=[house.volunteer.posts.get(role="volunteer").pk])

    response = window.post(page)

    house.volunteer.refresh_from_db()
    assert response.status_code == 403
    assert "这个人还有别处的岗位身份" in response.content.decode()
    assert house.volunteer.check_password(PASSWORD)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "target", ["lead", "staff", "unit_lead", "dispatcher", "secretary", "admin", "outsider"]
)
def test_somebody_elses_person_looks_like_a_missing_one(window, house, verb, target):
    user = getattr(house, target)
    missing = window.post(reverse(f"accounts:{verb}", args=[99999999]))

    response = window.post(page_of(verb, user))

    user.refresh_from_db()
    assert (response.status_code, missing.status_code) == (404, 404)
    assert len(response.content) == len(missing.content)
    assert user.posts.active().exists()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("actor", ["volunteer", "staff", "dispatcher", "secretary", "admin"])
def test_verbs_are_for_leads(house, client_of, verb, actor):
    response = client_of(getattr(house, actor)).post(page_of(verb, house.colleague))

    house.colleague.refresh_from_db()
    assert response.status_code == 403
    assert house.colleague.posts.active().exists()


@pytest.mark.parametrize("verb", VERBS)
def test_huge_number_is_just_missing(window, verb):
    assert window.get(f"/people/{10**30}/{'remove' if verb == 'remove' else 'password'}/").status_code == 404


def test_verbs_ask_again(house):
    with pytest.raises(people.Refused):
        people.remove(house.staff.posts.get(), by=house.lead)
    with pytest.raises(people.Refused):
        people.reset_password(house.staff, by=house.lead)
    with pytest.raises(people.Refused):
        people.appoint(house.staff, role="admin", by=house.lead)
    with pytest.raises(people.Refused):
        people.create(house.staff, by=house.lead)


def test_last_admin_cannot_leave(house):
    with pytest.raises(people.Refused, match="至少要留一个系统管理员"):
        people.remove(house.admin.posts.get(), by=house.admin)


def test_one_of_two_admins_can(house):
    second = person("admin")

    people.remove(second.posts.get(), by=house.admin)

    assert Post.objects.active().as_role("admin").count() == 1
