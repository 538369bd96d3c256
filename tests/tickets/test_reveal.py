"""Looking at a masked reporter in full: who may, with which reason, what is written down, who is told."""

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from notices.models import Notice
from tests.factories import at, person
from tests.tickets.loop import MONDAY, TUESDAY, claimed, dispatched, second_reporter, ticket_in
from tickets import revealing, workflow
from tickets.models import Reporter
from tickets.states import Status

CONTACT = {"name": "王秀兰", "phone": "13800001234", "room": "2单元502"}
CALL_BACK = {"reason": "call_back", "words": ""}


@pytest.fixture(autouse=True)
def tuesday():
    """The day after: whoever logged the ticket sees no more than others."""
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def ticket(house):
    ticket = house.receive(now=MONDAY, **CONTACT)
    dispatched(ticket, house)
    claimed(ticket, house)
    return ticket


@pytest.fixture
def url(ticket):
    return address(ticket)


def address(ticket, reporter=None):
    return reverse("tickets:reveal", args=[ticket.number, (reporter or ticket.reporters.get()).pk])


def shows(page):
    return [text for text in CONTACT.values() if text in page.text]


@pytest.mark.parametrize("role", ["lead", "unit_lead", "secretary"])
def test_reason_shows_everything_once_and_is_written_down(house, client_of, ticket, url, role):
    client, user = client_of(getattr(house, role)), getattr(house, role)

    before = client.get(url)
    answer = client.post(url, {"reason": "result", "words": "水管"})
    after = client.get(url)

    assert (shows(before), shows(answer), shows(after)) == ([], list(CONTACT.values()), [])
    assert answer["Cache-Control"] == "no-store"
    assert 'href="tel:13800001234"' in answer.text
    entry = AuditEntry.objects.get(action="revealed")
    assert (entry.actor, entry.post, entry.subject) == (user, user.posts.get(), ticket.number)
    assert (entry.area, entry.detail, entry.at) == (house.area, "通知办理结果：水管", TUESDAY)


def test_street_secretary_may_look_too(house, client_of, url):
    above = person("secretary", area=house.area.parent)

    assert shows(client_of(above).post(url, CALL_BACK)) == list(CONTACT.values())


@pytest.mark.parametrize("role", ["volunteer", "colleague"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_volunteer_and_staff_are_told_whom_to_ask(house, client_of, url, role, method):
    answer = getattr(client_of(getattr(house, role)), method)(url, CALL_BACK)

    assert answer.status_code == 403
    assert "只给站长、责任单位负责人和书记看" in answer.text
    assert not AuditEntry.objects.filter(action="revealed").exists()


@pytest.mark.parametrize("role", ["staff", "dispatcher"])
def test_whoever_sees_it_anyway_goes_to_the_ticket(house, client_of, ticket, url, role):
    answer = client_of(getattr(house, role)).post(url, CALL_BACK)

    assert answer.url == ticket.get_absolute_url()
    assert not AuditEntry.objects.filter(action="revealed").exists()


def test_unit_lead_loses_it_with_the_ticket(house, client_of, ticket, url):
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.other_unit, reason="归房管")

    assert client_of(house.unit_lead).post(url, CALL_BACK).status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "选一个理由"),
        ({"reason": "x"}, "选一个理由"),
        ({"reason": "other"}, "写明为什么要看"),
        ({"reason": "other", "words": " \u200b\u3000"}, "写明为什么要看"),
        ({"reason": "other", "words": "说" * 101}, "最多100字"),
    ],
)
def test_without_a_reason_nothing_is_shown(house, client_of, url, form, sentence):
    answer = client_of(house.lead).post(url, form)

    assert answer.status_code == 422
    assert sentence in answer.text and shows(answer) == []
    assert not AuditEntry.objects.filter(action="revealed").exists()


def test_typed_words_come_back(house, client_of, url):
    assert "说明白的话" in client_of(house.lead).post(url, {"words": "说明白的话"}).text


