"""Redis hangs just while a worker acknowledges a message: the worker goes on all the same."""

import time

import pytest
from celery import Celery

from servicedesk.listening import SECONDS

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.redis]
LOST = "Couldn't ack"


@pytest.fixture
def nap(redis, tmp_path, until):
    """`nap(name)` sends a task; the folder tells when it began and ended, and lets it end."""
    app = Celery(broker=redis.url)

    def send(name):
        folder = tmp_path / name
        folder.mkdir()
        app.send_task("tests.nap", [str(folder)])
        return folder

    yield send
    app.close()


@pytest.fixture
def deafened(crew_on, redis, nap, until, tmp_path):
    """`deafened(**variables)`: a worker whose acknowledgement got no answer."""

    def start(**variables):
        settings = {"DJANGO_SETTINGS_MODULE": "tests.crash.outlet_settings", "CRASH_ROBOT_ORIGIN": ""}
        crew_on(redis.url, **settings, **variables).worker()
        first = nap("first")
        until((first / "began").exists, every=0.02)
        with redis.hung():
            (first / "may_end").touch()
            until((first / "ended").exists)
            until(lambda: LOST in (tmp_path / "worker-0.log").read_text())

    return start


def test_worker_that_could_not_acknowledge_takes_the_next_message(deafened, nap, until):
    deafened()

    second = nap("second")
    (second / "may_end").touch()

    until((second / "ended").exists)


@pytest.mark.prove
def test_worker_would_be_deaf_without_looking(deafened, nap):
    """Negative control: Celery alone never takes another message."""
    deafened(CRASH_FAULT="does not listen")

    second = nap("second")

    time.sleep(6 * SECONDS)
    assert not (second / "began").exists()
