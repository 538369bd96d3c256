"""Fills in the environment of a checkout that runs by itself: demonstration, development, tests.

It decides nothing about production, where every value is given from outside and a missing one
stops the start (servicedesk/environment.py).
"""

import os

from servicedesk import local_postgres, state

DEFAULT_URL = "http://127.0.0.1:8000"

# Any of these says that somebody runs the product on purpose: then nothing is made up.
TELLING = ("DATABASE_URL", "SECRET_KEY", "RECEIPT_KEY", "PUBLIC_URL")


def is_wanted() -> bool:
    """Whether plain `manage.py` may use what script/serve has set up for this checkout."""
    return not any(os.environ.get(name) for name in TELLING)


def prepare(purpose: str) -> None:
    """Give the missing variables their local values; `purpose` is "serve" or "test"."""
    try:
        _fill(purpose)
    except (local_postgres.LocalPostgresError, state.StateError) as error:
        raise SystemExit(f"启动中止：{error}") from None


def _fill(purpose: str) -> None:
    place = state.folder()
    if not os.environ.get("DATABASE_URL"):
        folder = state.database_folder(purpose)
        os.environ["DATABASE_URL"] = local_postgres.borrow(folder, durable=purpose != "test")
    local = {
        **state.keys(),
        "DEMO": "1",
        "PUBLIC_URL": DEFAULT_URL,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "MEDIA_ROOT": str(place / "media" / purpose),
    }
    for name, value in local.items():
        os.environ.setdefault(name, value)
