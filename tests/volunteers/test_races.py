"""Many at once for one seat, one stand-in, one week: one winner, limits kept, nobody waits beside a free seat.

Each promise has a negative control: with its guard taken away the same race is lost.
"""

import random
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import Post
from stations.refusals import Refused
from tests.factories import House, StationFactory, UserFactory, at
from tests.racing import all_read, at_once, meeting
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers.models import Assignment, Profile, Seat, Shift, Waiting
from volunteers.seating import admitting, door, standins, waiting, withdrawing
from volunteers.seating.signing_up import sign_up, take

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MANY = 50
START = at("2030-06-03 09:00")  # a Monday long after every run
NOW = START - timedelta(days=30)
DAY = timedelta(days=1)


@pytest.fixture
def house(transactional_db):
    return House()


def crowd(station, number):
    """So many volunteers of the station, in three statements."""
    users = type(UserFactory.build()).objects.bulk_create(
        UserFactory.build(name=f"志愿者{n:02d}") for n in range(number)
    )
    Post.objects.bulk_create(Post(user=user, role="volunteer", station=station) for user in users)
    return Profile.objects.bulk_create(Profile(user=user, joined_on="2026-01-05") for user in users)


def unexpected(outcomes):
    """Whatever is neither done nor refused with a sentence: deadlocks, time-outs, errors."""
    return [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, Refused)]


