"""One-time passwords: made by a lead, read once from the screen or a note, good for a day, then changed."""

import secrets
from datetime import timedelta

from accounts.models import User

VALID_FOR = timedelta(hours=24)
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else


def issue(user: User, *, now) -> str:
    """Set (without saving) a new one-time password of about 59 bits and return it; only its hash is kept."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    password = "-".join(groups)
    user.set_password(password)
    user.must_change_password = True
    user.one_time_until = now + VALID_FOR
    return password


def replace(user: User, password: str) -> None:
    """Set and save the person's own password; with it every one-time restriction ends."""
    user.set_password(password)
    user.must_change_password = False
    user.one_time_until = None
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
