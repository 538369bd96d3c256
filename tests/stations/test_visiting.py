"""来访: one tap counts one visitor, and can be taken back for a few minutes by whoever tapped."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from stations import visiting
from stations.models import Visit
from stations.refusals import Conflict
from stations.today import life_of
from tests.factories import at
from tests.stations.shelf import lent, supply, tapped

MINUTE = timedelta(minutes=1)


def counted(house, kind="water"):
    return life_of(house.station, by=house.volunteer).visits[kind]


def test_tap_writes_down_where_what_when_and_by_whom(house):
    late = at("2026-11-24 23:59")
    house.volunteer.device = "abcdefghijkl"

    visit = visiting.tap(house.station, "chat", key=uuid.uuid4(), by=house.volunteer, now=late)

    visit.refresh_from_db()
    assert (visit.station, visit.kind, visit.at, visit.by) == (house.station, "chat", late, house.volunteer)
    assert (visit.day, visit.device) == (late.date(), "abcdefghijkl")


def test_same_press_counts_once(house):
    key = uuid.uuid4()

    visits = {visiting.tap(house.station, "water", key=key, by=house.volunteer) for _ in range(3)}

    assert len(visits) == counted(house) == 1


@pytest.mark.parametrize("changed", ["kind", "by"])
def test_used_key_counts_nothing_else(house, changed):
    key = uuid.uuid4()
    first = {"kind": "water", "by": house.volunteer}
    visiting.tap(house.station, key=key, **first)

    with pytest.raises(Conflict, match="再点一次"):
        visiting.tap(
            house.station, key=key, **{**first, changed: {"kind": "chat", "by": house.lead}[changed]}
        )

    assert Visit.objects.count() == 1


def test_unknown_kind_is_refused_by_the_database(house):
    with pytest.raises(IntegrityError):
        visiting.tap(house.station, "sleep", key=uuid.uuid4(), by=house.volunteer)


def test_own_tap_is_taken_back_and_stays_on_record(house):
    visit = tapped(house)

    visiting.undo(visit, by=house.volunteer)

    visit.refresh_from_db()
    assert visit.undone_by == house.volunteer and visit.undone_at
    assert counted(house) == 0


def test_taking_back_twice_changes_nothing_more(house):
    visit = tapped(house)
    visiting.undo(visit, by=house.volunteer)
    first = Visit.objects.get()

    visiting.undo(visit, by=house.volunteer)
    visiting.undo(first, by=house.volunteer)

    assert Visit.objects.get().undone_at == first.undone_at


@pytest.mark.parametrize(("who", "minutes"), [("lead", 0), ("volunteer", 6)])
def test_tap_of_others_or_of_long_ago_stays(house, who, minutes):
    visit = tapped(house, now=timezone.now() - minutes * MINUTE)

    with pytest.raises(Conflict, match="五分钟以内"):
        visiting.undo(visit, by=getattr(house, who))

    assert counted(house) == 1


def test_tap_with_a_loan_is_not_taken_back(house):
    visit = tapped(house, "borrow")
    lent(house, tap=visit.key)

    with pytest.raises(Conflict, match="已还"):
        visiting.undo(visit, by=house.volunteer)

    assert counted(house, "borrow") == 1


def test_day_ends_at_midnight_in_shanghai(house):
    tapped(house, now=at("2026-11-23 23:59"))
    tapped(house, now=at("2026-11-24 00:01"))

    life = life_of(house.station, by=house.volunteer, now=at("2026-11-24 08:00"))

    assert life.visits == {"borrow": 0, "water": 1, "chat": 0, "advice": 0}


def test_life_of_a_station_takes_one_statement_however_much_goes_on(house, django_assert_num_queries):
    thing = supply(house, count=9, low_mark=9)
    for _ in range(4):
        tapped(house)
        lent(house, thing)

    with django_assert_num_queries(1):
        life = life_of(house.station, by=house.volunteer)

    assert (life.visits["water"], life.visits["borrow"], life.out, life.low) == (4, 4, 4, ["充电器"])
    assert len(life.loans) == 2 and life.tapped.kind == "water"


def test_life_of_a_station_shows_what_is_overdue_first(house):
    now = at("2026-11-24 10:00")
    thing = supply(house)
    fresh = lent(house, thing, now=now)
    late = lent(house, thing, now=now - timedelta(days=2))

    life = life_of(house.station, by=house.volunteer, now=now)

    assert [loan.pk for loan in life.loans] == [late.pk, fresh.pk]
    assert (life.out, life.overdue) == (2, 1)


def test_life_of_another_station_is_its_own(house):
    tapped(house)
    lent(house, supply(house, low_mark=9))

    life = life_of(house.outsider.posts.get().station, by=house.volunteer)

    assert (set(life.visits.values()), life.tapped, life.out, life.low) == ({0}, None, 0, [])
