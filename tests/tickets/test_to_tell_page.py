"""The list 待告知, its buttons, the same on the ticket's page, and 我知道了 on the receipt."""

import re

import pytest
from django.urls import reverse

from accounts.models import Post
from tests.factories import StationFactory, person
from tests.tickets.loop import claimed, dispatched, replied, second_reporter
from tickets import receipts, workflow
from tickets.models import Receipt, Reporter, Telling

LIST = reverse("tickets:to_tell")


@pytest.fixture
def ticket(house):
    """Answered by the claimant, who asks the station to pass it on."""
    return answered(house, name="王秀兰", phone="13800001234")


def answered(house, *, told="slip", **fields):
    ticket = house.receive(**fields)
    dispatched(ticket, house, now=None)
    claimed(ticket, house, now=None)
    replied(ticket, house, now=None, told=told, promised_on=ticket.received_on)
    return ticket


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def press(client, ticket, *, channel="in_person", reply=None, **more):
    reporter = ticket.reporters.first()
    said = {"reply": reply or ticket.replies.last().pk, "channel": channel, **more}
    return client.post(reverse("tickets:tell", args=[reporter.pk]), said, follow=True)


def test_list_says_what_to_whom_and_how_long(house, client_of, ticket):
    page = text(client_of(house.lead).get(LIST))

    assert "厨房燃气灶打不着火" in page and "能解决" in page and "周五换" in page
    assert "王**" in page and "138****1234" in page and re.search("刚答复|已等", page)
    assert "13800001234" not in page and "看完整电话和称呼" in page


def test_list_says_what_became_of_it_when_it_was_done_before_anybody_told(house, client_of, ticket):
    workflow.resolve(ticket, by=house.staff, outcome="partly", words="先换了接头")

    page = text(client_of(house.lead).get(LIST))

    assert "能解决" in page and "后来办结了：<b>部分解决</b>" in page


def test_who_sees_only_part_of_a_phone_is_told_who_calls(house, client_of, ticket):
    colleague = person("volunteer", station=house.station)

    page = text(client_of(colleague).get(LIST))

    assert "138****1234" in page and "看不到全号，请站长打" in page
    assert "请站长打" not in text(client_of(house.lead).get(LIST))
    assert "请站长打" not in text(client_of(house.staff).get(LIST))


def test_everybody_is_offered_what_they_can_do(house, client_of, ticket):
    """On the list and on the ticket's own page; the lead can look at the number with a reason, the volunteer cannot."""
    readers = {"no": person("volunteer", station=house.station), "yes": house.lead}
    for can_call, reader in readers.items():
        client = client_of(reader)
        for page in (text(client.get(LIST)), text(client.get(ticket.get_absolute_url()))):
            assert "当面告诉了" in page
            assert ("打电话告诉了" in page) == (can_call == "yes")
            assert ("看不到全号，请站长打；站长不在，请派单员打" in page) == (can_call == "no")


@pytest.mark.parametrize("who", ["dispatcher", "staff"])
def test_who_may_see_the_phone_can_dial_it(house, client_of, ticket, who):
    assert 'href="tel:13800001234"' in text(client_of(getattr(house, who)).get(LIST))


def test_without_a_phone_nobody_is_offered_to_call(house, client_of):
    answered(house)

    page = text(client_of(house.volunteer).get(LIST))

    assert "当面告诉了" in page and "打电话告诉了" not in page


@pytest.mark.parametrize("channel", ["phone", "in_person"])
def test_button_takes_the_row_off_the_list_and_can_be_taken_back(house, client_of, ticket, channel):
    client = client_of(house.volunteer)

    page = text(press(client, ticket, channel=channel))

    assert "已记下" in page and "没有要告知的" in page and "撤回" in page
    told = Telling.objects.get()
    assert (told.channel, told.by) == (channel, house.volunteer)
    undo = (reverse("tickets:untell", args=[told.reporter_id]), {"reply": told.reply_id})
    undone, again = client.post(*undo, follow=True), client.post(*undo, follow=True)
    assert "已撤回，还在待告知里" in text(undone) and not Telling.objects.exists()
    assert "这一条已经撤回过了，还在待告知里" in text(again)


def test_second_press_says_that_it_was_told(house, client_of, ticket):
    press(client_of(house.volunteer), ticket)

    assert "已经有人告知过了" in text(press(client_of(house.lead), ticket, channel="phone"))
    assert Telling.objects.get().channel == "in_person"


def test_outdated_answer_is_not_noted_as_told(house, client_of, ticket):
    old = ticket.replies.get().pk
    replied(ticket, house, now=None, told="slip", words="要等配件", promised_on=ticket.received_on)

    answer = press(client_of(house.volunteer), ticket, reply=old)

    assert answer.status_code == 409 and "答复刚刚有更新" in text(answer) and "要等配件" in text(answer)


@pytest.mark.parametrize("reply", ["", "x", "0", "9" * 40, "１"])
def test_reply_that_is_none_is_refused_with_a_sentence(house, client_of, ticket, reply):
    answer = press(client_of(house.volunteer), ticket, reply=reply or " ")

    assert answer.status_code == 409 and "答复刚刚有更新" in text(answer)


