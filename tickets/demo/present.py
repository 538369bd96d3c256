"""Starts scripts measured back from the moment of loading."""

from datetime import datetime
from random import Random

from tickets.demo.moments import DESK, OFFICE, local
from tickets.demo.places import Community
from tickets.demo.plans import Script
from tickets.demo.texts.matter import Matter

WORKING_DAY = 9 * 60


class Now:
    """Starts scripts whose reply is due so many office minutes from now, or which came in so long ago."""

    def __init__(self, rng: Random, home: Community, now: datetime):
        self.rng, self.home, self.now = rng, home, local(now)
        self.today = self.now.date()

    def due_in(self, minutes: int, matter: Matter, building=None, station=0, **given) -> Script:
        """The reply of one working day falls due so many office minutes from now; negative is overdue."""
        return self.ago(WORKING_DAY - minutes, matter, building, station, **given)

    def ago(self, minutes: int, matter: Matter, building=None, station=0, **given) -> Script:
        """Received so many office minutes ago."""
        return self._script(OFFICE.earlier(self.now, minutes), matter, building, station, given)

    def just(self, minutes: float, matter: Matter, building=None, station=0, **given) -> Script:
        """Received so many desk minutes ago, offices open or not."""
        return self._script(DESK.earlier(self.now, minutes), matter, building, station, given)

    def at(self, moment: datetime, matter: Matter, building=None, station=0, **given) -> Script:
        return self._script(moment, matter, building, station, given)

    def _script(self, at, matter, building, station, given) -> Script:
        place = self.home.stations[station]
        return Script(self.rng, self.home, matter, at, building=building, station=place, **given)
