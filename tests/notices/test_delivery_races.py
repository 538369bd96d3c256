"""Several sweeps at once on one outbox: every effect leaves once. Each guard has its negative control."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import BooleanField, Value

from notices import routing
from notices.delivery import deliver
from notices.models import Delivery, Notice, Preference
from tests.factories import House, at, person
from tests.racing import PATIENCE, at_once, meeting, somebody_waits_for_us, wait_until
from tests.tickets.loop import ticket_in
from tickets import workflow
from tickets.states import Status

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NOW = at("2026-11-24 10:00")
SWEEPS = 4
PEOPLE = 20


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.fixture
def backlog(house, inbox, mailbox, say):
    """An emergency for each of twenty people, so that each is a letter of its own."""
    for number in range(PEOPLE):
        user = person("unit_staff", unit=house.unit)
        mailbox(user)
        say(user, f"【急】HY01-20261124-1{number:02d}新接急事", is_urgent=True)
    return inbox


@pytest.fixture
def routed(backlog):
    """The letters stand ready: a sweep that still routes would leave the others nothing to send."""
    deliver(now=NOW, seconds=0)
    return backlog


def sweep_at_once():
    outcomes = at_once(*[lambda: deliver(now=NOW, seconds=PATIENCE)] * SWEEPS)
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []


def test_four_sweeps_send_each_letter_once(routed):
    sweep_at_once()

    assert sorted(routed.subjects) == sorted(set(routed.subjects))
    assert len(routed.letters) == PEOPLE
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_digest_is_not_split_between_sweeps(house, inbox, mailbox, say):
    mailbox(house.staff)
    for _ in range(20):
        say(house.staff)
    deliver(now=NOW, seconds=0)  # routed, not sent

    sweep_at_once()

    assert inbox.subjects == ["社区服务台：20条通知"]


def test_letters_double_without_the_locks(routed, monkeypatch):
    """Negative control: a sweep does not lock what it takes, holds nothing for itself, asks nothing again."""
    queryset, meet = type(Delivery.objects.all()), meeting(SWEEPS)
    monkeypatch.setattr(queryset, "free", lambda self: self)
    monkeypatch.setattr(
        queryset, "in_attempt", lambda self, mine, attempt: self.filter(pk__in=[d.pk for d in mine])
    )
    monkeypatch.setattr(queryset, "begin", lambda self, mine, **fields: meet())
    monkeypatch.setattr(type(Preference.objects.all()), "free", lambda self: self.with_serving())

    sweep_at_once()

    assert len(routed.letters) > PEOPLE


def test_message_that_another_sweep_is_long_about_is_left_to_it(house, inbox, mailbox, say):
    mailbox(house.staff)
    mailbox(house.colleague)
    say(house.staff)
    say(house.colleague)
    deliver(now=NOW, seconds=0)

    with transaction.atomic():  # as if it was being sent
        list(Delivery.objects.filter(person=house.staff).free())
        [outcome] = at_once(lambda: deliver(now=NOW, seconds=PATIENCE))

    assert (outcome.sent, outcome.later) == (1, 0)


# Steps taken meanwhile --------------------------------------------------------------------------------


@pytest.fixture
def asked(house, inbox, mailbox):
    """A ticket that the unit is asked to claim, which everybody has read; a colleague wants letters."""
    mailbox(house.colleague)
    ticket = ticket_in(Status.DISPATCHED, house, NOW)
    Notice.objects.mark_read(now=NOW)
    return ticket


def claim_or_fail(ticket, user):
    """Waiting would never end, since the letter goes on only after it."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
    return workflow.claim(ticket, by=user, now=NOW)


def test_step_does_not_wait_for_a_letter_being_sent(house, inbox, mailbox):
    mailbox(house.colleague)
    ticket = ticket_in(Status.DISPATCHED, house, NOW)
    deliver(now=NOW, seconds=0)

    with transaction.atomic():  # as if it was being sent
        list(Delivery.objects.filter(person=house.colleague).free())
        [claimed] = at_once(lambda: claim_or_fail(ticket, house.staff))

    ticket.refresh_from_db()
    assert (claimed.verb, ticket.claimant) == ("claim", house.staff)
    assert Delivery.objects.get(person=house.colleague).state == "waiting"


