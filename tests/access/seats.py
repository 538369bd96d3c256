"""Seats for the walk: one free, one held, one proposed, one for which a stand-in is sought, and a full shift."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers.models import Waiting
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
ROUTES = tuple(f"volunteers:{name}" for name in OF)


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
        self.waiting = Waiting.objects.create(shift=shifts[5], profile=self.me, since=now)


def address(route, seats):
    """Where the route leads for these, or for nothing that exists (None)."""
    kept = OF[route.partition(":")[2]]
    return reverse(route, args=[getattr(seats, kept).pk if seats else 10**9])
