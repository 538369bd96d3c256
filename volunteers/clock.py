"""Times of a day as a lead types and reads them: 09:00, 9:00, 24:00, and a shift that ends the next day. Pure."""

import re
import unicodedata
from datetime import time

DAY = 24 * 60  # minutes
_TYPED = re.compile(r"([0-9]{1,2})(?::|点)([0-5][0-9])?分?")


def minutes_of(typed: str) -> int | None:
    """Minutes since midnight, 1440 for 24:00; None for what is no time of a day. Full width is read like half."""
    found = _TYPED.fullmatch(unicodedata.normalize("NFKC", typed).replace(" ", ""))
    if not found or (":" in found[0] and found[2] is None):
        return None
    minutes = int(found[1]) * 60 + int(found[2] or 0)
    return minutes if minutes <= DAY else None


def lasting(first: int, last: int) -> int:
    """Minutes from one time of a day to the next; a last that is not later is the next day's."""
    return last - first if last > first else last - first + DAY


def time_of(minutes: int) -> time:
    """ValueError for 24:00, at which nothing begins."""
    return time(*divmod(minutes, 60))


def start_of(starts_at: time) -> int:
    return starts_at.hour * 60 + starts_at.minute


def said(minutes: int) -> str:
    """09:00; 24:00 at the end of the day, 次日02:00 beyond it."""
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}" if minutes <= DAY else f"次日{hour - 24:02}:{minute:02}"


def hours(starts_at: time, minutes: int) -> str:
    """09:00–12:30; 16:30–24:00; 22:00–次日02:00."""
    first = start_of(starts_at)
    return f"{said(first)}–{said(first + minutes)}"
