"""121 volunteers × 8 weeks × 4 stations: the pages of rosters need few statements; their times are printed."""

import time
from datetime import datetime, timedelta
from datetime import time as clock
from itertools import cycle

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stations.models import OpeningHours
from stations.workdays import SHANGHAI
from tests.factories import House, StationFactory, people
from volunteers.models import Assignment, Profile, Seat, Shift
from volunteers.week import monday_of

pytestmark = pytest.mark.prove
MOST_STATEMENTS = 12
VOLUNTEERS, WEEKS, STATIONS = 121, 8, 4
STARTS = ((9, 0), (12, 30), (16, 30))


class Rosters:
    """Three shifts a day with two seats each at every station, nearly all taken; the house's lead is in them too."""

    def __init__(self):
        self.house = House()
        self.stations = [
            self.house.station,
            *(StationFactory(area=self.house.area) for _ in range(STATIONS - 1)),
        ]
        hours = [OpeningHours(station=station, weekday=day) for station in self.stations for day in range(7)]
        OpeningHours.objects.bulk_create(hours)
        self.profiles = [*self._volunteers(), Profile.objects.create(user=self.house.lead)]
        self._fill()

    def _volunteers(self):
        cast = [
            ("volunteer", f"何敏{n}", {"station": station})
            for n, station in zip(range(VOLUNTEERS), cycle(self.stations), strict=False)
        ]
        return Profile.objects.bulk_create(Profile(user=user) for user in people(cast))

    def _fill(self):
        first = monday_of(timezone.localdate())
        moments = [
            datetime.combine(first + timedelta(days=day), clock(*start), SHANGHAI)
            for day in range(7 * WEEKS)
            for start in STARTS
        ]
        shifts = Shift.objects.bulk_create(
            Shift(
                station=station,
                original_on=moment.date(),
                starts_at=moment,
                ends_at=moment + timedelta(hours=3, minutes=30),
            )
            for moment in moments
            for station in self.stations
        )
        seats = Seat.objects.bulk_create(Seat(shift=shift, ordinal=n) for shift in shifts for n in (1, 2))
        Assignment.objects.bulk_create(
            Assignment(
                seat=seat, profile=profile, status="proposed" if n % 9 == 0 else "accepted", via="lead",
                starts_at=seat.shift.starts_at, ends_at=seat.shift.ends_at, created_at=timezone.now(),
            )
            for n, (seat, profile) in enumerate(zip(seats, cycle(self.profiles), strict=False))
            if n % 7
        )  # fmt: skip


def pages(rosters):
    house = rosters.house
    grid = reverse("volunteers:roster", args=[house.station.code])
    volunteer = rosters.profiles[0].user
    return [
        (volunteer, grid),
        (house.lead, grid),
        (house.dispatcher, grid),
        (house.lead, reverse("volunteers:wall", args=[house.station.code])),
        (house.lead, reverse("volunteers:coverage")),
        (house.dispatcher, reverse("volunteers:coverage")),
        (house.secretary, reverse("volunteers:coverage")),
        (volunteer, reverse("volunteers:my_shifts")),
        (house.lead, reverse("volunteers:my_shifts")),
    ]


def test_pages_of_rosters_need_few_statements(db):
    rosters = Rosters()
    print(f"\n{Assignment.objects.count()} places in {Shift.objects.count()} shifts")

    for reader, address in pages(rosters):
        client = Client()
        client.force_login(reader)
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            started = time.perf_counter()
            response = client.get(address)
            took = time.perf_counter() - started
        print(f"{address} {reader}: {len(statements)} statements, {took * 1000:.0f} ms")
        assert response.status_code == 200
        assert len(statements) <= MOST_STATEMENTS, [query["sql"][:120] for query in statements]
