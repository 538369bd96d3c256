"""The product's settings for pytest: a cluster of its own, and nothing that only costs time."""

import os

from servicedesk import local_environment, state

local_environment.prepare("test")

from servicedesk.settings import *  # noqa: E402, F403
from servicedesk.settings import DATABASES, STORAGES  # noqa: E402

# Two runs at once on one cluster each need a database; pytest-xdist adds its worker's name.
if "SERVICEDESK_TEST_SLOT" not in os.environ:
    os.environ["SERVICEDESK_TEST_SLOT"] = str(state.free_slot("test"))
DATABASES["default"]["TEST"] = {"NAME": f"test_servicedesk_{os.environ['SERVICEDESK_TEST_SLOT']}"}

# Manifest storage wants collectstatic first; one test of its own runs that.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
