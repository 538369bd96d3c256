"""Real workers, beats and brokers in a folder of their own, on the database of the test."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from servicedesk.local_postgres import _free_port
from tests.crash.redis_server import Redis
from tests.factories import House
from tests.racing import PATIENCE

CHECKOUT = Path(__file__).resolve().parents[2]
QUICK = "tests.crash.fast_beat"
DELIVERING = "tests.crash.fast_delivery"


class Crew:
    """Starts Celery processes; whatever still lives at the end is killed."""

    def __init__(self, folder, environment):
        self.folder, self.environment, self.processes = folder, environment, []

    def worker(self, app="servicedesk"):
        quiet = ["--without-gossip", "--without-mingle", "--concurrency", "1"]
        return self._start(app, "worker", "--loglevel", "WARNING", *quiet)

    def beat(self, app="servicedesk"):
        return self._start(app, "beat", "--loglevel", "WARNING", "--pidfile=")

    def _start(self, app, *command):
        log = (self.folder / f"{command[0]}-{len(self.processes)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", app, "--quiet", *command],
            cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        self.processes.append(process)
        return process

    def kill(self, process):
        """With its children, without a word of warning."""
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait(PATIENCE)

    def kill_at_work(self, process):
        """Only the child that runs the task; its worker goes on and starts another."""
        found = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True
        ).stdout.split()
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(int(pid), 9)

    def end(self):
        for process in self.processes:
            self.kill(process)


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.fixture
def crew_on(house, tmp_path):
    """`crew_on(redis_url="", **variables)`: a crew on this broker; on the filesystem when no Redis is named."""
    crews = []

    def gather(redis_url="", **variables):
        name = connection.settings_dict["NAME"]
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        own = {"DATABASE_URL": address, "SERVICEDESK_STATE": str(tmp_path), "REDIS_URL": redis_url}
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings", **own, **variables}
        crews.append(Crew(tmp_path, environment))
        return crews[-1]

    yield gather
    for crew in crews:
        crew.end()


@pytest.fixture
def redis_url(redis_server, tmp_path):
    """A Redis of this test alone."""
    port = _free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([redis_server, *options], stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait(PATIENCE)


@pytest.fixture
def redis(redis_server, tmp_path):
    """The same, to be stopped, hung and emptied."""
    redis = Redis(redis_server, tmp_path)
    yield redis
    redis.end()


@pytest.fixture
def until():
    """`until(question)` waits for a true answer and returns it, for PATIENCE seconds at most."""

    def wait(question, every=0.5):
        deadline = time.monotonic() + PATIENCE
        while not (answer := question()):
            if time.monotonic() > deadline:
                pytest.fail(f"nothing after {PATIENCE} s")
            time.sleep(every)
        return answer

    return wait
