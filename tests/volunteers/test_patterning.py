"""What a lead changes in patterns, what it would make, and the hints that go with it."""

from datetime import date, time

import pytest

from accounts.models import AuditEntry
from stations.models import OpeningHours
from stations.refusals import Conflict, Refused
from tests.factories import StationFactory, at
from tests.volunteers.patterns import NOW, pattern, roster
from tests.volunteers.rosters import seated, shift, volunteer
from volunteers import clock, odd, patterning
from volunteers.generation import generate
from volunteers.models import RosterPattern, SeatPattern, Shift, ShiftPattern
from volunteers.patterning import Wanted, look, save, staffing

TODAY = date(2026, 11, 24)
EVERY_DAY = [(0, n) for n in range(7)]


def open_daily(station, opens=time(9), closes=time(20), days=range(7)):
    OpeningHours.objects.bulk_create(
        OpeningHours(station=station, weekday=n, opens_at=opens, closes_at=closes) for n in days
    )


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("09:00", 540), ("9:00", 540), ("９：０５", 545), ("9点", 540), ("9点30分", 570), ("24:00", 1440),
        ("24:01", None), ("9", None), ("9:", None), ("09:60", None), ("25:00", None), ("", None), ("上午", None),
    ],
)  # fmt: skip
def test_times_as_they_are_typed(typed, minutes):
    assert clock.minutes_of(typed) == minutes


@pytest.mark.parametrize(
    ("starts_at", "minutes", "said"),
    [
        (time(9), 210, "09:00–12:30"),
        (time(16, 30), 450, "16:30–24:00"),
        (time(22), 240, "22:00–次日02:00"),
        (time(0), 60, "00:00–01:00"),
    ],
)
def test_hours_in_words(starts_at, minutes, said):
    assert clock.hours(starts_at, minutes) == said
    first = clock.start_of(starts_at)
    assert clock.lasting(first, (first + minutes - 1) % clock.DAY + 1) == minutes


def test_three_a_day_fit_the_opening_hours(house):
    open_daily(house.station)

    made, plan = save(
        house.station, lambda: patterning.three_a_day(house.station, by=house.lead, now=NOW), now=NOW
    )

    hours = {clock.hours(s.starts_at, s.minutes) for s in made.shifts.all()}
    assert hours == {"09:00–12:30", "12:30–16:30", "16:30–20:00"}
    assert (made.name, made.shifts.count(), SeatPattern.objects.filter(is_lead=True).count()) == (
        "平时",
        21,
        21,
    )
    assert len(plan.new) == Shift.objects.count() == 56 * 3 - 1  # this morning's has begun
    assert odd.of_station(house.station, today=TODAY) == []


def test_short_days_have_fewer_shifts(house):
    open_daily(house.station, time(13), time(16), days=[5])

    made = patterning.three_a_day(house.station, by=house.lead, now=NOW)

    assert [str(shift) for shift in made.shifts.all()] == ["周六 13:00"]


def test_three_a_day_needs_opening_hours_and_no_roster(house):
    with pytest.raises(Refused, match="开放时间"):
        patterning.three_a_day(house.station, by=house.lead, now=NOW)
    open_daily(house.station)
    patterning.three_a_day(house.station, by=house.lead, now=NOW)

    with pytest.raises(Conflict, match="已经有班表"):
        patterning.three_a_day(house.station, by=house.lead, now=NOW)


def test_look_says_what_save_does_and_leaves_nothing(house):
    home = roster(house.station)
    change = lambda: patterning.add_shifts(home, [(0, 2)], time(9), 210, [Wanted()], by=house.lead)  # noqa: E731

    seen = look(house.station, change, now=NOW)
    nothing_there = (ShiftPattern.objects.count(), Shift.objects.count(), AuditEntry.objects.count())
    _, plan = save(house.station, change, now=NOW)

    assert nothing_there == (0, 0, 0)
    assert seen.plan.said == plan.said == "新排8个班"


