"""PostgreSQL stopped and killed under the whole web server: what was confirmed is there, and all is whole.

An outage shows a plain page and ends without a lost request.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from servicedesk import local_postgres
from tests.racing import PATIENCE

pytestmark = [pytest.mark.crash, pytest.mark.slow]

CHECKOUT = Path(__file__).resolve().parents[2]
CSRF = "a" * 32
WRITERS = 4
WHOLE = """
SELECT t.number, t.submission_id,
       (SELECT count(*) FROM tickets_event e WHERE e.ticket_id = t.id AND e.verb = 'receive'),
       (SELECT count(*) FROM tickets_clock c WHERE c.ticket_id = t.id),
       (SELECT count(*) FROM tickets_receipt r JOIN tickets_reporter p ON p.id = r.reporter_id
         WHERE p.ticket_id = t.id),
       (SELECT count(*) FROM notices_notice n WHERE n.text LIKE t.number || '%%')
FROM tickets_ticket t ORDER BY t.sequence
"""


@pytest.fixture(scope="module")
def server():
    """A durable PostgreSQL that these tests alone may stop."""
    with tempfile.TemporaryDirectory(prefix="desk ") as folder:
        Path(folder).chmod(0o711)
        server = local_postgres.Server(Path(folder) / "db", local_postgres.find_binaries())
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def environment(django_db_setup, server, tmp_path_factory):
    state = str(tmp_path_factory.mktemp("state"))
    own = {"DATABASE_URL": server.url, "SERVICEDESK_STATE": state, "ALLOWED_HOSTS": "127.0.0.1"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    make_ready(environment, server)
    return environment


def make_ready(environment, server):
    """Tables and static files."""
    copy_tables(server)
    run(environment, "manage.py", "migrate", "--verbosity=0")
    run(environment, "manage.py", "collectstatic", "--noinput", "--verbosity=0")


def copy_tables(server):
    """From this run's own database, so that `migrate` finds them made; it makes them where they cannot be copied."""
    name = connection.settings_dict["NAME"]
    source = urllib.parse.urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    for options in (["--schema-only"], ["--data-only", "--table=django_migrations"]):
        dump = [server.binaries / "pg_dump", "--no-owner", *options, source]
        found = subprocess.run(dump, capture_output=True)
        if found.returncode == 0:
            psql = [server.binaries / "psql", "--quiet", "--set=ON_ERROR_STOP=1", server.url]
            subprocess.run(psql, input=found.stdout, check=True, capture_output=True)


@contextmanager
def site(environment, *options):
    """The address of gunicorn."""
    port = local_postgres._free_port()
    options = ["--config=servicedesk/gunicorn_config.py", f"--bind=127.0.0.1:{port}", *options]
    command = [sys.executable, "-m", "gunicorn", *options]
    process = subprocess.Popen(command, cwd=CHECKOUT, env={**environment, "SERVICEDESK_PROCESS": "web"})
    wait_for(f"http://127.0.0.1:{port}")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(PATIENCE)


@pytest.fixture
def desk(environment):
    """A furnished house with gunicorn before it: the way in, with the address."""
    way_in = json.loads(run(environment, "-m", "tests.crash.furnish"))
    with site(environment) as address:
        yield {**way_in, "address": address}


@pytest.fixture
def lonely(environment):
    """The address of one gunicorn worker, so that every request meets the same connection."""
    with site(environment, "--workers=1", "--threads=1") as address:
        yield address


def run(environment, *command):
    done = subprocess.run(
        [sys.executable, *command], cwd=CHECKOUT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def wait_for(address):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the desk never opened")


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer, not a way to go."""

    def redirect_request(self, *args):
        return None


def file_one(desk, submission):
    """(status, number of the ticket in the address we are sent to or "")."""
    fields = {"words": "楼道灯不亮", "submission_id": submission, "desk": desk["desk"], "not_duplicate": "1"}
    body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": CSRF}).encode()
    cookies = f"session={desk['session']}; csrftoken={CSRF}"
    request = urllib.request.Request(f"{desk['address']}/desk/receive/", body, {"Cookie": cookies})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=PATIENCE) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers.get("Location", "").rpartition("/slip/")[0].rpartition("/")[2]


class Writers:
    """Several browsers that file one ticket after another until told to stop; each notes every answer."""

    def __init__(self, desk, pause=0):
        self.desk, self.pause, self.answers, self.over = desk, pause, {}, threading.Event()
        self.threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *args):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _write(self):
        while not self.over.is_set():
            submission = str(uuid.uuid4())
            self.answers[submission] = file_one(self.desk, submission)
            self.over.wait(self.pause)

    def confirmed(self):
        return {
            submission: number for submission, (status, number) in dict(self.answers).items() if status == 302
        }

    def refused(self):
        return [answer for answer in dict(self.answers).values() if answer[0] == 503]

    def wait_for_more(self, of=None, count=3):
        """Until so many more answers have come, three tickets confirmed by default."""
        of = of or self.confirmed
        enough, deadline = len(of()) + count, time.monotonic() + PATIENCE
        while len(of()) < enough:
            assert time.monotonic() < deadline, f"only {set(self.answers.values())}"
            time.sleep(0.1)


def kill(server):
    """As a power cut does."""
    server.process.kill()
    server.process.wait()


def stored(server):
    with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
        cursor.execute(WHOLE)
        rows = cursor.fetchall()
    connection.close()
    return rows


def test_confirmed_tickets_survive_and_none_is_half_there(server, desk):
    with Writers(desk) as writers:
        for end in (server.stop, lambda: kill(server), server.stop):
            writers.wait_for_more()
            end()
            writers.wait_for_more(of=writers.refused, count=WRITERS)
            server.start()
        writers.wait_for_more()

    first_after = file_one(desk, str(uuid.uuid4()))[0]
    rows = stored(server)
    kept = {str(submission): number for number, submission, *_ in rows}
    assert {status for status, _ in writers.answers.values()} == {302, 503}
    assert first_after == 302
    assert writers.confirmed().items() <= kept.items()
    assert {tuple(parts) for _, _, *parts in rows} == {(1, 2, 1, 1)}
    assert [int(number[-3:]) for number, *_ in rows] == list(range(1, len(rows) + 1))


def fetch(address):
    """Status, headers and text; an error status is an answer like any other."""
    request = urllib.request.Request(address, headers={"Cookie": "session=abcdefghijklmnopqrstuvwxyz012345"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def test_outage_shows_a_plain_page_and_ends_without_a_lost_request(server, lonely):
    assert fetch(f"{lonely}/readyz")[0] == 200
    assert fetch(f"{lonely}/admin/")[0] in (200, 302)

    server.stop()
    status, headers, text = fetch(f"{lonely}/admin/")

    assert (status, headers["Retry-After"]) == (503, "30")
    assert 'lang="zh-Hans"' in text and "稍" in text
    assert fetch(f"{lonely}/healthz")[0] == 200
    assert fetch(f"{lonely}/readyz")[0] == 503

    server.start()

    assert fetch(f"{lonely}/admin/")[0] in (200, 302)
    assert fetch(f"{lonely}/readyz")[0] == 200
