"""What beat does, however often or seldom it comes by: flags, digests, closing."""

import random
from datetime import timedelta

import pytest

from notices.models import Notice
from tests.factories import AreaFactory, House, person
from tests.tickets.loop import MONDAY, joins, merged, replied, rows, ticket_in, withdrawn
from tickets import sweeps, workflow
from tickets.models import Clock, Event, Ticket
from tickets.states import OPEN, Status

D, C, S = Status.DISPATCHED, Status.CLAIMED, Status.RESOLVED
SECOND = timedelta(seconds=1)
REPLY_DUE = MONDAY + timedelta(days=1)
RESOLVE_DUE = MONDAY + timedelta(days=7)
RATING_DUE = MONDAY + timedelta(days=7)


def flagged():
    return set(Clock.objects.exclude(flagged_at=None).values_list("ticket__pk", "kind"))


def digests(user):
    return list(Notice.objects.filter(recipient=user, effect__startswith="overdue:"))


def test_clock_due_this_very_moment_is_not_overdue(house):
    ticket = ticket_in(D, house)

    on_time = sweeps.flag_overdue(now=REPLY_DUE)
    late = sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    assert (on_time, late, flagged()) == (0, 1, {(ticket.pk, "reply")})


def test_flag_writes_one_event_and_changes_nothing_else_of_the_ticket(house):
    ticket = ticket_in(C, house)
    before = Ticket.objects.values().get()

    sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    event = Event.objects.get(ticket=ticket, verb="flag")
    assert Ticket.objects.values().get() == before
    assert (event.status_from, event.status_to, event.by, event.as_whom) == (C, C, None, "系统")
    assert event.data["kind"] == "reply"


def test_second_run_finds_nothing_and_writes_nothing(house):
    ticket_in(D, house)
    sweeps.flag_overdue(now=REPLY_DUE + SECOND)
    before = rows()

    again = sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    assert (again, rows()) == (0, before)


@pytest.mark.parametrize("status", OPEN)
def test_every_open_ticket_is_flagged_for_both_clocks(house, status):
    ticket = ticket_in(status, house)

    sweeps.lapse_waiting(now=RESOLVE_DUE)
    sweeps.flag_overdue(now=RESOLVE_DUE + timedelta(days=7))

    assert flagged() == {(ticket.pk, "reply"), (ticket.pk, "resolve")}


@pytest.mark.parametrize("ending", [withdrawn, merged])
def test_ended_tickets_are_not_flagged(house, ending):
    ticket = house.receive(now=MONDAY)
    ending(ticket, house)

    sweeps.flag_overdue(now=RESOLVE_DUE + SECOND)

    assert not [pk for pk, kind in flagged() if pk == ticket.pk]


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_tickets_done_in_time_are_not_flagged(house, status):
    ticket_in(status, house)

    assert sweeps.flag_overdue(now=RESOLVE_DUE + timedelta(days=30)) == 0


def test_met_reply_is_not_flagged_while_the_solution_is(house):
    ticket = ticket_in(C, house)
    replied(ticket, house)

    sweeps.flag_overdue(now=RESOLVE_DUE + SECOND)

    assert flagged() == {(ticket.pk, "resolve")}


def test_paused_clock_is_not_flagged_and_the_reply_clock_is(house):
    ticket = ticket_in(Status.WAITING, house)

    sweeps.flag_overdue(now=RESOLVE_DUE + SECOND)

    assert flagged() == {(ticket.pk, "reply")}


def test_late_reply_keeps_its_mark(house):
    ticket = ticket_in(C, house)
    sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    replied(ticket, house, now=REPLY_DUE + timedelta(hours=1))

    clock = ticket.clocks.get(kind="reply")
    assert clock.flagged_at == REPLY_DUE + SECOND
    assert clock.is_late(REPLY_DUE + timedelta(days=1))


def test_one_late_ticket_is_named_in_a_notice_that_wakes_nobody(house):
    ticket = ticket_in(D, house)

    sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    [notice] = digests(house.dispatcher)
    assert notice.text.startswith(ticket.number) and notice.text.endswith("超过答复时限")
    assert (notice.url, notice.is_urgent) == (ticket.get_absolute_url(), False)


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_one_digest_a_person_and_run_however_large_the_batches(house, batch):
    for _ in range(3):
        ticket_in(D, house)

    marked = sweeps.flag_overdue(now=RESOLVE_DUE + SECOND, batch=batch)

    for user in (house.dispatcher, house.secretary):
        assert [notice.text[:4] for notice in digests(user)] == ["有6项时"]
    assert (marked, Notice.objects.filter(effect__startswith="overdue:").count()) == (6, 2)


