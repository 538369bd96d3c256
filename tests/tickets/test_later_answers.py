"""What residents say after the first answer: by the receipt and at the desk, while the matter is open."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.tickets.loop import MONDAY, answered, joined, let_in, replied, ticket_in, told
from tickets import workflow
from tickets.models import Telling, Ticket
from tickets.states import Status
from tickets.workflow.asking import current_question

ANSWER, ANOTHER = "厨房的冷水管", "居民又补充了，记下来"
RECEIPT, ANSWERING = reverse("tickets:receipt"), reverse("tickets:answer")


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def ticket(house) -> Ticket:
    return ticket_in(Status.WAITING, house)


def form_of(ticket):
    return reverse("tickets:resident_answered", args=[ticket.number])


def test_answer_after_another_one_reaches_the_worker_too(house, client, ticket):
    other = joined(ticket, house)
    let_in(client, other)
    asked = client.get(RECEIPT).context["sheet"].question_number
    answered(ticket, house, words="别的话", now=MONDAY + timedelta(hours=1))

    answer = client.post(ANSWERING, {"question": asked, "words": ANSWER})

    event = ticket.events.get(words=ANSWER)
    page = client.get(RECEIPT).text
    assert (answer.status_code, told(event)) == (302, {house.staff.name})
    assert "谢谢您的补充，已经转给办的人。" in page and f"您说：{ANSWER}" in page


def test_later_answer_that_is_empty_can_be_sent_once_more(house, client, ticket):
    let_in(client, joined(ticket, house))
    asked = client.get(RECEIPT).context["sheet"].question_number
    answered(ticket, house, now=MONDAY + timedelta(hours=1))

    refused = client.post(ANSWERING, {"question": asked, "words": " "})

    assert refused.status_code == 422 and "提交补充" in refused.text
    assert f'name="question" value="{asked}"' in refused.text and "没有送到" not in refused.text


def test_later_answer_for_a_page_without_the_reply_is_no_having_heard_of_it(house, client, ticket):
    reporter = ticket.reporters.get()
    let_in(client, reporter)
    asked = client.get(RECEIPT).context["sheet"].question_number
    replied(ticket, house, told="slip", now=MONDAY + timedelta(hours=1))

    client.post(ANSWERING, {"question": asked, "words": ANSWER})

    page = client.get(RECEIPT).text
    assert not Telling.objects.exists() and "我知道了" in page
    assert "11月27日（周五）前办好" in page and "谢谢您的补充，已经转给办的人。" in page


def test_desk_writes_down_what_comes_later_where_something_was_asked(house, client_of, ticket):
    desk, other = client_of(house.volunteer), house.receive("路灯不亮")
    asked = current_question(ticket).words
    while_asked = desk.get(ticket.get_absolute_url()).text
    answered(ticket, house, now=MONDAY + timedelta(hours=1))

    page = desk.get(form_of(ticket)).text
    said = {"reporter": ticket.reporters.get().pk, "words": ANSWER, "channel": "phone"}
    answer = desk.post(form_of(ticket), said)

    assert ANOTHER not in while_asked and ANOTHER in desk.get(ticket.get_absolute_url()).text
    assert ANOTHER not in desk.get(other.get_absolute_url()).text
    assert f"问的是：{asked}" in page and answer.status_code == 302
    assert desk.get(form_of(other)).status_code == 409


def test_answer_after_the_result_is_told_so_and_stays_to_be_read(house, client, ticket):
    let_in(client, ticket.reporters.get())
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换了水管")

    answer = client.post(ANSWERING, {"words": ANSWER})

    assert answer.status_code == 409
    assert "这件事已经办完，不用再补充" in answer.text and ANSWER in answer.text
    assert "提交补充" not in answer.text and "您写的没有送到" in answer.text
