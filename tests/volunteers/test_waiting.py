"""候补: in the order of asking, seated while there is time, asked later."""

from datetime import timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import MORNING, profile_of, seated, shift, volunteer
from volunteers.models import Assignment, Waiting
from volunteers.seating import standins, waiting, withdrawing
from volunteers.seating.signing_up import sign_up
from volunteers.states import Status

NOW = at("2026-11-23 10:00")
LATE = MORNING - timedelta(hours=20)


@pytest.fixture
def full(house):
    """A shift whose only seat 胡秀英 has."""
    return seated(shift(house.station, seats=1).seats.get(), volunteer(house.station), now=NOW)


@pytest.fixture
def queue(house, full):
    people = [volunteer(house.station, name=name) for name in ("罗光明", "钱玉梅")]
    for person in people:
        waiting.wait(full.seat.shift, person, by=person.user, now=NOW)
    return people


def holder(seat):
    return seat.assignments.occupying().get().profile


def test_first_who_waits_gets_the_seat(full, queue):
    withdrawing.withdraw(full, by=full.profile.user, now=NOW)

    assert holder(full.seat) == queue[0]
    ended = Waiting.objects.get(ended_at__isnull=False)
    assert ended.assignment == Assignment.objects.get(profile=queue[0])
    assert [(n.recipient.name, n.text[:8]) for n in Notice.objects.all()] == [("罗光明", "候补轮到您了：1")]


def test_who_cannot_come_any_more_is_passed_over(full, queue, house):
    sign_up(shift(house.station, at("2026-11-25 11:00")).seats.first(), queue[0], by=queue[0].user, now=NOW)

    withdrawing.withdraw(full, by=full.profile.user, now=NOW)

    assert holder(full.seat) == queue[1]
    assert queue[0].waiting.get().ended_at is None


def test_who_waits_covers_for_who_seeks(full, queue):
    standins.seek(full, by=full.profile.user, now=NOW)

    full.refresh_from_db()
    assert (holder(full.seat), full.status) == (queue[0], Status.CANCELLED)
    assert "罗光明替您值这一班" in Notice.objects.get(recipient=full.profile.user).text


def test_later_they_are_asked_and_the_first_to_press_has_it(full, queue, house):
    withdrawing.excuse(full, by=house.lead, now=LATE, why="发烧")

    asked = Notice.objects.filter(effect__startswith="roster:waiting:")
    assert {notice.recipient for notice in asked} == {person.user for person in queue}
    sign_up(full.seat, queue[1], by=queue[1].user, now=LATE)
    assert not asked.filter(recipient=queue[1].user, settled_at=None).exists()
    assert (holder(full.seat), queue[1].waiting.get().ended_at) == (queue[1], LATE)


def test_those_who_wait_are_asked_again_when_a_seat_comes_free_again(full, queue, house):
    withdrawing.excuse(full, by=house.lead, now=LATE, why="发烧")
    again = sign_up(full.seat, volunteer(house.station), by=house.lead, now=LATE)
    withdrawing.excuse(again, by=house.lead, now=LATE, why="发烧")
    waiting.sweep(now=LATE)

    asked = Notice.objects.filter(effect__startswith="roster:waiting:", recipient=queue[0].user)
    assert asked.count() == 2
    waiting.stop(queue[0].waiting.get(), by=queue[0].user, now=LATE)
    assert not asked.filter(settled_at=None).exists()


def test_nobody_waits_where_there_is_room(house):
    person = volunteer(house.station)

    with pytest.raises(Refused, match="还有空位"):
        waiting.wait(shift(house.station), person, by=person.user, now=NOW)


def test_nobody_waits_twice(full, queue):
    with pytest.raises(Conflict, match="已经排在"):
        waiting.wait(full.seat.shift, queue[0], by=queue[0].user, now=NOW)


def test_holder_does_not_wait(full):
    with pytest.raises(Refused, match="已经有别的班"):
        waiting.wait(full.seat.shift, full.profile, by=full.profile.user, now=NOW)


def test_who_stops_waiting_is_passed_over(full, queue):
    waiting.stop(queue[0].waiting.get(), by=queue[0].user, now=NOW)

    withdrawing.withdraw(full, by=full.profile.user, now=NOW)

    assert holder(full.seat) == queue[1]


def test_stopping_twice_and_for_others_is_refused(full, queue, house):
    own = queue[0].waiting.get()

    with pytest.raises(Refused, match="别人的班"):
        waiting.stop(own, by=house.volunteer, now=NOW)
    waiting.stop(own, by=house.lead, now=NOW)
    with pytest.raises(Conflict, match="已经不在"):
        waiting.stop(own, by=house.lead, now=NOW)


def test_sweep_fills_what_nobody_looked_at_and_ends_old_lists(full, queue):
    Assignment.objects.update(status=Status.CANCELLED)

    assert (waiting.sweep(now=NOW), waiting.sweep(now=NOW)) == (1, 0)
    waiting.sweep(now=MORNING)

    assert holder(full.seat) == queue[0]
    assert not Waiting.objects.present().exists()


def test_colleague_without_a_phone_is_listed_and_told(full, house):
    person = volunteer(house.station, name="孙福")

    waiting.wait(full.seat.shift, person, by=house.volunteer, now=NOW)

    assert "刘桂芳给您排了候补" in Notice.objects.get(recipient=person.user).text
    assert profile_of(house.volunteer).waiting.count() == 0


def test_asking_of_a_shift_that_has_begun_is_over(full, queue, house):
    withdrawing.excuse(full, by=house.lead, now=LATE, why="发烧")

    waiting.sweep(now=MORNING)

    asked = Notice.objects.filter(effect__startswith="roster:waiting:")
    assert [notice.settled_at for notice in asked] == [MORNING, MORNING]
