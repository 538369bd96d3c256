"""The desk's hints over HTTP: for whom, of what, and that a press too early files nothing twice."""

import re
import uuid
from dataclasses import replace

import pytest
from django.urls import reverse

from tests.by_chance import without_chance
from tests.factories import EmergencyFactory, House
from tests.tickets.loop import neighbour
from tickets import throttle
from tickets.models import LookupFailure, Reporter, Ticket
from tickets.workflow.detaching import place_of

HINTS, RECEIVE = reverse("tickets:hints"), reverse("tickets:receive")
LEAK = "厨房水管接头漏水，地上有积水"
WHO = {"name": "李建国", "phone": "139 0000 5678", "room": "602"}


@pytest.fixture
def ticket(house):
    return house.receive(LEAK, name="王秀兰", phone="13800138421", room="502")


@pytest.fixture
def volunteer(house):
    return neighbour(house)


def form(volunteer, **changes):
    desk = volunteer.active_posts[0].station.code
    return {"words": LEAK, "submission_id": uuid.uuid4(), "desk": desk, "building": "24", **WHO, **changes}


def test_neighbouring_desk_is_shown_the_ticket_and_nobody_of_it(ticket, volunteer, client_of):
    answer = client_of(volunteer).post(HINTS, form(volunteer))

    assert answer.status_code == 200
    assert ticket.number in answer.text and "同一件事，加入" in answer.text and "24栋" in answer.text
    # keys and codes have digits of their own
    seen = without_chance(re.sub("<[^>]*>", " ", answer.text).replace(ticket.number, ""))
    assert [text for text in ("王", "138", "8421", "502", "刘桂芳", "地上有积水，") if text in seen] == []
    assert [text for text in ("王", "13800138421", "刘桂芳") if text in answer.text] == []


def test_building_said_in_the_words_counts_like_one_in_its_field(house, ticket, client_of):
    client, said = client_of(house.volunteer), "栋楼上往下滴水，厨房水管又漏了"

    here = client.post(HINTS, form(house.volunteer, words=f"24{said}", building=""))
    elsewhere = client.post(HINTS, form(house.volunteer, words=said.removeprefix("栋"), building=""))

    assert ticket.number in here.text
    assert ticket.number not in elsewhere.text


def test_nothing_alike_shows_nothing(ticket, volunteer, client_of):
    answer = client_of(volunteer).post(HINTS, form(volunteer, words="电梯停了", building=""))

    assert answer.text.strip() == ""


def test_half_typed_and_wrong_fields_are_no_matter(ticket, volunteer, client_of):
    client = client_of(volunteer)

    for changes in ({"phone": "1"}, {"category": "x"}, {"category": "999"}, {"submission_id": ""}):
        assert ticket.number in client.post(HINTS, form(volunteer, **changes)).text
    assert client.post(HINTS, {"desk": form(volunteer)["desk"]}).status_code == 200


def test_other_communities_see_and_are_shown_nothing(ticket, client_of):
    stranger = House()

    own = client_of(stranger.volunteer).post(HINTS, form(stranger.volunteer))
    foreign = client_of(stranger.volunteer).post(HINTS, form(stranger.volunteer, desk=ticket.station.code))

    assert (own.status_code, own.text.strip()) == (200, "")
    assert (foreign.status_code, foreign.text.strip()) == (409, "")


@pytest.mark.parametrize("who", ["staff", "unit_lead", "secretary", "admin"])
def test_hints_are_for_desks_only(house, ticket, client_of, who):
    assert client_of(getattr(house, who)).post(HINTS, {"words": LEAK}).status_code == 403


def test_who_asks_for_hints_faster_than_anybody_types_has_to_wait(ticket, volunteer, client_of):
    client = client_of(volunteer)
    looks = [client.post(HINTS, form(volunteer)).status_code for _ in range(2)]
    key = throttle.HINTS.key(str(volunteer.pk))
    LookupFailure.objects.filter(key=key).update(failures=throttle.HINTS.most)

    refused = client.post(HINTS, form(volunteer))

    assert looks == [200, 200]
    assert refused.status_code == 429 and ticket.number not in refused.text
    assert client_of(neighbour(House())).post(HINTS, {}).status_code == 409


def test_joining_makes_a_reporter_and_leads_to_their_slip(ticket, volunteer, client_of):
    client = client_of(volunteer)

    answer = client.post(RECEIVE, form(volunteer, same_as=ticket.number, building="3栋2单元"))

    reporter = Reporter.objects.get(name="李建国")
    assert answer.url == reverse("tickets:slip_of", args=[ticket.number, reporter.pk]) + "?print=1"
    assert (reporter.ticket, reporter.words, reporter.phone, reporter.room) == (
        ticket,
        LEAK,
        "13900005678",
        "602",
    )
    assert reporter.place == "3栋2单元" and Ticket.objects.count() == 1
    slip = client.get(answer.url).text
    assert "已加入，请把回执交给居民" in slip and "王" not in slip


def test_the_tickets_own_building_is_not_written_twice(ticket, volunteer, client_of):
    client_of(volunteer).post(RECEIVE, form(volunteer, same_as=ticket.number))

    assert Reporter.objects.get(name="李建国").place == ""


def test_another_place_in_the_same_building_keeps_its_building(ticket, volunteer, client_of):
    """2-502 alone would be read as the second building where the reporter gets a ticket of their own."""
    client_of(volunteer).post(RECEIVE, form(volunteer, same_as=ticket.number, building="24栋2-502"))

    reporter = Reporter.objects.get(name="李建国")
    assert reporter.place == "24栋·2-502"
    assert place_of(reporter) == (ticket.building, "2-502")


