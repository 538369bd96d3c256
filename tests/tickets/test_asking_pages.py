"""问居民 and 居民补充 as pages: the worker's phone, the desk, the lists, the receipt."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import CategoryFactory
from tests.tickets.loop import (
    MONDAY,
    claimed,
    dispatched,
    let_in,
    replied,
    second_reporter,
    ticket_in,
    waiting,
)
from tickets import receipts, sweeps, workflow
from tickets.models import Event, Receipt, Ticket
from tickets.states import Status

C, W = Status.CLAIMED, Status.WAITING
QUESTION, ANSWER = "是哪一根水管漏？", "厨房的冷水管"
RECEIPT, ANSWERING = "/t/receipt/", "/t/receipt/answer/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        yield


def url(name, ticket):
    return reverse(f"tickets:{name}", args=[ticket.number])


def text(client, address):
    return client.get(address).content.decode()


def let_in_by_code(client, ticket):
    client.post(
        reverse("tickets:track_code"), {"code": receipts.code(Receipt.objects.valid().first_of(ticket))}
    )
    return client


# The worker -----------------------------------------------------------------------------------------


def test_worker_asks_from_the_page_of_the_ticket(house, client_of):
    ticket = ticket_in(C, house)
    client = client_of(house.staff)
    way, offered = text(client, url("detail", ticket)), text(client, url("ask_resident", ticket))

    answer = client.post(url("ask_resident", ticket), {"question": QUESTION})

    ticket.refresh_from_db()
    assert f'href="{url("ask_resident", ticket)}"' in way
    assert "等到11月26日（周四）12:00，没有补充就接着办" in offered
    assert (answer.status_code, ticket.status) == (302, W)


def test_ticket_shows_question_limit_and_what_is_left(house, client_of):
    ticket = ticket_in(W, house)

    page = text(client_of(house.staff), url("detail", ticket))

    assert QUESTION in page and "11月26日（周四）10:00" in page
    assert "暂停，剩5个工作日" in page and "居民补充后接着算" in page


def test_question_too_long_comes_back_whole(house, client_of):
    ticket = ticket_in(C, house)

    answer = client_of(house.staff).post(url("ask_resident", ticket), {"question": "问" * 201})

    assert answer.status_code == 422
    assert "最多200字" in answer.content.decode() and "问" * 201 in answer.content.decode()


def test_used_up_time_is_said_and_not_offered_on_the_page(house, client_of):
    ticket = ticket_in(W, house)
    sweeps.lapse_waiting(now=MONDAY + 4 * DAY)

    with time_machine.travel(MONDAY + 4 * DAY, tick=False):
        client = client_of(house.staff)
        assert "发出问题，等补充" not in text(client, url("detail", ticket))
        answer = client.post(url("ask_resident", ticket), {"question": QUESTION})

    assert answer.status_code == 422
    assert "已经满3个工作日" in answer.content.decode() and QUESTION in answer.content.decode()


def test_unanswered_emergency_offers_no_question(house, client_of):
    urgent = house.receive(category=CategoryFactory(emergency_hours=2, emergency_call="119"), called=True)
    dispatched(urgent, house)
    claimed(urgent, house)

    assert "发出问题，等补充" not in text(client_of(house.staff), url("detail", urgent))


def test_card_says_until_when_the_resident_is_waited_for(house, client_of):
    ticket = ticket_in(C, house)
    replied(ticket, house)
    waiting(ticket, house)

    page = text(client_of(house.staff), reverse("tickets:unit_mine"))

    assert "待居民补充" in page and "11月26日（周四）10:00" in page and "暂停，剩5个工作日" in page
    assert "去办结" not in page


def test_card_of_an_unanswered_ticket_still_leads_to_the_reply(house, client_of):
    ticket = ticket_in(W, house)

    client = client_of(house.staff)
    page = text(client, reverse("tickets:unit_mine"))

    assert "去答复" in page and "还剩7小时" in page
    assert f'href="{url("reply", ticket)}"' in client.get(reverse("tickets:unit_mine")).content.decode()


def test_second_tap_of_the_question_is_no_error(house, client_of):
    ticket = ticket_in(C, house)
    client = client_of(house.staff)
    client.post(url("ask_resident", ticket), {"question": QUESTION})

    assert client.post(url("ask_resident", ticket), {"question": QUESTION}).status_code == 302
    assert Event.objects.filter(verb="ask_resident").count() == 1


# The desk -------------------------------------------------------------------------------------------


def test_volunteer_writes_down_what_was_said_at_the_desk(house, client_of):
    ticket = ticket_in(W, house)
    client = client_of(house.volunteer)
    offered = text(client, url("detail", ticket))
    form = {"reporter": ticket.reporters.get().pk, "words": ANSWER, "channel": "in_person"}

    answer = client.post(url("resident_answered", ticket), form)

    ticket.refresh_from_db()
    assert "记下居民的补充" in offered
    assert (answer.status_code, ticket.status) == (302, C)
    assert "补充了情况（当面说的）" in text(client_of(house.staff), url("detail", ticket))


def test_page_shows_the_question_and_takes_no_answer_as_if_by_link(house, client_of):
    ticket = ticket_in(W, house)
    client = client_of(house.volunteer)
    form = {"reporter": ticket.reporters.get().pk, "words": ANSWER, "channel": "link"}

    page, answer = (
        text(client, url("resident_answered", ticket)),
        client.post(url("resident_answered", ticket), form),
    )

    assert f"问的是：{QUESTION}" in page
    assert answer.status_code == 422 and "请选居民怎么说的" in answer.content.decode()


def test_one_of_several_is_chosen_by_the_name_the_reader_sees(house, client_of):
    ticket = ticket_in(W, house)
    ticket.reporters.update(name="张敏", phone="13800001234", room="502")
    second_reporter(ticket, house)

    worker = text(client_of(house.staff), url("resident_answered", ticket))
    desk = text(client_of(house.lead), url("resident_answered", ticket))

    assert ">张敏（502，尾号1234）</option>" in worker
    assert ">张** 138****1234</option>" in desk and "张敏" not in desk


def test_none_of_several_is_chosen_beforehand(house, client_of):
    ticket = ticket_in(W, house)
    second_reporter(ticket, house)

    answer = client_of(house.staff).post(
        url("resident_answered", ticket), {"words": ANSWER, "channel": "phone"}
    )

    assert answer.status_code == 422 and "请选是哪位反映人说的" in answer.content.decode()
    assert ticket.events.filter(verb="resident_answered").count() == 0


def test_timeline_names_which_of_several_said_it_masked(house, client_of):
    ticket = ticket_in(W, house)
    other = second_reporter(ticket, house)
    workflow.resident_answered(ticket, by=house.lead, reporter=other, words=ANSWER, channel="phone")

    page = text(client_of(house.staff), url("detail", ticket))

    assert "李**补充了情况（打电话说的）" in page and ANSWER in page


def test_desk_counts_what_waits_for_its_residents_and_leads_there(house, client_of):
    ticket_in(C, house)
    client = client_of(house.volunteer)
    before = text(client, reverse("tickets:desk"))
    asked = ticket_in(W, house)

    page = client.get(reverse("tickets:desk"))
    listed = text(client, page.context["asked_url"])

    assert "待补充" not in before
    assert '待补充<span class="count">1</span>' in page.content.decode()
    assert asked.number in listed and listed.count("tickets/H") >= 1
    assert "1 单" in listed


@pytest.mark.parametrize("name", ["list", "unit_mine"])
def test_lists_ask_as_often_for_three_waiting_as_for_one(house, client_of, name, django_assert_num_queries):
    ticket_in(W, house)
    client = client_of(house.staff)
    address = reverse(f"tickets:{name}")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    ticket_in(W, house)
    ticket_in(W, house)

    with django_assert_num_queries(len(one)):
        client.get(address)


# The resident ---------------------------------------------------------------------------------------


@pytest.fixture
def ticket(house):
    ticket = house.receive(now=MONDAY, phone="13800138421")
    for step in (dispatched, claimed, waiting):
        step(ticket, house)
    return Ticket.objects.get(pk=ticket.pk)


def test_resident_reads_the_question_and_answers_it(house, client, ticket):
    let_in(client, ticket.reporters.get())
    page = client.get(RECEIPT)
    number = page.context["sheet"].question_number

    answer = client.post(ANSWERING, {"question": number, "words": ANSWER})

    ticket.refresh_from_db()
    after = text(client, RECEIPT)
    assert "请您补充情况" in page.content.decode() and QUESTION in page.content.decode()
    assert "请在11月26日（周四）10:00前补充" in page.content.decode()
    assert (answer.url, ticket.status) == (RECEIPT, C)
    assert "谢谢您的补充" in after and f"您说：{ANSWER}" in after and QUESTION in after


def test_question_comes_before_everything_else_that_can_be_filled_in(client, ticket):
    page = text(let_in(client, ticket.reporters.get()), RECEIPT)

    assert page.index(ANSWERING) < page.index("办理经过")
    assert page.count(QUESTION) == 1


def test_answer_sent_twice_is_one_and_no_error(client, ticket):
    let_in(client, ticket.reporters.get())
    answers = [client.post(ANSWERING, {"words": ANSWER}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Event.objects.filter(verb="resident_answered").count() == 1


def test_empty_answer_is_refused_at_the_field(client, ticket):
    answer = let_in(client, ticket.reporters.get()).post(ANSWERING, {"words": "  "})

    assert answer.status_code == 422
    assert "请写下您的回答" in answer.content.decode()


def test_answer_to_an_earlier_question_is_shown_the_new_one_and_can_be_sent_again(house, client, ticket):
    let_in(client, ticket.reporters.get())
    first = client.get(RECEIPT).context["sheet"].question_number
    workflow.resident_answered(
        ticket, by=house.lead, reporter=ticket.reporters.get(), words="别的话", channel="phone"
    )
    waiting(ticket, house, now=MONDAY + timedelta(hours=1), question="几点在家？")

    answer = client.post(ANSWERING, {"question": first, "words": ANSWER})

    page = answer.content.decode()
    assert answer.status_code == 409 and "几点在家？" in page and ANSWER in page
    assert f'name="question" value="{first}"' not in page


def test_typed_code_alone_neither_reads_nor_answers_the_question(client, ticket):
    let_in_by_code(client, ticket)
    page = text(client, RECEIPT)

    answer = client.post(ANSWERING, {"words": ANSWER})

    ticket.refresh_from_db()
    assert "请您补充情况" in page and QUESTION not in page and ANSWERING not in page
    assert "看问的是什么，再填手机号后四位" in page and "11月26日（周四）10:00前" in page
    assert (answer.status_code, ticket.status) == (403, W)
    assert QUESTION not in answer.content.decode()


def test_whoever_logged_the_ticket_does_not_answer_with_its_slip_as_the_resident(house, client_of, ticket):
    client = let_in(client_of(house.volunteer), ticket.reporters.get())

    answer = client.post(ANSWERING, {"words": ANSWER})

    ticket.refresh_from_db()
    assert answer.status_code == 403 and "不能替居民在这里填" in answer.text and ANSWER in answer.text
    assert ticket.status == W


def test_who_left_no_phone_is_asked_for_no_digits(house, client):
    ticket = house.receive(now=MONDAY, phone="")
    for step in (dispatched, claimed, waiting):
        step(ticket, house)

    page = text(let_in_by_code(client, ticket), RECEIPT)

    assert "问的是什么，要扫二维码才能看。" in page and "后四位" not in page


def test_last_digits_of_the_phone_open_the_question(client, ticket):
    let_in_by_code(client, ticket).post("/t/receipt/unlock/", {"tail": "8421"})

    assert QUESTION in text(client, RECEIPT)
    assert client.post(ANSWERING, {"words": ANSWER}).status_code == 302


def test_another_reporter_reads_the_question_but_not_the_others_answer(house, client, ticket):
    other = second_reporter(ticket, house)
    receipts.issue(other, now=MONDAY)
    let_in(client, other)
    before = text(client, RECEIPT)
    workflow.resident_answered(ticket, by=ticket.reporters.first(), words=ANSWER)

    after = text(client, RECEIPT)

    assert QUESTION in before
    assert "别的反映人补充了情况" in after and ANSWER not in after


def test_lapsed_waiting_is_told_in_the_history(house, client, ticket):
    sweeps.lapse_waiting(now=MONDAY + 4 * DAY)

    assert "没有等到补充，接着办" in text(let_in(client, ticket.reporters.get()), RECEIPT)


def test_answer_written_down_at_the_desk_is_the_residents_own(house, client, ticket):
    workflow.resident_answered(
        ticket, by=house.volunteer, reporter=ticket.reporters.get(), words=ANSWER, channel="in_person"
    )

    assert f"您说：{ANSWER}" in text(let_in(client, ticket.reporters.get()), RECEIPT)
