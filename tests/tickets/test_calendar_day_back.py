"""One date of a community: taking its own day back, alone or with what was set in one go, and only as it was seen."""

import re
from datetime import date

import pytest
import time_machine

from accounts.models import AuditEntry
from stations.models import LocalDay
from tests.factories import House, at, person
from tests.tickets.test_calendar_day import CLOSED, SEEN, closed_days, reply_due, text, url
from tickets import calendaring, recounting
from tickets.models import Event


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(at("2026-11-24 10:00"), tick=False):
        yield


@pytest.fixture
def dispatcher(house, client_of):
    return client_of(house.dispatcher)


def pressed(client, address, page):
    """The button under what `page` shows, taking back."""
    button, seen = (
        re.search(f'name="{name}" value="([^"]*)"', text(page))[1] for name in ("withdraw", "seen")
    )
    return client.post(address, {"withdraw": button, "seen": seen}, follow=True)


def test_local_day_shows_what_taking_it_back_moves(house, dispatcher):
    ticket = house.receive("楼道灯不亮")
    dispatcher.post(url(house), {**CLOSED, "sure": "1"})

    page = dispatcher.get(url(house))
    answer = pressed(dispatcher, url(house), page)

    assert page.context["moves"].sooner == 2 and "何敏 今天 10:00登记" in text(page)
    assert "的本地安排已撤回，2个时限跟着改了" in text(answer)
    assert reply_due(ticket) == at("2026-11-25 10:00")
    assert Event.objects.filter(ticket=ticket, verb="recount").count() == 4


def test_taking_back_twice_says_the_same(house, dispatcher):
    dispatcher.post(url(house), {**CLOSED, "sure": "1"})
    page = dispatcher.get(url(house))

    answers = [pressed(dispatcher, url(house), page) for _ in range(2)]

    assert all("的本地安排已撤回" in text(answer) for answer in answers)
    assert AuditEntry.objects.filter(action="calendar_changed").count() == 2


def test_closure_of_today_is_taken_back_though_the_day_has_begun(house, dispatcher):
    ticket = house.receive("楼道灯不亮")
    calendaring.close_day(house.area, date(2026, 11, 24), reason="停电", by=house.dispatcher)
    recounting.recount()
    closed = reply_due(ticket)

    page = dispatcher.get(url(house, "2026-11-24"))
    answer = pressed(dispatcher, url(house, "2026-11-24"), page)

    assert "撤回后今天照常算工作日" in text(page) and page.context["moves"].sooner == 2
    assert "11月24日（周二）的本地安排已撤回，2个时限跟着改了" in text(answer)
    assert (closed, reply_due(ticket)) == (at("2026-11-25 18:00"), at("2026-11-25 10:00"))


def test_day_that_is_over_says_in_words_why_it_cannot_be_taken_back(house, dispatcher):
    calendaring.close_day(house.area, date(2026, 11, 23), reason="停电", by=house.dispatcher)

    page = dispatcher.get(url(house, "2026-11-23"))
    answer = dispatcher.post(url(house, "2026-11-23"), {"withdraw": "1"})

    assert "这一天已经过去，不能再撤回" in text(page) and "撤回，和全国一样" not in text(page)
    assert answer.status_code == 409 and "11月23日（周一）已经过去，不能再撤回" in text(answer)
    assert LocalDay.objects.standing().count() == 1


def test_span_is_taken_back_in_one_go_after_a_look(house, dispatcher):
    ticket = house.receive("楼道灯不亮")
    dispatcher.post(url(house), SEEN)

    one, all_of_it = (
        dispatcher.get(url(house, "2026-11-27")),
        dispatcher.get(url(house, "2026-11-27") + "?all=1"),
    )
    answer = pressed(dispatcher, url(house, "2026-11-27"), all_of_it)

    assert "同一次定的共5天" in text(one) and ">撤回这5天<" in text(all_of_it)
    assert all_of_it.context["moves"].rows[0].after == ("11月25日（周三）", "10:00")
    assert "12月1日（周二）的本地安排已撤回，2个时限跟着改了" in text(answer)
    assert reply_due(ticket) == at("2026-11-25 10:00") and not closed_days()


def test_one_day_of_a_span_is_taken_back_alone(house, dispatcher):
    dispatcher.post(url(house), SEEN)

    pressed(dispatcher, url(house, "2026-11-27"), dispatcher.get(url(house, "2026-11-27")))

    assert date(2026, 11, 27) not in closed_days() and len(closed_days()) == 4


@pytest.mark.parametrize("how", ["", "?all=1"])
def test_button_of_before_takes_back_nothing_that_a_colleague_set_since(house, dispatcher, how):
    dispatcher.post(url(house), {**CLOSED, "until": "2026-11-26", "seen": "2026-11-26", "sure": "1"})
    page = dispatcher.get(url(house) + how)
    for local in LocalDay.objects.all():
        calendaring.withdraw(local, by=house.dispatcher)
    facts = {"works": False, "reason": "搬家", "by": person("dispatcher", area=house.area)}
    calendaring.set_days(house.area, date(2026, 11, 25), date(2026, 12, 1), **facts)

    answer = pressed(dispatcher, url(house), page)

    assert answer.status_code == 409 and len(closed_days()) == 5
    assert "没有撤回" in text(answer) and "和刚才看的不一样了，请再看一遍" in text(answer)
    assert "不办公：搬家" in text(answer)
    assert "已撤回" in text(pressed(dispatcher, url(house), answer))


def test_button_for_all_of_a_span_is_stale_once_one_of_its_days_is_back(house, dispatcher):
    dispatcher.post(url(house), SEEN)
    page = dispatcher.get(url(house) + "?all=1")
    calendaring.withdraw(LocalDay.objects.get(date="2026-11-25"), by=house.dispatcher)

    answer = pressed(dispatcher, url(house), page)

    assert answer.status_code == 409 and "请再看一遍" in text(answer) and len(closed_days()) == 4
    assert 'name="reason"' in text(answer)


@pytest.mark.parametrize("seen", ["", "x", "0", "9" * 30, "１", "-".join("1" * 99)])
def test_taking_back_where_nothing_was_set_says_so(house, dispatcher, seen):
    foreign = calendaring.close_day(
        (other := House()).area, date(2026, 11, 25), reason="停电", by=other.dispatcher
    )

    for posted in (seen, foreign.pk):
        answer = dispatcher.post(url(house), {"withdraw": "1", "seen": posted})

        assert answer.status_code == 409 and LocalDay.objects.standing().count() == 1
        assert "11月25日（周三）没有本地安排，没有什么要撤回的" in text(answer)
        assert 'name="reason"' in text(answer)
