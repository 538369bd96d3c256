"""A web server of one process to be measured: what it answers, what CPU and memory it takes. Linux only."""

import os
import pathlib
import socket
import subprocess
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 600  # seconds


class Server:
    """gunicorn with one sync worker, stopped at the end."""

    def __init__(self, venv: str, app: str, folder: str, **environment: str):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.base = f"http://127.0.0.1:{free.getsockname()[1]}"
        command = [f"{venv}/bin/gunicorn", "--chdir", folder, "-b", self.base.removeprefix("http://"), "-w", "1",
                   "--timeout", str(PATIENCE), "--log-level", "warning", app]  # fmt: skip
        self.process = subprocess.Popen(command, env={**os.environ, **environment})
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def __enter__(self) -> "Server":
        while not self._answers():
            assert self.process.poll() is None, "gunicorn did not start"
            time.sleep(0.2)
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait(30)

    @property
    def pid(self) -> int:
        return self.process.pid

    def get(self, path: str, expected: str) -> None:
        with self.opener.open(self.base + path, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        assert expected in text, path

    def log_in(self, path: str, name: str, password: str) -> None:
        """By Django's own form."""
        self.opener.open(self.base + path).read()
        [jar] = [its.cookiejar for its in self.opener.handlers if hasattr(its, "cookiejar")]
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
        form = {"username": name, "password": password, "csrfmiddlewaretoken": token}
        self.opener.open(self.base + path, urlencode(form).encode()).read()

    def peak_memory(self) -> int:
        """Bytes: the most that any of its processes has had in memory."""
        return 1024 * max(_high_water(pid) for pid in [self.pid, *_children(self.pid)])

    def _answers(self) -> bool:
        try:
            self.opener.open(self.base + "/", timeout=PATIENCE).read()
        except HTTPError:
            return True
        except OSError:  # not there yet, or not ready
            return False
        return True


def postmaster() -> int:
    """The process that all of the database's hang on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    return int(_stat(pid)[1])


def cpu_of(pid: int) -> float:
    """CPU seconds so far of a process, of its children, and of those that have ended."""
    return sum(map(_own_cpu, [pid, *_children(pid)]))


def _own_cpu(pid: int) -> float:
    try:
        return sum(map(int, _stat(pid)[11:15])) / TICK
    except FileNotFoundError:  # ended meanwhile
        return 0.0


def _stat(pid: int) -> list[str]:
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _children(pid: int) -> list[int]:
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _high_water(pid: int) -> int:
    """KiB."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
