"""The lead's page of standing duty: set, shown, ended after a look."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from tests.factories import StationFactory
from tests.volunteers.patterns import NOW, pattern, roster
from tests.volunteers.rosters import seated, shift, volunteer
from volunteers import generation
from volunteers.models import Seat, StandingAssignment


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place(house):
    made = pattern(house.station, seats=[{"is_lead": True}])
    generation.generate(NOW)
    return made.seats.get()


@pytest.fixture
def lead(house, client_of):
    return client_of(house.lead)


def stands(client, house, **sent):
    address = reverse("volunteers:standing", args=[house.station.code])
    return client.post(address, sent) if sent else client.get(address)


def form(place, person, /, **changes):
    return {
        "place": place.pk,
        "profile": person.pk,
        "every_weeks": 1,
        "from_on": "2026-11-25",
        "until_on": "",
        **changes,
    }


def ending(client, house, made, **sent):
    address = reverse("volunteers:end_standing", args=[house.station.code, made.pk])
    return client.post(address, sent) if sent else client.get(address)


def test_set_on_the_page_it_fills_what_is_there(house, lead, place):
    person = volunteer(house.station)

    answer = stands(lead, house, **form(place, person))

    assert answer.status_code == 302
    assert person.assignments.coming().count() == generation.WEEKS
    text = stands(lead, house).content.decode()
    assert "周三 09:00·带班·第1个" in text and "胡秀英" in text and "每周，11月25日（周三）起" in text
    assert "固定班：胡秀英，每周三09:00起的班" in AuditEntry.objects.get(action="roster_changed").detail


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"from_on": "2026-11-23"}, "从今天或以后起"),
        ({"until_on": "2026-11-24"}, "结束日期不能早于开始日期"),
        ({"place": 0}, "选一个本站在用的岗位"),
        ({"profile": 0}, "选一位本站的志愿者"),
        ({"every_weeks": 3}, ""),
    ],
)
def test_what_cannot_be_set_is_said(house, lead, place, changes, sentence):
    answer = stands(lead, house, **form(place, volunteer(house.station), **changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not StandingAssignment.objects.exists()


def test_reply_says_what_was_not_set_and_whose_question_was_taken_back(house, lead, place):
    person, other = volunteer(house.station), volunteer(house.station, name="周大山")
    first, second, third = Seat.objects.filter(pattern=place).order_by("shift__starts_at")[:3]
    seated(first, other, verb="propose", now=NOW)
    person.absences.create(from_on="2026-12-02", until_on="2026-12-02")
    elsewhere = shift(StationFactory(), third.shift.starts_at)
    seated(elsewhere.seats.first(), person, now=NOW)

    answer = stands(lead, house, **form(place, person))

    text = lead.get(answer.url).content.decode()
    assert "1个班没排上：12月9日（周三）09:00" in text and "已经有别的班" in text
    assert "请了假的1个班空着：12月2日（周三）" in text
    assert "问过周大山11月25日（周三）" in text and "邀请收回了" in text


def test_end_is_looked_at_first(house, lead, place):
    person = volunteer(house.station)
    stands(lead, house, **form(place, person))
    made = StandingAssignment.objects.get()

    seen = ending(lead, house, made, last_on="2026-12-02")
    assert "已经排好的6个班会空出来：12月9日（周三）09:00" in seen.content.decode()
    other = ending(lead, house, made, last_on="2026-12-09", sure="1", seen=seen.context["form"].digest)
    assert "日期改过了" in other.content.decode()
    done = ending(lead, house, made, last_on="2026-12-02", sure="1", seen=seen.context["form"].digest)

    made.refresh_from_db()
    assert (done.status_code, made.until_on) == (302, date(2026, 12, 2))
    assert person.assignments.coming().count() == 2


def test_end_in_the_past_is_refused(house, lead, place):
    stands(lead, house, **form(place, volunteer(house.station)))

    answer = ending(lead, house, StandingAssignment.objects.get(), last_on="2026-11-01")

    assert (answer.status_code, "已经值过的班不变" in answer.content.decode()) == (422, True)


def test_page_without_patterns_says_what_to_do(house, lead):
    assert "先排班表" in stands(lead, house).content.decode()


def test_page_costs_the_same_for_one_and_many(house, lead, django_assert_max_num_queries):
    on = roster(house.station)
    for weekday in range(7):
        made = pattern(house.station, on=on, weekday=weekday, seats=2)
        for seat in made.seats.all():
            StandingAssignment.objects.create(
                seat=seat, profile=volunteer(house.station), from_on=date(2026, 11, 25),
                set_by=house.lead, set_at=NOW,
            )  # fmt: skip

    with django_assert_max_num_queries(14):
        stands(lead, house)
