"""志愿服务队: who founds and keeps them, who reads whose name, a team as a unit."""

import pytest
from django.urls import reverse

from stations.refusals import Conflict, Refused
from tests.factories import AreaFactory, StationFactory, UnitFactory, at, person
from tests.volunteers.rosters import profile_of, volunteer
from volunteers import teaming
from volunteers.models import Member, ProfileSkill, Skill, Team

NOW = at("2026-11-24 10:00")
TEAMS = reverse("volunteers:teams")


@pytest.fixture
def team(house):
    return Team.objects.create(area=house.area, name="便民维修队")


@pytest.fixture
def barber(house):
    return volunteer(house.station, name="胡秀英", vest_number="A017")


def page_of(team):
    return reverse("volunteers:team", args=[team.pk])


def captain(house, team):
    """A volunteer who leads the team and nothing else."""
    Member.objects.create(team=team, profile=profile_of(house.volunteer), is_lead=True)
    return house.volunteer


@pytest.mark.parametrize("who", ["lead", "dispatcher", "captain"])
def test_team_is_kept_by_its_lead_the_station_lead_and_the_dispatcher(house, team, barber, who):
    by = captain(house, team) if who == "captain" else getattr(house, who)

    teaming.add_member(team, words="a017", is_lead=False, by=by, now=NOW)

    assert team.members.filter(profile=barber).exists()


@pytest.mark.parametrize("who", ["volunteer", "secretary", "outsider", "other_lead"])
def test_team_is_nobody_elses_to_keep(house, team, barber, who):
    by = person("station_lead", station=StationFactory()) if who == "other_lead" else getattr(house, who)

    with pytest.raises(Refused, match="由队长、本社区的站长"):
        teaming.add_member(team, words="A017", is_lead=False, by=by, now=NOW)


def test_captain_who_has_left_the_team_keeps_it_no_more(house, team, barber):
    by = captain(house, team)
    teaming.remove_member(team, team.members.get().pk, by=by, now=NOW)

    with pytest.raises(Refused):
        teaming.add_member(team, words="A017", is_lead=False, by=by, now=NOW)


@pytest.mark.parametrize("words", ["A018", "13899999999", "胡秀英", "A01"])
def test_member_is_found_to_the_letter(house, team, barber, words):
    with pytest.raises(Refused, match="没有这个手机号或红马甲编号"):
        teaming.add_member(team, words=words, is_lead=False, by=house.lead, now=NOW)


def test_volunteer_of_another_community_is_not_found(house, team):
    volunteer(StationFactory(), vest_number="B001")

    with pytest.raises(Refused, match="没有这个手机号或红马甲编号"):
        teaming.add_member(team, words="B001", is_lead=False, by=house.lead, now=NOW)


def test_member_is_in_the_team_once_and_may_come_back(house, team, barber):
    member = teaming.add_member(team, words="A017", is_lead=False, by=house.lead, now=NOW)
    with pytest.raises(Conflict, match="已经是"):
        teaming.add_member(team, words="A017", is_lead=False, by=house.lead, now=NOW)

    teaming.remove_member(team, member.pk, by=barber.user, now=NOW)
    teaming.add_member(team, words="A017", is_lead=True, by=house.lead, now=NOW)

    assert team.members.count() == 2
    assert team.members.present().get().is_lead


def test_projects_stop_and_go_on(house, team, client_of):
    window = client_of(house.lead)
    window.post(page_of(team), {"what": "project", "name": "每月理发", "about": "上门"})
    twice = window.post(page_of(team), {"what": "project", "name": "每月理发"})
    project = team.projects.get()

    window.post(page_of(team), {"stop": project.pk})

    project.refresh_from_db()
    assert not project.is_active
    assert twice.status_code == 409


def test_team_page_masks_those_who_did_not_agree(house, team, barber, client_of):
    Member.objects.create(team=team, profile=barber)
    other = volunteer(house.station, name="王大方", shows_name=True)
    Member.objects.create(team=team, profile=other)

    seen = {
        who: client_of(getattr(house, who)).get(page_of(team)).content.decode()
        for who in ("volunteer", "lead", "secretary")
    }

    assert "胡秀英" not in seen["volunteer"]
    assert "王大方" in seen["volunteer"]
    assert all("胡秀英" in seen[who] for who in ("lead", "secretary"))


