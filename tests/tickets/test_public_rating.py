"""Rating by the resident: once a round, changeable, harmless when pressed twice or fifty times."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client

from tests.factories import House
from tests.racing import at_once, meeting
from tickets import receipts, workflow
from tickets.models import Event, Rating, Receipt, Reporter
from tickets.states import Status, Verb

RECEIPT, RATE = "/t/receipt/", "/t/receipt/rate/"
GOOD = {"round": "1", "solved": "yes", "satisfied": "satisfied", "words": "很快 ＝1+1\r\n谢谢"}
BAD = {"round": "1", "solved": "no", "satisfied": "not", "words": "还是打不着"}


def resolved(house):
    ticket = house.receive("厨房燃气灶打不着火")
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换了点火电池")
    return ticket


def let_in(client, ticket):
    receipt = Receipt.objects.valid().first_of(ticket)
    client.get(f"/t/{receipts.token(receipt)}/")
    return client


@pytest.fixture
def ticket(house):
    return resolved(house)


@pytest.fixture
def resident(client, ticket):
    return let_in(client, ticket)


def page_of(client):
    return client.get(RECEIPT).content.decode()


def test_nothing_is_chosen_before_the_resident_chooses(resident):
    page = page_of(resident)

    assert "提交评价" in page
    assert "checked" not in page


def test_good_rating_closes_and_is_kept_word_for_word(resident, ticket):
    response = resident.post(RATE, GOOD)

    ticket.refresh_from_db()
    rating = Rating.objects.get()
    assert response.url == RECEIPT
    assert ticket.status == Status.CLOSED
    assert (rating.words, rating.channel, rating.entered_by) == (GOOD["words"], "link", None)
    assert "谢谢您的评价" in page_of(resident) and "已结案" in page_of(resident)


def test_bad_rating_reopens_and_says_so(resident, ticket):
    resident.post(RATE, BAD)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.round) == (Status.CLAIMED, 2)
    assert "会重新办理" in page_of(resident)


@pytest.mark.parametrize("answer", [GOOD, BAD])
def test_second_press_is_the_same_answer(resident, answer):
    responses = [resident.post(RATE, answer) for _ in range(3)]

    assert {response.url for response in responses} == {RECEIPT}
    assert Rating.objects.count() == 1
    assert Event.objects.filter(verb__in=[Verb.REVIEW, Verb.CHANGE_RATING]).count() == 1


def test_other_answer_within_seven_days_changes_the_rating(resident, ticket):
    resident.post(RATE, GOOD)
    assert "改评价" in page_of(resident)

    resident.post(RATE, {**GOOD, "satisfied": "mostly"})

    ticket.refresh_from_db()
    assert Rating.objects.get().satisfied == "mostly"
    assert ticket.status == Status.CLOSED


def test_answer_for_a_round_that_is_over_is_refused_and_kept(resident):
    resident.post(RATE, BAD)

    response = resident.post(RATE, {**GOOD, "words": "其实修好了"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "已经重新办理" in page and "其实修好了" in page and "提交评价" not in page
    assert Rating.objects.get().satisfied == "not"


def test_rating_before_it_is_time_is_refused_and_kept(client, house):
    client = let_in(client, house.receive())

    response = client.post(RATE, GOOD)

    assert response.status_code == 409
    assert "不能评单" in response.content.decode() and "谢谢" in response.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"solved": ""}, "请选问题解决了没有"),
    ({"satisfied": "perfect"}, "请选您满意不满意"),
    ({"words": "长" * 4001}, "最多4000字"),
])  # fmt: skip
def test_incomplete_rating_is_asked_again_with_what_was_typed(resident, changes, sentence):
    response = resident.post(RATE, {**BAD, **changes})

    page = response.content.decode()
    assert response.status_code == 422
    assert "提交的内容有问题" in page and page.count(sentence) == 2
    assert changes.get("words", BAD["words"]) in page
    assert not Rating.objects.exists()


def test_whoever_handled_the_ticket_cannot_rate_with_its_slip(house, ticket):
    for person in (house.volunteer, house.staff):
        client = Client()
        client.force_login(person)

        response = let_in(client, ticket).post(RATE, GOOD)

        assert response.status_code == 403
        assert "不能在这里评价" in response.content.decode()
    assert not Rating.objects.exists()


def test_rating_with_the_code_alone_is_enough(client, ticket):
    receipt = Receipt.objects.valid().first_of(ticket)
    client.post("/t/", {"code": receipts.code(receipt)})

    client.post(RATE, GOOD)

    assert Rating.objects.count() == 1


def test_rating_is_the_reporters_own_whatever_else_is_posted(resident, ticket, house):
    other = resolved(house)
    extra = {"reporter": other.reporters.get().pk, "ticket": other.number, "channel": "desk", "entered_by": 1}

    resident.post(RATE, {**GOOD, **extra})

    rating = Rating.objects.get()
    assert (rating.reporter.ticket, rating.channel, rating.entered_by) == (ticket, "link", None)


def test_handlers_are_not_told_who_rated(resident, house, client_of, ticket):
    Reporter.objects.filter(ticket=ticket).update(name="王秀兰")

    resident.post(RATE, GOOD)

    told = "".join(notice.text for notice in house.staff.notices.all())
    assert "已评满意" in told and "王秀兰" not in told


def rate_together(ticket, people):
    """As many presses at the same moment; their answers."""
    clients = [let_in(Client(), ticket) for _ in range(people)]
    return at_once(*[partial(client.post, RATE, GOOD) for client in clients])


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_presses_at_once_are_one_rating():
    ticket = resolved(House())

    answers = rate_together(ticket, 50)

    assert {answer.status_code for answer in answers} == {302}
    assert Rating.objects.count() == 1
    assert Event.objects.filter(verb=Verb.REVIEW).count() == 1


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_presses_without_constraint_and_door_would_be_many(monkeypatch):
    """The negative control: the same race, in which all find no rating yet, and what guards it is gone."""
    ticket, meet = resolved(House()), meeting(50)
    monkeypatch.setattr("tickets.workflow.door.lock", lambda ticket: meet())
    for guard in ("move", "_after_rating"):
        monkeypatch.setattr(workflow.reviewing, guard, lambda *args, **kwargs: None)
    once = next(c for c in Rating._meta.constraints if c.name == "rating_once_a_round")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Rating, once)

    try:
        rate_together(ticket, 50)
        assert Rating.objects.count() > 1
    finally:
        Rating.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Rating, once)
