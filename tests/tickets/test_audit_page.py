"""The audit page: who reads which entries, in which words, narrowed how, and at what price."""

import pytest
import time_machine
from django.urls import reverse

from accounts import audit, people
from accounts.models import AuditEntry
from accounts.permissions import openings
from tests.by_chance import without_chance
from tests.factories import House, at, person
from tests.tickets.loop import MONDAY, TUESDAY
from tickets import revealing
from tickets.models import Reporter

PAGE = reverse("tickets:audit")


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


def look(house, by, reporter=None, **reason):
    reporter = reporter or house.receive(now=MONDAY, name="王秀兰", phone="13800001234").reporters.get()
    revealing.reveal(reporter, by=by, **{"reason": "call_back", **reason})
    return reporter.ticket


def lines(client, **asked):
    return client.get(PAGE, asked).context["lines"]


def said(client, **asked):
    return [(line.who, line.what) for line in lines(client, **asked)]


@pytest.mark.parametrize("role", ["volunteer", "staff", "admin"])
def test_page_is_for_those_who_answer_for_others(house, client_of, role):
    answer = client_of(getattr(house, role)).get(PAGE)

    assert answer.status_code == 403
    assert "这一页给书记、派单员、站长、单位负责人用。" in answer.text


def test_entry_says_who_when_as_what_where_and_why(house, client_of):
    house.lead.device = "AbCdEf123456"
    ticket = look(house, house.lead, reason="other", words="约上门时间")

    [line] = lines(client_of(house.secretary))

    assert (line.at, line.who, line.as_whom) == ("11月24日（周二）10:00", "陈国平", f"{house.station}站长")
    assert (line.what, line.number) == ("看了反映人的完整电话和称呼", ticket.number)
    assert (line.why, line.device, line.url) == (
        "其他：约上门时间",
        "AbCdEf123456",
        ticket.get_absolute_url(),
    )
    page = client_of(house.secretary).get(PAGE).text
    Reporter.objects.update(name="李福生", phone="13900005678")
    assert "王" not in page
    assert without_chance(page) == without_chance(client_of(house.secretary).get(PAGE).text)


def test_page_tells_the_other_actions_in_words(house, client_of):
    opening = openings(house.lead)[0]
    people.enrol(phone="13700001111", name="新来的", opening=opening, by=house.lead)
    people.reset_password(house.volunteer, by=house.lead)
    people.remove(house.volunteer.posts.get(), by=house.lead)

    assert said(client_of(house.secretary)) == [
        ("陈国平", f"结束了刘桂芳的岗位：{house.station}志愿者"),
        ("陈国平", "给刘桂芳发了一次性密码"),
        ("陈国平", f"登记新来的为{house.station}志愿者"),
    ]


def test_sign_in_stands_on_the_page_of_the_community(house, client_of, client):
    client.post(reverse("accounts:login"), {"phone": house.staff.phone, "password": "correct horse 马"})

    assert ("周建华", "登录") in said(client_of(house.secretary))
    assert said(client_of(house.unit_lead)) == []


@pytest.fixture
def mixed(house):
    """Reveals by both leads and the secretary, a station's enrolment, and the same in another community."""
    other = House()
    ticket = house.receive(now=MONDAY, name="王秀兰")
    for by in (house.lead, house.secretary):
        look(house, by, ticket.reporters.get())
    people.enrol(phone="13700001111", name="新来的", opening=openings(house.unit_lead)[0], by=house.unit_lead)
    look(other, other.lead)
    return other


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("secretary", ["郑洁", "黎书文", "陈国平"]),
        ("dispatcher", ["黎书文", "陈国平"]),
        ("lead", ["陈国平"]),
        ("unit_lead", ["郑洁"]),
    ],
)
def test_everybody_reads_what_they_answer_for(house, client_of, mixed, role, seen):
    assert [who for who, _ in said(client_of(getattr(house, role)))] == seen


def test_street_secretary_reads_the_communities_below(house, client_of, mixed):
    above = person("secretary", area=house.area.parent)

    assert len(said(client_of(above))) == 3