def test_letter_that_failed_while_the_step_was_taken_is_not_tried_again(house, inbox, asked):
    taken = []
    inbox.meanwhile = lambda: taken.extend(at_once(lambda: claim_or_fail(asked, house.staff)))
    inbox.answer = "451 later"
    deliver(now=NOW)
    failed = Delivery.objects.get()
    inbox.answer, inbox.meanwhile = "250 OK", lambda: None

    deliver(now=NOW + timedelta(hours=1))

    assert [event.verb for event in taken] == ["claim"]
    assert (failed.state, failed.tries) == ("waiting", 1)
    assert (inbox.letters, ending()) == ([], ("dropped", "已经有人办了"))


def test_letter_that_failed_while_nobody_did_anything_is_tried_again(house, inbox, asked):
    """Control of the one above."""
    inbox.answer = "451 later"
    deliver(now=NOW)
    inbox.answer = "250 OK"

    deliver(now=NOW + timedelta(hours=1))

    assert (len(inbox.letters), ending()) == (1, ("sent", ""))


def test_step_taken_between_beginning_and_sending_stops_the_letter(house, inbox, asked, monkeypatch):
    queryset = type(Delivery.objects.all())
    begin, taken = queryset.begin, []

    def begin_and_claim(self, deliveries, **fields):
        begin(self, deliveries, **fields)
        taken.extend(at_once(lambda: claim_or_fail(asked, house.staff)))

    monkeypatch.setattr(queryset, "begin", begin_and_claim)

    deliver(now=NOW)

    assert [event.verb for event in taken] == ["claim"]
    assert (inbox.letters, ending()) == ([], ("dropped", "已经有人办了"))


def claim_while_it_is_routed(ticket, user):
    """The deliveries are written, but not yet there for anybody else, when the claim begins."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            routing.route(NOW)
            claiming = pool.submit(lambda: at_once(lambda: workflow.claim(ticket, by=user, now=NOW)))
            wait_until(lambda: claiming.done() or somebody_waits_for_us())
        return claiming.result()


def test_step_taken_while_it_is_routed_stops_the_letter(house, inbox, asked):
    [claimed] = claim_while_it_is_routed(asked, house.staff)

    deliver(now=NOW)

    assert (claimed.verb, inbox.letters) == ("claim", [])
    assert ending() == ("dropped", "已经有人办了")


def test_letter_goes_out_after_the_step_when_nobody_asks(house, inbox, asked, monkeypatch):
    """Negative control: the sweep does not ask whether the step has been taken."""
    nothing = Value(False, output_field=BooleanField())
    monkeypatch.setattr(
        type(Delivery.objects.all()), "with_settled", lambda self: self.annotate(is_settled=nothing)
    )
    claim_while_it_is_routed(asked, house.staff)

    deliver(now=NOW)

    assert len(inbox.letters) == 1


def ending():
    delivery = Delivery.objects.get()
    return delivery.state, delivery.reason


# Routing ----------------------------------------------------------------------------------------------


@pytest.fixture
def without_uniqueness(transactional_db):
    """The table without the constraint that keeps an effect to one delivery."""
    name, columns = "delivery_effect_once", "(effect, channel, person_id, unit_id)"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE notices_delivery DROP CONSTRAINT {name}")
        yield
        cursor.execute("TRUNCATE notices_delivery")
        cursor.execute(
            f"ALTER TABLE notices_delivery ADD CONSTRAINT {name} UNIQUE NULLS NOT DISTINCT {columns}"
        )


@pytest.fixture
def without_a_lock(monkeypatch):
    """All sweeps have read what is unrouted before any of them writes."""
    meet = meeting(SWEEPS)

    def unrouted(self):
        found = list(self.filter(routed_at=None).order_by("pk"))
        meet()
        return found

    monkeypatch.setattr(type(Notice.objects.all()), "unrouted", unrouted)


def test_uniqueness_alone_keeps_an_effect_to_one_delivery(backlog, without_a_lock):
    sweep_at_once()

    assert Delivery.objects.count() == PEOPLE


def test_lock_alone_keeps_a_notice_to_one_routing(backlog, without_uniqueness):
    sweep_at_once()

    assert Delivery.objects.count() == PEOPLE


def test_effects_double_without_lock_and_uniqueness(backlog, without_uniqueness, without_a_lock):
    """Negative control of the two above."""
    sweep_at_once()

    assert Delivery.objects.count() > PEOPLE
