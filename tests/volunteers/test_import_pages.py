"""A lead's list sent, looked at, written once, and what the lead takes home."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry, Post, User
from servicedesk.jobs import forget_old_sessions
from tests.factories import StationFactory, person
from tests.volunteers.books import GOOD, HEAD, book, named
from volunteers.importing import writing
from volunteers.models import Member, PeopleImport, Profile, ProfileSkill, Skill, Team

pytestmark = pytest.mark.slow

UPLOAD = reverse("volunteers:import")
BAD = ("", "12345", "", "", "", "", "", "")


@pytest.fixture
def window(house, client_of):
    Skill.objects.get_or_create(name="理发")
    return client_of(house.lead)


def sent(window, house, *rows):
    """The address of the preview."""
    return window.post(UPLOAD, {"station": house.station.pk, "file": book(*rows)}).url


def cells(response):
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_nothing_is_written_before_it_is_confirmed(window, house):
    before = (User.objects.count(), Post.objects.count())

    page = window.get(sent(window, house, GOOD, BAD)).content.decode()

    assert "李秀兰" in page
    assert "没有填姓名" in page
    assert (User.objects.count(), Post.objects.count()) == before


def test_confirmed_rows_are_enrolled_with_all_they_say(window, house):
    team = Team.objects.create(area=house.area, name="理发队")
    row = (*GOOD[:5], "理发队", *GOOD[6:])

    page = window.post(sent(window, house, row, BAD))

    profile = Profile.objects.at_station(house.station).get(vest_number="B001")
    assert (profile.born_on, profile.monthly_hours) == (date(1958, 3, 12), 20)
    assert [str(held.skill) for held in profile.skills.all()] == ["理发"]
    assert profile.availabilities.count() == 2
    assert Member.objects.get(profile=profile).team == team
    assert profile.user.must_change_password
    assert AuditEntry.objects.filter(action="enrolled", person=profile.user, actor=house.lead).exists()
    assert page.context["written"].new[0].password in page.content.decode()


def test_skill_of_a_list_waits_for_the_lead(window, house):
    Skill.objects.get_or_create(name="高压电工", defaults={"needs_proof": True})

    window.post(sent(window, house, (*GOOD[:4], "高压电工", *GOOD[5:])))

    assert not ProfileSkill.objects.get().is_valid(date(2026, 11, 24))


def test_same_list_twice_writes_nobody_twice(window, house):
    window.post(sent(window, house, GOOD))
    before = (User.objects.count(), Post.objects.count(), Profile.objects.count())

    again = sent(window, house, GOOD)
    page = window.get(again).content.decode()
    window.post(again)

    assert "1人已经在册" in page
    assert (User.objects.count(), Post.objects.count(), Profile.objects.count()) == before


def test_second_press_is_told_that_it_is_done(window, house):
    preview = sent(window, house, GOOD)
    window.post(preview)

    again = window.post(preview)

    assert again.status_code == 409
    assert "已经登记过了" in again.content.decode()
    assert PeopleImport.objects.get().rows == []


def test_somebody_known_elsewhere_keeps_name_password_and_profile(window, house):
    user = person("volunteer", station=StationFactory(), name="真名字", phone="13811110001")
    Profile.objects.create(user=user, monthly_hours=5)
    password = user.password

    page = window.post(sent(window, house, GOOD)).content.decode()

    user.refresh_from_db()
    assert (user.name, user.password, user.profile.monthly_hours) == ("真名字", password, 5)
    assert "真名字" not in page
    assert Post.objects.active().filter(user=user, station=house.station).exists()


def test_whoever_was_enrolled_meanwhile_is_left_alone(window, house):
    preview = sent(window, house, GOOD)
    person("volunteer", station=house.station, phone="13811110001", name="李秀兰")

    page = window.post(preview)

    assert page.status_code == 200
    assert page.context["written"].known == ["李秀兰"]


def test_one_press_has_room_for_so_many_and_the_rest_waits(window, house, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    other = ("王大明", "13811110002", "B002", *GOOD[3:])

    page = window.post(sent(window, house, GOOD, other))
    window.post(reverse("volunteers:import_preview", args=[page.context["written"].rest.pk]))

    assert User.objects.filter(phone__in=[GOOD[1], other[1]]).count() == 2


def test_faults_are_taken_home_as_text(window, house):
    formula = ("+cmd|calc", "12345", "", *GOOD[3:])

    found = cells(window.get(sent(window, house, GOOD, formula) + "faults/"))

    assert found == [["行号", "姓名", "问题"], ["3", "+cmd|calc", "手机号不对：12345"]]


def test_template_is_read_back_by_the_import(window, house):
    content = window.get(reverse("volunteers:import_template")).content
    filled = load_workbook(BytesIO(content))
    filled.worksheets[0].append(GOOD)
    target = BytesIO()
    filled.save(target)

    answer = window.post(UPLOAD, {"station": house.station.pk, "file": named(target.getvalue())})

    assert answer.status_code == 302
    assert cells(window.get(reverse("volunteers:import_template")))[0] == list(HEAD)


def test_refused_file_is_said_at_the_field(window, house):
    answer = window.post(UPLOAD, {"station": house.station.pk, "file": named(b"x")})

    assert answer.status_code == 422
    assert "不是xlsx" in str(answer.context["form"].errors["file"])
    assert window.post(UPLOAD, {"station": house.station.pk}).status_code == 422


def test_list_goes_to_the_own_station_only(window):
    answer = window.post(UPLOAD, {"station": StationFactory().pk, "file": book(GOOD)})

    assert answer.status_code == 422
    assert not PeopleImport.objects.exists()


def test_preview_is_its_leads_alone_and_forgotten_after_an_hour(window, house, client_of):
    preview = sent(window, house, GOOD)
    other = client_of(person("station_lead", station=house.station))

    assert [other.get(preview).status_code, other.post(preview).status_code] == [404, 404]
    PeopleImport.objects.update(made_at=PeopleImport.objects.get().made_at - timedelta(hours=1))
    assert [window.get(preview).status_code, window.get(preview + "faults/").status_code] == [404, 404]
    sent(window, house, GOOD)
    assert PeopleImport.objects.count() == 1


def test_list_that_was_never_written_is_forgotten_by_night(window, house):
    sent(window, house, GOOD)
    PeopleImport.objects.update(made_at=PeopleImport.objects.get().made_at - timedelta(hours=1))

    forget_old_sessions()

    assert not PeopleImport.objects.exists()
