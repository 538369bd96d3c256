"""Many at once on one question: one end of the waiting, no answer lost, and the pause is counted once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import EmergencyFactory, House
from tests.racing import all_read, at_once, meeting, within
from tests.tickets.loop import claimed, dispatched, joined, second_reporter, waiting
from tickets import sweeps, workflow
from tickets.models import Event, Reporter, Ticket
from tickets.states import Status

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


@pytest.fixture
def house(transactional_db):
    return House()


def asked(house, ago=timedelta(hours=1)):
    """A ticket received and asked about that long ago."""
    then = timezone.now() - ago
    ticket = house.receive(now=then)
    for step in (dispatched, claimed, waiting):
        step(ticket, house, now=then)
    return ticket


def reads(ticket, times):
    return [Ticket.objects.get(pk=ticket.pk) for _ in range(times)]


def answer_at_once(ticket, *said):
    """(reporter, words) pairs, each having read the ticket before."""
    pairs = zip(reads(ticket, len(said)), said, strict=True)
    return at_once(
        *[
            lambda own=own, by=by, words=words: workflow.resident_answered(own, by=by, words=words)
            for own, (by, words) in pairs
        ]
    )


def test_one_answer_sent_twenty_times_is_one_and_nobody_is_refused(house):
    ticket = asked(house)
    reporter = ticket.reporters.get()

    results = answer_at_once(ticket, *[(reporter, "冷水管")] * 20)

    event = Event.objects.get(verb="resident_answered")
    assert results == [event] * 20


def test_of_two_reporters_the_first_ends_the_waiting_and_both_are_heard(house):
    for _ in range(ROUNDS):
        ticket = asked(house)
        pairs = [(ticket.reporters.get(), "冷水管"), (second_reporter(ticket, house), "热水管")]

        results = answer_at_once(ticket, *pairs)

        assert {event.words for event in results} == {"冷水管", "热水管"}
        assert sorted(event.status_from for event in results) == ["claimed", "waiting"]
        assert ticket.events.about_waiting().count() == 2


def test_ten_sweeps_at_once_end_each_waiting_once(house):
    tickets = [asked(house, ago=timedelta(days=30)) for _ in range(5)]

    ended = at_once(*[sweeps.lapse_waiting] * 10)

    assert sum(ended) == len(tickets)
    assert Event.objects.filter(verb="waiting_lapsed").count() == len(tickets)
    assert {t.clocks.get(kind="resolve").paused_for for t in tickets} == {timedelta(hours=27)}


def test_answer_and_lapse_at_once_leave_one_story(house):
    for _ in range(ROUNDS):
        ticket = asked(house, ago=timedelta(days=30))
        [own] = reads(ticket, 1)
        reporter = ticket.reporters.get()

        answered, _ = at_once(
            lambda own=own, by=reporter: workflow.resident_answered(own, by=by, words="冷水管"),
            sweeps.lapse_waiting,
        )

        ticket.refresh_from_db()
        assert (ticket.status, ticket.events.last()) == (Status.CLAIMED, answered)
        assert ticket.events.about_waiting().count() == 2


def test_lapse_race_is_lost_without_the_lock_and_the_door(house, monkeypatch):
    """Negative control: a sweep that neither locks the ticket nor asks whether it is as it was read."""
    unlocked = all_read(lambda pk, status: list(Ticket.objects.filter(pk=pk)), meeting(5))
    monkeypatch.setattr("tickets.sweeps._locked", unlocked)
    monkeypatch.setattr("tickets.workflow.door.unchanged", lambda ticket: Ticket.objects.filter(pk=ticket.pk))
    monkeypatch.setattr("tickets.workflow.asking.admit", lambda *args, **kwargs: None)

    asked(house, ago=timedelta(days=30))

    ended = at_once(*[sweeps.lapse_waiting] * 5)

    assert any(isinstance(each, Exception) for each in ended) or sum(ended) != 1


def ask_while_it_becomes_an_emergency(house):
    """The claimant asks while the dispatcher's correction is not yet written for good; what the asking brought."""
    ticket, leak = house.receive(), EmergencyFactory()
    for step in (dispatched, claimed):
        step(ticket, house, now=timezone.now())
    own, theirs = reads(ticket, 2)
    return within(
        lambda: workflow.amend(theirs, by=house.dispatcher, category=leak, reason="是漏气"),
        lambda: workflow.ask_resident(own, by=house.staff, question="是哪一家？"),
    )


def test_ticket_just_becoming_an_emergency_does_not_wait(house):
    assert isinstance(ask_while_it_becomes_an_emergency(house), workflow.Invalid)
    assert Ticket.objects.get().status == Status.CLAIMED


def test_emergency_is_paused_without_the_lock(house, monkeypatch):
    """Negative control: what sort of matter it is has been looked up before the correction was there."""
    unlocked = lambda ticket: {ticket.pk: Ticket.objects.get(pk=ticket.pk)}  # noqa: E731
    monkeypatch.setattr("tickets.workflow.asking.lock", unlocked)

    ask_while_it_becomes_an_emergency(house)

    assert Ticket.objects.get().status == Status.WAITING


def answer_while_parting(house):
    """One who joined answers while a ticket of their own is not yet written for good; what the answering brought."""
    ticket = house.receive()
    for step in (dispatched, claimed):
        step(ticket, house, now=timezone.now())
    second = joined(ticket, house, now=timezone.now())
    waiting(ticket, house, now=timezone.now())
    own, theirs = reads(ticket, 2)
    by = Reporter.objects.select_related("ticket__merged_into").get(pk=second.pk)
    return within(
        lambda: workflow.detach(theirs, by=house.dispatcher, reporter=second, reason="另一件事"),
        lambda: workflow.resident_answered(own, by=by, words="冷水管"),
    )


def test_who_just_got_a_ticket_of_their_own_ends_no_waiting_of_the_others(house):
    assert isinstance(answer_while_parting(house), workflow.Conflict)
    assert Ticket.objects.earliest("pk").status == Status.WAITING


def test_answer_stays_with_the_other_matter_without_the_last_look(house, monkeypatch):
    """Negative control: whose matter it is has been looked up before it was another one."""
    monkeypatch.setattr("tickets.workflow.asking.hold_for", lambda reporter, ticket: None)

    answer_while_parting(house)

    assert Ticket.objects.earliest("pk").status == Status.CLAIMED
