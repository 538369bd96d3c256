"""The periods a report can be about, the one before each, and what they are called. Dates of Shanghai."""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
TREND_MONTHS = 6
LISTED_MONTHS = 24
EARLIEST = date(1990, 1, 1)  # of the oldest ledgers that stations still have
LONGEST = timedelta(days=10 * 366)
DATES = "dates"
DEFAULT = "this_month"
TWELVE = "twelve_months"  # this one and the eleven before
TWELVE_MONTHS = 12
NAMED = {
    DEFAULT: "本月",
    "last_month": "上月",
    "this_quarter": "本季度",
    "last_quarter": "上季度",
    "this_year": "今年",
    "last_year": "去年",
    TWELVE: "近12个月",
}
QUARTERS = "一二三四"


@dataclass(frozen=True)
class Period:
    """From first to last, both included; kind month, quarter, year, months or days says what comes before it."""

    kind: str
    first: date
    last: date

    @property
    def before(self) -> "Period":
        """The period just before: the whole month, quarter or year, as many months, else as many days."""
        yesterday = self.first - DAY
        if self.kind == "days":
            return Period("days", self.first - (self.last - self.first) - DAY, yesterday)
        if self.kind == "months":
            return Period("months", _earlier(self.first, len(self.months(self.last))), yesterday)
        return AROUND[self.kind](yesterday)

    def months(self, today: date) -> list["Period"]:
        """The months it touches up to today, cut to what lies inside."""
        last = min(self.last, today)
        found = [month_of(self.first)]
        while found[-1].last < last:
            found.append(month_of(found[-1].last + DAY))
        return [month.cut(self) for month in found]

    def trend(self, today: date) -> list["Period"]:
        """The last six whole months up to its end or today."""
        found = [month_of(min(self.last, today))]
        while len(found) < TREND_MONTHS:
            found.insert(0, found[0].before)
        return found

    def window(self, today: date) -> tuple[date, date]:
        """The days a report reads: those of the period, of the one before, and of the trend."""
        trend = self.trend(today)
        return min(trend[0].first, self.before.first), max(trend[-1].last, self.last)

    def months_read(self, today: date) -> list[date]:
        """The first days of all months that a report touches."""
        first, last = self.window(today)
        return [month.first.replace(day=1) for month in Period("days", first, last).months(last)]

    def holds(self, other: "Period") -> bool:
        return self.first <= other.first and other.last <= self.last

    def touches(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last

    def cut(self, other: "Period") -> "Period":
        return Period(self.kind, max(self.first, other.first), min(self.last, other.last))

    def name(self, today: date) -> str:
        """11月, 第四季度, 2026年, 9月至10月, 10月1日至15日; the year in front when it is not this one."""
        year = "" if self.first.year == today.year else f"{self.first.year}年"
        if self.kind == "month":
            return f"{year}{self.first.month}月"
        if self.kind == "quarter":
            return f"{year}第{QUARTERS[(self.first.month - 1) // 3]}季度"
        if self.kind == "months":
            until = f"{self.last.year}年" if self.last.year != self.first.year else ""
            return f"{year}{self.first.month}月至{until}{self.last.month}月"
        return f"{self.first.year}年" if self.kind == "year" else f"{year}{self._days()}"

    def dates(self, today: date) -> str:
        """2026年11月1日至23日, no further than today; the whole of what is yet to come."""
        has_begun = self.first <= today
        shown = Period("days", self.first, min(self.last, today) if has_begun else self.last)
        return f"{self.first.year}年{shown._days()}"

    def _days(self) -> str:
        start = f"{self.first.month}月{self.first.day}日"
        if self.first == self.last:
            return start
        month = f"{self.last.month}月" if (self.first.year, self.first.month) != _month(self.last) else ""
        year = f"{self.last.year}年" if self.first.year != self.last.year else ""
        return f"{start}至{year}{month}{self.last.day}日"


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period("month", first, _next_month(first) - DAY)


def quarter_of(day: date) -> Period:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return Period("quarter", first, month_of(first + timedelta(days=70)).last)


def year_of(day: date) -> Period:
    return Period("year", date(day.year, 1, 1), date(day.year, 12, 31))


AROUND = {"month": month_of, "quarter": quarter_of, "year": year_of}


def of_dates(first: date, last: date) -> Period:
    """Dates that are just a month, a quarter or a year are one, and compared with the one before; several whole
    months with as many.
    """
    whole = (around(first) for around in AROUND.values())
    is_months = first.day == 1 and month_of(last).last == last
    own = Period("months" if is_months else "days", first, last)
    return next((period for period in whole if (period.first, period.last) == (first, last)), own)


def named(code: str, today: date) -> Period:
    """The period of one of the offered codes: this_month, …, or 2026-10."""
    month = month_of(today)
    known = {
        "this_month": month,
        "last_month": month.before,
        "this_quarter": quarter_of(today),
        "last_quarter": quarter_of(today).before,
        "this_year": year_of(today),
        "last_year": year_of(today).before,
        TWELVE: of_dates(_earlier(month.first, TWELVE_MONTHS - 1), month.last),
    }
    return known.get(code) or month_of(date.fromisoformat(f"{code}-01"))


def choices(today: date) -> list[tuple[str, str]]:
    """What the form offers: the usual ones, dates of one's own, and the last months one by one."""
    months = [month_of(today)]
    while len(months) < LISTED_MONTHS:
        months.append(months[-1].before)
    listed = [(f"{m.first:%Y-%m}", f"{m.first.year}年{m.first.month}月") for m in months]
    return [*NAMED.items(), (DATES, "自选起止日期"), *listed]


def latest(today: date) -> date:
    """The last day a report may reach: the end of next year."""
    return date(today.year + 1, 12, 31)


def _earlier(first: date, months: int) -> date:
    """The first of a month, so many months before."""
    year, month = divmod(TWELVE_MONTHS * first.year + first.month - 1 - months, TWELVE_MONTHS)
    return date(year, month + 1, 1)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
