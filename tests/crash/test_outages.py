"""Redis stopped, hung and emptied, PostgreSQL restarted, all under a desk that files on: nothing that was confirmed is
missing, and everybody is told of it once the engines are back.
"""

import os
import re
import time
from collections import Counter

import psycopg2
import pytest

from tests.crash.conftest import DELIVERING, Crew
from tests.crash.post import post_office
from tests.crash.test_database_restarts import Writers, desk, make_ready, server, stored  # noqa: F401

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.redis]
SHORT, FULL = 4, 60  # seconds of each outage
SECONDS = [SHORT, pytest.param(FULL, marks=pytest.mark.prove)]
PAUSE = 0.8  # seconds between two requests of each writer: five a second in all
NUMBER = re.compile(r"[A-Z]{3}\d{2}-\d{8}-\d{3,}")
WANTS_MAIL = """
INSERT INTO notices_preference (person_id, address, wanted, kinds, is_on, stopped_why)
SELECT user_id, 'u' || user_id || '@example.org', '', '{ticket,clock,other}', true, ''
FROM accounts_post WHERE role = 'dispatcher'
"""


@pytest.fixture
def environment(django_db_setup, server, redis, tmp_path):  # noqa: F811
    """Web server and crew alike are told of the Redis."""
    patient = f"{server.url}?options=-c%20lock_timeout%3D0%20-c%20statement_timeout%3D0"  # of a page, on a slow machine
    own = {"DATABASE_URL": patient, "SERVICEDESK_STATE": str(tmp_path), "ALLOWED_HOSTS": "127.0.0.1"}
    more = {"REDIS_URL": redis.url, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    environment = {**os.environ, **own, **more}
    make_ready(environment, server)
    return environment


@pytest.fixture
def post():
    with post_office() as post:
        yield post


@pytest.fixture
def crew(environment, post, desk, server, tmp_path):  # noqa: F811
    """beat and a worker of that desk, whose dispatcher wants letters."""
    execute(server, WANTS_MAIL)
    crew = Crew(tmp_path, {**environment, **post.variables})
    crew.beat(DELIVERING)
    crew.worker(DELIVERING)
    yield crew
    crew.end()


def execute(server, statement):  # noqa: F811
    with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def told(post):
    """How often the dispatcher was told of each number."""
    return Counter(number for text in post.inbox.texts() for number in NUMBER.findall(text))


@pytest.mark.parametrize("seconds", SECONDS)
def test_desk_files_on_and_everybody_is_told_afterwards(desk, server, crew, redis, post, until, seconds):  # noqa: F811
    statuses = {}
    with Writers(desk, PAUSE) as writers:
        for name in ("stopped", "hung", "emptied"):
            seen = set(writers.answers)
            with getattr(redis, name)():
                time.sleep(seconds)
                writers.wait_for_more()
            late = dict(writers.answers)
            statuses[name] = {late[submission][0] for submission in late.keys() - seen}
            filed = numbers(writers)
            until(lambda filed=filed: filed <= set(told(post)))
        server.stop()
        writers.wait_for_more(of=writers.refused, count=1)
        server.start()
        writers.wait_for_more()

    assert statuses == dict.fromkeys(("stopped", "hung", "emptied"), {302})
    assert {status for status, _ in writers.answers.values()} == {302, 503}
    until(lambda: set(told(post)) >= numbers(writers))
    assert writers.confirmed().items() <= {str(row[1]): row[0] for row in stored(server)}.items()


def numbers(writers):
    """Of the tickets whose filing was confirmed up to now."""
    return set(writers.confirmed().values())
