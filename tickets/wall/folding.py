"""Which months make one page of the 回音簿: as many as it takes until five of a category came to the station.

The months of a year are parted from January on, each belongs to one page, so no two pages can be held against each
other to learn what a month by itself would not say. What a year ends with may be too little: such a page names no
category.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractMonth

from stations.models import Station
from tickets.models import Ticket
from tickets.reports import periods
from tickets.reports.figures import FEWEST

DECEMBER = 12


@dataclass(frozen=True)
class Pages:
    """From the first day of a month to the last of the same or a later one, both included."""

    first: date
    last: date

    @property
    def is_one_month(self) -> bool:
        return self.first.month == self.last.month

    @property
    def period(self) -> periods.Period:
        return periods.of_dates(self.first, self.last)

    @property
    def name(self) -> str:
        """2026年11月, 2026年9月至11月."""
        own = f"{self.first.year}年{self.first.month}月"
        return own if self.is_one_month else f"{own}至{self.last.month}月"


def page_of(station: Station, month: date, *, today: date) -> Pages:
    """The months that stand together with the one that begins on this date; one statement."""
    year = periods.year_of(month)
    listed = Ticket.objects.at_station(station).in_its_own_right().received_between(year.first, year.last)
    by = listed.order_by().values_list(ExtractMonth("received_on"), "category").annotate(n=Count("pk"))
    until = today.month if month.year == today.year else DECEMBER
    first, last = together(by, month.month, until=until)
    return Pages(month.replace(month=first), periods.month_of(month.replace(month=last)).last)


def together(counts: Iterable[tuple[int, int | None, int]], month: int, *, until: int) -> tuple[int, int]:
    """First and last month of the page, of (month, category, n). An empty month with which one would begin is alone."""
    by_month: dict[int, Counter] = {}
    for number, category, n in counts:
        by_month.setdefault(number, Counter())[category] += n
    first, gathered = 1, Counter[int | None]()
    for number in range(1, until + 1):
        gathered.update(by_month.get(number, {}))
        if not gathered or max(gathered.values()) >= FEWEST:
            if number >= month:
                return first, number
            first, gathered = number + 1, Counter()
    return first, until