def test_team_says_its_skills_and_who_takes_its_tickets(house, team, barber, client_of):
    unit = UnitFactory(area=house.area, name="便民维修服务队", kind="volunteer_team")
    Team.objects.update(unit=unit)
    person("unit_staff", unit=unit, name="赵接单")
    ProfileSkill.objects.create(profile=barber, skill=Skill.objects.get_or_create(name="理发")[0])
    Member.objects.create(team=team, profile=barber)

    page = client_of(house.dispatcher).get(page_of(team)).content.decode()

    assert "理发1人" in page
    assert "赵接单" in page


def test_foreign_team_looks_like_a_missing_one(house, team, client_of):
    foreign = Team.objects.create(area=AreaFactory(), name="别处的队")

    answers = [client_of(house.lead).get(reverse("volunteers:team", args=[pk])) for pk in (foreign.pk, 10**9)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "别处的队" not in client_of(house.volunteer).get(TEAMS).content.decode()


def test_dispatcher_founds_a_team_that_is_a_unit(house, client_of):
    unit = UnitFactory(area=house.area, name="便民维修服务队", kind="volunteer_team")

    client_of(house.dispatcher).post(reverse("volunteers:found_team"), {"name": "维修队", "unit": unit.pk})

    assert Team.objects.get(name="维修队").unit == unit


def test_founding_refuses_doubles_and_foreign_units(house, team, client_of):
    unit = UnitFactory(area=house.area, name="便民维修服务队", kind="volunteer_team")
    Team.objects.update(unit=unit)
    window, url = client_of(house.dispatcher), reverse("volunteers:found_team")
    foreign = UnitFactory(kind="volunteer_team")

    answers = [
        window.post(url, typed)
        for typed in (
            {"name": "便民维修队"},
            {"name": "新队", "unit": unit.pk},
            {"name": "新队", "unit": foreign.pk},
            {"name": "新队", "unit": house.unit.pk},
            {"name": ""},
        )
    ]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert [list(answer.context["form"].errors) for answer in answers] == [
        ["name"], ["unit"], ["unit"], ["unit"], ["name"],
    ]  # fmt: skip


def test_team_is_changed_by_the_own_dispatcher_only(house, team, client_of):
    url = reverse("volunteers:edit_team", args=[team.pk])

    client_of(house.dispatcher).post(url, {"name": "维修队", "colour": "red"})
    foreign = client_of(person("dispatcher", area=AreaFactory())).post(url, {"name": "抢来的"})

    team.refresh_from_db()
    assert (team.name, team.colour, foreign.status_code) == ("维修队", "red", 404)


def test_list_and_page_ask_the_same_for_one_and_for_many(house, team, client_of, django_assert_num_queries):
    def filled():
        one = volunteer(house.station)
        ProfileSkill.objects.create(profile=one, skill=Skill.objects.get_or_create(name="理发")[0])
        Member.objects.create(team=team, profile=one, is_lead=True)

    window = client_of(house.lead)
    filled()
    window.get(TEAMS)
    with django_assert_num_queries(14) as first:
        window.get(TEAMS), window.get(page_of(team))
    filled()
    Member.objects.create(
        team=Team.objects.create(area=house.area, name="理发队"), profile=volunteer(house.station)
    )

    with django_assert_num_queries(len(first)):
        window.get(TEAMS), window.get(page_of(team))


def test_whoever_dispatches_reads_what_a_team_can_do(house, team, barber, client_of):
    unit = UnitFactory(area=house.area, name="便民维修服务队", kind="volunteer_team")
    person("unit_staff", unit=unit)
    Team.objects.update(unit=unit)
    Member.objects.create(team=team, profile=barber)
    for name, needs_proof in (("理发", False), ("高压电工", True)):
        skill = Skill.objects.get_or_create(name=name, defaults={"needs_proof": needs_proof})[0]
        ProfileSkill.objects.create(profile=barber, skill=skill)
    ticket = house.receive("水管漏水")

    page = client_of(house.dispatcher).get(reverse("tickets:dispatch", args=[ticket.number])).content.decode()

    assert "便民维修服务队：理发1人" in page
    assert "高压电工" not in page
