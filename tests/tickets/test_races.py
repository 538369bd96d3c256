"""Many at once on one row, through HTTP where a page does it: one winner, one ticket, one rating, one mark.

Each promise has a negative control: with its guard taken away the same race is lost.
"""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from notices.models import Notice
from stations import together
from tests.factories import House, person
from tests.racing import all_come, all_read, at_once, meeting
from tests.tickets.loop import BAD, GOOD, claimed, dispatched, resolved, second_reporter
from tickets import revealing, sweeps, workflow
from tickets.models import Clock, Event, Rating, Reporter, Telling, Ticket
from tickets.states import Status
from tickets.workflow import handling, reviewing

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CLAIMERS = 50
ROUNDS = 10


@pytest.fixture
def house(transactional_db):
    return House()


# Claiming -------------------------------------------------------------------------------------------


@pytest.fixture
def claimers(house, client_of):
    """Fifty people of the unit with the names they are told by, each signed in."""
    people = [person("unit_staff", unit=house.unit, name=f"师傅{n:02d}") for n in range(CLAIMERS)]
    return {user.name: client_of(user) for user in people}


def claim_round(house, claimers):
    """All claim one fresh ticket; (names of those who got through, the others' answers, the ticket)."""
    ticket = house.receive()
    dispatched(ticket, house, now=timezone.now())
    address = reverse("tickets:claim", args=[ticket.number])
    answers = at_once(*[lambda client=client: client.post(address) for client in claimers.values()])
    through = [name for name, answer in zip(claimers, answers, strict=True) if answer.status_code == 302]
    others = [answer for answer in answers if answer.status_code != 302]
    ticket.refresh_from_db()
    return through, others, ticket


def faults_of_claim_round(through, others, ticket):
    """What is wrong with a round; the control must find something here."""
    if len(through) != 1:
        yield f"{len(through)} winners"
    if ticket.claimant.name not in through or ticket.status != Status.CLAIMED:
        yield f"{ticket.claimant} holds it, {through} were told they do"
    if Event.objects.filter(ticket=ticket, verb="claim").count() != 1:
        yield "claimed more than once"
    for answer in others:
        if answer.status_code != 409 or f"已由{ticket.claimant.name}" not in answer.content.decode():
            yield f"a loser read {answer.status_code}"


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.prove)])
def test_fifty_claim_one_ticket_and_one_wins(house, claimers, rounds):
    for _ in range(rounds):
        assert list(faults_of_claim_round(*claim_round(house, claimers))) == []


def test_claim_race_is_lost_without_the_guard(house, claimers, monkeypatch):
    """Negative control: the update no longer asks whether the row is as it was read, and all have read it."""
    monkeypatch.setattr("tickets.workflow.door.unchanged", lambda ticket: Ticket.objects.filter(pk=ticket.pk))
    monkeypatch.setattr(handling, "move", all_come(handling.move, meeting(CLAIMERS)))

    through, *rest = claim_round(house, claimers)

    assert len(through) > 1 and list(faults_of_claim_round(through, *rest))


# Receiving ------------------------------------------------------------------------------------------


def form(house, **changes):
    sent = {"words": "三单元二楼楼道灯不亮", "submission_id": uuid.uuid4(), "desk": house.station.code}
    return {**sent, **changes}


def receive_at_once(house, client_of, forms):
    """One signed-in browser posts all the forms at the same moment."""
    clients = [client_of(house.volunteer) for _ in forms]
    address = reverse("tickets:receive")
    posts = zip(clients, forms, strict=True)
    return at_once(*[lambda client=client, form=form: client.post(address, form) for client, form in posts])


def test_one_form_posted_twenty_times_is_one_ticket_and_one_answer(house, client_of):
    answers = receive_at_once(house, client_of, [form(house)] * 20)

    ticket = Ticket.objects.get()
    targets = {(answer.status_code, answer.headers["Location"].partition("?")[0]) for answer in answers}
    assert targets == {(302, reverse("tickets:slip", args=[ticket.number]))}
    assert (Reporter.objects.count(), Event.objects.count(), ticket.clocks.count()) == (1, 1, 2)
    assert house.receive().sequence == 2


def test_twenty_forms_at_once_are_numbered_without_gaps(house, client_of):
    answers = receive_at_once(house, client_of, [form(house, not_duplicate="1") for _ in range(20)])

    assert {answer.status_code for answer in answers} == {302}
    assert sorted(Ticket.objects.values_list("sequence", flat=True)) == list(range(1, 21))