def test_unknown_way_of_telling_is_refused(house, client_of, ticket):
    answer = press(client_of(house.volunteer), ticket, channel="link")

    assert answer.status_code == 422 and "请选怎么告知的" in text(answer)


def test_list_leads_back_to_the_tickets_page(house, client_of, ticket):
    client = client_of(house.volunteer)
    assert "还没告知答复" in text(client.get(ticket.get_absolute_url()))

    page = press(client, ticket, next=ticket.get_absolute_url())

    assert page.request["PATH_INFO"] == ticket.get_absolute_url()
    assert "还没告知答复" not in text(page) and "当面告知了反映人" in text(page)


@pytest.mark.parametrize("who", ["colleague", "secretary"])
def test_ticket_page_offers_it_to_nobody_else(house, client_of, ticket, who):
    assert "还没告知答复" not in text(client_of(getattr(house, who)).get(ticket.get_absolute_url()))


def test_desk_says_how_many_wait(house, client_of, ticket):
    page = text(client_of(house.volunteer).get(reverse("tickets:desk")))

    assert f'<a href="{LIST}">待告知<span class="count count-near">1</span>' in page


@pytest.mark.parametrize("who", ["lead", "dispatcher", "staff"])
def test_list_asks_few_questions_however_long(house, client_of, django_assert_max_num_queries, who):
    asked = []
    for count in (1, 4):
        for _ in range(count):
            answered(house, phone="13800001234")
        client = client_of(getattr(house, who))
        with django_assert_max_num_queries(12) as statements:
            client.get(LIST)
        asked.append(len(statements))

    assert asked[0] == asked[1]


# The claimant's form -----------------------------------------------------------------------------------


def reply_form(ticket, **changes):
    return {"solvable": "no", "words": "没有配件", "told": "phone", **changes}


def test_form_asks_whom_only_where_there_are_several(house, client_of):
    ticket = house.receive()
    dispatched(ticket, house, now=None)
    claimed(ticket, house, now=None)
    client, url = client_of(house.staff), reverse("tickets:reply", args=[ticket.number])
    assert "告知了哪几位" not in text(client.get(url))

    second_reporter(ticket, house)

    assert "告知了哪几位" in text(client.get(url))


def test_form_wants_to_know_whom_when_somebody_was_told(house, client_of):
    ticket = house.receive()
    dispatched(ticket, house, now=None)
    claimed(ticket, house, now=None)
    second = second_reporter(ticket, house)
    Reporter.objects.filter(pk=second.pk).update(phone="13800138422")
    client, url = client_of(house.staff), reverse("tickets:reply", args=[ticket.number])

    refused = client.post(url, reply_form(ticket))
    client.post(url, reply_form(ticket, told_to=[second.pk]))

    assert refused.status_code == 422 and "请勾选告知了哪几位" in text(refused)
    assert [told.reporter for told in Telling.objects.all()] == [second]


# The receipt -------------------------------------------------------------------------------------------


@pytest.fixture
def resident(client, ticket):
    receipt = Receipt.objects.get(reporter__ticket=ticket)
    client.get(reverse("tickets:track", args=[receipts.token(receipt)]))
    return client


def test_looking_changes_nothing_and_the_button_tells(resident, ticket):
    page = resident.get(reverse("tickets:receipt"))
    assert "我知道了" in text(page) and not Telling.objects.exists()

    after = resident.post(reverse("tickets:acknowledge"), follow=True)

    assert Telling.objects.get().channel == "link"
    assert "我知道了" not in text(after)


def test_typed_code_alone_does_not_show_the_button_nor_take_it(client, ticket):
    code = receipts.code(Receipt.objects.get(reporter__ticket=ticket))
    client.post(reverse("tickets:track_code"), {"code": code})

    assert "我知道了" not in text(client.get(reverse("tickets:receipt")))
    client.post(reverse("tickets:acknowledge"))
    assert not Telling.objects.exists()


def test_whoever_handled_the_ticket_does_not_press_it_for_the_resident(house, client_of, ticket):
    client = client_of(house.staff)
    client.get(reverse("tickets:track", args=[receipts.token(Receipt.objects.get(reporter__ticket=ticket))]))

    client.post(reverse("tickets:acknowledge"))

    assert not Telling.objects.exists()


def test_button_pressed_after_the_end_says_nothing_wrong(house, resident, ticket):
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake")

    assert resident.post(reverse("tickets:acknowledge"), follow=True).status_code == 200
    assert not Telling.objects.exists()


@pytest.mark.parametrize("posts", [1, 2], ids=["one-post", "two-posts"])
def test_desk_says_how_many_the_list_has(house, client_of, ticket, posts):
    second_reporter(ticket, house)
    answered(house)
    volunteer = person("volunteer", station=house.station)
    if posts == 2:
        Post.objects.create(user=volunteer, role=Post.Role.UNIT_STAFF, unit=house.unit)
    elsewhere = person("volunteer", station=StationFactory(area=house.area))
    client = client_of(volunteer)

    page = client.get(LIST)

    assert page.context["page_obj"].paginator.count == 3
    assert client.get(reverse("tickets:desk"), follow=True).context["to_tell"] == 3
    assert client_of(elsewhere).get(reverse("tickets:desk")).context["to_tell"] == 0
