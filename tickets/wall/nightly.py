"""The wall's figures are those of last night, so each process counts them once a day and not for every look.

Kept by Django's cache under the community and the day; what is not there is counted. Only figures are kept: cards are
read from the database at every look, so that what is taken down is gone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from stations.models import Area
from tickets.wall import figures, showing

# What was begun before midnight is written by then: no request and no task takes longer.
SETTLED_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class LastNight:
    month: showing.Month
    working: figures.Worked


def of_community(area: Area, *, now: datetime) -> LastNight:
    """Four statements the first time in a day, then none until midnight in Shanghai."""
    key = f"wall:{area.pk}:{timezone.localdate(now):%Y%m%d}"
    found: LastNight | None = cache.get(key)
    if found is None:
        found = LastNight(showing.month(area, now=now), showing.working(area, now=now))
        since = now - showing.last_night(now)
        if since >= SETTLED_AFTER:
            cache.set(key, found, timeout=(showing.A_DAY - since).total_seconds())
    return found