@contextmanager
def without_the_constraint():
    """The database no longer refuses two people in one seat."""
    constraint = next(c for c in Assignment._meta.constraints if c.name == "seat_taken_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Assignment, constraint)
    try:
        yield
    finally:
        Assignment.objects.update(status="cancelled")
        with connection.schema_editor() as editor:
            editor.add_constraint(Assignment, constraint)


# The last seat --------------------------------------------------------------------------------------


@pytest.fixture
def takers(house, client_of):
    """Fifty volunteers of the station, each signed in on a phone."""
    return [client_of(person.user) for person in crowd(house.station, MANY)]


def last_seat(house, takers, n):
    """All press 我来 for the only seat of a fresh shift; (their answers, who has it now)."""
    seat = shift(house.station, timezone.now() + (2 + n) * DAY, seats=1).seats.get()
    address = reverse("volunteers:take", args=[seat.pk])
    answers = at_once(*[partial(client.post, address) for client in takers])
    return answers, list(seat.assignments.occupying())


def faults_of_last_seat(answers, holders):
    """What is wrong with a round; the control must find something here."""
    through = [answer for answer in answers if getattr(answer, "status_code", 0) == 302]
    if len(through) != 1 or len(holders) != 1:
        yield f"{len(through)} were told that they have it, {len(holders)} have it"
    for answer in answers:
        if answer in through:
            continue
        text = answer.content.decode() if hasattr(answer, "content") else repr(answer)
        if getattr(answer, "status_code", 0) != 409 or "已满" not in text or "排候补" not in text:
            yield f"a loser read {text[:80]}"


@pytest.mark.parametrize("rounds", [1, pytest.param(200, marks=pytest.mark.prove)])
def test_fifty_take_the_last_seat_and_one_has_it(house, takers, rounds):
    for n in range(rounds):
        assert list(faults_of_last_seat(*last_seat(house, takers, n))) == []


def test_last_seat_is_lost_without_the_constraint(house, takers):
    """Negative control: the same function, while the database lets everybody in."""
    with without_the_constraint():
        answers, holders = last_seat(house, takers, 0)

        assert len(holders) > 1
        assert list(faults_of_last_seat(answers, holders)) != []


# A stand-in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [3, pytest.param(200, marks=pytest.mark.prove)])
def test_standin_is_one_while_the_holder_keeps_it_or_is_replaced(house, rounds):
    """Six want to cover while the holder comes after all: exactly one of the seven has the seat."""
    holder, *others = crowd(house.station, 7)
    for n in range(rounds):
        seat = shift(house.station, START + n * DAY, hours=2, seats=1).seats.get()
        made = seated(seat, holder, now=NOW)
        standins.seek(made, by=holder.user, now=NOW)
        sought = Assignment.objects.with_shift().get(pk=made.pk)
        calls = [partial(standins.cover, sought, one, by=one.user, now=NOW) for one in others]

        outcomes = at_once(*calls, partial(standins.keep, made, by=holder.user, now=NOW))

        assert unexpected(outcomes) == []
        assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
        assert seat.assignments.occupying().count() == 1
        Assignment.objects.occupying().update(status="cancelled")


# One person, two seats ------------------------------------------------------------------------------


def two_seats_at_once(house, person, hours_apart):
    """The person takes a seat at each of two stations in the same moment; (outcomes, seats held)."""
    elsewhere = StationFactory()
    Post.objects.create(user=person.user, role="volunteer", station=elsewhere)
    stations = (house.station, elsewhere)
    starts = (START, START + timedelta(hours=hours_apart))
    seats = [shift(s, t).seats.first() for s, t in zip(stations, starts, strict=True)]
    user = type(person.user).objects.get(pk=person.user_id)
    outcomes = at_once(*[partial(sign_up, seat, person, by=user, now=NOW) for seat in seats])
    held = person.assignments.occupying().count()
    person.assignments.update(status="cancelled")
    return outcomes, held


@pytest.mark.parametrize("hours_apart", [1, 24])
@pytest.mark.parametrize("rounds", [3, pytest.param(200, marks=pytest.mark.prove)])
def test_one_person_takes_one_of_two_seats(house, rounds, hours_apart):
    """They overlap, or both would be more than the week's four hours."""
    person = volunteer(house.station, weekly_hours=4)

    for _ in range(rounds):
        outcomes, held = two_seats_at_once(house, person, hours_apart)
        assert (unexpected(outcomes), held) == ([], 1)


def test_limit_of_the_week_is_passed_without_the_lock(house, monkeypatch):
    """Negative control: the person is read, not held, and both look for other shifts before either is taken."""
    person = volunteer(house.station, weekly_hours=4)
    read = Profile.objects.with_limits()
    monkeypatch.setattr(
        admitting, "hold_people", lambda keys: {p.pk: p for p in read.filter(pk__in=list(keys))}
    )

    monkeypatch.setattr(admitting, "spans_around", all_read(admitting.spans_around, meeting(2)))

    assert two_seats_at_once(house, person, 24)[1] == 2


# Withdrawing and waiting ----------------------------------------------------------------------------


def withdraw_while_others_queue(house, people, n):
    """The holder steps back while three ask to wait; (outcomes, whether one waits beside a free seat)."""
    holder, *others = people
    made = shift(house.station, START + n * DAY, hours=2, seats=1)
    place = seated(made.seats.get(), holder, now=NOW)
    calls = [partial(waiting.wait, made, one, by=one.user, now=NOW) for one in others]
    outcomes = at_once(partial(withdrawing.withdraw, place, by=holder.user, now=NOW), *calls)
    is_free = Seat.objects.open().filter(shift=made).exists()
    is_awaited = Waiting.objects.present().filter(shift=made).exists()
    Assignment.objects.occupying().update(status="cancelled")
    return outcomes, is_free and is_awaited


@pytest.mark.parametrize("rounds", [3, pytest.param(200, marks=pytest.mark.prove)])
def test_nobody_waits_beside_a_seat_that_came_free(house, rounds):
    people = crowd(house.station, 4)

    for n in range(rounds):
        outcomes, is_wrong = withdraw_while_others_queue(house, people, n)
        assert (unexpected(outcomes), is_wrong) == ([], False)


def test_somebody_waits_beside_a_free_seat_without_the_lock(house, monkeypatch):
    """Negative control: shifts are read, not held; who goes sees nobody wait, who asks to wait sees no free seat."""
    people, read = crowd(house.station, 4), Shift.objects.select_related("station")
    monkeypatch.setattr(door, "hold_shifts", lambda keys: list(read.filter(pk__in=list(keys))))
    meet = meeting(len(people))
    for name in ("why_not_wait", "move_up"):
        monkeypatch.setattr(waiting, name, all_read(getattr(waiting, name), meet))

    assert withdraw_while_others_queue(house, people, 0)[1]


# Everything at once ---------------------------------------------------------------------------------


def anything(rng, shifts, person):
    """One thing that a person might do now."""
    made = rng.choice(shifts)
    own = person.assignments.coming().with_shift().first()
    if own and rng.random() < 0.6:
        verb = rng.choice((standins.seek, standins.keep, withdrawing.withdraw))
        return partial(verb, own, by=person.user, now=NOW)
    if rng.random() < 0.3:
        return partial(waiting.wait, made, person, by=person.user, now=NOW)
    return partial(take, rng.choice(list(made.seats.all())), person, by=person.user, now=NOW)


def unsound(shifts):
    """Seats held twice, and people who wait beside a seat that they could have."""
    for seat in Seat.objects.filter(shift__in=shifts):
        if seat.assignments.occupying().count() > 1:
            yield f"{seat.pk} is held twice"
    for place in Waiting.objects.present().select_related("shift"):
        if waiting.why_not_wait(place.shift, place.profile, now=NOW) == waiting.THERE_IS_ROOM:
            yield f"{place.profile} waits beside a free seat"


@pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.prove)])
def test_whatever_people_do_at_once_the_roster_is_sound(house, rounds):
    """One of them leaves in the middle of it."""
    rng = random.Random(rounds)  # noqa: S311
    shifts = [shift(house.station, START + n * DAY, hours=2, seats=2) for n in range(3)]
    persons = [*crowd(house.station, 8), profile_of(house.volunteer)]

    for n in range(rounds):
        calls = [anything(rng, shifts, person) for person in persons]
        if n == rounds // 2:
            post = house.volunteer.posts.get()
            calls.append(partial(people.remove, post, by=house.lead))
        assert unexpected(at_once(*calls)) == []
        waiting.sweep(now=NOW)
        assert list(unsound(shifts)) == []
