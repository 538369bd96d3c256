"""A `manage.py` command in a process of its own, for what takes longer than a job of the worker may."""

import subprocess
import sys
import threading

from django.conf import settings


def begin(name: str) -> None:
    """Start it and go on; it outlives whoever starts it, and tells by what it writes down how it ended."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", name], cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    # The thread only takes leave of it when it ends: nothing dead stays in the table of processes.
    threading.Thread(target=process.wait, daemon=True).start()
