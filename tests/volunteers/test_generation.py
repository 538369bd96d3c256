"""Shifts come out of patterns once, follow a change while nobody is in them, and are left alone otherwise."""

from datetime import date, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import StationFactory, at
from tests.volunteers.patterns import NOW, pattern, roster
from tests.volunteers.rosters import seated, volunteer
from volunteers import generation
from volunteers.generation import generate
from volunteers.models import (
    Closure,
    HandOver,
    Seat,
    SeatPattern,
    Shift,
    ShiftPattern,
    StandingAssignment,
    Waiting,
)
from volunteers.seating import withdrawing
from volunteers.tasks import generate_shifts

FIRST = at("2026-11-25 09:00")


@pytest.fixture
def made(house):
    """Eight Wednesdays with two seats each."""
    pattern(house.station)
    generate(NOW)
    return house


def rows():
    return list(Shift.objects.order_by("pk").values()), list(Seat.objects.order_by("pk").values())


def first_shift():
    return Shift.objects.get(original_on=FIRST.date())


def taken(house):
    return seated(first_shift().seats.first(), volunteer(house.station), now=NOW)


def test_eight_weeks_are_made_with_their_seats(made):
    starts = list(Shift.objects.values_list("starts_at", flat=True))

    assert starts == [FIRST + n * timedelta(weeks=1) for n in range(8)]
    assert {shift.seats.count() for shift in Shift.objects.all()} == {2}
    assert Shift.objects.last().ends_at == at("2027-01-13 12:30")


def test_second_run_changes_nothing(made):
    before = rows()

    again = generate(NOW)

    assert (again.said, rows()) == ("", before)


def test_next_week_adds_one_and_keeps_the_rest(made):
    before = rows()[0]

    generate(NOW + timedelta(weeks=1))

    assert rows()[0][:8] == before and len(rows()[0]) == 9


def test_seats_are_as_the_pattern_asks(house):
    pattern(house.station, seats=[{"is_lead": True}, {"is_needed": False}, {"is_active": False}])

    generate(NOW, weeks=1)

    assert list(Seat.objects.values_list("is_lead", "is_needed")) == [(True, True), (False, False)]


def test_nothing_is_made_for_what_has_begun_or_is_not_in_use(house):
    pattern(house.station, weekday=1, starts_at=time(9))  # today, an hour ago
    pattern(house.station, is_active=False)
    pattern(StationFactory(is_active=False))

    assert generate(NOW, weeks=1).new == []


def test_what_begins_later_today_is_made(house):
    pattern(house.station, weekday=1, starts_at=time(16, 30), minutes=450)

    generate(NOW, weeks=1)

    assert Shift.objects.get().ends_at == at("2026-11-25 00:00")


def test_one_station_alone(house):
    pattern(house.station)
    pattern(StationFactory())

    generate(NOW, station=house.station)

    assert {shift.station for shift in Shift.objects.all()} == {house.station}


def test_closed_days_have_no_shift(house):
    pattern(house.station)
    shut = {"from_on": date(2026, 12, 1), "until_on": date(2026, 12, 9), "reason": "装修"}
    Closure.objects.create(station=house.station, set_by=house.lead, set_at=NOW, **shut)

    generate(NOW, weeks=4)

    assert [str(on)[5:] for on in Shift.objects.values_list("original_on", flat=True)] == ["11-25", "12-16"]


def test_withdrawn_closure_closes_nothing(house):
    pattern(house.station)
    shut = {"from_on": FIRST.date(), "until_on": FIRST.date(), "reason": "装修", "withdrawn_at": NOW}
    Closure.objects.create(station=house.station, set_by=house.lead, set_at=NOW, **shut)

    assert len(generate(NOW, weeks=1).new) == 1


def test_empty_shift_follows_the_time(made):
    ShiftPattern.objects.update(starts_at=time(10), minutes=840 - 240)

    done = generate(NOW)

    assert done.said == "8个没有人的班改时间"
    assert (first_shift().starts_at, first_shift().ends_at) == (
        at("2026-11-25 10:00"),
        at("2026-11-25 20:00"),
    )


