"""A shift that lacks somebody, and somebody who was asked: what the walk finds of call-outs."""

from datetime import timedelta

from django.utils import timezone

from tests.volunteers.rosters import profile_of, shift
from volunteers.models import Asking, Shift

NOTE = "缺人"


def gap_of(house):
    """A shift in two days in which nobody is."""
    known = Shift.objects.filter(station=house.station, note=NOTE).first()
    return known or shift(house.station, timezone.now() + timedelta(days=2), seats=1, note=NOTE)


def asking_of(house, user):
    made = {"at": timezone.now(), "by": house.lead}
    return Asking.objects.get_or_create(shift=gap_of(house), profile=profile_of(user), defaults=made)[0]


def pk_of(stage, name, which):
    house = {"ours": stage.house, "foreign": stage.other}.get(which)
    if house is None:
        return 10**9
    if name == "call_out":
        return gap_of(house).pk
    return asking_of(house, house.volunteer).pk


def people(house):
    """One who was not asked yet."""
    return {"people": [profile_of(house.volunteer).pk]}


BODIES = {
    "volunteers:call_out": lambda h, s, r: people(h),
    "volunteers:called": lambda h, s, r: {"answer": "no"},
}
