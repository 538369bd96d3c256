"""Small worlds for roster tests: volunteers with profiles, a shift with its seats, somebody in a seat."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from stations.models import OpeningHours
from stations.workdays import SHANGHAI
from tests.factories import at, person
from volunteers.models import Profile, Seat, Shift
from volunteers.seating import door

MORNING = at("2026-11-25 09:00")


def volunteer(station, *, role="volunteer", name="胡秀英", **fields) -> Profile:
    """Somebody with a post at the station and a profile."""
    user = person(role, station=station, name=name)
    return Profile.objects.create(user=user, joined_on="2026-01-05", **fields)


def profile_of(user, **fields) -> Profile:
    return Profile.objects.get_or_create(user=user, defaults={"joined_on": "2026-01-05", **fields})[0]


def shift(station, starts_at=MORNING, *, hours=3.5, seats=2, **fields) -> Shift:
    """A shift with needed seats for anybody; `seats` may be a list of dicts of Seat fields."""
    made = Shift.objects.create(
        station=station,
        original_on=starts_at.date(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        **fields,
    )
    wanted = [{}] * seats if isinstance(seats, int) else seats
    Seat.objects.bulk_create(Seat(shift=made, ordinal=n, **facts) for n, facts in enumerate(wanted, start=1))
    return made


def seated(seat, profile, *, verb="sign_up", via="self", now=MORNING - timedelta(days=1)):
    """The profile in that seat, as the verb leaves it."""
    with transaction.atomic():
        return door.begin(verb, seat, profile, via=via, by=profile.user, now=now)


def fill_week(house):
    """This week at the house's station: daily 09:00–20:00, today two shifts side by side and one proposed."""
    station, today = house.station, timezone.localdate()
    OpeningHours.objects.bulk_create(OpeningHours(station=station, weekday=day) for day in range(7))
    moments = [datetime.combine(today, time(hour), SHANGHAI) for hour in (9, 10, 15)]
    made = [shift(station, moment, seats=[{"is_lead": True}, {}, {}]) for moment in moments]
    seats = [list(one.seats.all()) for one in made]
    seated(seats[0][0], profile_of(house.lead))
    seated(seats[0][1], profile_of(house.volunteer))
    seated(seats[1][0], volunteer(station, name="欧阳美兰"))
    seated(seats[2][0], profile_of(house.volunteer), verb="propose")
    return made