@pytest.mark.parametrize("changes", [{"is_active": False}, {"weekday": 3}])
def test_empty_shift_the_pattern_has_no_more_goes(made, changes):
    ShiftPattern.objects.update(**changes)

    done = generate(NOW)

    assert len(done.gone) == 8
    assert not Shift.objects.filter(original_on=FIRST.date()).exists()


def test_ended_roster_takes_what_comes_after_it_away(made):
    roster_of = ShiftPattern.objects.get().roster
    roster_of.ends_on = date(2026, 12, 2)
    roster_of.save()

    generate(NOW)

    assert [str(on)[5:] for on in Shift.objects.values_list("original_on", flat=True)] == ["11-25", "12-02"]


@pytest.mark.parametrize("changes", [{"is_active": False}, {"starts_at": time(10)}, {"weekday": 3}])
def test_shift_with_somebody_in_it_is_left_and_said(made, changes):
    taken(made)
    ShiftPattern.objects.update(**changes)

    done = generate(NOW)

    assert [one.shift.pk for one in done.left] == [first_shift().pk]
    assert (first_shift().starts_at, first_shift().seats.count()) == (FIRST, 2)


def test_shift_somebody_is_asked_for_or_waits_for_is_left(made):
    person = volunteer(made.station)
    seated(first_shift().seats.first(), person, verb="propose", via="lead", now=NOW)
    Waiting.objects.create(shift=Shift.objects.last(), profile=person, since=NOW)
    ShiftPattern.objects.update(is_active=False)

    done = generate(NOW)

    assert (len(done.left), len(done.gone), Shift.objects.count()) == (2, 6, 2)


@pytest.mark.parametrize("field", ["moved_at", "kept_at"])
def test_moved_or_kept_shift_is_neither_changed_nor_made_again(made, field):
    Shift.objects.filter(pk=first_shift().pk).update(**{field: NOW, "starts_at": at("2026-11-25 08:00")})
    ShiftPattern.objects.update(starts_at=time(10))

    done = generate(NOW)

    assert (done.new, done.left, first_shift().starts_at) == ([], [], at("2026-11-25 08:00"))


def test_shift_moved_to_another_day_is_not_made_again(made):
    start = at("2026-11-24 12:00")
    Shift.objects.filter(pk=first_shift().pk).update(
        starts_at=start, ends_at=start + timedelta(hours=3), moved_at=NOW
    )

    assert generate(start + timedelta(hours=1)).new == []


def test_cancelled_shift_stays_cancelled(made):
    Shift.objects.update(cancelled_at=NOW, cancelled_by=made.lead, cancel_reason="停电")

    assert generate(NOW).said == ""
    assert not Shift.objects.standing().exists()


def test_shift_with_a_past_is_cancelled_and_comes_back_with_the_pattern(made):
    declined = seated(
        first_shift().seats.first(), volunteer(made.station), verb="propose", via="lead", now=NOW
    )
    type(declined).objects.update(status="declined")
    ShiftPattern.objects.update(is_active=False)

    generate(NOW)
    left = Shift.objects.get()
    ShiftPattern.objects.update(is_active=True)
    generate(NOW)

    assert left.cancel_reason == "班表改了"
    assert (Shift.objects.standing().count(), first_shift().pk) == (8, left.pk)


def test_shift_with_a_hand_over_is_never_deleted(made):
    HandOver.objects.create(station=made.station, shift=first_shift(), by=made.lead, at=NOW, words="钥匙")
    ShiftPattern.objects.update(is_active=False)

    generate(NOW)

    assert Shift.objects.get().cancelled_at == NOW


def test_past_is_not_touched(made):
    then = FIRST + timedelta(weeks=2, hours=1)
    ShiftPattern.objects.update(is_active=False)

    generate(then)

    assert Shift.objects.count() == 3


