"""A draft sent twice at once is sent once; two who decline at once are not both followed by the same person."""

from datetime import date

import pytest

from tests.factories import House, at
from tests.racing import all_read, at_once, meeting
from tests.volunteers.rosters import shift, volunteer
from tests.volunteers.test_proposing import NOW, WEDNESDAY, free
from volunteers import proposing
from volunteers.models import Assignment, Proposal
from volunteers.proposing import sending
from volunteers.states import Status

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

DAY = proposing.Period(date(2026, 11, 25), date(2026, 11, 25))


@pytest.fixture
def house(transactional_db):
    return House()


def asked(house):
    """Two shifts at the same time, one person asked for each, and a third who could take either."""
    names = ("胡秀英", "罗建国", "孙玉珍")
    crowd = [free(volunteer(house.station, name=name)) for name in names]
    for start in (WEDNESDAY, at("2026-11-25 10:00")):
        shift(house.station, start, seats=1)
    seen = proposing.draft(house.station, DAY, now=NOW).digest
    made = proposing.send(house.station, DAY, seen=seen, by=house.lead, now=NOW)
    return crowd, list(made.assignments.with_shift())


def declined_at_once(house):
    """How often the third person was asked."""
    crowd, questions = asked(house)
    at_once(*[lambda one=one: proposing.decline(one, by=one.profile.user, now=NOW) for one in questions])
    third = next(one for one in crowd if one.pk not in {q.profile_id for q in questions})
    return Assignment.objects.filter(profile=third, status=Status.PROPOSED).count()


def test_draft_sent_twice_at_once_asks_everybody_once(house):
    free(volunteer(house.station))
    shift(house.station, WEDNESDAY, seats=1)
    seen = proposing.draft(house.station, DAY, now=NOW).digest

    at_once(*[lambda: proposing.send(house.station, DAY, seen=seen, by=house.lead, now=NOW)] * 3)

    assert (Proposal.objects.count(), Assignment.objects.count()) == (1, 1)


def test_the_next_is_asked_for_one_of_two_seats_at_the_same_time(house):
    assert declined_at_once(house) == 1


def test_race_is_lost_without_the_lock(monkeypatch, transactional_db):
    """Negative control: both ask the same third person for the same hours."""
    monkeypatch.setattr("stations.locks.wait_for_one", lambda lock, key: None)
    monkeypatch.setattr(sending, "load", all_read(sending.load, meeting(2)))

    assert declined_at_once(House()) == 2