def test_digest_goes_to_who_answers_for_the_community_and_to_nobody_else(house):
    ticket_in(D, house)
    other = House()
    above = person("secretary", area=house.area.parent)
    top = person("secretary", area=house.area.parent.parent)
    beside = person("secretary", area=AreaFactory(kind="street"))

    sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    told = set(Notice.objects.filter(effect__startswith="overdue:").values_list("recipient", flat=True))
    assert told == {user.pk for user in (house.dispatcher, house.secretary, above, top)}
    assert not {beside.pk, other.dispatcher.pk, house.staff.pk} & told


def test_dispatcher_of_two_communities_gets_one_digest_over_both(house):
    other = House()
    joins(house.dispatcher, "dispatcher", area=other.area)
    ticket_in(D, house)
    ticket_in(D, other)

    sweeps.flag_overdue(now=REPLY_DUE + SECOND)

    assert [notice.text for notice in digests(house.dispatcher)] == ["有2项时限刚刚超过，请尽快处理"]


@pytest.mark.parametrize("seed", range(5))
def test_missed_and_doubled_runs_flag_what_an_oracle_flags(house, seed):
    """Runs at random moments, some twice, with replies between them, beside a plain reckoning."""
    chance = random.Random(seed)  # noqa: S311
    tickets = [ticket_in(C, house, now=MONDAY + timedelta(minutes=30 * n)) for n in range(12)]
    runs = sorted(MONDAY + timedelta(minutes=chance.randrange(3 * 24 * 60)) for _ in range(8))
    answered = {t: MONDAY + timedelta(minutes=chance.randrange(3 * 24 * 60)) for t in tickets[::2]}

    for now, ticket in sorted(
        [(run, None) for run in runs] + [(at, ticket) for ticket, at in answered.items()], key=lambda s: s[0]
    ):
        if ticket:
            replied(ticket, house, now=max(now, ticket.received_at))
        for _ in range(0 if ticket else chance.choice([1, 2])):
            sweeps.flag_overdue(now=now)

    due = dict(Clock.objects.filter(kind="reply").values_list("ticket", "due_at"))
    oracle = {
        (t.pk, "reply")
        for t in tickets
        if any(due[t.pk] < run and not (t in answered and answered[t] <= run) for run in runs)
    }
    assert flagged() == oracle
    assert Event.objects.filter(verb="flag").count() == len(oracle)


@pytest.mark.slow
def test_beat_away_for_three_days_loses_and_doubles_nothing(house):
    model = ticket_in(D, house)
    _copies(model, 1000)

    marked = [sweeps.flag_overdue(now=MONDAY + timedelta(days=3)) for _ in range(2)]

    assert marked == [1001, 0]
    assert Event.objects.filter(verb="flag").count() == 1001
    assert len(digests(house.dispatcher)) == 1


def test_unrated_ticket_closes_after_five_working_days_once(house):
    ticket = ticket_in(S, house)

    closed = [sweeps.close_unrated(now=now) for now in (RATING_DUE, RATING_DUE + SECOND, RATING_DUE + SECOND)]

    ticket.refresh_from_db()
    assert (closed, ticket.status, ticket.closed_at) == ([0, 1, 0], "closed", RATING_DUE + SECOND)
    assert Event.objects.filter(verb="close_unrated").count() == 1


def test_reopened_ticket_is_not_closed_by_the_old_rating_clock(house):
    ticket = ticket_in(S, house)
    workflow.reopen(ticket, by=house.dispatcher, reason="又坏了", now=MONDAY)

    assert sweeps.close_unrated(now=RATING_DUE + SECOND) == 0


def _copies(model, number):
    """Many tickets like this one, written directly."""
    tickets = [_copy(model, number=f"X{n}", sequence=1000 + n, submission_id=None) for n in range(number)]
    for ticket in tickets:
        ticket.submission_id = Ticket._meta.get_field("submission_id").get_default()
    Ticket.objects.bulk_create(tickets)
    clock = model.clocks.get(kind="reply")
    Clock.objects.bulk_create(_copy(clock, ticket=ticket) for ticket in tickets)


def _copy(row, **changes):
    fields = {field.name: getattr(row, field.name) for field in row._meta.fields if not field.primary_key}
    return type(row)(**{**fields, **changes})
