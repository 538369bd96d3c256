"""Somebody asked whether they come, and another seat that waits for a proposal: what the walk finds of proposals."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.volunteers.rosters import profile_of, shift
from volunteers import proposing
from volunteers.forms.proposing import MONTH, PeriodForm

ROUTES = ("volunteers:propose", "volunteers:proposal", "volunteers:take_back_proposal")


class Asked:
    """`proposal` has one open question; the seat of the day after it is still to be proposed."""

    def __init__(self, house):
        self.house, now = house, timezone.now()
        profile = profile_of(house.volunteer)
        for weekday in range(7):
            profile.availabilities.create(weekday=weekday, from_minute=0, until_minute=1440)
        self._shift(now, days=8)
        self.proposal = proposing.send(house.station, period(), seen=seen(house), by=house.lead, now=now)
        self._shift(now, days=9)

    def _shift(self, now, *, days):
        noon = timezone.localtime(now).replace(hour=12, minute=0) + timedelta(days=days)
        shift(self.house.station, noon, seats=1)


def period():
    form = PeriodForm({"span": MONTH}, today=timezone.localdate())
    form.full_clean()
    return form.period


def seen(house):
    return proposing.draft(house.station, period(), now=timezone.now()).digest


def address(route, asked):
    if route == "volunteers:propose":
        return reverse(route, args=[asked.house.station.code if asked else "ZZ99"])
    return reverse(route, args=[asked.proposal.pk if asked else 10**9])


BODIES = {"volunteers:propose": lambda h, s, r: {"span": MONTH, "seen": seen(h)}}
