"""定责·定人: an automatic rule sends a new ticket on; whom it names is told first; what it cannot do falls back."""

import uuid

import pytest
from django.db import DatabaseError, connection

from accounts.models import Post
from notices.models import Notice
from tests.factories import EmergencyFactory, UnitFactory, person
from tests.tickets.loop import MONDAY, end_posts, told
from tickets import presenting, workflow
from tickets.models import Category, Event, Rule, Ticket
from tickets.states import Status

FIRST = "规则定您先接"


@pytest.fixture
def rule(house):
    Rule.objects.filter(category=house.category).update(is_automatic=True)
    return house.category.rules.get()


def change(rule, **fields):
    Rule.objects.filter(pk=rule.pk).update(**{"unit_kind": "", **fields} if "unit" in fields else fields)


def texts(ticket):
    told = Notice.objects.filter(url=ticket.get_absolute_url())
    return {notice.recipient: notice.text.partition("）")[2] for notice in told}


def test_automatic_rule_sends_a_new_ticket_to_the_units_people(house, rule):
    ticket = house.receive(now=MONDAY)

    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.unit, ticket.status, ticket.unit) == (
        Status.DISPATCHED,
        house.unit,
        Status.DISPATCHED,
        house.unit,
    )
    assert set(texts(ticket)) == {house.staff, house.colleague, house.unit_lead}


def test_automatic_dispatch_is_an_event_of_the_system(house, rule):
    ticket = house.receive(now=MONDAY)

    received, sent = Event.objects.filter(ticket=ticket)
    assert (received.verb, received.status_to) == ("receive", "received")
    assert (sent.verb, sent.by, sent.as_whom, sent.status_from) == ("dispatch", None, "系统", "received")
    assert presenting.sentence(sent) == "按规则派给安居物业"
    assert {clock.unit for clock in ticket.clocks.all()} == {house.unit}


def test_repeated_submission_is_sent_once(house, rule):
    submission = uuid.uuid4()

    first, again = (house.receive(now=MONDAY, submission_id=submission) for _ in range(2))

    assert first == again
    assert Event.objects.filter(verb="dispatch").count() == 1


def test_person_of_the_rule_is_told_first_and_anyone_may_claim(house, rule):
    change(rule, person=house.staff)

    ticket = house.receive(now=MONDAY)

    said = texts(ticket)
    assert {who for who, words in said.items() if FIRST in words} == {house.staff}
    assert set(said) == {house.staff, house.colleague, house.unit_lead}
    workflow.claim(ticket, by=house.colleague, now=MONDAY)


def test_person_is_told_first_when_the_dispatcher_sends_it_too(house):
    Rule.objects.filter(category=house.category).update(person=house.colleague)
    ticket = house.receive(now=MONDAY)

    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)

    assert FIRST in texts(ticket)[house.colleague]


@pytest.mark.parametrize("who", ["other_staff", "outsider", "former"])
def test_person_who_is_not_of_the_unit_is_passed_over(house, rule, who):
    end_posts(former := person("unit_staff", unit=house.unit))
    change(rule, person=former if who == "former" else getattr(house, who))

    ticket = house.receive(now=MONDAY)

    said = texts(ticket)
    assert set(said) == {house.staff, house.colleague, house.unit_lead}
    assert not any(FIRST in words for words in said.values())


def test_plain_rule_leaves_it_to_the_dispatcher(house):
    ticket = house.receive(now=MONDAY)

    assert ticket.status == Status.RECEIVED
    assert texts(ticket) == {house.dispatcher: "新接一单，请派单"}


@pytest.mark.parametrize("case", ["closed unit", "no people", "no unit of the kind", "nothing named"])
def test_rule_that_cannot_decide_leaves_it_to_the_dispatcher_who_reads_so(house, rule, case):
    change(
        rule,
        **{
            "closed unit": {"unit": UnitFactory(area=house.area, is_active=False)},
            "no people": {"unit": UnitFactory(area=house.area)},
            "no unit of the kind": {"unit_kind": "volunteer_team"},
            "nothing named": {"unit_kind": ""},
        }[case],
    )

    ticket = house.receive(now=MONDAY)

    assert (ticket.status, ticket.unit) == (Status.RECEIVED, None)
    assert texts(ticket) == {house.dispatcher: "新接一单，规则没能派出，请派单"}


