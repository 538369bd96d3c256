"""How days of the calendar are told in a sentence: those that follow each other as a span. Decides nothing else."""

import datetime as dt
from collections.abc import Iterable, Iterator

from stations.shipped import CLOSED, WEEKEND, Day

DAY = dt.timedelta(days=1)
WEEKDAYS = "一二三四五六日"


def spoken(date: dt.date) -> str:
    """11月24日（周二）, without a year."""
    return f"{date.month}月{date.day}日（周{WEEKDAYS[date.weekday()]}）"


def span(first: dt.date, last: dt.date) -> str:
    """1月4日（周一）至8日（周五）; one day by itself."""
    if first == last:
        return spoken(first)
    end = spoken(last)
    is_same_month = (first.year, first.month) == (last.year, last.month)
    return f"{spoken(first)}至{end.partition('月')[2] if is_same_month else end}"


def spans(dates: Iterable[dt.date], *, between: Iterable[dt.date] = ()) -> str:
    """Dates as spans, 、 between them; what lies on dates `between` does not interrupt a span."""
    return "、".join(span(first, last) for first, last in _runs(sorted(set(dates)), set(between)))


def closed(days: Iterable[Day]) -> list[str]:
    """[1月4日（周一）至15日（周五）本社区不办公]: over a weekend too, when nobody works either; [] without any."""
    days = list(days)
    dates = [day.date for day in days if day.name == CLOSED]
    weekend = [day.date for day in days if day.name == WEEKEND]
    return [f"{spans(dates, between=weekend)}{CLOSED}"] if dates else []


def holidays(days: Iterable[Day]) -> list[str]:
    """The holidays among these days, each once, in order."""
    return list(dict.fromkeys(short(day.name) for day in days if is_holiday(day)))


def is_holiday(day: Day) -> bool:
    return not day.is_working and day.name not in (WEEKEND, CLOSED)


def short(name: str) -> str:
    """国庆, as everybody calls it."""
    return "国庆" if name == "国庆节" else name


def _runs(dates: list[dt.date], between: set[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    for place, date in enumerate(dates):
        if place == 0 or not _follows(date, dates[place - 1], between):
            first = date
        if place + 1 == len(dates) or not _follows(dates[place + 1], date, between):
            yield first, date


def _follows(date: dt.date, other: dt.date, between: set[dt.date]) -> bool:
    return all(other + n * DAY in between for n in range(1, (date - other).days))
