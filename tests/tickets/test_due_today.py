"""今天到期: whose tickets, in which order, on which day; the same few questions however many."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from tests.factories import EmergencyFactory, House, at
from tests.tickets.loop import dispatched, joins, replied, ticket_in, waiting
from tickets import calendaring, falling_due, workflow
from tickets.states import Status

pytestmark = pytest.mark.slow

PAGE = reverse("tickets:due_today")
NOON = at("2026-11-24 12:00")  # a Tuesday


@pytest.fixture(autouse=True)
def noon():
    """On no other day are there the same others."""
    with time_machine.travel(NOON, tick=False):
        yield


def due_at(ticket, moment, kind="reply"):
    """Move a limit's end, and its other moments so far before that they come in order."""
    clock = ticket.clocks.get(kind=kind)
    clock.due_at, clock.starts_at = moment, moment - timedelta(days=1)
    clock.half_at, clock.warn_at = moment - timedelta(hours=12), moment - timedelta(hours=4)
    clock.save()
    return ticket


def filed(house, words, moment, status=Status.RECEIVED):
    """A ticket whose answer is due then."""
    ticket = ticket_in(status, house, now=at("2026-11-20 10:00"))
    type(ticket).objects.filter(pk=ticket.pk).update(title=words)
    return due_at(ticket, moment)


def titles(user, day="today", now=NOON):
    its = falling_due.days(user, now=now)
    found = falling_due.today(user, its) if day == "today" else falling_due.next_day(user, its)
    return [ticket.title for ticket in found]


def text(response):
    return " ".join(strip_tags(response.content.decode()).split())


# Which and in which order -----------------------------------------------------------------------------


def test_today_lists_what_is_overdue_first_then_by_its_moment(house):
    filed(house, "傍晚", at("2026-11-24 18:00"))
    filed(house, "昨天", at("2026-11-23 18:00"))
    filed(house, "夜里", at("2026-11-24 23:59"))
    filed(house, "刚过", at("2026-11-24 11:59"))
    filed(house, "明天零点", at("2026-11-25 00:00"))

    assert titles(house.dispatcher) == ["昨天", "刚过", "傍晚", "夜里"]


def test_unanswered_emergency_is_on_top(house):
    filed(house, "昨天", at("2026-11-23 18:00"))
    gas = house.receive("煤气味", category=EmergencyFactory(), called=True, now=at("2026-11-24 11:00"))

    assert titles(house.dispatcher)[0] == gas.title


def test_answered_ticket_is_due_when_it_is_to_be_done(house):
    ticket = filed(house, "答复过", at("2026-11-24 11:00"), Status.CLAIMED)
    replied(ticket, house, now=at("2026-11-23 10:00"))

    assert titles(house.dispatcher) == []
    due_at(ticket, at("2026-11-24 17:00"), "resolve")
    assert titles(house.dispatcher) == ["答复过"]


def test_what_stands_still_is_not_due(house):
    ticket = filed(house, "等居民", at("2026-11-24 11:00"), Status.CLAIMED)
    replied(ticket, house, now=at("2026-11-23 10:00"))
    due_at(ticket, at("2026-11-24 17:00"), "resolve")
    waiting(ticket, house, now=at("2026-11-24 09:00"))

    assert titles(house.dispatcher) == []


def test_friday_shows_monday_as_the_next_working_day_with_the_days_between(house):
    friday = at("2026-11-20 16:00")
    filed(house, "周六", at("2026-11-21 02:00"))
    filed(house, "周一", at("2026-11-23 18:00"))
    filed(house, "周二", at("2026-11-24 09:30"))

    assert titles(house.dispatcher, "next", friday) == ["周六", "周一"]
    assert falling_due.days(house.dispatcher, now=friday).next_on == at("2026-11-23 00:00").date()


def test_worked_saturday_is_the_next_working_day(house):
    assert (
        falling_due.days(house.dispatcher, now=at("2026-10-09 12:00")).next_on
        == at("2026-10-10 00:00").date()
    )


def test_day_on_which_the_community_is_closed_is_no_working_day(house):
    tomorrow = at("2026-11-25 00:00").date()
    calendaring.close_day(house.area, tomorrow, reason="停电检修", by=house.dispatcher, now=NOON)
    staff = type(house.staff).objects.get(pk=house.staff.pk)

    next_on = [falling_due.days(user, now=NOON).next_on for user in (staff, House().staff)]

    assert next_on == [tomorrow + timedelta(days=1), tomorrow]


def test_counts_tell_emergencies_overdue_today_and_the_next_day(house):
    house.receive("煤气味", category=EmergencyFactory(), called=True, now=at("2026-11-24 11:00"))
    for moment in ("2026-11-23 18:00", "2026-11-24 18:00", "2026-11-25 10:00", "2026-11-26 10:00"):
        filed(house, "一件", at(moment))

    its = falling_due.days(house.dispatcher, now=NOON)

    assert falling_due.counts(house.dispatcher, its) == {"urgent": 1, "over": 1, "today": 3, "next": 1}


