"""A Redis of a test alone, which can be stopped, hung and emptied."""

import signal
import socket
import subprocess
from contextlib import contextmanager

from servicedesk.local_postgres import _free_port
from tests.racing import PATIENCE


class Redis:
    """`url` is where it listens; the three ways in which it fails are contexts."""

    def __init__(self, program, folder):
        self.port, self.folder = _free_port(), folder
        self.command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=subprocess.DEVNULL)

    def end(self):
        self.process.kill()
        self.process.wait()

    @contextmanager
    def stopped(self):
        self.end()
        yield
        self.start()

    @contextmanager
    def hung(self):
        self.process.send_signal(signal.SIGSTOP)
        yield
        self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def emptied(self):
        """Again and again: whatever beat or a worker left there is gone."""
        self._empty()
        yield
        self._empty()

    def _empty(self):
        with socket_to(self.port) as line:
            line.sendall(b"FLUSHALL\r\n")
            assert line.recv(16).startswith(b"+OK")


def socket_to(port):
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
