"""A slow second opinion on limits: every office minute written out in a row, and counted off one by one.

Shares nothing with stations.workdays: days are asked of chinesecalendar itself, and no office time is reckoned.
Moments are aware, Asia/Shanghai.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST, LAST = date(2023, 12, 1), date(2026, 12, 28)  # what comes after may still be moved by a notice
OPENS, CLOSES = time(9), time(18)


class Oracle:
    """`local` turns days round for one community: {date: whether it is worked}."""

    def __init__(self, opens=OPENS, closes=CLOSES, local=None):
        self.local = local or {}
        self.day_long = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
        self.minutes = []
        for n in range((LAST - FIRST).days + 1):
            if self.works_on(FIRST + n * DAY):
                start = datetime.combine(FIRST + n * DAY, opens)
                self.minutes += [start + minute * MINUTE for minute in range(self.day_long)]

    def works_on(self, day):
        return self.local.get(day, chinese_calendar.is_workday(day))

    def due(self, received, n):
        """When n days' worth of these minutes have passed; None after what the notices say for sure."""
        naive = received.astimezone(SHANGHAI).replace(tzinfo=None)
        first = bisect_right(self.minutes, naive - MINUTE)  # the first one that is not wholly over
        begun = max(naive - self.minutes[first], timedelta(0)) if first < len(self.minutes) else None
        last = first + n * self.day_long - (0 if begun else 1)
        if begun is None or last >= len(self.minutes):
            return None
        return (self.minutes[last] + (begun or MINUTE)).replace(tzinfo=SHANGHAI)
