"""Why a recount moves a clock, in words: what was changed of the calendar, as far as that is still known.

What has been changed since a moment is read once for a batch, in two statements; where a clock waited for more than
one change, only its old calendar tells that there was another.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from stations import calendars, telling, workdays
from stations.models import Area, CalendarYear, LocalDay
from stations.shipped import WEEKEND
from tickets.clocks import MIXED
from tickets.models import Clock


@dataclass(frozen=True)
class Causes:
    """A community's own days set or withdrawn, and the years loaded, since its calendar changed."""

    area: Area
    local: list[LocalDay]
    years: list[int]


def since(area: Area, moment: datetime) -> Causes:
    """What was changed from that aware moment on."""
    local = LocalDay.objects.in_area(area).changed_since(moment).order_by("date")
    years = CalendarYear.objects.filter(loaded_at__gte=moment).values_list("year", flat=True)
    return Causes(area, list(local), list(years))


def said(causes: Causes, clock: Clock, last: datetime) -> str:
    """One sentence for each change between the clock's start and the later of its due moments; '' if not known.

    The clock is as it was before it was counted anew.
    """
    first, end = timezone.localdate(clock.starts_at), timezone.localdate(last)
    local = [day for day in causes.local if first <= day.date <= end]
    years = [year for year in causes.years if first.year <= year <= end.year + 1]
    found = [*_set(local), *_withdrawn(local, causes.area)]
    found += [f"录入了{year}年放假通知" for year in years]
    return "".join(f"{one}。" for one in found or _by_version(clock.calendar_version, causes.area))


def _set(local: list[LocalDay]) -> list[str]:
    """本社区定了不办公（停电检修）; the dates are named by what is said of the limit."""
    standing = [day for day in local if not day.withdrawn_at]
    reasons = dict.fromkeys((_word(day), day.reason) for day in standing)
    return [f"本社区定了{word}（{reason}）" for word, reason in reasons]


def _withdrawn(local: list[LocalDay], area: Area) -> list[str]:
    """本社区撤回了11月30日（周一）的不办公; 12月5日（周六）的加开."""
    found: dict[str, list[date]] = {}
    for day in local:
        if day.withdrawn_at:
            found.setdefault(_word(day), []).append(day.date)
    return [f"本社区撤回了{_spans(dates, area)}的{word}" for word, dates in found.items()]


def _spans(dates: list[date], area: Area) -> str:
    """Over weekends, as they are told while they are closed."""
    length = (dates[-1] - dates[0]).days
    between = [dates[0] + n * workdays.DAY for n in range(length)]
    return telling.spans(dates, between=[day for day in between if area.calendar.day(day).name == WEEKEND])


def _word(day: LocalDay) -> str:
    return "加开" if day.works else "不办公"


def _by_version(version: str, area: Area) -> list[str]:
    """By which part of its name the clock's calendar is another than the community's."""
    if version == MIXED:
        return []
    (old, old_local), (new, new_local) = _parts(version), _parts(area.calendar_version)
    found = ["放假安排有变动"] if old != new else []
    return found + (["本社区的安排有变动"] if old_local != new_local else [])


def _parts(version: str) -> tuple[str, str]:
    """Of a calendar's name: what holds everywhere, and the community's own days."""
    shipped, _, rows = workdays.without_hours(version).partition(calendars.MARK)
    years, _, local = rows.partition(".")
    return shipped + years, local