def test_joining_twice_by_one_form_is_one_reporter(ticket, volunteer, client_of):
    client, sent = client_of(volunteer), form(volunteer, same_as=ticket.number)

    first, again = client.post(RECEIVE, sent), client.post(RECEIVE, sent)

    assert first.url == again.url and Reporter.objects.count() == 2


@pytest.mark.parametrize("number", ["", "ZZ99-20200101-001", "x" * 300])
def test_joining_what_is_not_there_keeps_what_was_typed(ticket, volunteer, client_of, number):
    answer = client_of(volunteer).post(RECEIVE, form(volunteer, same_as=number))

    assert answer.status_code == 409
    assert "没有加入" in answer.text and LEAK in answer.text and "139 0000 5678" in answer.text
    assert Reporter.objects.count() == 1


def test_joining_without_words_asks_for_them(ticket, volunteer, client_of):
    answer = client_of(volunteer).post(RECEIVE, form(volunteer, same_as=ticket.number, words=" "))

    assert answer.status_code == 422 and Reporter.objects.count() == 1


# Asked before filing --------------------------------------------------------------------------------


def test_likely_duplicate_is_asked_about_before_it_is_filed(ticket, volunteer, client_of):
    client, sent = client_of(volunteer), form(volunteer)

    answer = client.post(RECEIVE, sent)

    assert answer.status_code == 409 and Ticket.objects.count() == 1
    assert ticket.number in answer.text and "不是同一件，照样接单" in answer.text
    assert LEAK in answer.text and "李建国" in answer.text
    assert str(sent["submission_id"]) in answer.text


def test_first_button_of_the_question_joins_nobody(ticket, volunteer, client_of):
    """Ctrl+Enter and Enter press the first button; joining cannot be taken back."""
    page = client_of(volunteer).post(RECEIVE, form(volunteer)).text.partition("<form")[2]

    assert 0 < page.index("not_duplicate") < page.index("same_as")


def test_looked_at_and_not_the_same_it_is_filed(ticket, volunteer, client_of):
    answer = client_of(volunteer).post(RECEIVE, form(volunteer, not_duplicate="1"))

    assert answer.status_code == 302 and Ticket.objects.count() == 2


def test_emergency_is_never_held_up_by_the_question(ticket, volunteer, client_of):
    category = EmergencyFactory()

    answer = client_of(volunteer).post(RECEIVE, form(volunteer, category=category.pk, called=category.pk))

    assert answer.status_code == 302 and Ticket.objects.count() == 2


def test_pressing_twice_asks_nothing_about_its_own_first_press(volunteer, client_of):
    client, sent = client_of(volunteer), form(volunteer)

    first, again = client.post(RECEIVE, sent), client.post(RECEIVE, sent)

    assert (first.status_code, again.status_code) == (302, 302) and first.url == again.url


# Joining what is shown ------------------------------------------------------------------------------


def test_ticket_that_is_not_shown_for_these_words_cannot_be_joined_by_its_number(
    ticket, volunteer, client_of
):
    client = client_of(volunteer)

    answer = client.post(RECEIVE, form(volunteer, words="天气不错呀", building="", same_as=ticket.number))

    assert answer.status_code == 409
    assert "不像同一件" in answer.text and "天气不错呀" in answer.text
    assert ticket.reporters.count() == 1
    assert client.get(ticket.get_absolute_url()).status_code == 404


def test_open_and_missing_numbers_are_refused_alike(ticket, volunteer, client_of):
    client, emergency = client_of(volunteer), EmergencyFactory()
    said = form(volunteer, words="天气不错呀", building="", category=emergency.pk)

    there, nowhere = (
        client.post(RECEIVE, {**said, "same_as": number}) for number in (ticket.number, "XX99-20200101-001")
    )

    assert there.status_code == nowhere.status_code == 409
    errors = [page.context["form"].non_field_errors() for page in (there, nowhere)]
    assert errors[0] == errors[1]


def test_too_many_looks_end_joining_too(ticket, volunteer, client_of, monkeypatch):
    monkeypatch.setattr(throttle, "HINTS", replace(throttle.HINTS, most=1))
    client = client_of(volunteer)
    client.post(HINTS, form(volunteer))

    answer = client.post(RECEIVE, form(volunteer, same_as=ticket.number))

    assert answer.status_code == 409
    assert "过几分钟" in answer.text and ticket.reporters.count() == 1


def test_form_that_is_used_up_asks_nothing_of_what_is_alike(house, ticket, volunteer, client_of):
    """Nothing can be filed with it, so that it could be asked for ever."""
    used = uuid.uuid4()
    client_of(house.volunteer).post(
        RECEIVE, form(house.volunteer, words="电梯停了", building="", submission_id=used)
    )

    answer = client_of(volunteer).post(RECEIVE, form(volunteer, submission_id=used))

    assert answer.status_code == 409
    assert "已经由别人登记过" in answer.text and ticket.number not in answer.text


def test_too_many_looks_end_being_asked_before_filing(ticket, volunteer, client_of, monkeypatch):
    monkeypatch.setattr(throttle, "HINTS", replace(throttle.HINTS, most=1))
    client = client_of(volunteer)

    asked, filed = (client.post(RECEIVE, form(volunteer)) for _ in range(2))

    assert (asked.status_code, filed.status_code) == (409, 302)
