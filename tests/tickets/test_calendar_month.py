"""The month page: who reads whose calendar, the months and trials asked for, the warning about a missing year."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import House, PostFactory, at, person
from tests.stations.invented import NOTICE, days_of
from tickets import calendaring

MONTH, QUEUE = reverse("tickets:calendar"), reverse("tickets:queue")
PASTE = reverse("tickets:calendar_notice")
NOW = at("2026-12-31 10:00")


@pytest.fixture(autouse=True)
def last_day_of_the_year():
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer):
    return answer.content.decode()


def close(house, day=date(2027, 1, 20), reason="换届选举"):
    return calendaring.close_day(house.area, day, reason=reason, by=house.dispatcher)


@pytest.mark.parametrize("who", ["volunteer", "lead", "staff", "unit_lead", "secretary", "outsider"])
def test_everybody_reads_the_own_community_and_changes_nothing(house, client_of, who):
    page = client_of(getattr(house, who)).get(MONTH)

    assert page.status_code == 200
    assert page.context["may_change"] is False and page.context["may_load"] is False
    assert PASTE not in text(page) and "/2026-12-31/" not in text(page)


def test_dispatcher_finds_the_way_to_each_day_and_to_the_notice(house, client_of):
    page = client_of(house.dispatcher).get(MONTH)

    assert page.context["area"] == house.area
    assert reverse("tickets:calendar_day", args=[house.area.pk, "2026-12-31"]) in text(page)
    assert PASTE in text(page)


def test_admin_sees_every_community_and_pastes_but_sets_no_day(house, client_of):
    other = House()

    page = client_of(house.admin).get(MONTH, {"area": other.area.pk})

    assert {house.area, other.area} <= set(page.context["areas"])
    assert (page.context["area"], page.context["may_change"]) == (other.area, False)
    assert PASTE in text(page)


def test_admin_of_a_new_installation_sees_the_calendar_of_the_country(db, client_of):
    page = client_of(person("admin")).get(MONTH)

    assert page.context["area"] is None
    assert "全国" in text(page)


def test_person_without_a_post_is_told_whom_the_page_is_for(house, client_of):
    post = PostFactory(role="volunteer", station=house.station)
    post.ended_at = NOW
    post.save()

    assert client_of(post.user).get(MONTH).status_code == 403


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 40, "", "foreign"])
def test_unknown_or_foreign_community_gives_way_to_the_own(house, client_of, asked):
    asked = House().area.pk if asked == "foreign" else asked

    assert client_of(house.dispatcher).get(MONTH, {"area": asked}).context["area"] == house.area


def test_other_communities_days_are_not_shown(house, client_of):
    close(House(), reason="别处的事")

    assert "别处的事" not in text(client_of(house.dispatcher).get(MONTH, {"month": "2027-01"}))


def test_local_day_says_why_and_who(house, client_of):
    close(house)

    page = client_of(house.volunteer).get(MONTH, {"month": "2027-01"})

    assert "换届选举（何敏登记）" in text(page)
    assert [(entry.day, entry.what) for entry in page.context["history"]] == [
        ("2027年1月20日（周三）", "不办公：换届选举")
    ]


def test_withdrawn_day_stays_in_the_history_only(house, client_of):
    calendaring.withdraw(close(house), by=house.dispatcher)

    page = client_of(house.volunteer).get(MONTH, {"month": "2027-01"})

    assert page.context["history"][0].who == "何敏 今天 10:00登记，何敏 今天 10:00撤回"
    assert all(run.words != "本社区不办公" for run in page.context["month"].notable)


def test_months_are_turned_and_come_back(house, client_of):
    client = client_of(house.dispatcher)

    page, last = client.get(MONTH), client.get(MONTH, {"month": "2035-12"})

    assert 'href="?month=2026-11"' in text(page) and 'href="?month=2027-01"' in text(page)
    assert "回到本月" not in text(page) and "回到本月" in text(last)
    assert 'rel="next"' not in text(last)


def test_request_of_now_is_tried_out_unasked(house, client_of):
    trial = client_of(house.volunteer).get(MONTH).context["trial"]

    assert (trial.received, trial.due) == ("12月31日（周四）10:00", "2027年1月4日（周一）10:00")
    assert trial.is_provisional
    assert trial.reason == "元旦放假，节后1月4日（周一）上班（暂按此算，待国务院通知）。"


def test_another_moment_is_tried_out(house, client_of):
    asked = {"received": "2026-09-30T10:00", "days": "2"}

    trial = client_of(house.volunteer).get(MONTH, asked).context["trial"]

    assert (trial.due, trial.days) == ("10月9日（周五）10:00", 2)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"received": "x", "days": "1"}, "选日期和时间，例如2026年12月31日 15:00"),
        ({"received": "9999-12-31T23:59", "days": "1"}, "年份在2018到2035之间"),
        ({"received": "2026-12-31T10:00", "days": "99"}, "填1到60的整数"),
        ({"received": "2026-12-31T10:00"}, "填1到60的整数"),
    ],
)
def test_trial_that_cannot_be_counted_is_told_why(house, client_of, asked, sentence):
    page = client_of(house.volunteer).get(MONTH, asked)

    assert page.status_code == 200
    assert sentence in text(page) and page.context["trial"] is None


def test_number_of_queries_does_not_depend_on_local_days(house, client_of, django_assert_max_num_queries):
    client = client_of(house.dispatcher)
    close(house)
    client.get(MONTH, {"month": "2027-01"})
    with django_assert_max_num_queries(20) as one:
        client.get(MONTH, {"month": "2027-01"})
    for day in (21, 22):
        close(house, date(2027, 1, day))
    client.get(MONTH, {"month": "2027-01"})

    with django_assert_max_num_queries(20) as three:
        client.get(MONTH, {"month": "2027-01"})

    assert len(three) == len(one)


# The warning ----------------------------------------------------------------------------------------


def homes(house, client_of):
    return {
        who: text(client_of(getattr(house, who)).get("/", follow=True))
        for who in ("dispatcher", "admin", "secretary", "volunteer", "staff")
    }


def test_warning_stands_on_the_home_pages_of_those_who_can_act(house, client_of):
    pages = homes(house, client_of)

    assert {who for who, page in pages.items() if "还没有2027年的节假日安排" in page} == {
        "dispatcher",
        "admin",
    }
    assert PASTE in pages["dispatcher"] and PASTE in pages["admin"]
    assert "应该已经发布" in pages["dispatcher"]


def test_warning_is_gone_when_the_year_is_loaded(house, client_of):
    calendaring.apply_notice(days_of(NOTICE), by=house.dispatcher)

    assert not any("节假日安排" in page for page in homes(house, client_of).values())


@pytest.mark.parametrize(("moment", "shown"), [("2026-10-31 10:00", False), ("2026-11-02 10:00", True)])
def test_warning_begins_in_november(house, client_of, moment, shown):
    with time_machine.travel(at(moment), tick=False):
        page = text(client_of(house.dispatcher).get(QUEUE))

    assert ("还没有2027年的节假日安排" in page) is shown
    assert "应该已经发布" not in page
