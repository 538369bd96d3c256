"""Two receipts opened in one browser one after the other, and a page that is older than the answer."""

import pytest
import time_machine
from django.urls import reverse

from tests.tickets.loop import MONDAY, let_in, replied, resolved, ticket_in
from tickets import workflow
from tickets.models import Rating, Telling
from tickets.states import Status

RECEIPT = reverse("tickets:receipt")
WORDS = "灭火器还是过期的"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def hidden(page, name):
    """What a form of the page sends along."""
    return page.text.partition(f'name="{name}" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("status", "route", "form"),
    [
        (Status.RESOLVED, "rate", {"solved": "no", "satisfied": "not", "words": WORDS}),
        (Status.WAITING, "answer", {"words": WORDS}),
    ],
)
def test_form_of_the_first_does_nothing_to_the_second(house, client, status, route, form):
    first, second = ticket_in(status, house), ticket_in(status, house)
    mark = hidden(let_in(client, first.reporters.get()).get(RECEIPT), "receipt")
    let_in(client, second.reporters.get())
    known = second.events.count()

    answer = client.post(reverse(f"tickets:{route}"), {**form, "receipt": mark})
    own = client.post(
        reverse(f"tickets:{route}"), {**form, "receipt": hidden(client.get(RECEIPT), "receipt")}
    )

    assert (answer.status_code, own.status_code) == (409, 302)
    assert "又打开了另一张回执" in answer.text and WORDS in answer.text
    assert (first.events.count(), second.events.count() > known) == (known, True)
    assert not Rating.objects.filter(ticket=first).exists()


def test_what_was_read_of_the_first_is_not_known_by_the_second(house, client):
    first, second = ticket_in(Status.CLAIMED, house), ticket_in(Status.CLAIMED, house)
    for ticket in (first, second):
        replied(ticket, house, told="slip")
    page = let_in(client, first.reporters.get()).get(RECEIPT)
    let_in(client, second.reporters.get())

    answer = client.post(reverse("tickets:acknowledge"), {"receipt": hidden(page, "receipt")})

    assert answer.status_code == 409 and not Telling.objects.exists()


def test_mark_opens_nothing_and_is_another_one_for_each(house, client):
    pages = [let_in(client, ticket_in(Status.RESOLVED, house).reporters.get()).get(RECEIPT) for _ in range(2)]

    marks = {hidden(page, "receipt") for page in pages}

    assert len(marks) == 2 and all(marks)
    assert {client.get(reverse("tickets:track", args=[mark])).status_code for mark in marks} == {404}


@pytest.mark.parametrize("sent", ["", "x", "9" * 40])
def test_reading_an_answer_is_not_having_read_a_newer_one(house, client, sent):
    ticket = ticket_in(Status.CLAIMED, house)
    replied(ticket, house, told="slip")
    page = let_in(client, ticket.reporters.get()).get(RECEIPT)
    newer = {"solvable": "no", "promised_on": None, "words": "没有配件"}
    replied(ticket, house, told="slip", **newer)

    for read in (hidden(page, "reply"), sent or "0"):
        client.post(reverse("tickets:acknowledge"), {"reply": read})
    told = Telling.objects.count()
    client.post(reverse("tickets:acknowledge"), {"reply": hidden(client.get(RECEIPT), "reply")})

    assert (told, Telling.objects.get().reply.words) == (0, "没有配件")


def test_rating_of_an_earlier_round_is_sent_to_the_result_that_stands(house):
    ticket = ticket_in(Status.RESOLVED, house)
    reporter = ticket.reporters.get()
    workflow.review(ticket, by=reporter, solved="no", satisfied="not", now=MONDAY)
    late = {"by": reporter, "round": 1, "solved": "yes", "satisfied": "satisfied", "now": MONDAY}
    with pytest.raises(workflow.Conflict, match="等办好了再请您评"):
        workflow.rate(ticket, **late)
    resolved(ticket, house)

    with pytest.raises(workflow.Conflict, match="看了现在的结果再评"):
        workflow.rate(ticket, **late)
