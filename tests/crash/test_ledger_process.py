"""A long old ledger is read in a process of its own, which the job starts and nobody waits for."""

import subprocess
import sys

import pytest

from stations import locks
from tests.crash.conftest import CHECKOUT
from tests.tickets import ledgers
from tickets.importing import running
from tickets.models import LedgerImport

pytestmark = [pytest.mark.crash, pytest.mark.slow]
STARTING = """
import django; django.setup()
from tickets.importing import working
print(working.start())
"""


def test_job_starts_a_process_that_reads_what_waits(house, crew_on, until, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    ledger = ledgers.kept(house)
    waiting = ledger.state

    subprocess.run([sys.executable, "-c", STARTING], cwd=CHECKOUT, env=crew_on().environment, check=True)

    until(lambda: LedgerImport.objects.filter(pk=ledger.pk, state="read").exists(), every=0.1)
    with locks.held(locks.Lock.LEDGERS, wait=True):  # it has ended
        ledger.refresh_from_db()
    assert (waiting, ledger.ready, ledger.bad, ledger.tries) == ("reading", 4, 1, 0)
