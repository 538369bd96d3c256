"""Shanghai's clock in whole minutes: days, weeks, evenings and weekends, windows. Pure arithmetic."""

from collections.abc import Iterable
from datetime import date, datetime, time

from stations.workdays import SHANGHAI

DAY = 1440
EVENING = 18 * 60  # from here on a shift costs an evening
SATURDAY = 5

Piece = tuple[int, int, int]  # ordinal of the local day, from, until in minutes of that day


def minute(moment: datetime) -> int:
    """Minutes since 1970, for comparing."""
    return int(moment.timestamp()) // 60


def day(moment: datetime) -> int:
    """The ordinal of the Shanghai date."""
    return moment.astimezone(SHANGHAI).toordinal()


def local_date(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def midnight(on: date) -> datetime:
    """At which this Shanghai date begins."""
    return datetime.combine(on, time(), SHANGHAI)


def pieces(starts: datetime, ends: datetime) -> tuple[Piece, ...]:
    """A span cut at Shanghai's midnights; one that ends at 24:00 is one piece."""
    local = starts.astimezone(SHANGHAI)
    at = local.hour * 60 + local.minute
    left, ordinal, found = minute(ends) - minute(starts), local.toordinal(), []
    while left > 0:
        length = min(left, DAY - at)
        found.append((ordinal, at, at + length))
        left, ordinal, at = left - length, ordinal + 1, 0
    return tuple(found)


def weekday(ordinal: int) -> int:
    """Monday is 0."""
    return (ordinal - 1) % 7


def week(ordinal: int) -> int:
    """A number for Monday to Sunday."""
    return (ordinal - 1) // 7


def off_minutes(cut: Iterable[Piece]) -> int:
    """How many of these minutes lie on a Saturday or Sunday, or from 18:00."""
    return sum(
        ends - starts if weekday(ordinal) >= SATURDAY else max(0, ends - max(starts, EVENING))
        for ordinal, starts, ends in cut
    )


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of a day with those that touch made one."""
    found: list[tuple[int, int]] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((starts, ends))
    return found
