"""What holds for the examples that script/test always tries holds for others too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.prove

CHECKOUT = Path(__file__).resolve().parents[2]
OURS = ("PYTEST_", "SERVICEDESK_TEST_SLOT")  # of this run: the other one has a database of its own


def test_properties_hold_for_examples_of_chance():
    files = [path for path in (CHECKOUT / "tests").rglob("test_*.py") if "\n@given(" in path.read_text()]
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "--hypothesis-profile", "chance", *files]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}

    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-8000:]
    assert len(files) >= 8
