"""Kept, moved, broken: by hand, against a slow oracle that lives day by day, and the same in SQL."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import SHANGHAI, House, at
from tests.tickets import ledgers
from tests.tickets.loop import BAD, MONDAY
from tickets import workflow
from tickets.models import Reply, Ticket
from tickets.promises import Ended, Given, How, Promise, outcome, standing, week_of

MON = date(2026, 11, 23)
KEPT, MOVED, BROKEN, OPEN = Promise.KEPT, Promise.MOVED, Promise.BROKEN, Promise.OPEN


def day(n):
    return MON + timedelta(days=n)


def said(on, until):
    return Given(day(on), None if until is None else day(until))


def done(on):
    return Ended(day(on), How.DONE)


@pytest.mark.parametrize(
    ("answers", "ended", "today", "expected"),
    [
        ([], None, 9, None),
        ([(0, None)], None, 9, None),
        ([(0, 4)], None, 4, OPEN),
        ([(0, 4)], None, 5, BROKEN),
        ([(0, 4)], done(4), 9, KEPT),
        ([(0, 4)], done(5), 9, BROKEN),
        ([(0, 0)], done(0), 9, KEPT),
        ([(0, 4), (4, 7)], None, 7, MOVED),
        ([(0, 4), (4, 7)], done(3), 9, MOVED),
        ([(0, 4), (4, 7)], None, 8, BROKEN),
        ([(0, 4), (5, 7)], done(6), 9, BROKEN),
        ([(0, 1), (1, 2), (2, 3)], done(3), 9, MOVED),
        ([(0, 1), (1, 2), (3, 4)], done(4), 9, BROKEN),
        ([(0, 4), (1, 2)], done(2), 9, KEPT),
        ([(0, 4), (1, 2)], done(3), 9, BROKEN),
        ([(0, 4), (1, 2), (2, 4)], done(4), 9, MOVED),
        ([(0, 4), (2, None)], None, 9, MOVED),
        ([(0, 4), (5, None)], None, 9, BROKEN),
        ([(0, None), (1, 4)], done(4), 9, KEPT),
        ([(0, 4)], Ended(day(3), How.NOT_DONE), 9, MOVED),
        ([(0, 4)], Ended(day(5), How.NOT_DONE), 9, BROKEN),
        ([(0, 4)], Ended(day(4), How.DROPPED), 9, None),
        ([(0, 4)], Ended(day(5), How.DROPPED), 9, BROKEN),
        ([(0, 4), (1, 6)], Ended(day(5), How.DROPPED), 9, None),
    ],
)
def test_outcome_case_by_case(answers, ended, today, expected):
    assert outcome([said(*answer) for answer in answers], today=day(today), ended=ended) == expected


@st.composite
def histories(draw):
    """Answers in order, each promising its own day or a later one or none; then perhaps an end; then today."""
    now, answers = 0, []
    for _ in range(draw(st.integers(0, 5))):
        now += draw(st.integers(0, 3))
        answers.append((now, draw(st.none() | st.integers(now, now + 5))))
    ended = None
    if draw(st.booleans()):
        now += draw(st.integers(0, 4))
        ended = Ended(day(now), draw(st.sampled_from(list(How))))
    return [said(*answer) for answer in answers], ended, day(now + draw(st.integers(0, 8)))


def oracle(answers, ended, today):
    """Live through the days: at each midnight the promise that then stands must not have run out."""
    if all(answer.promised_on is None for answer in answers):
        return None
    is_moved, standing_on, now = False, None, answers[0].on
    while now <= today:
        for answer in answers:
            if answer.on == now:
                is_moved |= standing_on is not None and (
                    answer.promised_on is None or answer.promised_on > standing_on
                )
                standing_on = answer.promised_on
        if ended and ended.on == now:
            if ended.how == How.DROPPED:
                return None
            return MOVED if is_moved or ended.how == How.NOT_DONE else KEPT
        if now < today and standing_on == now:
            return BROKEN
        now += timedelta(days=1)
    return MOVED if is_moved else OPEN


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@example(([said(0, 4), said(5, 7)], done(6), day(9)))
@given(histories())
def test_outcome_agrees_with_living_through_the_days(history):
    answers, ended, today = history

    assert outcome(answers, today=today, ended=ended) == oracle(answers, ended, today)


def test_oracle_is_not_blind():
    """Negative control: it tells a promise broken on the way from one moved in time."""
    late, in_time = [said(0, 4), said(5, 7)], [said(0, 4), said(4, 7)]

    assert (oracle(late, done(6), day(9)), oracle(in_time, done(6), day(9))) == (BROKEN, MOVED)


@pytest.mark.parametrize(("any_day", "monday"), [(0, 0), (6, 0), (7, 7)])
def test_week_begins_on_monday(any_day, monday):
    assert week_of(day(any_day)) == (day(monday), day(monday + 6))


class Walk:
    """Random tickets walked through replies, results, bad ratings, withdrawals; what is refused does not happen."""

    def __init__(self, seed):
        self.house, self.random = House(), Random(seed)

    def ticket(self):
        now = MONDAY + timedelta(hours=self.random.randrange(48))
        ticket = self.house.receive(now=now)
        for _ in range(self.random.randrange(3, 12)):
            now += timedelta(hours=self.random.choice([1, 3, 14, 14, 24, 60]))
            try:
                self.step(ticket, now)
            except workflow.Refused:
                ticket.refresh_from_db()

    def step(self, ticket, now):
        house = self.house
        {
            "received": lambda: workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=now),
            "dispatched": lambda: workflow.claim(ticket, by=house.staff, now=now),
            "claimed": lambda: self.random.choice([self.reply, self.reply, self.reply, self.end])(
                ticket, now
            ),
            "resolved": lambda: workflow.review(ticket, by=ticket.reporters.get(), now=now, **BAD),
            "withdrawn": lambda: self.random.choice([self.restore, self.stay])(ticket, now),
        }[ticket.status]()

    def stay(self, ticket, now):
        """Nothing more happens that day."""

    def restore(self, ticket, now):
        workflow.restore(ticket, by=self.house.dispatcher, reason="误撤", now=now)

    def reply(self, ticket, now):
        promised = now.astimezone(SHANGHAI).date() + timedelta(days=self.random.choice([0, 1, 1, 2, 4]))
        solvable, promised_on = self.random.choice([("yes", promised), ("partly", promised), ("no", None)])
        answer = {"solvable": solvable, "promised_on": promised_on, "told": "link"}
        workflow.reply(ticket, by=self.house.staff, words=f"{now:%d %H}", now=now, **answer)

    def end(self, ticket, now):
        result = self.random.choice(["solved", "partly", "not", "withdraw", "withdraw"])
        if result == "withdraw":
            workflow.withdraw(ticket, by=self.house.dispatcher, reason="mistake", now=now)
        else:
            workflow.resolve(ticket, by=self.house.staff, outcome=result, words="办了", now=now)


@pytest.mark.slow
@pytest.mark.django_db
def test_sql_says_the_same():
    walk, met = Walk(seed=0), set()
    for _ in range(50):
        walk.ticket()

    for today in (day(1), day(4), day(30)):
        found = {
            (r.ticket_id, r.round): (r.outcome, r.promised_on, r.last_on)
            for r in Reply.objects.promises().with_outcome(today)
        }
        assert found == in_python(today) == as_counted(today)
        assert len(found) < Reply.objects.count()  # some have answers after the first
        met |= {outcome for outcome, *_ in found.values()}
    assert met == {None, *Promise}


@pytest.mark.django_db
def test_answer_that_closed_an_old_case_ends_its_promise():
    """Nobody will ever report it done; also once it is done again in a second round."""
    house, head = House(), (*ledgers.HEAD, "承诺日期")
    ledgers.imported(house, ledgers.csv((*ledgers.ANSWERED, "2026/3/20"), head=head))
    ticket = Ticket.objects.get()

    for round_ in (1, 2):
        for today in (date(2026, 3, 10), date(2026, 3, 30)):
            [reply] = Reply.objects.promises().with_outcome(today)
            assert (reply.outcome, reply.last_on) == (None, date(2026, 3, 20))
            assert in_python(today) == as_counted(today) == {(ticket.pk, 1): (None, *2 * [date(2026, 3, 20)])}
        if round_ == 1:
            workflow.reopen(ticket, by=house.dispatcher, reason="没有办", now=at("2026-03-09 10:00"))


def as_counted(today):
    """The same by reading all replies once."""
    every = list(Reply.objects.counted_at_once().with_outcome(today))
    assert {r.outcome for r in every if not r.is_first} <= {None}
    return {(r.ticket_id, r.round): (r.outcome, r.promised_on, r.last_on) for r in every if r.is_first}


def in_python(today):
    """{(ticket, round): (outcome, first, last)} of every round with a promise."""
    found = {}
    for ticket in Ticket.objects.prefetch_related("events"):
        for number in range(1, ticket.round + 1):
            its = standing(ticket.events.all(), number, today=today)
            if its.first:
                found[ticket.pk, number] = (its.outcome, its.first, its.last)
    return found


def test_day_of_an_answer_is_the_local_one():
    """23:30 on Tuesday in Shanghai is still Tuesday, though it is the same day in UTC as Tuesday noon."""
    said = {"round": 1, "verb": "reply", "status_to": "claimed", "data": {"promised_on": "2026-11-24"}}
    event = type("E", (), said)()
    event.at = datetime(2026, 11, 24, 23, 30, tzinfo=SHANGHAI)
    ended = type("E", (), {"round": 1, "verb": "resolve", "data": {"outcome": "solved"}})()
    ended.at = datetime(2026, 11, 25, 0, 30, tzinfo=SHANGHAI)

    assert standing([event, ended], 1, today=day(9)).outcome == BROKEN