def test_numbering_race_is_lost_by_counting_rows(house, client_of, monkeypatch):
    """Negative control: count, then insert."""

    meet = meeting(20)

    def counted(station, day, *rows):
        together.reserve(*rows)
        count = Ticket.objects.at_station(station).count()
        meet()
        return count + 1

    monkeypatch.setattr("tickets.workflow.receiving.next_number", counted)

    answers = receive_at_once(house, client_of, [form(house, not_duplicate="1") for _ in range(20)])

    assert any(isinstance(answer, IntegrityError) for answer in answers)


# Rating ---------------------------------------------------------------------------------------------


def resolved_for_two(house):
    ticket = house.receive()
    for step in (dispatched, claimed, resolved):
        step(ticket, house, now=timezone.now())
    second_reporter(ticket, house)
    return ticket


def rate_at_once(ticket, *answers):
    """The reporters rate at the same moment, each having read the ticket before."""

    def call(reporter, answer):
        own = Ticket.objects.get(pk=ticket.pk)
        return lambda: workflow.review(own, by=reporter, **answer)

    results = at_once(*[call(*pair) for pair in zip(ticket.reporters.all(), answers, strict=True)])
    ticket.refresh_from_db()
    return results


def test_two_good_ratings_at_once_close_the_ticket(house):
    for _ in range(ROUNDS):
        ticket = resolved_for_two(house)

        rate_at_once(ticket, GOOD, GOOD)

        assert ticket.status == Status.CLOSED
        assert Rating.objects.filter(reporter__ticket=ticket).count() == 2