def test_look_and_save_leave_out_what_was_to_be_done_anyway(house):
    backlog = pattern(house.station, weekday=4)
    generate(NOW)
    seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)
    ShiftPattern.objects.filter(pk=backlog.pk).update(starts_at=time(10))  # a change not yet followed
    pattern(house.station, weekday=5)  # and one for which nothing is generated yet
    home = roster(house.station, name="寒假", ends_on=date(2026, 12, 14))
    change = lambda: patterning.add_shifts(home, [(0, 0)], time(9), 210, [Wanted()], by=house.lead)  # noqa: E731

    seen = look(house.station, change, now=NOW).plan
    _, plan = save(house.station, change, now=NOW)

    assert seen.told == plan.told == "新排3个班：11月30日、12月7日、12月14日"
    assert (seen.left, plan.left) == ([], [])
    assert Shift.objects.count() == 8 + 8 + 3


def test_look_hints_at_shifts_added_by_hand_at_the_same_time(house):
    """Not at those that only touch, of another day, cancelled, or of another station."""
    home = roster(house.station)
    beside = shift(house.station, at("2026-11-25 12:00"), hours=2, seats=1)
    for start in ("2026-11-25 12:30", "2026-11-26 09:00"):
        shift(house.station, at(start), seats=1)
    shift(house.station, at("2026-12-02 09:00"), cancelled_at=NOW, cancel_reason="停电")
    shift(StationFactory(), at("2026-11-25 09:00"))
    change = lambda: patterning.add_shifts(home, [(0, 2)], time(9), 210, [Wanted()], by=house.lead)  # noqa: E731

    [before] = look(house.station, change, now=NOW).hints
    save(house.station, change, now=NOW)
    later = lambda: patterning.add_shifts(home, [(0, 2)], time(18), 60, [Wanted()], by=house.lead)  # noqa: E731

    assert before == "11月25日（周三）12:00–14:00已经有临时加的班，时间重叠，两个班都会排。"
    assert beside.pattern is None and look(house.station, later, now=NOW).hints == []


def test_look_hints_at_what_the_change_makes_odd_alone(house):
    open_daily(house.station)
    home = pattern(house.station, starts_at=time(18), minutes=180).roster

    seen = look(
        house.station,
        lambda: patterning.add_shifts(home, [(0, 4)], time(8), 120, [Wanted()], by=house.lead),
        now=NOW,
    )

    assert seen.hints == ["“平时”周五08:00–10:00：开放时间是09:00–20:00，超出的时间照样排班。"]


def test_look_names_shifts_with_people_and_leaves_them(house):
    home = pattern(house.station)
    generate(NOW)
    seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)

    seen = look(house.station, lambda: patterning.set_active(home, is_active=False, by=house.lead), now=NOW)

    assert (seen.plan.said, len(seen.plan.left)) == ("撤掉7个没有人的班", 1)
    assert Shift.objects.count() == 8


def test_shift_changed_by_somebody_else_meanwhile_is_a_conflict(house):
    shift = pattern(house.station)
    seen = patterning.stamp(shift)
    ShiftPattern.objects.update(minutes=240)

    with pytest.raises(Conflict, match="刚刚被别人改过"):
        patterning.change_shift(shift, time(9), 210, [Wanted()], seen=seen, by=house.lead)


def test_seats_keep_their_rows(house):
    shift = pattern(house.station, seats=3)
    before = [seat.pk for seat in shift.seats.all()]
    wanted = [None, Wanted(), Wanted(is_needed=False), Wanted(is_lead=True)]

    patterning.change_shift(shift, time(9), 210, wanted, seen=patterning.stamp(shift), by=house.lead)

    seats = list(SeatPattern.objects.values_list("pk", "ordinal", "is_active", "is_needed", "is_lead"))
    assert seats[:3] == [
        (before[0], 1, False, True, False),
        (before[1], 2, True, True, False),
        (before[2], 3, True, False, False),
    ]
    assert seats[3][1:] == (4, True, True, True)


