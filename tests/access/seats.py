"""Seats for the walk: one free, one held, one proposed, one for which a stand-in is sought, and a full shift."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.access.arranged import sure
from tests.volunteers.patterns import pattern, roster
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers.models import StandingAssignment, Waiting
from volunteers.seating import asking, standins

# Which of the objects below a route is asked for.
OF = {
    "shift": "full",
    "wait": "full",
    "stop_waiting": "waiting",
    "take": "free",
    "accept": "asked",
    "decline": "asked",
    "seek": "held",
    "withdraw": "held",
    "excuse": "held",
    "keep": "sought",
}
OF_STATION = ("standing", "end_standing")
ROUTES = tuple(f"volunteers:{name}" for name in (*OF, *OF_STATION))


class Seats:
    """Of the house's volunteer, from ten days ahead on; the lead has no profile."""

    def __init__(self, house):
        self.house, self.me = house, profile_of(house.volunteer)
        now = timezone.now()
        shifts = [shift(house.station, now + timedelta(days=10 + n), seats=1) for n in range(6)]
        seats = [one.seats.get() for one in shifts]
        self.free, self.full = seats[0], shifts[1]
        seated(seats[1], volunteer(house.station), now=now)
        self.held = seated(seats[2], self.me, now=now)
        self.asked = asking.propose(seats[3], self.me, by=house.lead, now=now)
        self.sought = seated(seats[4], self.me, now=now)
        standins.seek(self.sought, by=house.volunteer, now=now)
        seated(seats[5], volunteer(house.station), now=now)
        self.standing = self._stands(now)
        self.waiting = Waiting.objects.create(shift=shifts[5], profile=self.me, since=now)

    def _stands(self, now):
        """On the second weekday of a roster that begins next month, so that nothing is generated from it."""
        begins = timezone.localdate(now) + timedelta(weeks=10)
        place = pattern(
            self.house.station, on=roster(self.house.station, starts_on=begins, name="以后"), seats=2
        )
        seat = place.seats.first()
        return StandingAssignment.objects.create(
            seat=seat, profile=self.me, from_on=begins, set_by=self.house.lead, set_at=now
        )

    @property
    def appointment(self):
        """What the lead sends to set another."""
        free = self.standing.seat.shift.seats.last()
        sent = {"place": free.pk, "profile": self.me.pk, "every_weeks": 4}
        return {**sent, "from_on": self.standing.from_on.isoformat()}


def address(route, seats):
    """Where the route leads for these, or for nothing that exists (None)."""
    name = route.partition(":")[2]
    if name in OF_STATION:
        code, pk = (seats.house.station.code, seats.standing.pk) if seats else ("ZZ99", 10**9)
        return reverse(route, args=[code, pk] if name == "end_standing" else [code])
    kept = OF[name]
    return reverse(route, args=[getattr(seats, kept).pk if seats else 10**9])


BODIES = {
    "volunteers:excuse": lambda h, s, r: {"why": "发烧"},
    "volunteers:standing": lambda h, s, r: s.seats[0].appointment,
    "volunteers:end_standing": lambda h, s, r: sure({"last_on": timezone.localdate().isoformat()}),
}
