"""Enrolling: a post for a person, a one-time password for a new one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import AuditEntry, Post, User
from accounts.permissions import Opening, openings
from tests.factories import PASSWORD, StationFactory, UserFactory, person

ENROL = reverse("accounts:enrol")
DOOR = reverse("accounts:login")


@pytest.fixture
def window(house, client_of):
    return client_of(house.lead)


def form(house, **extra):
    return {"name": "陈秀英", "phone": "138 0013 1234", "opening": f"volunteer-{house.station.pk}", **extra}


def shown_password(response):
    return re.search(r'class="one-time nw">([^<]+)<', response.content.decode())[1]


def test_new_person_gets_a_one_time_password(window, house, client):
    password = shown_password(window.post(ENROL, form(house)))

    response = client.post(DOOR, {"phone": "13800131234", "password": password})

    assert response.status_code == 302
    assert client.get(reverse("home")).url == reverse("accounts:password")


def test_one_time_password_is_kept_as_a_hash_for_a_day(window, house):
    password = shown_password(window.post(ENROL, form(house)))

    user = User.objects.get(phone="13800131234")
    left = user.one_time_until - timezone.now()
    assert password not in str(vars(user))
    assert user.must_change_password
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_enrolling_is_written_down(window, house):
    window.post(ENROL, form(house))

    entry = AuditEntry.objects.get(action="enrolled")
    assert (entry.actor, entry.person.name, entry.post.station) == (house.lead, "陈秀英", house.station)


def test_known_number_keeps_name_and_password(window, house):
    known = UserFactory(phone="13800131234", name="黎书文")

    response = window.post(ENROL, form(house), follow=True)

    known.refresh_from_db()
    assert known.name == "黎书文"
    assert known.check_password(PASSWORD)
    assert known.posts.get().station == house.station
    assert "已登记陈秀英为" in response.content.decode()
    assert "黎书文" not in response.content.decode()


def test_known_number_under_its_own_name_shows_the_name(window, house):
    UserFactory(phone="13800131234", name="陈秀英")

    response = window.post(ENROL, form(house), follow=True)

    assert '<th scope="row">陈秀英</th>' in response.content.decode()


def test_same_post_twice_is_refused(window, house):
    window.post(ENROL, form(house))

    response = window.post(ENROL, form(house))

    assert response.status_code == 422
    assert "已经登记过这个岗位" in response.content.decode()
    assert Post.objects.filter(user__phone="13800131234").count() == 1


def test_enrolling_again_after_removal_gives_the_post_back(window, house):
    people.remove(house.volunteer.posts.get(), by=house.lead)
    again = window.get(ENROL, {"again": house.volunteer.posts.get().pk}).context["form"]

    window.post(ENROL, form(house, name=again["name"].value(), phone=again["phone"].value()))

    assert house.volunteer.posts.active().count() == 1
    assert house.volunteer.posts.count() == 2


@pytest.mark.parametrize("again", ["x", "999999", "９", "99999999999999999999999", "-1", ""])
def test_unknown_former_person_fills_nothing(window, again):
    response = window.get(ENROL, {"again": again})

    assert response.status_code == 200
    assert response.context["form"]["name"].value() is None


def test_former_person_of_another_station_fills_nothing(window, house):
    response = window.get(ENROL, {"again": house.outsider.posts.get().pk})

    assert "外人" not in response.content.decode()


@pytest.mark.parametrize("role", ["station_lead", "unit_staff", "dispatcher", "admin"])
def test_lead_cannot_choose_another_role(window, house, role):
    response = window.post(ENROL, form(house, opening=f"{role}-{house.station.pk}", role=role, is_staff="1"))

    assert response.status_code == 422
    assert not User.objects.filter(phone="13800131234").exists()


def test_lead_cannot_choose_another_station(window, house):
    other = StationFactory(area=house.area)

    response = window.post(ENROL, form(house, opening=f"volunteer-{other.pk}", station=other.pk))

    assert response.status_code == 422
    assert not other.posts.exists()


def test_verb_asks_again(house):
    with pytest.raises(people.Refused):
        people.enrol(
            phone="13800131234", name="陈秀英", opening=Opening("volunteer", StationFactory()), by=house.lead
        )


@pytest.mark.parametrize("name", ["", " ", "两\n行", "看\u200b不见", "反\u202e写", "长" * 31])
def test_bad_name_is_refused_and_kept(window, house, name):
    response = window.post(ENROL, form(house, name=name))

    assert response.status_code == 422
    assert response.context["form"].errors["name"]
    assert 'value="138 0013 1234"' in response.content.decode()


def test_rare_name_is_kept_exactly(window, house):
    window.post(ENROL, form(house, name="𠮷田·㛃"))

    assert User.objects.get(phone="13800131234").name == "𠮷田·㛃"


def test_unit_lead_enrols_staff_without_vest_number(house, client_of):
    window = client_of(house.unit_lead)
    assert "vest_number" not in window.get(ENROL).content.decode()

    window.post(ENROL, form(house, opening=f"unit_staff-{house.unit.pk}"))

    assert User.objects.get(phone="13800131234").posts.get().role == "unit_staff"


def test_lead_of_two_stations_chooses(house, client_of):
    second = StationFactory(area=house.area)
    Post.objects.create(user=house.lead, role="station_lead", station=second)
    window = client_of(house.lead)

    window.post(ENROL, form(house, opening=f"volunteer-{second.pk}"))

    assert len(openings(User.objects.get(pk=house.lead.pk))) == 2
    assert User.objects.get(phone="13800131234").posts.get().station == second


@pytest.mark.parametrize("role", ["volunteer", "staff", "dispatcher", "secretary", "admin"])
def test_enrolling_is_for_leads(house, client_of, role):
    client = client_of(getattr(house, role))

    assert client.get(ENROL).status_code == 403
    assert client.post(ENROL, form(house)).status_code == 403
    assert not User.objects.filter(phone="13800131234").exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_leads_enrolling_one_number_make_one_person():
    lead, other = (person("station_lead", station=StationFactory()) for _ in range(2))

    def enrol_by(lead):
        try:
            return people.enrol(phone="13800131234", name="陈秀英", opening=openings(lead)[0], by=lead)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        enrolments = list(pool.map(enrol_by, [lead, other]))

    assert User.objects.get(phone="13800131234").posts.count() == 2
    assert [bool(e.one_time_password) for e in enrolments].count(True) == 1
