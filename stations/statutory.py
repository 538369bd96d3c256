"""Statutory holidays 2025–2035 with their usual spans: expected until the State Council's notice.

Source: 国务院《全国年节及纪念日放假办法》 as revised in November 2024 (which days are statutory) and
the preamble of 国办发明电〔2024〕12号 (the usual breaks: 春节 8 days from 除夕, 国庆节 7 or with 中秋 8,
劳动节 5, the other feasts 3, on a Wednesday 1). The dates were made once with the `holidays` package 0.109
(lunar feasts and 清明); for 2025 and 2026 they give the weekdays off of the notices. 调休 working weekends
are never guessed: taking a day off for a working day would call people late who are not.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

# Raise with every change below: stored deadlines name the table they were counted with.
VERSION = 1


class Feast(NamedTuple):
    """One feast of one year: the break usually granted, and the statutory days inside it."""

    name: str
    off_from: date
    off_to: date
    statutory_from: date
    statutory_days: int

    def days_off(self) -> Iterator[date]:
        """Every day of the usual break, weekends inside it too."""
        for offset in range((self.off_to - self.off_from).days + 1):
            yield self.off_from + timedelta(days=offset)

    def statutory(self) -> Iterator[date]:
        """The days the law itself names; 补假 for weekends is part of the break, not of these."""
        for offset in range(self.statutory_days):
            yield self.statutory_from + timedelta(days=offset)


# Article 2 of the law, by how many days; since the revision in force from 2025 with 除夕 and 5月2日.
_DAYS_BY_LAW = {"元旦": 1, "春节": 3, "清明": 1, "劳动节": 1, "端午": 1, "中秋": 1, "国庆节": 3}
_ONE_MORE_FROM_2025 = {"春节", "劳动节"}


def days_by_law(name: str, year: int) -> int:
    """How many days the law gives a holiday in a year (2008 on, law as of 2025), whatever weekdays they fall on.

    One that falls on a weekend is made good by a working day off, so these are the working days that a break may
    take without a weekend worked for them. KeyError for a name that is no holiday. Source: 国务院《全国年节及纪念日
    放假办法》, revisions of 2007, 2013 and 2024.
    """
    return _DAYS_BY_LAW[name] + (year >= 2025 and name in _ONE_MORE_FROM_2025)


# In a year when 中秋 falls into 国庆节, its row comes second and names its own day.
FEASTS: dict[int, tuple[Feast, ...]] = {
    2025: (
        Feast("元旦", date(2025, 1, 1), date(2025, 1, 1), date(2025, 1, 1), 1),
        Feast("春节", date(2025, 1, 28), date(2025, 2, 4), date(2025, 1, 28), 4),
        Feast("清明", date(2025, 4, 4), date(2025, 4, 6), date(2025, 4, 4), 1),
        Feast("劳动节", date(2025, 5, 1), date(2025, 5, 5), date(2025, 5, 1), 2),
        Feast("端午", date(2025, 5, 31), date(2025, 6, 2), date(2025, 5, 31), 1),
        Feast("国庆节", date(2025, 10, 1), date(2025, 10, 8), date(2025, 10, 1), 3),
        Feast("中秋", date(2025, 10, 6), date(2025, 10, 6), date(2025, 10, 6), 1),
    ),
    2026: (
        Feast("元旦", date(2026, 1, 1), date(2026, 1, 3), date(2026, 1, 1), 1),
        Feast("春节", date(2026, 2, 16), date(2026, 2, 23), date(2026, 2, 16), 4),
        Feast("清明", date(2026, 4, 4), date(2026, 4, 6), date(2026, 4, 5), 1),
        Feast("劳动节", date(2026, 5, 1), date(2026, 5, 5), date(2026, 5, 1), 2),
        Feast("端午", date(2026, 6, 19), date(2026, 6, 21), date(2026, 6, 19), 1),
        Feast("中秋", date(2026, 9, 25), date(2026, 9, 27), date(2026, 9, 25), 1),
        Feast("国庆节", date(2026, 10, 1), date(2026, 10, 7), date(2026, 10, 1), 3),
    ),
    2027: (
        Feast("元旦", date(2027, 1, 1), date(2027, 1, 3), date(2027, 1, 1), 1),
        Feast("春节", date(2027, 2, 5), date(2027, 2, 12), date(2027, 2, 5), 4),
        Feast("清明", date(2027, 4, 3), date(2027, 4, 5), date(2027, 4, 5), 1),
        Feast("劳动节", date(2027, 5, 1), date(2027, 5, 5), date(2027, 5, 1), 2),
        Feast("端午", date(2027, 6, 9), date(2027, 6, 9), date(2027, 6, 9), 1),
        Feast("中秋", date(2027, 9, 15), date(2027, 9, 15), date(2027, 9, 15), 1),
        Feast("国庆节", date(2027, 10, 1), date(2027, 10, 7), date(2027, 10, 1), 3),
    ),
    2028: (
        Feast("元旦", date(2028, 1, 1), date(2028, 1, 3), date(2028, 1, 1), 1),
        Feast("春节", date(2028, 1, 25), date(2028, 2, 1), date(2028, 1, 25), 4),
        Feast("清明", date(2028, 4, 2), date(2028, 4, 4), date(2028, 4, 4), 1),
        Feast("劳动节", date(2028, 5, 1), date(2028, 5, 5), date(2028, 5, 1), 2),
        Feast("端午", date(2028, 5, 27), date(2028, 5, 29), date(2028, 5, 28), 1),
        Feast("国庆节", date(2028, 10, 1), date(2028, 10, 8), date(2028, 10, 1), 3),
        Feast("中秋", date(2028, 10, 3), date(2028, 10, 3), date(2028, 10, 3), 1),
    ),
    2029: (
        Feast("元旦", date(2028, 12, 30), date(2029, 1, 1), date(2029, 1, 1), 1),
        Feast("春节", date(2029, 2, 12), date(2029, 2, 19), date(2029, 2, 12), 4),
        Feast("清明", date(2029, 4, 4), date(2029, 4, 4), date(2029, 4, 4), 1),
        Feast("劳动节", date(2029, 5, 1), date(2029, 5, 5), date(2029, 5, 1), 2),
        Feast("端午", date(2029, 6, 16), date(2029, 6, 18), date(2029, 6, 16), 1),
        Feast("中秋", date(2029, 9, 22), date(2029, 9, 24), date(2029, 9, 22), 1),
        Feast("国庆节", date(2029, 10, 1), date(2029, 10, 7), date(2029, 10, 1), 3),
    ),
    2030: (
        Feast("元旦", date(2029, 12, 30), date(2030, 1, 1), date(2030, 1, 1), 1),
        Feast("春节", date(2030, 2, 2), date(2030, 2, 9), date(2030, 2, 2), 4),
        Feast("清明", date(2030, 4, 5), date(2030, 4, 7), date(2030, 4, 5), 1),
        Feast("劳动节", date(2030, 5, 1), date(2030, 5, 5), date(2030, 5, 1), 2),
        Feast("端午", date(2030, 6, 5), date(2030, 6, 5), date(2030, 6, 5), 1),
        Feast("中秋", date(2030, 9, 12), date(2030, 9, 14), date(2030, 9, 12), 1),
        Feast("国庆节", date(2030, 10, 1), date(2030, 10, 7), date(2030, 10, 1), 3),
    ),
    2031: (
        Feast("元旦", date(2031, 1, 1), date(2031, 1, 1), date(2031, 1, 1), 1),
        Feast("春节", date(2031, 1, 22), date(2031, 1, 29), date(2031, 1, 22), 4),
        Feast("清明", date(2031, 4, 5), date(2031, 4, 7), date(2031, 4, 5), 1),
        Feast("劳动节", date(2031, 5, 1), date(2031, 5, 5), date(2031, 5, 1), 2),
        Feast("端午", date(2031, 6, 22), date(2031, 6, 24), date(2031, 6, 24), 1),
        Feast("国庆节", date(2031, 10, 1), date(2031, 10, 8), date(2031, 10, 1), 3),
        Feast("中秋", date(2031, 10, 1), date(2031, 10, 1), date(2031, 10, 1), 1),
    ),
    2032: (
        Feast("元旦", date(2032, 1, 1), date(2032, 1, 3), date(2032, 1, 1), 1),
        Feast("春节", date(2032, 2, 10), date(2032, 2, 17), date(2032, 2, 10), 4),
        Feast("清明", date(2032, 4, 3), date(2032, 4, 5), date(2032, 4, 4), 1),
        Feast("劳动节", date(2032, 5, 1), date(2032, 5, 5), date(2032, 5, 1), 2),
        Feast("端午", date(2032, 6, 12), date(2032, 6, 14), date(2032, 6, 12), 1),
        Feast("中秋", date(2032, 9, 18), date(2032, 9, 20), date(2032, 9, 19), 1),
        Feast("国庆节", date(2032, 10, 1), date(2032, 10, 7), date(2032, 10, 1), 3),
    ),
    2033: (
        Feast("元旦", date(2033, 1, 1), date(2033, 1, 3), date(2033, 1, 1), 1),
        Feast("春节", date(2033, 1, 30), date(2033, 2, 6), date(2033, 1, 30), 4),
        Feast("清明", date(2033, 4, 2), date(2033, 4, 4), date(2033, 4, 4), 1),
        Feast("劳动节", date(2033, 5, 1), date(2033, 5, 5), date(2033, 5, 1), 2),
        Feast("端午", date(2033, 6, 1), date(2033, 6, 1), date(2033, 6, 1), 1),
        Feast("中秋", date(2033, 9, 8), date(2033, 9, 10), date(2033, 9, 8), 1),
        Feast("国庆节", date(2033, 10, 1), date(2033, 10, 7), date(2033, 10, 1), 3),
    ),
    2034: (
        Feast("元旦", date(2033, 12, 31), date(2034, 1, 2), date(2034, 1, 1), 1),
        Feast("春节", date(2034, 2, 18), date(2034, 2, 25), date(2034, 2, 18), 4),
        Feast("清明", date(2034, 4, 5), date(2034, 4, 5), date(2034, 4, 5), 1),
        Feast("劳动节", date(2034, 5, 1), date(2034, 5, 5), date(2034, 5, 1), 2),
        Feast("端午", date(2034, 6, 18), date(2034, 6, 20), date(2034, 6, 20), 1),
        Feast("中秋", date(2034, 9, 27), date(2034, 9, 27), date(2034, 9, 27), 1),
        Feast("国庆节", date(2034, 10, 1), date(2034, 10, 7), date(2034, 10, 1), 3),
    ),
    2035: (
        Feast("元旦", date(2034, 12, 30), date(2035, 1, 1), date(2035, 1, 1), 1),
        Feast("春节", date(2035, 2, 7), date(2035, 2, 14), date(2035, 2, 7), 4),
        Feast("清明", date(2035, 4, 5), date(2035, 4, 7), date(2035, 4, 5), 1),
        Feast("劳动节", date(2035, 5, 1), date(2035, 5, 5), date(2035, 5, 1), 2),
        Feast("端午", date(2035, 6, 9), date(2035, 6, 11), date(2035, 6, 10), 1),
        Feast("中秋", date(2035, 9, 15), date(2035, 9, 17), date(2035, 9, 16), 1),
        Feast("国庆节", date(2035, 10, 1), date(2035, 10, 7), date(2035, 10, 1), 3),
    ),
}

DAYS_OFF: dict[date, str] = {
    day: feast.name for year in FEASTS.values() for feast in year for day in feast.days_off()
}

# After the table: only what needs no moon and no sun. (month, day) → name.
FIXED_DAYS_OFF: dict[tuple[int, int], str] = (
    {(1, 1): "元旦"}
    | {(5, day): "劳动节" for day in range(1, 6)}
    | {(10, day): "国庆节" for day in range(1, 8)}
)
