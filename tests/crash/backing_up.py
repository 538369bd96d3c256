"""Run in a process of its own: makes or restores a backup and, once it has come so far, says so and waits for its end.

python -m tests.crash.backing_up make|restore FILE WORDS
"""

import signal
import sys
from pathlib import Path

import django

django.setup()

from tickets.backups import making, restoring  # noqa: E402

what, path, words = sys.argv[1], Path(sys.argv[2]), sys.argv[3]


def told(said):
    if said.startswith(words):
        print("reached", flush=True)
        signal.pause()


if what == "make":
    making.make(path, told=told)
else:
    restoring.restore(path, is_replacing=True, told=told)
