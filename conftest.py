"""Counts the tests that this machine cannot run; `servicedesk.settings_test` finds the database.

A skip whose reason starts with 缺少 was left out for want of a program.  With CI=true that fails.
"""

import os
import shutil

import pytest

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