def test_same_shift_twice_on_a_day_is_a_conflict(house):
    shift = pattern(house.station)

    with pytest.raises(Conflict, match="周三这个时间已经有班"):
        patterning.add_shifts(shift.roster, [(0, 2)], time(9), 210, [Wanted()], by=house.lead)


def test_day_is_copied_with_its_seats_and_not_twice(house):
    shift = pattern(house.station, seats=[{"is_lead": True}, {"is_needed": False}])
    targets = [(0, 3), (0, 4)]

    made = patterning.copy_day(shift.roster, (0, 2), targets, by=house.lead)
    again = patterning.copy_day(shift.roster, (0, 2), targets, by=house.lead)

    assert [str(one) for one in made] == ["周四 09:00", "周五 09:00"]
    assert [(s.is_lead, s.is_needed) for s in made[1].seats.all()] == [(True, True), (False, False)]
    assert again == []


def test_overlapping_shifts_get_a_hint(house):
    open_daily(house.station)
    pattern(house.station)
    pattern(house.station, on=roster(house.station, name="周末"), starts_at=time(12), minutes=120)
    pattern(house.station, starts_at=time(12, 30), minutes=60, weekday=3)

    assert odd.of_station(house.station, today=TODAY) == [
        "“平时”周三09:00–12:30和“周末”周三12:00–14:00时间重叠，两个班都会排。"
    ]


def test_rosters_that_are_never_valid_together_do_not_overlap(house):
    open_daily(house.station)
    pattern(house.station, on=roster(house.station, ends_on=date(2026, 12, 31)))
    pattern(house.station, on=roster(house.station, name="新年", starts_on=date(2027, 1, 1)))

    assert odd.of_station(house.station, today=TODAY) == []


def test_shift_outside_opening_hours_gets_a_hint(house):
    open_daily(house.station, days=[2])
    pattern(house.station, starts_at=time(18), minutes=150)
    pattern(house.station, weekday=6)

    first, second = odd.of_station(house.station, today=TODAY)
    assert "周三18:00–20:30：开放时间是09:00–20:00" in first
    assert "周日09:00–12:30：这一天不开放" in second


def test_every_change_is_written_down_with_who_did_it(house):
    home = patterning.set_roster(
        RosterPattern(station=house.station, name="平时", starts_on=TODAY), by=house.lead
    )
    [shift] = patterning.add_shifts(
        home, [(0, 2)], time(9), 210, [Wanted(), Wanted(is_lead=True)], by=house.lead
    )
    patterning.change_shift(shift, time(10), 120, [Wanted()], seen=patterning.stamp(shift), by=house.lead)
    shift.refresh_from_db()
    patterning.set_active(shift, is_active=False, by=house.lead)

    entries = AuditEntry.objects.filter(action="roster_changed", actor=house.lead).order_by("pk")
    assert [entry.detail for entry in entries] == [
        "新班表平时：每周，2026年11月24日起",
        "平时：加周三 09:00，2人（1人带班）",
        "平时：周三 09:00–12:30，2人（1人带班） → 10:00–12:00，1人",
        "平时：停掉周三 10:00–12:00，1人",
    ]


def test_nobody_but_the_lead_changes_patterns(house):
    shift = pattern(house.station)

    for user in (house.volunteer, house.dispatcher, house.outsider):
        with pytest.raises(Refused, match="只有本站站长"):
            patterning.set_active(shift, is_active=False, by=user)


@pytest.mark.parametrize(
    ("seats", "said"),
    [
        ([Wanted()], "1人"),
        ([Wanted(is_needed=False)], "最好有1人"),
        ([Wanted(is_lead=True), Wanted(), Wanted(is_needed=False)], "2人，最好再有1人（1人带班）"),
        ([Wanted(skill_id=7), Wanted()], "2人（1人会水电工）"),
    ],
)
def test_staffing_in_words(seats, said):
    assert staffing(seats, {7: "水电工"}) == said
