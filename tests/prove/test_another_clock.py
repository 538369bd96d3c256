"""Tests of days and limits, and what they test, hold in another year too: run again under a clock set forward."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.prove
# A Saturday in the Spring Festival of a year without a notice, shortly before midnight; a leap day.
CLOCKS = ["2027-02-06T23:59+08:00", "2028-02-29T09:00+08:00"]
FILES = [
    "tests/servicedesk/test_overlap.py",
    "tests/tickets/test_calendar_day.py",
    "tests/tickets/test_desk.py",
    "tests/tickets/test_monthly.py",
    "tests/tickets/test_photo_sweep.py",
    "tests/tickets/test_resident.py",
    "tests/tickets/test_several_reporters.py",
    "tests/tickets/test_slip.py",
    "tests/tickets/test_verb_pages.py",
    "tests/tickets/test_why_late.py",
]


@pytest.mark.parametrize("clock", CLOCKS)
def test_tests_pass_under_another_clock(clock):
    ours = {"SERVICEDESK_TEST_SLOT", "PYTEST_XDIST_WORKER"}  # a database of its own
    environment = {name: value for name, value in os.environ.items() if name not in ours}

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "--clock", clock, *FILES],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout[-10_000:] + run.stderr