def test_person_with_two_posts_reads_both(house, client_of, mixed):
    people_of_both = person("secretary", area=mixed.area)
    people_of_both.posts.create(role="station_lead", station=house.station)

    assert [who for who, _ in said(client_of(people_of_both))] == ["陈国平", "陈国平"]


def test_post_that_has_ended_opens_nothing(house, client_of, mixed):
    client = client_of(house.secretary)
    house.secretary.posts.update(ended_at=TUESDAY)

    assert client.get(PAGE).status_code == 403


def test_page_narrows_and_ignores_nonsense(house, client_of, mixed):
    client = client_of(house.secretary)
    ticket = AuditEntry.objects.reveals_by(house.lead, since=MONDAY).get().subject

    assert len(said(client, action="enrolled")) == 1
    assert [who for who, _ in said(client, ticket=ticket.lower())] == ["黎书文", "陈国平"]
    assert len(said(client, ticket=ticket[-8:])) == 2
    assert [who for who, _ in said(client, person=house.lead.pk)] == ["陈国平"]
    assert said(client, day_before="2026-11-23") == []
    assert len(said(client, day_after="2026-11-24", day_before="2026-11-24")) == 3
    assert len(said(client, action="x", person="x", day_after="x", sort="actor__password", page="-1")) == 3
    assert len(said(client, person=10**30, ticket="x" * 99)) == 3


def test_days_are_those_of_shanghai(house, client_of):
    audit.record("sign_in", actor=house.staff, area=house.area, now=at("2026-11-20 23:59"))
    audit.record("sign_in", actor=house.lead, area=house.area, now=at("2026-11-21 00:00"))

    seen = said(client_of(house.secretary), day_after="2026-11-21", day_before="2026-11-21")

    assert seen == [("陈国平", "登录")]


def test_many_looks_are_marked_on_the_page(house, client_of):
    reporter = house.receive(now=MONDAY, name="王秀兰").reporters.get()
    for _ in range(11):
        look(house, house.lead, reporter)
    client = client_of(house.secretary)

    assert len(said(client, marked="on")) == 1
    assert "短时间看了很多" in client.get(PAGE).text


def test_person_chosen_by_id_is_named_only_by_the_lines(house, client_of):
    stranger = person("volunteer", area=None, station=House().station, name="远处的人")

    page = client_of(house.secretary).get(PAGE, {"person": stranger.pk}).text

    assert "远处的人" not in page
    assert "没有符合条件的记录" in page


def test_name_of_somebody_elses_person_stays_hidden(house, client_of):
    stranger = person("dispatcher", area=House().area, name="顾正平", phone="13700001111")
    people.enrol(phone=stranger.phone, name="随便写", opening=openings(house.lead)[0], by=house.lead)

    page = client_of(house.lead).get(PAGE).text

    assert "顾正平" not in page
    assert "登记顾**为" in page


def test_ticket_that_is_out_of_sight_leads_nowhere(house, client_of):
    post = house.unit_lead.posts.get()
    ticket = house.receive(now=MONDAY)
    audit.record("revealed", actor=house.unit_lead, post=post, subject=ticket.number)

    page = client_of(house.unit_lead).get(PAGE).text

    assert ticket.number in page
    assert ticket.get_absolute_url() not in page


def test_empty_page_says_what_comes_here(house, client_of):
    assert "还没有记录" in client_of(house.secretary).get(PAGE).text


@pytest.mark.parametrize("role", ["secretary", "dispatcher", "lead"])
def test_page_asks_the_same_few_questions_for_one_and_thirty(
    house, client_of, role, django_assert_max_num_queries
):
    look(house, house.lead)
    client = client_of(getattr(house, role))
    with django_assert_max_num_queries(12) as one:
        client.get(PAGE)
    for _ in range(29):
        look(house, house.lead)

    with django_assert_max_num_queries(12) as many:
        assert len(lines(client)) == 30

    assert len(one) == len(many)


def test_link_to_the_page_is_in_the_own_menu(house, client_of):
    link = f'<a href="{PAGE}">操作记录</a>'

    assert link in client_of(house.lead).get(reverse("tickets:list")).text
    assert link not in client_of(house.volunteer).get(reverse("tickets:list")).text