def test_failing_dispatch_costs_nothing_but_the_dispatch(house, rule, caplog):
    """The database itself refuses the event of the dispatch: the ticket, its receipt and notice stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON tickets_event FOR EACH ROW "
            "WHEN (NEW.verb = 'dispatch') EXECUTE FUNCTION pg_temp.refuse()"
        )

    ticket = house.receive(now=MONDAY)

    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.unit, ticket.status, ticket.unit) == (*[Status.RECEIVED, None] * 2,)
    assert {clock.unit for clock in ticket.clocks.all()} == {None}
    assert texts(ticket) == {house.dispatcher: "新接一单，规则没能派出，请派单"}
    assert "could not act" in caplog.text
    with pytest.raises(DatabaseError):
        workflow.dispatch(stored, by=house.dispatcher, unit=house.unit, now=MONDAY)


def test_dispatcher_hears_of_an_emergency_that_went_out_by_itself(house, rule):
    leak = EmergencyFactory()
    Rule.objects.create(area=house.area, category=leak, unit=house.unit, is_automatic=True)

    ticket = house.receive(category=leak, called=True, now=MONDAY)

    assert texts(ticket)[house.dispatcher] == "新接急事，已按规则派给安居物业"
    assert set(Notice.objects.values_list("is_urgent", flat=True)) == {True}


def test_rule_of_another_community_does_not_act(house, rule):
    change(rule, is_automatic=False)
    other = UnitFactory()
    person("unit_staff", unit=other)
    Rule.objects.create(area=other.area, category=house.category, unit=other, is_automatic=True)

    assert house.receive(now=MONDAY).status == Status.RECEIVED


def test_nothing_is_sent_to_a_unit_without_people(house):
    empty = UnitFactory(area=house.area, name="便民队")
    ticket = house.receive(now=MONDAY)

    with pytest.raises(workflow.Invalid, match="便民队现在没有人能接"):
        workflow.dispatch(ticket, by=house.dispatcher, unit=empty, now=MONDAY)

    ticket.refresh_from_db()
    assert ticket.status == Status.RECEIVED


def test_reopened_ticket_of_a_unit_without_people_goes_to_the_dispatcher(house):
    ticket = house.receive(now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)
    workflow.claim(ticket, by=house.staff, now=MONDAY)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="好了", now=MONDAY)
    Post.objects.in_unit(house.unit).update(ended_at=MONDAY)

    event = workflow.reopen(ticket, by=house.dispatcher, reason="又坏了", now=MONDAY)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.unit) == (Status.RECEIVED, None)
    assert told(event) == set()


def test_chosen_category_brings_its_rule_and_who_dispatches(house, rule, django_assert_num_queries):
    chosen = Category.objects.chosen(house.category.pk, area=house.area.pk)

    with django_assert_num_queries(0):
        brought = Rule.objects.for_ticket(area=house.area, category=chosen)
    asked = Rule.objects.for_ticket(area=house.area, category=house.category)

    assert brought == asked == rule
    assert brought.dispatcher_ids == asked.dispatcher_ids == [house.dispatcher.pk]


def test_chosen_category_without_a_rule_is_asked_once_and_has_none(house, rule, django_assert_num_queries):
    rule.delete()
    chosen = Category.objects.chosen(house.category.pk, area=house.area.pk)

    with django_assert_num_queries(0):
        assert Rule.objects.for_ticket(area=house.area, category=chosen) is None


def test_rule_that_was_brought_counts_in_its_own_community_only(house, rule):
    chosen = Category.objects.chosen(house.category.pk, area=house.area.pk)
    elsewhere = UnitFactory().area

    assert Rule.objects.for_ticket(area=elsewhere, category=chosen) is None


def test_category_not_in_use_cannot_be_chosen(house):
    Category.objects.update(is_active=False)

    assert Category.objects.chosen(house.category.pk, area=house.area.pk) is None
