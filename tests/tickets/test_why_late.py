"""为什么算超时: every day from the start to the due moment, with what counts of it and why."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from tests.factories import EmergencyFactory, House, at
from tests.stations.invented import NOTICE, days_of
from tests.tickets import closures
from tests.tickets.loop import MONDAY, answered, joined, replied, ticket_in, waiting
from tickets import calendaring, clocks, recounting, story, sweeps, why_late, workflow
from tickets.models import Clock
from tickets.states import Status

C = Status.CLAIMED


def reckoned(ticket, kind="reply", now=MONDAY):
    [found] = story.ticket_of(ticket.pk)
    of_ticket, events = story.clocks_of(ticket.pk), story.events_of(ticket.pk)
    reckonings = why_late.reckonings(found, of_ticket, events, now=now)
    label = Clock.Kind(kind).label
    return next(one for one in reckonings if one.title.startswith(label))


def lines(ticket, kind="reply"):
    """(首日至末日, 为什么, 算多少), off days without an amount."""
    return [("至".join(line.days), line.why, line.amount) for line in reckoned(ticket, kind).lines]


def text(response):
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.fixture
def flagged(house):
    ticket = ticket_in(C, house, now=at("2026-11-20 10:00"))
    sweeps.flag_overdue(now=at("2026-11-23 10:01"))
    return ticket


def test_each_day_tells_from_when_to_when_it_counts(house):
    ticket = ticket_in(C, house)

    found = reckoned(ticket)

    assert [(line.days, line.counts, line.span, line.amount) for line in found.lines] == [
        (["11月23日（周一）"], True, "10:00–18:00", "8小时"),
        (["11月24日（周二）"], True, "09:00–10:00", "1小时"),
    ]
    assert (found.total, found.agrees) == ("一共9小时。每个工作日按09:00–18:00算。", True)


def test_lines_add_up_though_it_began_between_two_minutes(house):
    ticket = ticket_in(C, house, now=MONDAY + timedelta(minutes=3, seconds=25))

    assert [amount for _, _, amount in lines(ticket)] == ["7小时57分", "1小时3分"]


def test_days_off_in_a_row_are_one_line_with_their_reason(house):
    ticket = ticket_in(C, house, now=at("2026-09-30 10:00"))

    assert lines(ticket) == [
        ("9月30日（周三）", "上班", "8小时"),
        ("10月1日（周四）至10月7日（周三）", "国庆节放假（国务院通知）", ""),
        ("10月8日（周四）", "上班", "1小时"),
    ]


def test_worked_saturday_counts_and_says_why(house):
    ticket = ticket_in(C, house, now=at("2026-10-09 10:00"))

    assert lines(ticket)[-1] == ("10月10日（周六）", "调休上班（国务院通知）", "1小时")


def test_unannounced_day_says_what_is_waited_for(house):
    ticket = ticket_in(C, house, now=at("2027-03-01 10:00"))

    assert [why for _, why, _ in lines(ticket)] == ["暂按上班，待国务院通知"] * 2


def test_evening_and_weekend_before_the_start_count_nothing(house):
    ticket = ticket_in(C, house, now=at("2026-11-20 19:30"))

    assert lines(ticket) == [
        ("11月20日（周五）", "上班", "0分"),
        ("11月21日（周六）至11月22日（周日）", "周末", ""),
        ("11月23日（周一）", "上班", "9小时"),
    ]


@pytest.mark.parametrize(
    ("received", "kind"),
    [("2026-11-23 10:00", "resolve"), ("2026-02-12 17:59", "resolve"), ("2026-12-30 08:00", "reply")],
)
def test_what_the_days_count_is_the_limit(house, received, kind):
    found = reckoned(ticket_in(C, house, now=at(received)), kind)

    assert found.agrees


def test_limit_names_its_rule(house):
    house.category.rules.update(reply_days=2)
    ruled = ticket_in(C, house)
    plain = house.receive(category=None, now=MONDAY)
    before = ticket_in(C, house)
    house.category.rules.update(reply_days=3)

    told = [(reckoned(ticket).limit, reckoned(ticket).rule) for ticket in (plain, before)]

    assert told == [
        ("1个工作日内答复", "没有另外的规则，按通常的期限"),
        ("2个工作日内答复", "按当时的规则，后来规则或类别改过"),
    ]
    house.category.rules.update(reply_days=2)
    assert reckoned(ruled).rule == f"按“{house.category}”一类的规则"


def test_emergency_has_no_days_but_hours(house):
    ticket = house.receive("煤气味", category=EmergencyFactory(), called=True, now=at("2026-11-21 23:00"))

    found = reckoned(ticket)

    assert (found.limit, found.lines, found.due) == ("2小时内答复，不分昼夜", [], "11月22日（周日）01:00")
    assert "急事" in found.rule


def test_waiting_for_the_resident_is_told_and_does_not_count(house):
    ticket = ticket_in(C, house)
    replied(ticket, house)
    waiting(ticket, house, now=at("2026-11-24 10:00"))
    answered(ticket, house, now=at("2026-11-24 13:00"))

    found = reckoned(ticket, "resolve", at("2026-11-25 10:00"))

    [pause] = found.pauses
    assert (pause.since, pause.until, pause.amount) == (
        "11月24日（周二）10:00", "11月24日（周二）13:00", "3小时",
    )  # fmt: skip
    assert "等居民补充的3小时不算" in found.total and found.agrees


def test_waiting_that_goes_on_is_told(house):
    ticket = ticket_in(C, house)
    replied(ticket, house)
    waiting(ticket, house, now=at("2026-11-24 10:00"))

    [pause] = reckoned(ticket, "resolve", at("2026-11-24 12:00")).pauses

    assert (pause.until, pause.amount) == ("", "")


def test_hurrying_for_a_duplicate_is_told(house):
    earlier = house.receive(now=MONDAY)
    master = house.receive(now=MONDAY + timedelta(hours=3))
    workflow.merge(earlier, by=house.dispatcher, master=master, now=MONDAY + timedelta(hours=4))

    found = reckoned(master)

    assert (found.due, found.own, found.agrees) == ("11月24日（周二）10:00", "11月24日（周二）13:00", True)


def test_local_closure_is_told_with_its_reason_and_what_it_moved(house):
    ticket = ticket_in(C, house)

    closures.close(house)
    sweeps.flag_overdue(now=at("2026-11-23 13:00"))

    found = reckoned(ticket)
    assert [("至".join(line.days), line.why, line.counts) for line in found.lines] == [
        ("11月23日（周一）", "上班", True),
        ("11月24日（周二）", "本社区不办公（停电检修）", False),
        ("11月25日（周三）", "上班", True),
    ]
    [sentence] = found.moved
    assert sentence.endswith(
        "日历有变动，答复时限由11月24日（周二）10:00改到11月25日（周三）10:00。"
        "本社区定了不办公（停电检修）。11月24日（周二）本社区不办公。"
    )
    assert found.calendar == "国务院2026年放假通知（软件自带），加上本社区安排1天" and found.agrees


def test_closure_after_the_limit_was_missed_is_said_not_to_count(house):
    """What was late stays late; the page does not pretend that today's calendar gave that moment."""
    ticket = ticket_in(C, house)
    sweeps.flag_overdue(now=at("2026-11-24 10:01"))

    closures.close(house, now=at("2026-11-24 11:00"))

    found = reckoned(ticket)
    assert (found.due, found.flagged, found.agrees) == (
        "11月24日（周二）10:00", "11月24日（周二）10:01", False,
    )  # fmt: skip


