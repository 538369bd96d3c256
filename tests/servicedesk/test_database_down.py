"""The whole web server against a private PostgreSQL that is really stopped and started."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from servicedesk import local_postgres

pytestmark = [pytest.mark.crash, pytest.mark.slow]

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server():
    """PostgreSQL that this test alone may stop."""
    with tempfile.TemporaryDirectory(prefix="desk ") as folder:
        Path(folder).chmod(0o711)
        server = local_postgres.Server(Path(folder) / "db", local_postgres.find_binaries(), durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def site(server, tmp_path):
    """Its address; one gunicorn worker, so that every request meets the same connection."""
    environment = {**os.environ, "DATABASE_URL": server.url, "SERVICEDESK_STATE": str(tmp_path)}
    environment |= {"DJANGO_SETTINGS_MODULE": "servicedesk.settings", "ALLOWED_HOSTS": "127.0.0.1"}
    for step in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        subprocess.run([sys.executable, "manage.py", *step], cwd=CHECKOUT, env=environment, check=True)
    port = local_postgres._free_port()
    options = [
        "--config=servicedesk/gunicorn_config.py",
        f"--bind=127.0.0.1:{port}",
        "--workers=1",
        "--threads=1",
    ]
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", *options], cwd=CHECKOUT, env=environment)
    address = f"http://127.0.0.1:{port}"
    wait_for(f"{address}/healthz")
    yield address
    process.terminate()
    process.wait(20)


def wait_for(address):
    for _ in range(150):
        try:
            if fetch(address)[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{address} never answered")


def fetch(address):
    """Status, headers and text; an error status is an answer like any other."""
    request = urllib.request.Request(address, headers={"Cookie": "session=abcdefghijklmnopqrstuvwxyz012345"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def test_outage_shows_a_plain_page_and_ends_without_a_lost_request(server, site):
    assert fetch(f"{site}/readyz")[0] == 200
    assert fetch(f"{site}/admin/")[0] in (200, 302)

    server.stop()
    status, headers, text = fetch(f"{site}/admin/")

    assert (status, headers["Retry-After"]) == (503, "30")
    assert 'lang="zh-Hans"' in text and "稍" in text
    assert fetch(f"{site}/healthz")[0] == 200
    assert fetch(f"{site}/readyz")[0] == 503

    server.start()

    assert fetch(f"{site}/admin/")[0] in (200, 302)
    assert fetch(f"{site}/readyz")[0] == 200
