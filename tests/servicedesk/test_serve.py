"""A second start of a checkout that is already served says what runs where, and which of its wishes are not met."""

import fcntl
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNNING = {"address": "http://127.0.0.1:8000", "host": "127.0.0.1", "port": 8000, "pid": 4711}
STOP = "在启动它的窗口按 Ctrl-C，或运行 kill 4711"


@pytest.fixture
def served(tmp_path):
    """A copy of what the start consists of, with somebody else holding its lock and having noted what runs."""
    for name in ("script", "servicedesk"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    var = tmp_path / "var"
    var.mkdir(mode=0o711)
    (var / "serve.json").write_text(json.dumps({**RUNNING, "state": str(tmp_path / "data")}))
    with (var / "serve.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield tmp_path


def start(served, *options):
    command = [sys.executable, "script/run_serve.py", *options]
    done = subprocess.run(command, cwd=served, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_second_start_says_what_runs_and_how_to_stop_it(served):
    code, said = start(served)

    assert code == 0 and "没有用上" not in said
    assert said.splitlines() == [
        "这份程序已经在运行：http://127.0.0.1:8000",
        f"数据在：{served / 'data'}",
        f"要停下：{STOP}。",
    ]


def test_second_start_with_other_options_says_which_are_not_met(served):
    code, said = start(served, "--state", "other", "--port", "8000", "--host", "0.0.0.0")

    assert code == 1 and f"--host 0.0.0.0、--state {served / 'other'} 没有用上" in said
    assert f"{STOP}，停了再运行这一条。" in said