# Whose ------------------------------------------------------------------------------------------------


def test_each_sees_what_is_theirs_to_see_to(house):
    filed(house, "待派", NOON)
    filed(house, "待认领", NOON, Status.DISPATCHED)
    filed(house, "周建华的", NOON, Status.CLAIMED)
    other = House()
    filed(other, "别处的", NOON)

    seen = {user: set(titles(user)) for user in (house.dispatcher, house.unit_lead, house.staff)}

    assert seen[house.dispatcher] == {"待派", "待认领", "周建华的"}
    assert seen[house.unit_lead] == {"待认领", "周建华的"}
    assert seen[house.staff] == {"周建华的"}
    assert titles(house.colleague) == titles(house.other_staff) == []


def test_dispatcher_who_also_works_in_a_unit_sees_both(house):
    other = House()
    filed(other, "自己的社区", NOON)
    ticket = filed(house, "手上的", NOON)
    user = joins(other.dispatcher, "unit_staff", unit=house.unit)
    dispatched(ticket, house, now=NOON)
    ticket.refresh_from_db()
    workflow.claim(ticket, by=user, now=NOON)

    assert set(titles(user)) == {"自己的社区", "手上的"}


# The page ---------------------------------------------------------------------------------------------


@pytest.fixture
def busy(house):
    """Overdue, due by the end of today and on the next working day, as of now."""
    filed(house, "早该答复了", NOON - timedelta(days=3))
    midnight = falling_due.days(house.dispatcher, now=NOON).tomorrow_at
    filed(house, "今天最后一刻", midnight - timedelta(microseconds=1))
    filed(house, "下一个工作日", midnight + timedelta(hours=1))
    return house


def test_page_groups_and_counts(busy, client_of):
    page = text(client_of(busy.dispatcher).get(PAGE))

    assert "共2单，已超时1单" in page
    assert page.index("已超时") < page.index("早该答复了") < page.index("今天最后一刻")
    assert "下一个工作日到期" not in page and "待派单" in page


def test_dispatchers_queue_counts_what_is_due(busy, client_of):
    page = text(client_of(busy.dispatcher).get(reverse("tickets:queue")))

    assert "今天到期 2" in page


@pytest.mark.parametrize("place", ["unit_mine", "unit_to_claim"])
def test_unit_pages_count_what_is_due(house, client_of, place):
    nothing = text(client_of(house.staff).get(reverse(f"tickets:{place}")))
    filed(house, "早该答复了", NOON - timedelta(days=3), Status.CLAIMED)

    page = text(client_of(house.staff).get(reverse(f"tickets:{place}")))

    assert "我手上今天没有到期的工单" in nothing
    assert "我手上今天到期1单 已超时1单" in page.replace("单已", "单 已")


def test_lead_reads_that_the_count_is_the_units(house, client_of):
    filed(house, "早该答复了", NOON - timedelta(days=3), Status.CLAIMED)

    page = text(client_of(house.unit_lead).get(reverse("tickets:unit_mine")))

    assert "本单位今天到期1单" in page


def test_next_day_has_a_list_of_its_own(busy, client_of):
    page = text(client_of(busy.dispatcher).get(PAGE, {"day": "next"}))

    assert "共1单" in page and "早该答复了" not in page and "今天最后一刻" not in page


def test_worker_is_not_told_whose_each_is(house, client_of):
    filed(house, "周建华的", NOON, Status.CLAIMED)

    lead, staff = (text(client_of(user).get(PAGE)) for user in (house.unit_lead, house.staff))

    assert "安居物业 周建华" in lead and "安居物业 周建华" not in staff


def test_nothing_due_says_so_and_points_to_the_next_day(house, client_of):
    answer = client_of(house.staff).get(PAGE)

    assert "今天没有到期的工单" in text(answer) and 'href="?day=next"' in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"page": "999"}, {"page": "x"}, {"day": "yesterday"}, {"day": "next", "page": "0"}]
)
def test_strange_questions_show_what_there_is(house, client_of, query):
    assert client_of(house.dispatcher).get(PAGE, query).status_code == 200


@pytest.mark.parametrize("who", ["volunteer", "lead", "secretary", "admin"])
def test_others_are_told_whom_the_page_is_for(house, client_of, who):
    answer = client_of(getattr(house, who)).get(PAGE)

    assert answer.status_code == 403 and "派单员" in text(answer)


@pytest.mark.parametrize("who", ["dispatcher", "unit_lead", "staff"])
def test_page_asks_few_questions_however_long(house, client_of, django_assert_max_num_queries, who):
    client, asked = client_of(getattr(house, who)), []
    for number in (1, 60):
        for _ in range(number):
            filed(house, "一件", NOON, Status.CLAIMED)
        client.get(PAGE)
        with django_assert_max_num_queries(12) as statements:
            page = client.get(PAGE)
        asked.append(len(statements))

    assert len(page.context["rows"]) == 50 and "第 1 页，共 2 页" in text(page)
    assert asked[0] == asked[1]