def test_calendar_changed_since_is_said(house):
    ticket = ticket_in(C, house)
    Clock.objects.filter(ticket=ticket).update(due_at=at("2026-11-25 10:00"))

    assert not reckoned(ticket).agrees


def limits_page(house, client_of, ticket):
    return text(client_of(house.secretary).get(reverse("tickets:limits", args=[ticket.number])))


def test_limit_that_waits_to_be_recounted_is_not_said_to_be_settled(house, client_of):
    ticket = ticket_in(C, house)
    with time_machine.travel(closures.NOON, tick=False):
        closures.close(house)

        before = limits_page(house, client_of, ticket)
        recounting.recount(now=closures.NOON)
        after = limits_page(house, client_of, ticket)

    assert "一两分钟内重算" in before and "不再改" not in before
    assert "重算" not in after and "不再改" not in after


def test_limit_that_was_late_at_the_change_is_said_to_be_settled(house, client_of, flagged):
    closures.close(house, date(2026, 11, 23), now=at("2026-11-23 11:00"))
    recounting.recount(now=at("2026-11-23 11:00"))

    page = limits_page(house, client_of, flagged)

    assert "上面的是改动当时定下的" in page and "一两分钟内重算" not in page


@pytest.mark.parametrize(
    ("change", "is_waiting"),
    [
        ({}, True),
        ({"met_at": closures.NOON}, False),
        ({"stopped_at": closures.NOON}, False),
        ({"flagged_at": closures.NOON}, False),
        ({"due_at": MONDAY + timedelta(hours=1)}, False),
    ],
)
def test_only_what_the_next_sweep_counts_waits_for_it(house, change, is_waiting):
    ticket = ticket_in(C, house)
    closures.close(house)
    Clock.objects.filter(ticket=ticket, kind="reply").update(**change)
    area = closures.fresh_area(house)

    found = closures.clock(ticket)

    assert found.is_to_be_recounted(area, closures.NOON) == is_waiting
    assert Clock.objects.to_recount(area, closures.NOON).filter(pk=found.pk).exists() == is_waiting


# By which calendar ------------------------------------------------------------------------------------


def over_new_year(house):
    return house.receive(now=at("2026-12-31 10:00"))


def test_year_that_nobody_announced_is_said_to_be_reckoned(house):
    found = reckoned(over_new_year(house))

    assert found.calendar == "国务院2026年放假通知（软件自带）；2027年按周末和法定节假日推算（通知未公布）"


