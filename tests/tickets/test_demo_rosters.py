"""The demo's rosters: three weeks with gaps, people who came, something for each of the sign-ins."""

from collections import Counter
from datetime import timedelta

import pytest

from accounts.models import User
from tests.factories import at
from tickets.demo import people, places, rosters, sign_ins
from volunteers import outlook, timetable
from volunteers.models import Absence, Assignment, ServiceRecord, Waiting

# Every load goes through some thousand statements.
pytestmark = pytest.mark.slow
MOMENTS = ["2026-11-24 10:42", "2027-01-03 21:10"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_rosters_are_alive_whenever_they_are_loaded(db, moment):
    now = at(moment)
    homes = places.build_all()
    people.staff_all(homes, now=now)

    rosters.fill(homes, now=now)

    status = Counter(Assignment.objects.values_list("status", flat=True))
    assert {"accepted", "seeking_standin", "proposed", "done"} <= status.keys()
    assert status["done"] > 50
    assert ServiceRecord.objects.count() >= status["done"]
    assert Waiting.objects.present().count() == Absence.objects.count() == 1
    for phone in (sign_ins.VOLUNTEER.phone, sign_ins.STATION_LEAD.phone):
        ahead = timetable.ahead_of(User.objects.get(phone=phone), now)
        assert ahead[0].starts_at < now + timedelta(days=2)
    helper = Assignment.objects.filter(profile__user__phone=sign_ins.VOLUNTEER.phone, ends_at__lt=now)
    assert helper.filter(status="done").count() >= 3 and not helper.exclude(status="done").exists()
    assert ServiceRecord.objects.filter(profile__user__phone=sign_ins.VOLUNTEER.phone).total() > 9 * 60
    estate = [one for one in outlook.of(homes[0].stations, now=now) if one.station.code == "HY01"]
    assert all(0 < len(row.coverage.gaps) < 7 for row in estate[0].weeks[:2])
