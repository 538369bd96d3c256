"""我的档案, and the lead's volunteers: what is shown to whom, found how, changed on which page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import AuditEntry
from accounts.permissions import Opening
from tests.factories import StationFactory, person
from tests.volunteers.rosters import profile_of, volunteer
from volunteers.models import Member, Profile, ProfileSkill, Skill, Team

LIST = reverse("volunteers:people")
ME = reverse("volunteers:me")
WEEK = {"day0": ["am", "pm"], "day5": ["eve", "wish"], "from3": "14:00", "until3": "00:00"}


@pytest.fixture
def profile(house):
    return profile_of(house.volunteer)


@pytest.fixture
def window(house, client_of):
    return client_of(house.lead)


def my(part):
    return reverse("volunteers:my_part", args=[part])


def theirs(profile, part):
    return reverse("volunteers:part", args=[profile.pk, part])


def names(response):
    return [str(row.profile) for row in response.context["rows"]]


def test_my_profile_says_what_is_shown_to_whom(profile, house, client_of):
    page = client_of(house.volunteer).get(ME).content.decode()

    assert "写“刘**”" in page
    assert "看不到电话" in page
    assert "还没有确认过" in page


def test_without_a_profile_somebody_reads_what_to_do(house, client_of):
    response = client_of(house.volunteer).get(ME)

    assert response.status_code == 403
    assert "请站长" in response.content.decode()


def test_times_are_ticked_and_shown_again(profile, house, client_of):
    mine = client_of(house.volunteer)

    response = mine.post(my("times"), WEEK, follow=True)

    page = response.content.decode()
    assert all(words in page for words in ("周一上午、下午", "周四14:00–24:00", "周六晚上（最想来）"))
    form = mine.get(my("times")).context["form"]
    assert (form["day0"].value(), form["day5"].value()) == (["am", "pm"], ["eve", "wish"])
    assert form["from3"].value().hour == 14


@pytest.mark.parametrize(
    ("part", "typed", "field"),
    [
        ("times", {"from3": "14:00"}, "until3"),
        ("times", {"from3": "14:00", "until3": "13:00"}, "until3"),
        ("times", {"day3": ["wish"]}, "day3"),
        ("times", {"day3": ["night"]}, "day3"),
        ("times", {"from3": "两点"}, "from3"),
        ("capacity", {"monthly_hours": "很多", "weekly_hours": "20"}, "monthly_hours"),
        ("capacity", {"monthly_hours": "16", "weekly_hours": "999"}, "weekly_hours"),
        ("absence", {"from_on": "明天"}, "from_on"),
        ("absence", {"from_on": "2036-12-05", "until_on": "2036-12-01"}, "until_on"),
        ("absence", {"from_on": "2020-12-05"}, "from_on"),
        ("skills", {"skills": ["999999999"]}, "skills"),
        ("skills", {"skills": ["x"]}, "skills"),
    ],
)
def test_bad_input_is_said_at_the_field(profile, house, client_of, part, typed, field):
    response = client_of(house.volunteer).post(my(part), typed)

    assert response.status_code == 422
    assert field in response.context["form"].errors


@pytest.mark.parametrize("part", ["guardian", "skill", "nothing"])
def test_what_the_lead_vouches_for_is_no_page_of_ones_own(profile, house, client_of, part):
    assert client_of(house.volunteer).get(my(part)).status_code == 404


def test_extra_fields_change_nothing(profile, house, client_of):
    hours = {"monthly_hours": 8, "weekly_hours": 10, "vest_number": "A001", "left_on": "2026-01-06"}

    client_of(house.volunteer).post(my("capacity"), hours)

    profile.refresh_from_db()
    assert (profile.monthly_hours, profile.vest_number, profile.left_on) == (8, "", None)


def test_lead_sees_the_own_volunteers_only(window, profile):
    volunteer(StationFactory(area=profile.user.posts.get().station.area), name="隔壁站的人")

    assert names(window.get(LIST)) == ["刘桂芳"]


@pytest.mark.parametrize("words", ["桂", "1234", "A017", "138 0013 1234"])
def test_search_finds_by_name_phone_and_vest(window, house, words):
    found = volunteer(house.station, name="刘桂英", vest_number="a017")
    type(found.user).objects.filter(pk=found.user_id).update(phone="13800131234")
    volunteer(house.station, name="胡秀英")

    assert names(window.post(LIST, {"words": words})) == ["刘桂英"]


def test_filters_narrow(window, house):
    today, barber = timezone.localdate(), Skill.objects.get_or_create(name="理发")[0]
    wireman = Skill.objects.create(name="高压电工", needs_proof=True)
    child = volunteer(house.station, name="小学生", born_on=today - timedelta(days=15 * 365))
    cutter, electric = (volunteer(house.station, name=name) for name in ("理发的", "电工"))
    ProfileSkill.objects.create(profile=cutter, skill=barber)
    ProfileSkill.objects.create(profile=electric, skill=wireman, proof="证", expires_on=today)
    ProfileSkill.objects.create(profile=child, skill=wireman)
    team = Team.objects.create(area=house.area, name="理发队")
    Member.objects.create(team=team, profile=cutter)

    asked = [
        {"skill": barber.pk},
        {"team": team.pk},
        {"who": "minor"},
        {"who": "expiring"},
        {"who": "unseen"},
    ]
    found = [names(window.get(LIST, query)) for query in asked]

    assert found == [["理发的"], ["理发的"], ["小学生"], ["电工"], ["小学生"]]
    assert len(names(window.get(LIST, {"who": "x", "skill": "y", "team": "-1"}))) == 3


def test_list_asks_the_same_for_one_and_for_many(window, house, django_assert_num_queries):
    def filled(name):
        one = volunteer(house.station, name=name)
        ProfileSkill.objects.create(profile=one, skill=Skill.objects.get_or_create(name="理发")[0])
        Member.objects.create(profile=one, team=Team.objects.get_or_create(area=house.area, name="队")[0])

    filled("甲")
    window.get(LIST)
    with django_assert_num_queries(10) as first:
        window.get(LIST)
    filled("乙")
    filled("丙")

    with django_assert_num_queries(len(first)):
        assert len(names(window.get(LIST))) == 3


def test_who_has_left_is_listed_apart(window, house):
    post = people.enrol(
        phone="13800131234", name="李走了", opening=Opening("volunteer", house.station), by=house.lead
    ).post
    people.remove(post, by=house.lead)

    page = window.get(LIST, {"who": "left"}).content.decode()

    assert "李走了" in page
    assert f"again={post.pk}" in page
    assert names(window.get(LIST)) == []


def test_name_that_was_not_given_rightly_stays_masked(window, house):
    person("volunteer", station=StationFactory(), name="真名字", phone="13800131234")
    opening = Opening("volunteer", house.station)
    people.enrol(phone="13800131234", name="乱填的", opening=opening, by=house.lead)
    profile = Profile.objects.get(user__phone="13800131234")

    pages = [window.get(LIST), window.get(reverse("volunteers:person", args=[profile.pk]))]

    assert all("真名字" not in page.content.decode() for page in pages)
    assert names(window.post(LIST, {"words": "真名字"})) == []


def test_foreign_volunteer_looks_like_a_missing_one(window, house):
    stranger = volunteer(StationFactory(area=house.area))

    answers = [window.get(reverse("volunteers:person", args=[pk])) for pk in (stranger.pk, 10**9)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert window.post(theirs(stranger, "consent"), {}).status_code == 404


def test_lead_checks_a_proof(window, profile):
    wireman = Skill.objects.create(name="高压电工", needs_proof=True)
    until = timezone.localdate() + timedelta(days=20)

    refused = window.post(theirs(profile, "skill"), {"skill": wireman.pk})
    page = window.post(
        theirs(profile, "skill"), {"skill": wireman.pk, "proof": "电工证", "expires_on": until}, follow=True
    )

    assert "要看证件" in str(refused.context["form"].errors)
    assert "还有20天" in page.content.decode()


def test_skill_form_opens_filled_for_the_one_it_is_about(window, profile):
    skill = Skill.objects.get_or_create(name="理发")[0]
    ProfileSkill.objects.create(profile=profile, skill=skill, proof="看过手艺")

    form = window.get(theirs(profile, "skill"), {"skill": skill.pk}).context["form"]

    assert (form["skill"].value(), form["proof"].value()) == (skill.pk, "看过手艺")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"born_on": "2010-05-01", "guardian_consented_on": "2026-11-01"}, "guardian_name"),
        ({"guardian_name": "刘", "guardian_consented_on": "2096-11-01"}, "guardian_consented_on"),
        ({"born_on": "2096-01-01"}, "born_on"),
        ({"born_on": "1800-01-01"}, "born_on"),
        ({"guardian_phone": "12345"}, "guardian_phone"),
    ],
)
def test_guardian_is_asked_for_properly(window, profile, typed, field):
    response = window.post(theirs(profile, "guardian"), typed)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_minor_without_consent_is_marked(window, profile):
    window.post(theirs(profile, "guardian"), {"born_on": date.today() - timedelta(days=15 * 365)})

    assert "缺监护人同意" in window.get(LIST).content.decode()


def test_lead_takes_a_skill_away(window, profile):
    skill = Skill.objects.get_or_create(name="理发")[0]
    ProfileSkill.objects.create(profile=profile, skill=skill)

    window.post(theirs(profile, "skill"), {"drop": skill.pk})
    gone = window.post(theirs(profile, "skill"), {"drop": skill.pk})

    assert not profile.skills.exists()
    assert gone.status_code == 409
    assert AuditEntry.objects.filter(action="skill_checked").count() == 1


def test_audit_says_consents_in_words(profile, house, client_of):
    client_of(house.volunteer).post(my("consent"), {"shows_phone": "on"})

    page = client_of(house.secretary).get(reverse("tickets:audit")).content.decode()

    assert "改刘桂芳的同意：同班看得到电话、缺人不要问" in page


@pytest.fixture
def guest(profile, house, client_of):
    """The volunteer came from another station; enrolled here by the number, under whatever name."""
    profile.born_on, profile.guardian_name = timezone.localdate() - timedelta(days=15 * 365), "葛监护"
    profile.guardian_phone, profile.guardian_consented_on = "13911112222", timezone.localdate()
    profile.vest_number, profile.monthly_hours = "B077", 33
    profile.save()
    profile.absences.create(from_on="2096-12-10", until_on="2096-12-10", reason="私密住院")
    station = StationFactory(area=house.area)
    lead = person("station_lead", station=station)

    def enrol(name):
        opening = Opening("volunteer", station)
        people.enrol(phone=profile.user.phone, name=name, opening=opening, by=lead, vest_number="X1")
        return client_of(lead)

    return enrol


PARTICULARS = ("刘桂芳", "私密住院", "葛监护", "13911112222", "B077", "33小时")
PARTS = ("consent", "times", "absence", "capacity", "skill", "guardian")
OTHER_NAME = "姓名没有对上，档案由本人或原来的站长改"


def seen(window, profile):
    page = window.get(reverse("volunteers:person", args=[profile.pk])).content.decode()
    return {words for words in PARTICULARS if words in page}, page


def test_lead_who_wrote_another_name_sees_no_particulars(profile, guest):
    window = guest("随便写")

    found, page = seen(window, profile)

    assert (found, OTHER_NAME in page) == (set(), True)
    assert "B077" not in window.get(LIST).content.decode()
    assert [names(window.get(LIST, {"who": "minor"})), names(window.post(LIST, {"words": "B077"}))] == [
        [],
        [],
    ]
    assert "姓名没有对上" in window.get(LIST).content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_lead_who_wrote_another_name_opens_no_part(profile, guest, part):
    window = guest("随便写")

    answers = [window.get(theirs(profile, part)), window.post(theirs(profile, part), {"withdraw": "1"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all(OTHER_NAME in answer.content.decode() for answer in answers)


def test_second_stations_lead_knows_of_age_and_guardian_yes_or_no(profile, guest):
    window = guest("刘桂芳")

    found, page = seen(window, profile)

    assert found == {"刘桂芳", "私密住院", "B077", "33小时"}
    assert "监护人已经同意" in page
    assert f"{profile.born_on.year}年" not in page
    assert [window.get(theirs(profile, part)).status_code for part in PARTS] == [403, 200, 200, 200, 200, 403]
    assert window.post(theirs(profile, "guardian"), {}).status_code == 403


def test_wrong_enrolment_elsewhere_hides_nothing_from_the_right_lead(profile, guest, house, client_of):
    guest("随便写")
    window = client_of(house.lead)

    assert seen(window, profile)[0] == set(PARTICULARS)
    assert names(window.post(LIST, {"words": "桂芳"})) == ["刘桂芳"]
    assert [window.get(theirs(profile, part)).status_code for part in PARTS] == [200] * 6


@pytest.mark.parametrize("name", ["随便写", "刘桂芳"])
def test_number_worn_elsewhere_is_not_given_anew(profile, guest, name):
    guest(name)

    profile.refresh_from_db()
    assert profile.vest_number == "B077"
