"""Which version of the calendar every area carries, and since when its open clocks wait to be counted by it.

The version is made from what the rows say and from the office hours, so stamping twice changes nothing, and what
came back to what it was brings the old version back. One writer at a time: `alone` is held until the transaction ends.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from stations import calendars, locks, workdays
from stations.models import Area


def alone() -> None:
    """Wait until nobody else changes the calendar or counts by it; inside a transaction, until it ends."""
    locks.wait_for(locks.Lock.CALENDAR)


def stamp(*, now: datetime, caught_up: bool = False) -> int:
    """Give every area the version of its calendar as the rows are now; how many had another.

    Their clocks wait from `now` (aware) on, or since an earlier change that they still wait for, unless whoever
    stamps has `caught_up` with that one. Three statements where nothing has changed.
    """
    return _stamp(now, caught_up) if _others() else 0


@transaction.atomic
def _stamp(now: datetime, caught_up: bool) -> int:
    alone()
    others = _others()
    waiting = Value(now) if caught_up else Coalesce("recount_since", Value(now))
    for version, ids in others.items():
        Area.objects.filter(pk__in=ids).update(calendar_version=version, recount_since=waiting)
    calendars.forget()
    return sum(map(len, others.values()))


def _others() -> dict[str, list[int]]:
    """The areas that carry another version than that of their rows, by the one they should carry."""
    years, local = calendars.rows_of(None), calendars.local_rows()
    everywhere = calendars.calendar_of(years)
    found: dict[str, list[int]] = defaultdict(list)
    rows = Area.objects.values_list("pk", "calendar_version", "office_opens", "office_closes")
    for pk, version, opens, closes in rows:
        own = local.get(pk)
        calendar = calendars.calendar_of(replace(years, local=own)) if own else everywhere
        its = workdays.version_with(calendar, opens, closes)
        if its != version:
            found[its].append(pk)
    return found