@pytest.mark.parametrize(
    ("is_command", "now", "said"),
    [
        (False, "2026-12-31 12:00", "2027年放假通知，何敏12月30日录入"),
        (False, "2027-01-04 12:00", "2027年放假通知，何敏2026年12月30日录入"),
        (True, "2026-12-31 12:00", "2027年放假通知，系统管理员12月30日录入"),
    ],
)
def test_loaded_year_is_told_with_who_loaded_it_and_when(house, is_command, now, said):
    by = None if is_command else house.dispatcher
    calendaring.apply_notice(days_of(NOTICE), by=by, now=at("2026-12-30 09:00"))
    house.station.area.refresh_from_db()

    found = reckoned(over_new_year(house), now=at(now))

    assert found.calendar == f"国务院2026年放假通知（软件自带）；{said}"


def test_own_days_outside_the_limit_are_not_told(house):
    closures.close(house, closures.TUESDAY + timedelta(days=2))
    house.station.area.refresh_from_db()
    ticket = ticket_in(C, house)

    assert reckoned(ticket).calendar == "国务院2026年放假通知（软件自带）"
    assert reckoned(ticket, "resolve").calendar == "国务院2026年放假通知（软件自带），加上本社区安排1天"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", ""),
        ("0a1b2c3d4e.", "，加上录入的放假通知"),
        (".0a1b2c3d4e", "，加上本社区安排"),
        ("0a1b2c3d4e.0a1b2c3d4e", "，加上录入的放假通知，加上本社区安排"),
    ],
)
def test_calendar_that_has_changed_since_is_told_by_its_parts(house, rows, said):
    ticket = ticket_in(C, house)
    Clock.objects.filter(ticket=ticket).update(calendar_version=f"chinesecalendar 1.10.0/2025+table 1|{rows}")

    found = reckoned(ticket)

    assert found.calendar == f"当时的日历：国务院通知到2025年（软件自带）{said}；日历后来有变动"
    assert found.version.startswith("chinesecalendar 1.10.0")


def test_limit_by_two_calendars_or_by_none_says_so(house):
    ticket = ticket_in(C, house)
    gas = house.receive("煤气味", category=EmergencyFactory(), called=True, now=MONDAY)
    Clock.objects.filter(ticket=ticket).update(calendar_version=clocks.MIXED)

    assert reckoned(ticket).calendar == "等居民补充时日历有变动，前后各按当时的日历"
    assert reckoned(gas).calendar == "按钟点算，不看日历"


def test_each_round_is_told(house):
    ticket = ticket_in(Status.CLOSED, house)
    workflow.reopen(ticket, by=house.dispatcher, reason="又坏了", now=MONDAY + timedelta(days=1))

    [found] = story.ticket_of(ticket.pk)
    of_ticket = story.clocks_of(ticket.pk)

    titles = [one.title for one in why_late.reckonings(found, of_ticket, [], now=MONDAY)]
    assert titles == ["答复时限（第2轮）", "办结时限（第2轮）", "答复时限（第1轮）", "办结时限（第1轮）"]


# The page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["secretary", "dispatcher", "staff", "unit_lead", "volunteer", "lead"])
def test_who_sees_the_ticket_sees_why_when_and_by_which_calendar(
    house, client_of, flagged, who, time_machine
):
    time_machine.move_to(at("2026-11-24 09:00"), tick=False)
    client = client_of(getattr(house, who))

    page = text(client.get(reverse("tickets:limits", args=[flagged.number])))

    assert "为什么算超时" in page and "11月21日（周六）至11月22日（周日）" in page
    assert "标记超时11月23日（周一）10:01" in page and "国务院2026年放假通知（软件自带）" in page
    assert "为什么算超时：答复时限" in text(client.get(flagged.get_absolute_url()))


def test_version_of_the_calendar_is_for_support_and_not_in_the_text(house, client_of, flagged):
    answer = client_of(house.secretary).get(reverse("tickets:limits", args=[flagged.number]))

    version = flagged.clocks.first().calendar_version
    assert f'title="版本 {version}"' in answer.content.decode()
    assert version not in text(answer) and "chinesecalendar" not in text(answer)


def test_limit_in_time_is_explained_as_well(house, client_of):
    house.receive()
    ticket = house.receive()

    page = text(client_of(house.dispatcher).get(reverse("tickets:limits", args=[ticket.number])))

    assert "时限怎么算的" in page and "为什么算超时" not in page


def test_strangers_find_nothing(house, client_of, flagged):
    stranger = client_of(House().secretary)

    answers = [
        stranger.get(reverse("tickets:limits", args=[n])) for n in (flagged.number, "XX99-20200101-001")
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_page_asks_as_few_questions_for_many_limits(house, client_of, flagged, django_assert_num_queries):
    client = client_of(house.secretary)
    address = reverse("tickets:limits", args=[flagged.number])
    client.get(address)

    with django_assert_num_queries(10):
        client.get(address)
    joined(flagged, house)
    workflow.release(flagged, by=house.staff, reason="请同事接一下", now=None)
    with django_assert_num_queries(10):
        client.get(address)
