"""A worker told to stop does what it has in hand, and no more; beat stops at once."""

import signal

import pytest
from celery import Celery

from tests.racing import PATIENCE

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.redis]
HEARD = "Warm shutdown"


def test_worker_finishes_what_it_has_in_hand(crew_on, redis, until, tmp_path):
    settings = {"DJANGO_SETTINGS_MODULE": "tests.crash.outlet_settings", "CRASH_ROBOT_ORIGIN": ""}
    worker = crew_on(redis.url, **settings).worker()
    app = Celery(broker=redis.url)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        app.send_task("tests.nap", [str(tmp_path / name)])
    until((tmp_path / "first" / "began").exists, every=0.02)

    worker.send_signal(signal.SIGTERM)
    until(lambda: HEARD in (tmp_path / "worker-0.log").read_text(), every=0.02)
    for name in ("first", "second"):
        (tmp_path / name / "may_end").touch()

    assert worker.wait(PATIENCE) == 0
    assert (tmp_path / "first" / "ended").exists()
    assert not (tmp_path / "second" / "began").exists()
    app.close()


def test_beat_stops_when_told(crew_on, until, tmp_path):
    beat = crew_on().beat()
    until(lambda: list(tmp_path.glob("beat-schedule*")))

    beat.send_signal(signal.SIGTERM)

    assert beat.wait(PATIENCE) == 0
