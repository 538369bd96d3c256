"""Workers killed with -9 while they send: everything arrives, nothing is called sent that was not, and a message
comes twice only where the kill fell between sending it and writing that down.
"""

import random
import time

import pytest
from django.db import connection

from notices.models import Delivery
from tests.crash.conftest import DELIVERING
from tests.crash.post import AFTER, BEFORE, interrupted, left, marked_sent, numbered, post_office

pytestmark = [pytest.mark.crash, pytest.mark.slow]

# The first half are letters, the second half messages to groups. Every other death takes the whole worker with it.
MESSAGES = 12
DEATHS = {numbered(0): BEFORE, numbered(1): AFTER, numbered(6): AFTER, numbered(7): BEFORE}


@pytest.fixture
def post(house):
    with post_office() as post:
        yield post


class Killer:
    """Kills while something is being sent; notes what was said to be sent and what was not over."""

    def __init__(self, crew, post, until):
        self.crew, self.post, self.until = crew, post, until
        self.untrue, self.cut_off = set(), set()
        self.worker = crew.worker(DELIVERING)

    def run_by_plan(self, deaths):
        """Each while the server holds that message at that moment."""
        self.post.gate.plan = dict(deaths)
        for is_alone in [number % 2 for number in range(len(deaths))]:
            with self.post.gate.held():
                self.cut_off |= interrupted()
                self._kill(is_alone=is_alone)

    def run(self, kills):
        """At random moments."""
        for number in range(kills):
            before = sum(self.post.arrived.values())
            self.until(lambda before=before: sum(self.post.arrived.values()) > before, every=0.02)
            time.sleep(random.uniform(0, 0.25))
            self._kill(is_alone=number % 2)

    def _kill(self, *, is_alone):
        """The child at work, or the worker and all."""
        if is_alone:
            self.crew.kill_at_work(self.worker)
            self._look()
        else:
            self.crew.kill(self.worker)
            self._look()
            self.worker = self.crew.worker(DELIVERING)

    def _look(self):
        """What is called sent is read first: it must have arrived by the time the servers are asked."""
        said = marked_sent()
        self.untrue |= said - set(self.post.arrived)
        self.cut_off |= interrupted()


def killed_by_plan(house, post, until, crew):
    """All that could be sent has been, after the deaths."""
    post.write(house, MESSAGES)
    crew.beat(DELIVERING)
    killer = Killer(crew, post, until)
    killer.run_by_plan(DEATHS)
    until(lambda: left() == 0)
    return killer


def test_killed_workers_lose_nothing_and_double_only_what_they_died_on(house, crew_on, until, post):
    killer = killed_by_plan(house, post, until, crew_on(**post.variables))

    taken_before = {number for number, moment in DEATHS.items() if moment == AFTER}
    assert post.arrived == {number: 1 + (number in taken_before) for number in post.expected}
    assert post.expected == marked_sent()
    assert killer.untrue == set()
    assert DEATHS.keys() <= {number for number, _ in killer.cut_off}


def test_marking_before_sending_would_lose_some(house, crew_on, until, post):
    """Negative control: the same kills, and a delivery that marks first."""
    killer = killed_by_plan(house, post, until, crew_on(**post.variables, CRASH_FAULT="marks first"))

    never_taken = {number for number, moment in DEATHS.items() if moment == BEFORE}
    assert post.expected - set(post.arrived) == never_taken
    assert killer.untrue == never_taken


@pytest.mark.prove
def test_workers_killed_at_random_lose_nothing_and_double_only_what_they_died_on(
    house, crew_on, until, post, messages=1000, kills=200
):
    post.write(house, messages)
    crew = crew_on(**post.variables)
    crew.beat(DELIVERING)
    killer = Killer(crew, post, until)

    killer.run(kills)
    until(lambda: left() == 0)

    arrived = post.arrived
    assert set(arrived) == post.expected == marked_sent()
    assert killer.untrue == set()
    assert not Delivery.objects.dead().exists()
    died_on = [number for number, _ in killer.cut_off]
    assert {number: times for number, times in arrived.items() if times > 1 + died_on.count(number)} == {}


def test_two_beats_and_two_workers_send_everything_once(house, crew_on, until, post, messages=40):
    """One worker is long about a letter while the other sends all the rest."""
    post.write(house, messages)
    post.gate.plan = {numbered(0): AFTER}
    crew = crew_on(**post.variables)
    for start in (crew.beat, crew.beat, crew.worker, crew.worker):
        start(DELIVERING)

    with post.gate.held():
        until(lambda: left() == 1)
    until(lambda: left() == 0)
    until(lambda: not busy())

    assert post.arrived == dict.fromkeys(post.expected, 1)


def busy():
    """Whether a worker's session is within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return cursor.fetchone()[0]