def test_empty_seats_follow_and_taken_ones_stay(made):
    assignment = taken(made)
    SeatPattern.objects.filter(ordinal=1).update(is_lead=True)
    SeatPattern.objects.filter(ordinal=2).update(is_active=False)
    SeatPattern.objects.create(shift=ShiftPattern.objects.get(), ordinal=3, is_needed=False)

    done = generate(NOW)

    assert done.said == "添8个岗位，撤掉8个空岗位，7个空岗位改要求"
    assert [(s.pk, s.is_lead, s.is_needed) for s in first_shift().seats.all()[:1]] == [
        (assignment.seat_id, False, True)
    ]
    assert first_shift().seats.count() == 2


def test_seat_the_lead_added_or_took_out_stays_so(made):
    Seat.objects.create(shift=first_shift(), ordinal=3)
    Seat.objects.filter(shift=first_shift(), ordinal=2).update(removed_at=NOW)

    assert generate(NOW).said == ""


def test_new_seat_finds_a_free_number_beside_one_the_lead_added(made):
    Seat.objects.create(shift=first_shift(), ordinal=3)
    SeatPattern.objects.create(shift=ShiftPattern.objects.get(), ordinal=3)

    generate(NOW)

    assert [seat.ordinal for seat in first_shift().seats.all()] == [1, 2, 3, 4]


def test_plan_says_what_would_be_and_writes_nothing(house):
    pattern(house.station)

    found = generation.plan(NOW)

    assert (found.said, Shift.objects.count()) == ("新排8个班", 0)


def test_four_week_roster_makes_two_in_eight_weeks(house):
    pattern(house.station, on=roster(house.station, cycle_weeks=4), week=3)

    generate(NOW)

    found = Shift.objects.values_list("original_on", flat=True)
    assert [str(on)[5:] for on in found] == ["11-25", "12-23"]


def test_as_many_statements_for_eight_patterns_as_for_one(house, django_assert_num_queries):
    for hour in range(8, 16):
        pattern(house.station, starts_at=time(hour), minutes=60)

    with django_assert_num_queries(11):  # a savepoint among them
        generate(NOW)


def test_command_says_what_it_made(house):
    pattern(house.station)
    said = StringIO()

    call_command("generate_shifts", "--now", "2026-11-24T10:00", "--weeks", "2", stdout=said)
    call_command("generate_shifts", "--now", "2026-11-24T10:00", "--weeks", "2", stdout=said)

    assert said.getvalue() == "新排2个班。\n没有要新排的班。\n"


@pytest.mark.parametrize("weeks", ["0", "-1", "53"])
def test_command_refuses_a_senseless_number_of_weeks(db, weeks):
    with pytest.raises(CommandError, match="1到52"):
        call_command("generate_shifts", "--weeks", weeks)


def test_task_says_how_many_are_new(house):
    pattern(house.station)

    assert [generate_shifts(), generate_shifts()] == [8, 0]


def test_shift_that_comes_back_has_its_new_time_and_seats_before_anybody_stands_in_them(made):
    own = ShiftPattern.objects.get()
    who_has_been = taken(made)
    withdrawing.withdraw(who_has_been, by=who_has_been.profile.user, now=NOW)
    ShiftPattern.objects.update(is_active=False)
    generate(NOW)
    ShiftPattern.objects.update(is_active=True, starts_at=time(14))
    seat = SeatPattern.objects.create(shift=own, ordinal=3)
    who = volunteer(made.station, name="罗光明")
    StandingAssignment.objects.create(
        seat=seat, profile=who, from_on=FIRST.date(), set_by=made.lead, set_at=NOW
    )

    done = generate(NOW)

    back = first_shift()
    assert (done.back, back.starts_at, back.cancelled_at) == ([back], at("2026-11-25 14:00"), None)
    assert who.assignments.filter(starts_at=back.starts_at, seat__shift=back).exists()
    assert not generate(NOW).left
