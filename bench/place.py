"""Which database the product under load uses, and the browsers that were signed in beforehand.

../shared/bench gives every app a copy of its database under the name BENCH_DB.
"""

import os
import uuid

from servicedesk import local_environment

SERVER = "postgres://bench:bench@127.0.0.1:5432/"
BUSIEST = uuid.UUID(int=1)  # the submission of the ticket that stands for one in the middle of its way
SEARCHES = {"common": "电梯", "phone": "6688"}


def prepare() -> None:
    """Take the bench's database; keys and the like are those of this checkout."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    os.environ["DATABASE_URL"] = url()
    local_environment.prepare("serve")


def url() -> str:
    return SERVER + os.environ["BENCH_DB"]


def session_key(who: str) -> str:
    """The session of the person called so in bench.json: secretary, dispatcher, worker, desk1 to desk20."""
    return f"bench{who}".ljust(32, "x")
