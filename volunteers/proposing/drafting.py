"""A draft of a proposal: who would be asked for what, before anybody is. Writes nothing."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from stations.models import Station
from volunteers import fair
from volunteers.fair.given import Given, Result
from volunteers.fair.hours import midnight
from volunteers.models import Assignment, Profile, Seat
from volunteers.proposing.loading import Facts, load

LONGEST = 56  # days: as far as shifts are made ahead
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """First and last day; `with_wished`: also the seats that need not be filled."""

    first: date
    last: date
    with_wished: bool = False


@dataclass(frozen=True)
class Draft:
    """What a proposal would be. `kept` are open questions that stay as they are, `dropped` those taken back."""

    station: Station
    period: Period
    facts: Facts
    result: Result

    @property
    def asked(self) -> list[Given]:
        """Who has to be asked now."""
        return [given for given in self.result.given if not self._is_asked(given)]

    @property
    def kept(self) -> list[Assignment]:
        return [self.facts.undecided[given.seat] for given in self.result.given if self._is_asked(given)]

    @property
    def dropped(self) -> list[Assignment]:
        kept = {one.pk for one in self.kept}
        return [one for one in self.facts.undecided.values() if one.pk not in kept]

    @cached_property
    def digest(self) -> str:
        """Of who would have which seat: sent is only what was looked at."""
        pairs = sorted((given.seat, given.person) for given in self.result.given)
        return hashlib.sha256(repr((self.period, pairs)).encode()).hexdigest()[:16]

    def _is_asked(self, given: Given) -> bool:
        before = self.facts.undecided.get(given.seat)
        return before is not None and before.profile_id == given.person


def draft(station: Station, period: Period, *, now: datetime) -> Draft:
    """The fair proposal for the station's open seats of the period that have not begun."""
    first, last = midnight(period.first), midnight(period.last + DAY)
    seats = Seat.objects.standing().with_shift().at_stations([station]).starting(max(first, now), last)
    wanted = [seat for seat in seats if seat.is_needed or seat.is_lead or period.with_wished]
    facts = load(wanted, serving_at(station), now=now)
    return Draft(station, period, facts, fair.propose(facts.task))


def serving_at(station: Station) -> list[Profile]:
    return list(Profile.objects.at_station(station).with_limits())
