"""自动排班 on the lead's pages: nothing is sent before it was looked at, and all of it can be taken back."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from stations.models import OpeningHours
from tests.volunteers.rosters import shift, volunteer
from tests.volunteers.test_proposing import NOW, THURSDAY, WEDNESDAY, free, sent
from volunteers.models import Assignment, Proposal

pytestmark = pytest.mark.slow

DATES = {"span": "dates", "first": "2026-11-25", "last": "2026-11-27"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(house, client):
    client.force_login(house.lead)
    return reverse("volunteers:propose", args=[house.station.code])


@pytest.fixture
def crowd(house):
    return [free(volunteer(house.station, name=name)) for name in ("胡秀英", "罗建国", "孙玉珍")]


def seen(response):
    return response.context["draft"].digest


def test_draft_shows_who_why_and_what_stays_open(client, page, house, crowd):
    shift(house.station, WEDNESDAY, seats=2)
    shift(house.station, WEDNESDAY, seats=2)

    text = client.get(page, DATES).content.decode()

    assert "<b>3</b>个岗位请得到人，共3位" in text
    assert "<b>1</b>个岗位没有人能来" in text
    assert "近12周值过0小时，已排0小时，这次请3.5小时" in text
    assert "3人那时有别的班" in text
    assert not Assignment.objects.exists()


def test_opening_hours_without_any_shift_are_said_with_a_way_to_add_one(client, page, house, crowd):
    hours = {"station": house.station, "opens_at": time(9), "closes_at": time(14, 30)}
    OpeningHours.objects.create(weekday=2, **hours)
    OpeningHours.objects.create(weekday=3, **hours)
    for week in range(2):
        shift(house.station, WEDNESDAY + timedelta(weeks=week))
    shift(house.station, THURSDAY, hours=5.5)

    response = client.get(page, {**DATES, "last": "2026-12-06"})

    text = response.content.decode()
    assert [hole.words for hole in response.context["holes"]] == [
        "周三12:30–14:30 没有班，每周都缺",
        "12月3日（周四）09:00–14:30 没有班",
    ]
    assert "/one-off/?on=2026-11-25&amp;first=12:30" in text


def test_sending_leads_to_the_answers(client, page, house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    draft = client.get(page, DATES)

    response = client.post(page, {**DATES, "seen": seen(draft)}, follow=True)

    made = Proposal.objects.get()
    assert response.redirect_chain == [(reverse("volunteers:proposal", args=[made.pk]), 302)]
    assert "发出了1个邀请" in response.content.decode()
    assert "<b>1</b>个还没回话" in response.content.decode()


def test_what_changed_since_is_shown_anew_and_not_sent(client, page, house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    draft = client.get(page, DATES)
    shift(house.station, THURSDAY, seats=1)

    response = client.post(page, {**DATES, "seen": seen(draft)})

    assert response.status_code == 409
    assert "刚刚有变动，请看一遍新的安排再发" in response.content.decode()
    assert len(response.context["draft"].asked) == 2
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("sent_too", "said"),
    [
        ({"span": "nonsense"}, "选排哪一段时间"),
        ({"span": "dates"}, "选一个日期"),
        ({"span": "dates", "first": "x", "last": "2026-11-30"}, "选一个日期，例如2026-12-01"),
        ({"span": "dates", "first": "2026-11-30", "last": "2026-11-25"}, "早于开始的日期"),
        ({"span": "dates", "first": "2026-11-01", "last": "2026-11-02"}, "已经过去"),
        ({"span": "dates", "first": "2026-11-30", "last": "2027-11-25"}, "一次最多排56天"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_wrong_period_is_said_and_kept(client, page, sent_too, said, method):
    response = getattr(client, method)(page, sent_too)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_post_without_a_look_sends_nothing(client, page, house, crowd):
    shift(house.station, WEDNESDAY, seats=1)

    assert client.post(page, DATES).status_code == 409
    assert not Assignment.objects.exists()


def test_open_questions_are_taken_back(client, page, house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    made = sent(house)

    response = client.post(reverse("volunteers:take_back_proposal", args=[made.pk]), follow=True)

    text = response.content.decode()
    assert "收回了1个邀请，已经告诉他们" in text and "收回了<b>1</b>个邀请" in text
    assert made.assignments.get().status == "cancelled"


def test_earlier_proposals_are_listed_with_their_answers(client, page, house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    sent(house)

    text = client.get(page).content.decode()

    assert "11月24日至11月29日" in text
    assert "1个还没回话" in text


def test_pages_cost_the_same_for_many(client, page, house, crowd, django_assert_max_num_queries):
    for day in range(3):
        shift(house.station, WEDNESDAY + timedelta(days=day), seats=2)
    made = sent(house)

    with django_assert_max_num_queries(18):
        client.get(page, DATES)
    with django_assert_max_num_queries(10):
        client.get(reverse("volunteers:proposal", args=[made.pk]))


def test_saying_no_on_the_own_page_asks_the_next(client, house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    made = sent(house)
    asked = made.assignments.get()
    client.force_login(asked.profile.user)

    client.post(reverse("volunteers:decline", args=[asked.pk]))

    assert [one.status for one in made.assignments.all()] == ["declined", "proposed"]
