"""The fair proposal breaks no limit, touches nobody's seat, and is as good as can be where that can be checked."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.volunteers.fair_tasks import (
    ALL_WEEK,
    MONDAY,
    best_of_all,
    may_sit,
    person,
    seat,
    spans_of,
    tasks,
)
from volunteers import fair
from volunteers.fair import search
from volunteers.fair.given import Fixed, Person, Reason, Seat, Skill, Task, Window, Wish
from volunteers.fair.ground import Ground
from volunteers.fair.plan import Plan

pytestmark = pytest.mark.slow

some = settings(max_examples=80, deadline=None)
few = settings(max_examples=30, deadline=None)


def propose(people, seats, **facts):
    return fair.propose(Task(tuple(people), tuple(seats), **facts))


def names(result):
    return {place.seat: place.person for place in result.given}


# What always holds ----------------------------------------------------------------------------------


@some
@given(tasks())
def test_no_limit_is_ever_broken(task):
    given_to = names(fair.propose(task))

    people = {who.id: who for who in task.people}
    places = {place.id: place for place in task.seats}
    for number, who in given_to.items():
        held = spans_of(task, given_to, who, but=number)
        assert may_sit(task, people[who], places[number], held)


@few
@given(tasks())
def test_open_seats_fit_nobody_more(task):
    result = fair.propose(task)

    given_to = names(result)
    places = {place.id: place for place in task.seats}
    for left in result.left:
        for who in task.people:
            held = spans_of(task, given_to, who.id)
            assert not may_sit(task, who, places[left.seat], held)
        assert sum(count for _, count in left.reasons) == len(task.people)


@few
@given(tasks())
def test_seats_that_somebody_has_are_not_touched(task):
    result = fair.propose(task)

    taken = {place.seat for place in task.fixed if place.seat is not None}
    named = [place.seat for place in (*result.given, *result.left)]
    assert sorted([*named, *taken]) == sorted(place.id for place in task.seats)


@few
@given(tasks())
def test_exchanges_never_end_worse_than_they_began(task):
    plan = search.greedy(Ground(task))
    before = plan.score()

    search.improve(plan)

    assert plan.score() <= before


@few
@given(tasks())
def test_running_cost_is_the_cost_counted_anew(task):
    plan = search.greedy(Ground(task))
    search.improve(plan)

    anew = Plan(plan.ground)
    for s, p in enumerate(plan.holder):
        if p >= 0:
            anew.put(p, s)
    assert anew.cost == plan.cost


@few
@given(tasks(), st.randoms(use_true_random=False))
def test_order_of_the_facts_changes_nothing(task, random):
    def shuffled(things):
        return tuple(random.sample(things, len(things)))

    other = replace(
        task, people=shuffled(task.people), seats=shuffled(task.seats), fixed=shuffled(task.fixed)
    )

    assert fair.propose(other) == fair.propose(task)


@some
@given(tasks(most_people=3, most_seats=4))
def test_small_rosters_are_filled_and_led_as_well_as_can_be(task):
    cost = fair.propose(task).cost

    assert (cost.open_needed, cost.unled) == best_of_all(task)


def test_somebody_moves_up_where_the_hardest_first_is_not_enough():
    early, late = Window(0, 0, 750), Window(2, 750, 1440)
    people = [
        person(1, windows=(Window(0, 0, 1440), late), weekly=240),
        person(2, windows=(Window(0, 540, 1440),), minutes=240, weekly=240),
        person(3, windows=(early, Window(2, 540, 1440)), weekly=480),
    ]
    seats = [seat(1, 0, 1), seat(2, 2, 0), seat(3, 2, 2), seat(4, 2, 2)]

    assert search.greedy(Ground(Task(tuple(people), tuple(seats)))).score().open_needed == 1
    assert propose(people, seats).cost.open_needed == 0


def test_all_ways_are_looked_through_where_moving_up_is_not_enough():
    people = [
        person(1, windows=(Window(0, 0, 990),), minutes=240),
        person(2, windows=(Window(1, 540, 1440), Window(2, 0, 750))),
        person(3, windows=(Window(0, 0, 1440), Window(1, 0, 990), Window(2, 0, 1440)), weekly=480),
    ]
    seats = [seat(1, 1, 0), seat(2, 1, 3), seat(3, 1, 1), seat(4, 0, 1), seat(5, 0, 0)]

    plan = search.greedy(Ground(Task(tuple(people), tuple(seats))))

    search.fill(plan, search.Budget(search.MOVES))
    before = plan.score().open_needed
    search.look_around(plan, search.Budget(search.PLACEMENTS))

    assert (before, plan.score().open_needed) == (1, 0)


def test_hash_seed_changes_nothing():
    code = (
        "from tests.volunteers.fair_tasks import person, seat, MONDAY\n"
        "from volunteers.fair import propose\n"
        "from volunteers.fair.given import Task\n"
        "people = tuple(person(n, minutes=n % 3 * 60) for n in range(9))\n"
        "seats = tuple(seat(n, n % 5, n % 4) for n in range(24))\n"
        "print(propose(Task(people, seats, declined=frozenset({(n, n) for n in range(9)}))))"
    )

    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1


# What it is for -------------------------------------------------------------------------------------


def test_who_carried_least_for_their_capacity_is_asked():
    people = [person(1, minutes=600), person(2, minutes=900, capacity=1920), person(3, minutes=1200)]

    assert names(propose(people, [seat(1)])) == {1: 2}


def test_load_is_spread_before_anybody_comes_twice():
    people = [person(n) for n in range(6)]

    result = propose(people, [seat(day, day) for day in range(6)])

    assert sorted(names(result).values()) == list(range(6))
    assert result.after.gini == 0


def test_who_gives_twice_the_hours_carries_twice_as_much():
    people = [person(1, capacity=480), person(2, capacity=960), person(3, capacity=1440)]

    result = propose(people, [seat(day, day) for day in range(12)])

    carried = list(names(result).values())
    assert [carried.count(who) for who in (1, 2, 3)] == [2, 4, 6]


def test_weekends_and_evenings_are_spread_where_the_load_is_the_same():
    people = [person(1, minutes=600, off_minutes=600), person(2, minutes=600)]

    result = propose(people, [seat(1, day=1), seat(2, day=6)])

    assert names(result) == {1: 1, 2: 2}


def test_wishes_decide_between_equals():
    people = [person(1, wishes=(Wish(weekday=3),)), person(2, wishes=(Wish(weekday=1),))]

    result = propose(people, [seat(1, day=1), seat(2, day=3)])

    assert names(result) == {1: 2, 2: 1}
    assert all(place.is_wished for place in result.given)


@pytest.mark.parametrize("who", [1, 2, 3])
def test_who_was_proposed_before_is_proposed_again_among_equals(who):
    result = propose([person(n) for n in (1, 2, 3)], [seat(1)], previous={1: who})

    assert (names(result), result.given[0].is_as_before) == ({1: who}, True)


def test_hard_seats_are_not_lost_to_easy_ones():
    cook = person(1, skills=(Skill("理发"),))

    result = propose([cook, person(2, minutes=6000)], [seat(1), seat(2, skill="理发")])

    assert names(result) == {1: 2, 2: 1}


def test_lead_goes_where_a_lead_is_wanted():
    people = [person(1, may_lead=True), person(2)]

    result = propose(people, [seat(1, day=0), seat(2, day=0, is_lead=True)])

    assert (names(result), result.cost.unled) == ({1: 2, 2: 1}, 0)


def test_least_staffing_comes_before_what_is_only_wished_for():
    result = propose([person(1, weekly=240)], [seat(1, day=0, needed=False), seat(2, day=3)])

    assert names(result) == {2: 1}
    assert [left.seat for left in result.left] == [1]


def test_shift_over_new_year_wants_both_days():
    eve = MONDAY.replace(month=12, day=31, hour=22)
    windows = (Window(3, 1200, 1440), Window(4, 0, 60))
    night = Seat(1, 1, eve, eve + timedelta(hours=3))

    assert names(propose([person(1, windows=windows)], [night])) == {1: 1}
    assert names(propose([person(1, windows=windows[:1])], [night])) == {}


# Why nobody -----------------------------------------------------------------------------------------

WEDNESDAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"windows": ()}, Reason.UNSAID),
        ({"windows": ALL_WEEK[3:]}, Reason.UNAVAILABLE),
        ({"absences": ((WEDNESDAY, WEDNESDAY),)}, Reason.ABSENT),
        ({"capacity": 0}, Reason.CAPACITY),
        ({"weekly": 200}, Reason.WEEK),
    ],
)
def test_open_seat_says_what_holds_everybody_back(facts, reason):
    result = propose([person(1, **facts)], [seat(1, day=2)])

    assert result.left[0].reasons == ((reason, 1),)


@pytest.mark.parametrize(
    ("wanted", "reason"), [({"skill": "理发"}, Reason.SKILL), ({"is_lead": True}, Reason.LEAD)]
)
def test_open_seat_says_what_everybody_lacks(wanted, reason):
    expired = person(1, skills=(Skill("理发", WEDNESDAY - timedelta(days=1)),))

    result = propose([expired], [seat(1, day=2, **wanted)])

    assert result.left[0].reasons == ((reason, 1),)


@pytest.mark.parametrize(
    ("held", "reason"),
    [((2, 0), Reason.OVERLAP), ((1, 3), Reason.REST), ((2, 2), None)],
)
def test_duty_elsewhere_counts(held, reason):
    other = seat(9, *held)
    elsewhere = Fixed(1, other.starts, other.ends)

    result = propose([person(1)], [seat(1, day=2)], fixed=(elsewhere,))

    assert [left.reasons for left in result.left] == ([((reason, 1),)] if reason else [])


def test_who_said_no_is_not_asked_again_for_the_same_shift():
    place = seat(1)

    result = propose([person(1), person(2)], [place], declined=frozenset({(1, place.shift)}))

    assert names(result) == {1: 2}


def test_everybody_said_no():
    place = seat(1)

    result = propose([person(1)], [place], declined=frozenset({(1, place.shift)}))

    assert result.left[0].reasons == ((Reason.DECLINED, 1),)


# Its size -------------------------------------------------------------------------------------------


def test_four_weeks_of_two_stations_are_filled_evenly():
    people = [
        Person(n, 480 * (1 + n % 4), ALL_WEEK[n % 5 : n % 5 + 3], minutes=n * 7 % 11 * 60) for n in range(121)
    ]
    seats = [seat(n, n // 18, n % 3, shift=n // 3, needed=n % 3 < 2) for n in range(504)]

    result = propose(people, seats)

    assert (result.cost.open_needed, len(result.given)) == (0, 504)
    assert result.after.gini < result.before.gini
