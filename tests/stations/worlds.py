"""Moments and communities to try limits on, by the dice; the same for the same seed."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from stations.calendars import Rows, calendar_of
from stations.shipped import SHIPPED, Calendar
from tests.stations.oracle import SHANGHAI, Oracle

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
START, END = datetime(2024, 1, 1, tzinfo=SHANGHAI), datetime(2027, 1, 1, tzinfo=SHANGHAI)
HOURS_KEPT = [(time(9), time(18)), (time(8, 30), time(17, 30)), (time(9, 30), time(16)), (time(8), time(12))]


@dataclass(frozen=True)
class Place:
    """What the arithmetic reads of an area, and what the oracle is told of it."""

    office_opens: time = time(9)
    office_closes: time = time(18)
    calendar: Calendar = SHIPPED
    local: dict = field(default_factory=dict)

    def oracle(self):
        return Oracle(self.office_opens, self.office_closes, self.local)


def every_hour():
    return [START + n * timedelta(hours=1) for n in range((END - START) // timedelta(hours=1))]


def instants(seed, number):
    """Anywhere in the three years, to the microsecond."""
    chance = random.Random(seed)  # noqa: S311
    return sorted(
        START + timedelta(seconds=chance.uniform(0, (END - START).total_seconds())) for _ in range(number)
    )


def edges(place, days):
    """The seconds about opening and closing, and the last of the day."""
    for day in days:
        for edge in (place.office_opens, place.office_closes, time(0)):
            moment = datetime.combine(day, edge, SHANGHAI)
            yield from (moment - SECOND, moment, moment + SECOND)


def place(seed):
    """A community with its own hours, closed on some working days and open on some others."""
    chance = random.Random(seed)  # noqa: S311
    opens, closes = HOURS_KEPT[seed % len(HOURS_KEPT)]
    rows = Rows()
    for _ in range(chance.randint(1, 60)):
        day = date(2024, 1, 1) + chance.randrange(3 * 365) * DAY
        rows = rows.with_local(day, not SHIPPED.day(day).is_working)
    return Place(opens, closes, calendar_of(rows), dict(rows.local))


def faults(place, moments, limits, due_at):
    """Where the two disagree, or where due_at breaks a law of its own: order, sum, office time."""
    oracle = place.oracle()
    before = dict.fromkeys(limits, moments[0])
    for moment in moments:
        for n in limits:
            expected = oracle.due(moment, n)
            if expected is None:
                continue
            due = due_at(moment, n, area=place)
            is_open = oracle.works_on(due.date()) and place.office_opens < due.time() <= place.office_closes
            in_two = due if n == 1 else due_at(due_at(moment, n - 1, area=place), 1, area=place)
            if not (due == expected == in_two and is_open and before[n] <= due):
                yield moment, n, due, expected
            before[n] = due