def test_each_reporter_is_looked_at_alone(house, client_of, ticket):
    other = second_reporter(ticket, house)
    Reporter.objects.filter(pk=other.pk).update(name="李建国", phone="13900005678")

    answer = client_of(house.lead).post(address(ticket, other), CALL_BACK)

    assert "李建国" in answer.text and "13900005678" in answer.text
    assert shows(answer) == []
    assert AuditEntry.objects.get(action="revealed").detail == "回访（第2位反映人）"


def test_reporter_of_another_ticket_is_not_found(house, client_of, ticket):
    other = house.receive(now=MONDAY, name="李建国")

    for reporter_id in (other.reporters.get().pk, 10**9, 10**30):
        answer = client_of(house.lead).post(f"/tickets/{ticket.number}/reveal/{reporter_id}/", CALL_BACK)
        assert answer.status_code == 404


def test_audit_never_keeps_what_was_looked_at(house, client_of, url):
    words = "打给王秀兰 138 0000 1234 和 13800001234，住2单元502"

    client_of(house.lead).post(url, {"reason": "other", "words": words})

    detail = AuditEntry.objects.get(action="revealed").detail
    assert detail == "其他：打给王** … 和 …，住…"


def test_no_audit_entry_no_answer(house, client_of, url):
    client = client_of(house.lead)
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'full'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON accounts_auditentry EXECUTE FUNCTION refuse()"
        )

    answer = client.post(url, CALL_BACK)

    assert answer.status_code == 500
    assert shows(answer) == []


def look(house, reporter, times, *, by=None, now=TUESDAY):
    for _ in range(times):
        revealing.reveal(reporter, by=by or house.lead, now=now, **CALL_BACK)


def test_many_in_ten_minutes_are_marked_and_told_once(house, ticket):
    above = person("secretary", area=house.area.parent, name="街道书记")
    reporter = ticket.reporters.get()

    look(house, reporter, 10)
    assert not Notice.objects.filter(effect__startswith="reveals:").exists()
    look(house, reporter, 2)

    assert AuditEntry.objects.filter(is_marked=True).count() == 2
    notices = Notice.objects.filter(effect__startswith="reveals:")
    assert {notice.recipient for notice in notices} == {house.secretary, above}
    assert len(notices) == 2
    assert "陈国平" in notices[0].text and "王" not in notices[0].text
    assert notices[0].url == f"{reverse('tickets:audit')}?action=revealed&person={house.lead.pk}"


def test_many_in_a_longer_time_are_nothing(house, ticket):
    look(house, ticket.reporters.get(), 10, now=at("2026-11-24 09:49"))
    look(house, ticket.reporters.get(), 1)

    assert not AuditEntry.objects.filter(is_marked=True).exists()


def test_secretary_is_not_told_of_the_own_curiosity(house, ticket):
    above = person("secretary", area=house.area.parent)

    look(house, ticket.reporters.get(), 11, by=house.secretary)

    notices = Notice.objects.filter(effect__startswith="reveals:")
    assert [notice.recipient for notice in notices] == [above]


@pytest.mark.parametrize("role", ["lead", "unit_lead", "secretary"])
def test_button_stands_beside_each_masked_reporter(house, client_of, ticket, role):
    second_reporter(ticket, house)

    page = client_of(getattr(house, role)).get(ticket.get_absolute_url()).text

    assert all(address(ticket, reporter) in page for reporter in ticket.reporters.all())


@pytest.mark.parametrize("role", ["volunteer", "colleague", "staff", "dispatcher"])
def test_button_is_for_nobody_else(house, client_of, ticket, url, role):
    assert url not in client_of(getattr(house, role)).get(ticket.get_absolute_url()).text


def test_nothing_to_look_at_has_no_button(house, client_of):
    ticket = house.receive(now=MONDAY)

    assert address(ticket) not in client_of(house.lead).get(ticket.get_absolute_url()).text


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.CLOSED, Status.WITHDRAWN])
def test_lead_may_look_in_every_status(house, client_of, status):
    ticket = ticket_in(status, house)

    assert client_of(house.lead).post(address(ticket), CALL_BACK).status_code == 200
