"""Counts per station, day and month: visits by kind, things lent, tickets received.

Plain counts of what happened, no rates; a tap that was taken back is not counted, a withdrawn ticket is: it was
received. A loan counts on the day it was lent, and its visit as 借物 on the same day.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from stations.models import Loan, Station, Visit
from tickets.models.queryset import TicketQuerySet

COLUMNS = (*((kind.value, kind.label) for kind in Visit.Kind), ("loans", "借出"), ("tickets", "接单"))
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One row of the table: a day or a station, a number for each column."""

    label: object
    numbers: list[int]

    @property
    def cells(self) -> list[tuple[str, int]]:
        return [(title, number) for (_, title), number in zip(COLUMNS, self.numbers, strict=True)]

    @property
    def is_empty(self) -> bool:
        return not any(self.numbers)


def month_days(month: date) -> list[date]:
    """Every day of the month that begins on this date."""
    last = following(month) - A_DAY
    return [month + n * A_DAY for n in range((last - month).days + 1)]


def following(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def preceding(month: date) -> date:
    return (month - A_DAY).replace(day=1)


def by_day(station: Station, tickets: TicketQuerySet, days: list[date]) -> list[Line]:
    """One line a day."""
    counts = _counts([station], tickets.at_station(station), days[0], days[-1], per_day=True)
    return [Line(day, [counts[column, day] for column, _ in COLUMNS]) for day in days]


def by_station(stations: list[Station], tickets: TicketQuerySet, first: date, last: date) -> list[Line]:
    """One line a station, over the days from first to last."""
    counts = _counts(stations, tickets, first, last, per_day=False)
    return [Line(station, [counts[column, station.pk] for column, _ in COLUMNS]) for station in stations]


def total(lines: Iterable[Line]) -> Line:
    return Line("合计", [sum(column) for column in zip(*(line.numbers for line in lines), strict=True)])


def _counts(stations, tickets, first, last, *, per_day) -> Counter:
    """{(column, day or station id): n} in three statements, whatever the number of stations and days."""
    visits = (
        Visit.objects.at_stations(stations)
        .between(first, last)
        .counted_by("day" if per_day else "station", "kind")
    )
    loans = Loan.objects.at_stations(stations).lent_between(first, last)
    received = tickets.received_between(first, last)
    found = Counter({(row["kind"], row["day" if per_day else "station"]): row["n"] for row in visits})
    for column, rows, day in (("loans", loans, TruncDate("lent_at")), ("tickets", received, "received_on")):
        by = rows.order_by().values_list(day if per_day else "station")
        found.update({(column, key): n for key, n in by.annotate(n=Count("pk"))})
    return found