def test_closing_race_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: each takes the other for somebody who has not rated yet."""
    monkeypatch.setattr("tickets.workflow.door.lock", lambda ticket: None)
    monkeypatch.setattr(reviewing, "all_content", all_read(reviewing.all_content, meeting(2)))
    ticket = resolved_for_two(house)

    rate_at_once(ticket, GOOD, GOOD)

    assert ticket.status != Status.CLOSED


def test_good_and_bad_rating_at_once_reopen_and_never_close(house):
    for _ in range(ROUNDS):
        ticket = resolved_for_two(house)

        rate_at_once(ticket, GOOD, BAD)

        assert (ticket.status, ticket.round) == (Status.CLAIMED, 2)
        assert ticket.closed_at is None


def test_fifty_ratings_of_one_reporter_are_one(house):
    ticket = resolved_for_two(house)
    reporter = ticket.reporters.first()
    calls = [lambda own=own: workflow.review(own, by=reporter, **GOOD) for own in _reads(ticket, 50)]

    results = at_once(*calls)

    refused = [result for result in results if isinstance(result, workflow.Conflict)]
    assert (Rating.objects.count(), len(refused)) == (1, 49)
    assert Event.objects.filter(verb="review").count() == 1


# Sweeping and other verbs ---------------------------------------------------------------------------


def test_ten_sweeps_at_once_mark_each_clock_once(house):
    tickets = [house.receive(now=timezone.now() - timedelta(days=30)) for _ in range(20)]

    marked = at_once(*[sweeps.flag_overdue] * 10)

    assert sum(marked) == Clock.objects.exclude(flagged_at=None).count() == 2 * len(tickets)
    assert Event.objects.filter(verb="flag").count() == 2 * len(tickets)
    digests = Notice.objects.filter(effect__startswith="overdue:").values_list("recipient__name", flat=True)
    assert sorted(digests) == sorted([house.dispatcher.name, house.secretary.name])


def test_resolving_and_dispatching_on_at_once_leave_one_story(house):
    """The dispatcher sends it on while the claimant reports it done: one happens, the other is told."""
    for _ in range(ROUNDS):
        ticket = house.receive()
        dispatched(ticket, house, now=timezone.now())
        claimed(ticket, house, now=timezone.now())
        done, sent_on = _reads(ticket, 2)

        results = at_once(
            lambda done=done: workflow.resolve(done, by=house.staff, outcome="solved", words="好了"),
            lambda on=sent_on: workflow.dispatch(
                on, by=house.dispatcher, unit=house.other_unit, reason="不归物业"
            ),
        )

        ticket.refresh_from_db()
        assert [isinstance(result, workflow.Conflict) for result in results].count(True) == 1
        assert ticket.status == (Status.RESOLVED if isinstance(results[1], Exception) else Status.DISPATCHED)


def test_rating_and_closing_unrated_at_once_leave_one_story(house):
    for _ in range(ROUNDS):
        ticket = resolved_for_two(house)
        ticket.clocks.filter(kind="rating").update(
            starts_at=timezone.now() - timedelta(days=9), due_at=timezone.now() - timedelta(days=1)
        )
        [own] = _reads(ticket, 1)

        at_once(lambda own=own: workflow.review(own, by=own.reporters.first(), **BAD), sweeps.close_unrated)

        ticket.refresh_from_db()
        rated = Rating.objects.filter(reporter__ticket=ticket).exists()
        assert ticket.status == (Status.CLAIMED if rated else Status.CLOSED)


def _reads(ticket, times):
    return [Ticket.objects.get(pk=ticket.pk) for _ in range(times)]


# Looking at contacts --------------------------------------------------------------------------------


def marked_after_looking(house):
    """Fourteen times at one moment by one lead, who has not looked before: how many entries are marked."""
    lead = person("station_lead", station=house.station)
    reporter = house.receive(name="王秀兰").reporters.get()
    look = partial(revealing.reveal, reporter, by=lead, reason="call_back")
    at_once(*[look] * (revealing.MANY + 4))
    return AuditEntry.objects.with_person(lead.pk).marked().count()


def test_looks_at_the_same_moment_are_all_counted(house):
    assert marked_after_looking(house) == 4


def test_looks_without_the_lock_are_miscounted(house, monkeypatch):
    """Negative control: each counts only what the others have finished writing."""
    monkeypatch.setattr(
        revealing, "_looked_at_lately", all_read(_count_unlocked, meeting(revealing.MANY + 4))
    )

    assert marked_after_looking(house) < 4


def _count_unlocked(by, now):
    return AuditEntry.objects.reveals_by(by, since=now - revealing.WINDOW).count()


# Telling ------------------------------------------------------------------------------------------------


@pytest.fixture
def untold(house):
    ticket = house.receive()
    dispatched(ticket, house, now=None)
    claimed(ticket, house, now=None)
    workflow.reply(ticket, by=house.staff, solvable="no", words="没有配件", told="slip")
    return ticket


def tell_all_at_once(house, ticket, count=8):
    reply, reporter = ticket.replies.get(), ticket.reporters.get()
    people = [person("volunteer", station=house.station) for _ in range(count)]
    told = [lambda by=by: workflow.tell(reply, reporter, by=by, channel="in_person") for by in people]
    return at_once(*told)


def test_answer_told_by_eight_at_once_is_told_once(house, untold):
    outcomes = tell_all_at_once(house, untold)

    assert [o for o in outcomes if isinstance(o, Exception)] == []
    assert sum(o is not None for o in outcomes) == 1
    assert (Telling.objects.count(), Event.objects.filter(verb="tell").count()) == (1, 1)


def test_without_looking_who_was_first_it_would_be_told_eight_times(house, untold, monkeypatch):
    """Negative control: whoever does not ask whether the row is new leaves an event each."""
    once = Telling.objects.get_or_create
    monkeypatch.setattr(Telling.objects, "get_or_create", lambda **how: (once(**how)[0], True))

    tell_all_at_once(house, untold)

    assert Event.objects.filter(verb="tell").count() == 8


# Replying -------------------------------------------------------------------------------------------


def reply_at_once(house, times=10):
    """The same person sends the same answer so many times; how many were stored."""
    ticket = house.receive()
    for step in (dispatched, claimed):
        step(ticket, house, now=timezone.now())
    said = {"solvable": "no", "words": "要请供电公司来", "told": "link", "by": house.staff}
    reads = [Ticket.objects.get(pk=ticket.pk) for _ in range(times)]
    results = at_once(*[partial(workflow.reply, own, **said) for own in reads])
    return len(set(map(str, results))), ticket.replies.count(), ticket.events.filter(verb="reply").count()


def test_one_reply_sent_ten_times_is_one(house):
    assert reply_at_once(house) == (1, 1, 1)


def test_replying_race_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: nobody waits for the others, so that none finds the others' answer."""
    monkeypatch.setattr(handling, "lock", lambda *tickets: {})
    monkeypatch.setattr(handling, "repeated_reply", all_read(handling.repeated_reply, meeting(10)))

    assert reply_at_once(house) != (1, 1, 1)
