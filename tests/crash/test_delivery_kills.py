"""Workers killed with -9 while they send: everything arrives, nothing is called sent that was not, and a message
comes twice only where the kill fell between sending it and writing that down.
"""

import random
import time
from dataclasses import dataclass

import pytest
from django.db import connection

from notices.models import Delivery
from tests.crash.conftest import DELIVERING
from tests.crash.post import interrupted, left, marked_sent, post_office

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@dataclass(frozen=True)
class Campaign:
    messages: int
    kills: int

    def __str__(self):
        return f"{self.messages} messages, {self.kills} kills"


SHORT = Campaign(messages=80, kills=4)
FULL = Campaign(messages=1000, kills=200)
CAMPAIGNS = [SHORT, pytest.param(FULL, marks=pytest.mark.prove)]


@pytest.fixture
def post(house):
    with post_office() as post:
        yield post


class Killer:
    """Kills at random moments while something is being sent; notes what was said to be sent and what was not over."""

    def __init__(self, crew, post, until):
        self.crew, self.post, self.until = crew, post, until
        self.untrue, self.cut_off = set(), set()
        self.worker = crew.worker(DELIVERING)

    def run(self, kills):
        for number in range(kills):
            before = sum(self.post.arrived.values())
            self.until(lambda before=before: sum(self.post.arrived.values()) > before, every=0.02)
            time.sleep(random.uniform(0, 0.25))
            if number % 2:
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


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)
def test_killed_workers_lose_nothing_and_double_only_what_they_died_on(house, crew_on, until, post, campaign):
    post.write(house, campaign.messages)
    crew = crew_on(**post.variables)
    crew.beat(DELIVERING)
    killer = Killer(crew, post, until)

    killer.run(campaign.kills)
    until(lambda: left() == 0)

    arrived = post.arrived
    assert set(arrived) == post.expected == marked_sent()
    assert killer.untrue == set()
    assert not Delivery.objects.dead().exists()
    died_on = [number for number, _ in killer.cut_off]
    assert {number: times for number, times in arrived.items() if times > 1 + died_on.count(number)} == {}


def test_marking_before_sending_would_lose_some(house, crew_on, until, post):
    """Negative control: the same kills, and a delivery that marks first."""
    post.write(house, SHORT.messages)
    crew = crew_on(**post.variables, CRASH_FAULT="marks first")
    crew.beat(DELIVERING)
    killer = Killer(crew, post, until)

    killer.run(SHORT.kills)
    until(lambda: left() == 0)

    assert killer.untrue or post.expected - set(post.arrived)


def test_two_beats_and_two_workers_send_everything_once(house, crew_on, until, post):
    post.write(house, SHORT.messages)
    crew = crew_on(**post.variables)
    for start in (crew.beat, crew.beat, crew.worker, crew.worker):
        start(DELIVERING)

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
