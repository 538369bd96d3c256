"""What the mask hides is hidden from guessing too: by search, by a verb's answer, by enrolling a known number."""

import pytest
from django.urls import reverse

from accounts import people
from accounts.models import User
from accounts.permissions import openings
from tests.factories import person
from tickets import workflow
from tickets.models import Ticket

CONTACT = {"name": "王秀兰", "phone": "13800001234", "room": "1单元502"}


def found(text):
    return Ticket.objects.matching(text).exists()


@pytest.mark.parametrize("guess", ["01234", "91234", "99991234"])
def test_search_says_nothing_about_hidden_digits(house, guess):
    house.receive(**CONTACT)

    assert found(guess) == found("1234")


def test_whole_number_finds_by_what_the_mask_shows(house):
    house.receive(**CONTACT)

    assert found("13800001234") and found("138 9999 1234")
    assert not found("13900001234") and not found("13800001235")


def test_whole_number_tells_nothing_of_a_short_one(house):
    house.receive(phone="68681234")

    assert found("1234")
    assert not found("68600001234")


def amendment(ticket, **changed):
    form = {"title": ticket.title, "words": ticket.words, "category": ticket.category_id, **CONTACT}
    return {**form, "building": ticket.building_id, "place": ticket.place, "reason": "", **changed}


@pytest.mark.parametrize("changed", [{}, {"phone": "13800005678"}, {"words": ""}, {"reason": "查一查"}])
def test_amending_answers_a_stranger_alike_whatever_was_guessed(house, client_of, changed):
    ticket = house.receive(**CONTACT)
    url = reverse("tickets:amend", args=[ticket.number])

    answer = client_of(house.secretary).post(url, amendment(ticket, **changed))

    assert answer.status_code == 403
    assert not ticket.events.exclude(verb="receive").exists()


def test_amending_without_a_change_is_refused_to_a_stranger_all_the_same(house):
    ticket = house.receive(**CONTACT)

    with pytest.raises(workflow.NotAllowed):
        workflow.amend(ticket, by=house.secretary, **CONTACT)


@pytest.mark.parametrize("verb", ["dispatch", "withdraw", "reply", "resolve", "review", "reopen"])
def test_empty_form_of_somebody_without_permission_is_refused_and_not_corrected(house, client_of, verb):
    ticket = house.receive()

    answer = client_of(house.secretary).post(reverse(f"tickets:{verb}", args=[ticket.number]), {})

    assert answer.status_code in (403, 409)


def test_unit_lead_learns_no_name_by_enrolling_a_known_number(house, client_of):
    stranger = person("secretary", area=house.area.parent, name="顾正平")
    people.enrol(phone=stranger.phone, name="张三", opening=openings(house.unit_lead)[0], by=house.unit_lead)
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)

    pages = [reverse("tickets:claim", args=[ticket.number]), reverse("tickets:list")]
    seen = "".join(client_of(house.unit_lead).get(page).text for page in pages)

    assert "顾正平" not in seen
    assert "顾**" in seen and "周建华" in seen


def test_unit_lead_learns_no_name_by_naming_who_was_enrolled_under_another(house, client_of):
    stranger = person("secretary", area=house.area.parent, name="顾正平")
    people.enrol(phone=stranger.phone, name="张三", opening=openings(house.unit_lead)[0], by=house.unit_lead)
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    client, claim = client_of(house.unit_lead), reverse("tickets:claim", args=[ticket.number])

    refused = client.post(claim, {"colleague": stranger.pk})
    seen = refused.text + client.get(ticket.get_absolute_url()).text
    taken = client_of(stranger).post(claim)

    assert refused.status_code == 422 and "请他自己认领" in seen and "顾正平" not in seen
    assert taken.status_code == 302 and Ticket.objects.get(pk=ticket.pk).claimant == stranger


def test_name_given_rightly_stays_readable(house):
    assert "周建华" in map(str, User.objects.of_unit(house.unit))


def test_browsers_history_shows_no_words_of_a_ticket(house, client_of):
    ticket = house.receive("王秀兰家漏水")

    page = client_of(house.dispatcher).get(ticket.get_absolute_url()).text

    assert "王秀兰" not in page.split("<title>")[1].split("</title>")[0]
