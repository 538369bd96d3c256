"""The worker's promises by day, the lead's of the unit, last week's rate, and the chips that say what became of one."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.factories import at
from tests.tickets.loop import BAD, dispatched, replied, resolved
from tickets import keeping, workflow
from tickets.models import Ticket
from tickets.promises import Promise, Standing

MONDAY = at("2026-11-23 10:00")
PAGE = reverse("tickets:my_promises")


def on(day):
    """The 23rd is a Monday."""
    return date(2026, 11, day)


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel(at("2026-11-25 09:00"), tick=False):
        yield


def promised(house, day, *, words="灯不亮", now=MONDAY, by=None):
    ticket = house.receive(words, now=now)
    dispatched(ticket, house, now=now)
    workflow.claim(ticket, by=by or house.staff, now=now)
    workflow.reply(
        ticket, by=by or house.staff, solvable="yes", promised_on=day, words="换灯", told="link", now=now
    )
    return ticket


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def groups(page):
    """{heading: how many} as the page shows them."""
    return dict(re.findall(r'<h2 id="g\d">([^<]+)</h2><span class="count">(\d+)</span>', page))


def test_promises_stand_by_day(house, client_of):
    for day in (24, 25, 26, 27, 29, 30):
        promised(house, on(day))

    page = text(client_of(house.staff).get(PAGE))

    assert groups(page) == {"已过期": "1", "今天": "1", "明天": "1", "本周": "2", "以后": "1"}
    assert "过了答应的日子" in page


def test_page_belongs_to_mine_in_both_bars(house, client_of):
    page = text(client_of(house.staff).get(PAGE))

    assert page.count(f'href="{reverse("tickets:unit_mine")}" aria-current="true"') == 2


def test_nobody_sees_the_promises_of_others(house, client_of):
    promised(house, on(25), by=house.colleague)

    assert "没有答应了还没办好的" in text(client_of(house.staff).get(PAGE + "?whose=unit"))
    assert "没有答应了还没办好的" in text(client_of(house.other_staff).get(PAGE))


def test_lead_sees_the_units_with_who_has_them(house, client_of):
    promised(house, on(24), by=house.colleague)
    client = client_of(house.unit_lead)

    page = text(client.get(PAGE + "?whose=unit"))

    assert groups(page) == {"已过期": "1"} and "吴强" in page
    assert groups(text(client.get(PAGE))) == {}


def test_resolved_and_withdrawn_promises_are_not_to_be_kept_any_more(house, client_of):
    resolved(promised(house, on(25)), house)
    workflow.withdraw(promised(house, on(25), words="登记错了"), by=house.dispatcher, reason="mistake")

    page = text(client_of(house.staff).get(PAGE))

    assert "没有答应了还没办好的" in page and groups(page) == {} and "登记错了" not in page


def settled(page):
    """(title, chip) of each under 本周有了结果的."""
    its = page.partition('<h2 id="settled">')[2].partition("</section>")[0]
    chips = re.findall(r'<span class="due[^>]*>(?:<svg.*?</svg>)?([^<]+)</span>', its)
    return list(zip(re.findall(r'<a class="t"[^>]*>([^<]+)</a>', its), chips, strict=True))


def test_what_this_weeks_promises_came_to_stands_below_the_open_ones(house, client_of):
    resolved(promised(house, on(24), words="迟了的"), house, now=at("2026-11-25 08:00"))
    resolved(promised(house, on(25), words="守住的"), house, now=at("2026-11-25 08:30"))
    moved = promised(house, on(24), words="改过的")
    replied(moved, house, now=at("2026-11-24 10:00"), promised_on=on(27))
    resolved(moved, house, now=at("2026-11-25 08:40"))
    later = promised(house, date(2026, 12, 4), words="提前办好的")
    resolved(later, house, now=at("2026-11-25 08:50"))
    refused = promised(house, on(27), words="办不成的")
    workflow.resolve(refused, by=house.staff, outcome="not", words="没有货", now=at("2026-11-25 08:55"))
    promised(house, on(26), words="还开着的")

    page = text(client_of(house.staff).get(PAGE))

    assert groups(page) == {"明天": "1"} and page.index("还开着的") < page.index("本周有了结果的")
    assert settled(page) == [
        ("迟了的", "过了答应的日子"),
        ("改过的", "改期（原定11月24日）"),
        ("守住的", "守约"),
        ("办不成的", "后来说不能办（原定11月27日）"),
        ("提前办好的", "守约"),
    ]


def test_promises_of_other_weeks_and_of_others_are_not_this_weeks(house, client_of):
    last_monday = MONDAY - timedelta(days=7)
    resolved(promised(house, on(18), now=last_monday), house, now=at("2026-11-18 17:00"))
    resolved(promised(house, date(2026, 12, 4), now=last_monday), house, now=at("2026-11-20 17:00"))
    others = promised(house, on(25), by=house.colleague)
    workflow.resolve(others, by=house.colleague, outcome="solved", words="好了", now=at("2026-11-25 08:00"))

    assert settled(text(client_of(house.staff).get(PAGE))) == []
    assert len(settled(text(client_of(house.unit_lead).get(PAGE + "?whose=unit")))) == 1
    assert settled(text(client_of(house.other_staff).get(PAGE))) == []


def test_promise_kept_before_the_matter_was_done_again_says_its_round(house, client_of):
    ticket = promised(house, on(25))
    resolved(ticket, house, now=at("2026-11-24 10:00"))
    workflow.review(ticket, by=ticket.reporters.get(), now=at("2026-11-24 11:00"), **BAD)

    page = text(client_of(house.staff).get(PAGE))

    assert settled(page) == [("灯不亮", "守约")] and "第1轮" in page


@pytest.mark.parametrize(("count", "rate"), [(1, "样本少于5，不计率"), (3, "守约率60.0%")])
def test_last_week_is_said_with_its_number(house, client_of, count, rate):
    last_monday = MONDAY - timedelta(days=7)
    for _ in range(count):
        resolved(promised(house, on(18), now=last_monday), house, now=at("2026-11-18 17:00"))
    promised(house, on(20), now=last_monday)
    moved = promised(house, on(22), now=last_monday)
    replied(moved, house, now=at("2026-11-20 10:00"), promised_on=on(27))

    page = text(client_of(house.staff).get(PAGE))

    n = count + 2
    assert f"上周（11月16日至11月22日）答应办好的{n}件：守约{count}件，改期1件，过了日子1件；{rate}。" in page


def test_summary_on_mine_leads_to_the_page(house, client_of):
    promised(house, on(24))
    promised(house, on(25))

    mine = text(client_of(house.staff).get(reverse("tickets:unit_mine")))
    lead = text(client_of(house.unit_lead).get(reverse("tickets:unit_mine")))

    assert "我答应的2件" in mine and "过期1件" in mine and "今天1件" in mine
    assert f'href="{PAGE}?whose=unit"' in lead and "本单位答应的" not in mine


def test_page_asks_few_questions_however_many(house, client_of, django_assert_max_num_queries):
    asked = []
    for count in (1, 4):
        for _ in range(count):
            promised(house, on(24))
            resolved(promised(house, on(24)), house, now=MONDAY)
        client = client_of(house.unit_lead)
        with django_assert_max_num_queries(12) as statements:
            client.get(PAGE + "?whose=unit")
        asked.append(len(statements))

    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("outcome", "first", "last", "kind", "words"),
    [
        (Promise.KEPT, 24, 24, "kept", "守约"),
        (Promise.MOVED, 24, 26, "moved", "改期（原定11月24日）"),
        (Promise.MOVED, 24, None, "moved", "后来说不能办（原定11月24日）"),
        (Promise.BROKEN, 24, 24, "over", "过了答应的日子"),
        (Promise.BROKEN, 24, 26, "over", "过了答应的日子（原定11月24日）"),
    ],
)
def test_chip_says_what_became_of_it(outcome, first, last, kind, words):
    chip = keeping.chip(Standing(outcome, on(first), on(last) if last else None), today=on(25))

    assert (chip.kind, chip.text) == (kind, words)


def test_standing_promise_needs_no_chip():
    assert keeping.chip(Standing(Promise.OPEN, on(27), on(27)), today=on(25)) is None
    assert keeping.chip(Standing(None), today=on(25)) is None


def test_ticket_page_and_timeline_say_when_it_was_moved_and_kept(house, client_of):
    ticket = promised(house, on(24))
    replied(ticket, house, now=at("2026-11-24 23:30"), promised_on=on(26), words="要等配件")
    client = client_of(house.staff)

    page = text(client.get(ticket.get_absolute_url()))
    assert page.count("改期（原定11月24日）") == 2  # beside the promise and at the answer that moved it

    resolved(ticket, house, now=at("2026-11-25 08:00"))
    page = text(client.get(ticket.get_absolute_url()))
    assert page.count("改期（原定11月24日）") == 2  # nothing was moved by the result


def test_timeline_says_moved_only_where_it_was(house, client_of):
    ticket = promised(house, on(24))
    for day, words in ((26, "要等配件"), (26, "配件明天到"), (27, "配件没到")):
        replied(ticket, house, now=at("2026-11-24 12:00"), promised_on=on(day), words=words)
    workflow.resolve(ticket, by=house.staff, outcome="not", words="没有货", now=at("2026-11-25 08:00"))

    line = text(client_of(house.staff).get(ticket.get_absolute_url())).partition("办理经过")[2]

    assert re.findall(r"11月\d+日前办好|改期（原定11月24日）|后来说不能办（原定11月24日）", line) == [
        "后来说不能办（原定11月24日）",
        "11月27日前办好",
        "改期（原定11月24日）",
        "11月26日前办好",
        "11月26日前办好",
        "改期（原定11月24日）",
        "11月24日前办好",
    ]


def test_timeline_says_the_year_of_a_promise_for_another_one(house, client_of):
    ticket = promised(house, date(2027, 3, 1))

    page = text(client_of(house.staff).get(ticket.get_absolute_url()))

    assert "答复：能解决，2027年3月1日前办好" in page


@pytest.mark.parametrize(
    ("first", "last", "today", "was"),
    [
        (date(2026, 11, 24), date(2027, 3, 1), on(25), "原定2026年11月24日"),
        (date(2027, 3, 1), date(2027, 5, 1), on(25), "原定2027年3月1日"),
        (date(2027, 3, 1), None, on(25), "原定2027年3月1日"),
        (date(2026, 11, 24), date(2026, 12, 1), date(2027, 1, 5), "原定2026年11月24日"),
    ],
)
def test_chip_says_the_year_where_it_could_be_another(first, last, today, was):
    assert was in keeping.chip(Standing(Promise.MOVED, first, last), today=today).text


def test_result_that_is_none_takes_the_promise_back(house, client_of):
    ticket = promised(house, on(26))
    workflow.resolve(ticket, by=house.staff, outcome="not", words="要换整根管", now=at("2026-11-24 12:00"))

    page = text(client_of(house.staff).get(ticket.get_absolute_url()))

    assert page.count("后来说不能办（原定11月26日）") == 2 and "改期" not in page


def test_card_says_a_broken_promise_with_a_word_and_an_icon(house, client_of):
    promised(house, on(24))

    page = text(client_of(house.staff).get(reverse("tickets:unit_mine")))

    assert re.search(r'<span class="due due-over"><svg.*?</svg>过了答应的日子</span>', page)


def test_broken_tickets_are_found_however_late_another_day_was_promised(house):
    late = promised(house, on(24))
    replied(late, house, now=at("2026-11-25 08:00"), promised_on=on(28), words="要等配件")
    promised(house, on(28))

    assert list(Ticket.objects.broken(on(25))) == [late]
