"""Somebody with a shift this morning and hours of yesterday, about which they ask: what the walk finds of duties."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.volunteers.rosters import profile_of, seated, shift
from volunteers import check_in_codes, records
from volunteers.models import ServiceRecord
from volunteers.seating import on_duty

BY_CODE = ("volunteers:on_duty", "volunteers:check_in_code")


class Duty:
    """`today` begins now, unless there is one already; `forgotten` waits for a lead; `record` is two days old."""

    def __init__(self, house, *, hours=3):
        now = timezone.now()
        self.house, self.profile = house, profile_of(house.volunteer)
        found = on_duty.fitting(self.profile, house.station, now=now)
        self.today = found or self._seat(now, hours)
        self._serve(now - timedelta(days=2))
        self.record = ServiceRecord.objects.get(profile=self.profile)
        self.asked = records.ask(self.record, words="我早来了半小时", by=house.volunteer, now=now)
        self.forgotten = self._serve(now - timedelta(days=1), forgets=True)

    def _seat(self, start, hours=3):
        made = shift(self.house.station, start, hours=hours, seats=1)
        return seated(made.seats.get(), self.profile, now=start - timedelta(days=1))

    def _serve(self, start, *, forgets=False):
        place = self._seat(start)
        on_duty.check_in(place, by=self.house.volunteer, now=start)
        if forgets:
            on_duty.close_forgotten(now=place.ends_at + on_duty.FORGOTTEN_AFTER)
        else:
            on_duty.check_out(place, by=self.house.volunteer, note="钥匙在抽屉里", now=place.ends_at)
        return place


def address(route, duty):
    """Where the route leads for these, or for nothing that exists (None)."""
    if route in BY_CODE:
        return reverse(route, args=[duty.house.station.code if duty else "ZZ99"])
    if route == "volunteers:check_in":
        return reverse(route, args=[check_in_codes.token(duty.house.station) if duty else "0-x"])
    kept = {"attend": "today", "record": "record", "correction": "asked"}[route.partition(":")[2]]
    return reverse(route, args=[getattr(duty, kept).pk if duty else 10**9])


ROUTES = (
    *BY_CODE,
    "volunteers:check_in",
    "volunteers:attend",
    "volunteers:record",
    "volunteers:correction",
)
BODIES = {
    "volunteers:check_in": lambda h, s, r: {"step": "in", "seat": s.duties[0].today.pk},
    "volunteers:attend": lambda h, s, r: {"step": "in"},
    "volunteers:record": lambda h, s, r: {"minutes": 100, "reason": "早走"},
    "volunteers:correction": lambda h, s, r: {"minutes": 100, "words": "对"},
}
