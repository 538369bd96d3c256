"""Counts the tests that this machine cannot run, and sets another clock when asked to.

`servicedesk.settings_test` finds the database.  A skip whose reason starts with 缺少 was left out for want
of a program; with CI=true that fails.  `--clock 2027-02-06T23:59+08:00` runs everything as on that day; only
this process travels, neither PostgreSQL nor the processes that a test starts.
"""

import os
import shutil
from datetime import datetime

import pytest
import time_machine

LACKING = "缺少"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_left_out: list[str] = []


def _find(variable, *names):
    return os.environ.get(variable) or next(filter(None, map(shutil.which, names)), "")


CHROMIUM = _find("CHROMIUM", *BROWSERS)
REDIS_SERVER = _find("REDIS_SERVER", "redis-server")


@pytest.fixture(scope="session")
def chromium():
    """Path of the browser; playwright's launch takes it as executable_path."""
    return CHROMIUM


@pytest.fixture(scope="session")
def redis_server():
    """Path of the Redis binary."""
    return REDIS_SERVER


def pytest_addoption(parser):
    parser.addoption("--clock", type=datetime.fromisoformat, help="moment with time zone at which to begin")


def pytest_configure(config):
    """Before the tests are imported: a constant of a module may be reckoned from today."""
    if moment := config.getoption("clock"):
        travel = time_machine.travel(moment, tick=True)
        travel.start()
        config.add_cleanup(travel.stop)


def pytest_collection_modifyitems(items):
    lacking = [name for name, path in (("browser", CHROMIUM), ("redis", REDIS_SERVER)) if not path]
    for item in items:
        for name in filter(item.get_closest_marker, lacking):
            item.add_marker(pytest.mark.skip(reason=f"{LACKING} {name}"))


def pytest_runtest_logreport(report):
    reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
    if LACKING in reason:
        _left_out.append(reason)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if _left_out and os.environ.get("CI") == "true" and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if _left_out:
        reasons = sorted({reason.removeprefix("Skipped: ") for reason in _left_out})
        terminalreporter.write_line(f"因{'、'.join(reasons)}，有 {len(_left_out)} 项测试没有运行。")
