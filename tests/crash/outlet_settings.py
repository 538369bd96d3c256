"""The product's settings for a worker whose letters and group messages stay on this machine.

CRASH_ROBOT_ORIGIN names the group's server; CRASH_FAULT a fault to be planted (tests.crash.faults).
"""

import os

from servicedesk.settings import *  # noqa: F403
from servicedesk.settings import CELERY_IMPORTS

EMAIL_TIMEOUT = 600
ROBOT_ORIGINS = [os.environ["CRASH_ROBOT_ORIGIN"]]
CELERY_IMPORTS = [*CELERY_IMPORTS, "tests.crash.faults"]
