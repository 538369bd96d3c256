"""The page of 另开一单: where it is offered and to whom, what it says, and that pressing twice makes one ticket."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.tickets.loop import MONDAY, TUESDAY, claimed, dispatched, joined, neighbour, waiting
from tickets import receipts, workflow
from tickets.models import Receipt, Reporter, Ticket
from tickets.workflow.detaching import place_of

OFFER = "说的是另一件事？另开一单"
WORDS = "楼上装修，天花板裂了"
SECOND = {"name": "李建国", "phone": "13900005678", "words": WORDS}


@pytest.fixture(autouse=True)
def tuesday(time_machine):
    time_machine.move_to(TUESDAY, tick=False)


@pytest.fixture
def ticket(house):
    return house.receive("厨房水管漏水", now=MONDAY, name="王秀兰", phone="13800001234")


@pytest.fixture
def volunteer(house):
    return neighbour(house, name="邻站志愿者")


@pytest.fixture
def second(ticket, house, volunteer):
    return joined(ticket, house, by=volunteer, station=volunteer.active_posts[0].station, **SECOND)


def url(ticket):
    return reverse("tickets:detach", args=[ticket.number])


def sent(page, **said):
    """What the page would send, with these words."""
    form = page.context["form"]
    fields = ("reporter", "category", "building", "place", "key")
    kept = {name: form[name].value() for name in fields if name in form.fields}
    return {**{k: "" if v is None else getattr(v, "pk", v) for k, v in kept.items()}, **said}


def test_resident_at_the_desk_gets_a_ticket_of_their_own(ticket, second, volunteer, client_of):
    client, resident = client_of(volunteer), Client()
    offered = client.get(ticket.get_absolute_url()).text
    assert f'href="{url(ticket)}?reporter={second.pk}"' in offered and OFFER in offered

    page = client.get(f"{url(ticket)}?reporter={second.pk}")
    assert WORDS in page.text and "李**" in page.text and "13900005678" not in page.text
    form = sent(page, reason="登记时加错了")
    answers = [client.post(url(ticket), form) for _ in range(2)]

    own = Reporter.objects.get(pk=second.pk).ticket
    assert {(a.status_code, a.url) for a in answers} == {(302, own.get_absolute_url())}
    assert (Ticket.objects.count(), own.category, own.building) == (2, ticket.category, ticket.building)
    own_page = client.get(own.get_absolute_url()).text
    assert f"已另开一单，原来加入的那张是{ticket.number}" in own_page
    assert client.get(ticket.get_absolute_url()).status_code == 404
    token = receipts.token(Receipt.objects.get(reporter=second))
    receipt = resident.get(reverse("tickets:track", args=[token]), follow=True).text
    assert own.number in receipt and ticket.number in receipt and "王秀兰" not in receipt


def test_only_the_desk_where_they_came_and_the_dispatcher_are_offered_it(
    ticket, second, house, volunteer, client_of
):
    for step in (dispatched, claimed):
        step(Ticket.objects.get(pk=ticket.pk), house)

    people = (volunteer, house.dispatcher, house.volunteer, house.lead, house.staff, house.secretary)
    offered = [OFFER in client_of(by).get(ticket.get_absolute_url()).text for by in people]

    assert offered == [True, True, False, False, False, False]


def test_desk_of_the_first_reporter_reads_why_there_is_nothing_to_do(ticket, second, house, client_of):
    client = client_of(house.volunteer)

    answers = [client.get(url(ticket)), client.post(url(ticket), {"reporter": second.pk, "reason": "加错了"})]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("没有您能另开一单的反映人" in a.text and WORDS not in a.text for a in answers)


def test_of_several_it_is_chosen_and_what_was_typed_is_kept(ticket, second, house, client_of):
    third = joined(ticket, house, words="我家门口也滴水")
    client = client_of(house.dispatcher)

    page = client.get(url(ticket))
    refused = client.post(url(ticket), sent(page, reason="说的是装修"))
    one = client.post(url(ticket), sent(page, reason=" ", reporter=third.pk))

    assert f"李建国：{WORDS}" in page.text and "我家门口也滴水" in page.text
    assert (refused.status_code, one.status_code) == (422, 422)
    assert all(said in refused.text for said in ("请选哪一位", "说的是装修"))
    assert "写明为什么另开一单" in one.text and "我家门口也滴水" in one.text
    assert Ticket.objects.count() == 1


def test_whoever_is_chosen_keeps_the_place_they_said(ticket, second, house, client_of):
    Reporter.objects.filter(pk=second.pk).update(place="三楼转角")
    joined(ticket, house, words="我家门口也滴水")
    client = client_of(house.dispatcher)

    page = client.get(url(ticket))
    client.post(url(ticket), sent(page, reason="加错了", reporter=second.pk))

    own = Reporter.objects.get(pk=second.pk).ticket
    assert "place" not in page.context["form"].fields
    assert (own.place, own.building, own.category) == ("三楼转角", None, ticket.category)


def test_link_of_who_has_left_chooses_nobody_else(ticket, second, house, client_of):
    third = joined(ticket, house, words="我家门口也滴水")
    client = client_of(house.dispatcher)
    stale = f"{url(ticket)}?reporter={second.pk}"
    form = sent(client.get(stale), reason="加错了")
    client.post(url(ticket), form)

    page = client.get(stale)
    again = client.post(url(ticket), {**form, "key": str(uuid.uuid4())})
    other = client.post(url(ticket), {**form, "reporter": third.pk})

    made = Reporter.objects.get(pk=second.pk).ticket
    for answer in (page, again):
        assert (answer.status_code, answer.context["form"]) == (409, None)
        assert f"已经另开了一单，编号{made.number}" in answer.text
    assert other.status_code == 409 and "已经用过" in other.text
    assert Reporter.objects.get(pk=third.pk).ticket == ticket


@pytest.mark.parametrize("place", ["2-502", "24", "24栋2单元", "三楼"])
def test_no_building_is_guessed_from_what_does_not_name_one(ticket, second, place):
    second.place = place

    assert place_of(second) == (None, place)


def test_slip_of_who_has_left_is_nobody_elses(ticket, second, house, client_of):
    joined(ticket, house, words="我家门口也滴水")
    client = client_of(house.dispatcher)
    stale = reverse("tickets:slip_of", args=[ticket.number, second.pk])
    client.post(url(ticket), sent(client.get(f"{url(ticket)}?reporter={second.pk}"), reason="加错了"))

    assert [client_of(house.lead).get(stale).status_code, client.post(stale).status_code] == [404, 404]


def test_form_without_its_key_is_to_be_read_again(ticket, second, house, client_of):
    client = client_of(house.dispatcher)

    for key in ("", "x"):
        answer = client.post(url(ticket), {"reporter": second.pk, "reason": "加错了", "key": key})
        assert answer.status_code == 422 and "这一页不完整" in answer.text

    assert Ticket.objects.count() == 1


# The receipt of somebody who was asked, and has a ticket of their own by the time they answer ------------


@pytest.fixture
def asked(ticket, second, house, volunteer):
    """The question of the ticket that they have left since."""
    for step in (dispatched, claimed, waiting):
        step(ticket, house)
    workflow.detach(ticket, by=volunteer, reporter=second, reason="说的是另一件事", now=MONDAY)
    return ticket.events.get(verb="ask_resident")


@pytest.fixture
def resident(second, asked, client):
    second.refresh_from_db()
    receipt = Receipt.objects.valid().of_reporter(second)
    client.get(reverse("tickets:track", args=[receipts.token(receipt)]))
    return client


def test_answer_that_meets_a_ticket_of_their_own_is_told_so_and_stays(resident, asked):
    answer = resident.post(reverse("tickets:answer"), {"words": "厨房的冷水管", "question": asked.pk})

    assert answer.status_code == 409
    assert "刚才的问题不用回答了" in answer.text and "厨房的冷水管" in answer.text
    assert asked.words not in answer.text


def test_who_is_asked_on_their_own_ticket_is_shown_that_question_instead(resident, asked, second, house):
    for step in (dispatched, claimed):
        step(second.ticket, house)
    waiting(second.ticket, house, question="几点在家？")

    answer = resident.post(reverse("tickets:answer"), {"words": "厨房的冷水管", "question": asked.pk})

    assert answer.status_code == 409
    assert "问题刚刚换了" in answer.text and "几点在家？" in answer.text and "厨房的冷水管" in answer.text
