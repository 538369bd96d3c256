"""Figures counted beforehand: how a month of a community is kept, and how a report is put together from many.

A report takes the months that stand in it whole and have not changed since they were counted, and counts the rest:
what is open, what has changed, and months of which it wants some days only. With no tally at all it counts everything.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Case, QuerySet, TextField, Value, When
from django.utils import timezone

from stations.models import Area
from tickets.models import Tally
from tickets.models.queryset import TicketQuerySet
from tickets.reports.cubes import AROUND, BEFORE, BY_EACH, CURRENT, MAP, Counts
from tickets.reports.figures import PROMISE, of_kind
from tickets.reports.medians import Seconds
from tickets.reports.narrowed import stream
from tickets.reports.periods import Period, month_of

MONTH, *KEYS, PLACE = (key for (key,) in BY_EACH)
APPROVER = "approver"
PROMISES = of_kind(PROMISE)  # which a trend does not show
COLUMNS = ("area_id", "month", "in_part", "sums", "own_parts", "own_places", "own_hours")
NOTHING = "{}"
FORM = 1  # one more whenever a Cell holds something else, or elsewhere


@dataclass(frozen=True)
class Cell:
    """A community's month as it is written down: figures, figures by each key, by building, and seconds."""

    sums: str
    parts: str
    places: str
    hours: str


def cell(counts: Counts, seconds: Seconds, area: int) -> Cell:
    """The part of one community, as JSON; what has no unit, station … stands under an empty key."""
    parts: dict[str, Any] = {key: _by(counts, area, key) for key in (*KEYS, APPROVER)}
    parts["said"] = {_name(one): said for (part, one), said in counts.said.items() if part == area}
    received = {_name(*key): sums["received"] for key, sums in counts.by(*MAP, part=area).items()}
    places = {PLACE: _by(counts, area, PLACE), "map": received}
    hours: dict[str, dict[str, list[int]]] = {}
    for (part, kind, unit), its in seconds.items():
        if part == area:
            hours.setdefault(kind, {})[_name(unit)] = sorted(its)
    return Cell(*map(_packed, (counts.total(area), parts, places, hours)))


def _by(counts: Counts, area: int, key: str) -> dict[str, Counter]:
    return {_name(*values): sums for values, sums in counts.by(key, part=area).items()}


def _name(*values: int | None) -> str:
    return ",".join("" if one is None else str(one) for one in values)


def _values(name: str) -> tuple[int | None, ...]:
    return tuple(int(one) if one else None for one in name.split(","))


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass
class Stored:
    """What tallies say of a report, and of which months (by their first day) they know which communities."""

    counts: Counts = field(default_factory=Counts)
    seconds: Seconds = field(default_factory=Seconds)
    known: dict[date, set[int]] = field(default_factory=dict)

    def left(self, tickets: TicketQuerySet, areas: Iterable[Area], first: date, last: date) -> TicketQuerySet:
        """Of these tickets of these areas received from first to last, those that are still to be counted."""
        if not self.known:
            return tickets.received_between(first, last)
        return tickets.received_between(first, last).open_or_of(_spans(self.known, areas, first, last))


def read(period: Period, areas: Iterable[Area], definition: str, *, now: datetime, place: str) -> Stored:
    """What stands of the report on these areas; of months that lie in it whole. One statement."""
    stored = Stored()
    parts = _parts(period, timezone.localdate(now))
    tallies = Tally.objects.standing(definition).of_areas(areas)
    for area, month, *row in stream(_of_parts(tallies, parts, place)):
        stored.known.setdefault(month, set()).add(area)
        _add(stored, area, month, *row)
    return stored


def _parts(period: Period, today: date) -> dict[int, list[date]]:
    """The months, by their first day, that belong as a whole to the period, the one before, or the trend alone."""
    found: dict[int, list[date]] = {CURRENT: [], BEFORE: [], AROUND: []}
    for month in map(month_of, period.months_read(today)):
        if period.holds(month):
            found[CURRENT].append(month.first)
        elif period.before.holds(month):
            found[BEFORE].append(month.first)
        elif not (period.touches(month) or period.before.touches(month)):
            found[AROUND].append(month.first)
    return found


def _of_parts(tallies: QuerySet, parts: dict[int, list[date]], place: str) -> QuerySet:
    """Of each month only what its part of the report shows."""
    own = When(month__in=parts[CURRENT], then="parts")
    places = [When(month__in=parts[CURRENT], then="places")] if place == "building" else []
    hours = When(month__in=parts[CURRENT] + parts[BEFORE], then="hours")
    nothing = Value(NOTHING, TextField())
    return (
        tallies.of_months(sum(parts.values(), []))
        .annotate(
            in_part=Case(*(When(month__in=months, then=part) for part, months in parts.items() if months)),
            own_parts=Case(own, default=nothing),
            own_places=Case(*places, default=nothing),
            own_hours=Case(hours, default=nothing),
        )
        .values_list(*COLUMNS)
    )


def _add(
    stored: Stored, area: int, month: date, part: int, sums: str, parts: str, places: str, hours: str
) -> None:
    counts, figures = stored.counts, json.loads(sums)
    own = {code: n for code, n in figures.items() if code not in PROMISES} if part == AROUND else figures
    counts.add((MONTH,), part, (month,), own)
    for kind, its in json.loads(hours).items():
        for unit, seconds in its.items():
            stored.seconds[(part, kind, *_values(unit))].extend(seconds)
    if part == CURRENT:
        its_parts = json.loads(parts)
        _add_parts(counts, its_parts)
        _add_places(counts, area, figures, its_parts, json.loads(places))


def _add_parts(counts: Counts, parts: dict[str, dict]) -> None:
    for key in (*KEYS, APPROVER):
        for one, sums in parts[key].items():
            counts.add((key,), CURRENT, _values(one), sums)
    for one, said in parts["said"].items():
        counts.say(CURRENT, *_values(one), said)


def _add_places(
    counts: Counts, area: int, figures: dict[str, int], parts: dict[str, dict], places: dict[str, dict]
) -> None:
    """Its buildings, or where they were not asked for the community itself as a place."""
    found = places or {
        PLACE: {str(area): figures},
        "map": {f"{one},{area}": sums["received"] for one, sums in parts["category"].items()},
    }
    for one, sums in found[PLACE].items():
        counts.add((PLACE,), CURRENT, _values(one), sums)
    for key, received in found["map"].items():
        counts.add(MAP, CURRENT, _values(key), {"received": received})


def _spans(
    known: dict[date, set[int]], areas: Iterable[Area], first: date, last: date
) -> list[tuple[date, date, list[int]]]:
    """Stretches of days from first to last and the communities that are not known in them."""
    every = {area.pk for area in areas}
    months = Period("days", first, last).months(last)
    missing = ((month, sorted(every - known.get(month.first.replace(day=1), set()))) for month in months)
    found = []
    for ids, its in groupby(missing, key=itemgetter(1)):
        if ids:
            stretch = [month for month, _ in its]
            found.append((stretch[0].first, stretch[-1].last, ids))
    return found
