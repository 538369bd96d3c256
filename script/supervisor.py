"""Starts, restarts and stops the served processes; none of them outlives it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from watchdog import stop

PR_SET_PDEATHSIG = 1
RESTARTS = 5


class Supervisor:
    """Each process leads a group of its own, which the watchdog ends if we are killed."""

    def __init__(self, checkout: Path):
        command = [sys.executable, "-I", str(checkout / "script" / "watchdog.py")]
        self.watchdog = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
        self.commands: dict[str, list[str]] = {}
        self.processes: dict[str, subprocess.Popen] = {}
        self.restarts = 0

    def start(self, title: str, module: list[str]) -> None:
        command = [sys.executable, "-m", *module]
        process = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)
        self.commands[title], self.processes[title] = module, process
        self._tell(f"+{process.pid}")

    def watch(self) -> int:
        while True:
            self.look_after()
            time.sleep(0.5)

    def look_after(self) -> None:
        """Start again what has died; who dies again and again ends the whole with a sentence."""
        for title, process in list(self.processes.items()):
            if process.poll() is None:
                continue
            self.restarts += 1
            if self.restarts > RESTARTS:
                sys.exit(f"“{title}”反复退出，已全部停止，原因见上。")
            stop({process.pid})  # what it may have left of its group
            self._tell(f"-{process.pid}")
            print(f"“{title}”意外退出，正在重新启动 …", flush=True)
            time.sleep(1)
            self.start(title, self.commands[title])

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        # The watchdog sweeps up what a group may still hold, and ends.
        assert self.watchdog.stdin
        self.watchdog.stdin.close()
        self.watchdog.wait()

    def _tell(self, line: str) -> None:
        assert self.watchdog.stdin
        try:
            print(line, file=self.watchdog.stdin, flush=True)
        except BrokenPipeError:
            sys.exit("看护进程被结束了，已全部停止。")


def _end_with_parent() -> None:
    """On Linux the kernel passes our death on, even if the watchdog was killed as well."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.umask(0o027)
