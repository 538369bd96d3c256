"""固定班: set for a place in the week, kept by cover, ended with its places to come."""

from datetime import date, time, timedelta

import pytest

from accounts import people
from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import StationFactory, at
from tests.volunteers.rosters import profile_of, seated, volunteer
from volunteers import generation
from volunteers.models import (
    Absence,
    RosterPattern,
    Seat,
    SeatPattern,
    Shift,
    ShiftPattern,
    Skill,
    StandingAssignment,
)
from volunteers.seating import standing, standins
from volunteers.seating.signing_up import take

NOW = at("2026-11-23 10:00")
FIRST = date(2026, 11, 25)


@pytest.fixture
def place(house):
    """Wednesdays 09:00 at our station, one seat; generated for five weeks."""
    roster = RosterPattern.objects.create(station=house.station, name="平时", starts_on=date(2026, 11, 2))
    pattern = ShiftPattern.objects.create(roster=roster, weekday=2, starts_at=time(9), minutes=210)
    return SeatPattern.objects.create(shift=pattern, ordinal=1)


@pytest.fixture
def seats(place):
    return [generated(place, FIRST + timedelta(weeks=n)) for n in range(5)]


def generated(place, day):
    start = at(f"{day} 09:00")
    shift = Shift.objects.create(
        station=place.shift.roster.station, pattern=place.shift, original_on=day,
        starts_at=start, ends_at=start + timedelta(minutes=210),
    )  # fmt: skip
    return Seat.objects.create(shift=shift, ordinal=1, pattern=place)


def appoint(house, place, profile, **how):
    return standing.appoint(place, profile, by=house.lead, now=NOW, **{"from_on": FIRST, **how})


def days_of(profile):
    return [a.seat.shift.original_on for a in profile.assignments.coming().with_shift()]


@pytest.mark.parametrize(("every_weeks", "number"), [(1, 5), (4, 2)])
def test_places_to_come_are_filled(house, place, seats, every_weeks, number):
    person = volunteer(house.station)

    made, done = appoint(house, place, person, every_weeks=every_weeks)

    assert days_of(person) == [FIRST + timedelta(weeks=n * every_weeks) for n in range(number)]
    assert {a.standing for a in done.made} == {made}
    assert Notice.objects.get().text.endswith("周三09:00起的班，从11月25日（周三）起。来不了请告诉站长。")


def test_new_seats_are_filled_once(house, place):
    person = volunteer(house.station)
    appoint(house, place, person)
    seat = generated(place, FIRST)

    first, second = (standing.fill([seat], by=None, now=NOW) for _ in range(2))

    assert (len(first.made), len(second.made)) == (1, 0)


def test_days_of_absence_stay_open_without_a_word(house, place, seats):
    person = volunteer(house.station)
    Absence.objects.create(profile=person, from_on=date(2026, 12, 1), until_on=date(2026, 12, 3))

    appoint(house, place, person)

    assert date(2026, 12, 2) not in days_of(person)
    assert not Notice.objects.filter(recipient=house.lead).exists()


def test_conflict_stays_open_and_the_lead_is_told(house, place, seats):
    person = volunteer(house.station)
    seated(_other_seat(at("2026-12-02 11:00")), person)

    _, done = appoint(house, place, person)

    assert (len(done.made), len(done.skipped)) == (4, 1)
    told = Notice.objects.get(recipient=house.lead)
    assert told.text.startswith("固定班没排上：胡秀英，12月2日（周三）09:00–12:30")
    assert "已经有别的班" in told.text


def test_many_conflicts_of_one_duty_are_told_once(house, place, seats):
    person = volunteer(house.station)
    for day in ("2026-12-02", "2026-12-09"):
        seated(_other_seat(at(f"{day} 11:00")), person)

    appoint(house, place, person)

    told = Notice.objects.get(recipient=house.lead)
    assert (
        told.text.startswith("固定班没排上：胡秀英，12月2日（周三）09:00–12:30，") and "等2班。" in told.text
    )


def _other_seat(start):
    shift = Shift.objects.create(
        station=StationFactory(),
        original_on=start.date(),
        starts_at=start,
        ends_at=start + timedelta(hours=2),
    )
    return Seat.objects.create(shift=shift, ordinal=1)


def test_cover_for_one_day_leaves_it_as_it_is(house, place, seats):
    person = volunteer(house.station)
    made, done = appoint(house, place, person)
    before = StandingAssignment.objects.values().get()

    standins.seek(done.made[0], by=person.user, now=NOW)
    cover = take(seats[0], profile_of(house.volunteer), by=house.volunteer, now=NOW)
    standing.fill(seats, by=None, now=NOW)

    assert StandingAssignment.objects.values().get() == before
    assert (cover.standing, len(days_of(person))) == (None, 4)


def test_ending_frees_what_comes_after(house, place, seats):
    person = volunteer(house.station)
    made, _ = appoint(house, place, person)
    last = date(2026, 12, 2)

    counted = standing.ending(made, last, now=NOW).count()
    freed = standing.end(made, by=house.lead, now=NOW, last_on=last)

    assert (counted, freed, days_of(person)) == (3, 3, [FIRST, last])
    assert Notice.objects.filter(recipient=person.user).count() == 2
    with pytest.raises(Conflict, match="已经结束"):
        standing.end(made, by=house.lead, now=NOW, last_on=last)


def test_ended_again_on_an_earlier_day_the_person_hears_of_that_too(house, place, seats):
    person = volunteer(house.station)
    made, _ = appoint(house, place, person)
    for last in (date(2026, 12, 9), FIRST):
        standing.end(made, by=house.lead, now=NOW, last_on=last)

    told = Notice.objects.filter(recipient=person.user, text__contains="固定班结束了").order_by("pk")
    assert ["11月25日" in notice.text for notice in told] == [False, True]


@pytest.mark.parametrize("last", [date(2026, 11, 23), FIRST])
def test_one_that_has_not_begun_never_does(house, place, seats, last):
    person = volunteer(house.station)
    made, _ = appoint(house, place, person, from_on=date(2026, 12, 2))

    standing.end(made, by=house.lead, now=NOW, last_on=last)

    assert days_of(person) == []
    assert standing.fill(seats, by=None, now=NOW).made == []


def test_who_leaves_before_it_begins_is_never_asked_for_it(house, place, seats):
    person = volunteer(house.station)
    appoint(house, place, person, from_on=date(2026, 12, 2))

    people.remove(person.user.posts.get(), by=house.lead, now=NOW)

    done = standing.fill(seats, by=None, now=at("2026-11-25 08:00"))
    assert (done.made, done.skipped) == ([], [])


def test_two_do_not_stand_in_one_place(house, place):
    appoint(house, place, volunteer(house.station))

    with pytest.raises(Refused, match="已经排了固定的人"):
        appoint(house, place, volunteer(house.station), from_on=date(2027, 1, 6))


def test_every_fourth_week_counts_from_the_first_on_which_the_place_falls(house, place):
    monthly = RosterPattern.objects.create(
        station=house.station, name="四周", starts_on=date(2026, 11, 23), cycle_weeks=4
    )
    pattern = ShiftPattern.objects.create(roster=monthly, week=2, weekday=4, starts_at=time(9), minutes=210)
    third_week = SeatPattern.objects.create(shift=pattern, ordinal=1)
    person = volunteer(house.station)

    appoint(house, third_week, person, every_weeks=4)
    appoint(house, place, person, every_weeks=4, from_on=date(2026, 11, 26))
    generation.generate(NOW)

    assert days_of(person) == [date(2026, 12, 2), date(2026, 12, 11), date(2026, 12, 30), date(2027, 1, 8)]


def test_nobody_stands_where_the_place_never_falls(house, place):
    with pytest.raises(Refused, match="没有班"):
        appoint(
            house, place, volunteer(house.station), from_on=date(2026, 11, 26), until_on=date(2026, 12, 1)
        )


def test_two_every_fourth_week_take_turns(house, place, seats):
    one, other = volunteer(house.station), volunteer(house.station)
    appoint(house, place, one, every_weeks=4)

    appoint(house, place, other, every_weeks=4, from_on=date(2026, 12, 2))

    assert (len(days_of(one)), days_of(other)) == (2, [date(2026, 12, 2)])


@pytest.mark.parametrize("who", ["volunteer", "outsider", "dispatcher"])
def test_only_the_lead_sets_and_ends(house, place, who):
    person, by = volunteer(house.station), getattr(house, who)
    made, _ = appoint(house, place, person)

    with pytest.raises(Refused, match="站长"):
        standing.appoint(place, person, by=by, now=NOW, from_on=FIRST)
    with pytest.raises(Refused, match="站长"):
        standing.end(made, by=by, now=NOW, last_on=FIRST)


MINOR = {"born_on": date(2010, 5, 1), "guardian_name": "母"}
AGREED = MINOR | {"guardian_consented_on": "2026-01-05"}


@pytest.mark.parametrize(
    ("facts", "changes", "sentence"),
    [
        (MINOR, {}, "监护人还没有同意"),
        (AGREED, {"is_lead": True}, "不能带班"),
        (AGREED, {"late": True}, "只排7:00到20:00"),
        ({}, {"skilled": True}, "这个岗位要会理发师"),
    ],
)
def test_who_could_never_sit_does_not_stand(house, place, seats, facts, changes, sentence):
    place.is_lead = changes.get("is_lead", False)
    if changes.get("late"):
        place.shift.starts_at = time(17)
    if changes.get("skilled"):
        place.skill = Skill.objects.create(name="理发师")

    with pytest.raises(Refused, match=sentence) as refusal:
        appoint(house, place, volunteer(house.station, **facts))

    assert refusal.value.field == "profile"
    assert not Notice.objects.filter(recipient=house.lead).exists()


def test_minor_with_consent_stands_by_day(house, place, seats):
    _, done = appoint(house, place, volunteer(house.station, **AGREED))

    assert len(done.made) == 5


def test_stranger_does_not_stand(house, place):
    with pytest.raises(Refused, match="不是本站"):
        appoint(house, place, volunteer(StationFactory()))


def test_seats_are_filled_with_as_many_statements_however_many(house, place, django_assert_max_num_queries):
    person = volunteer(house.station)
    appoint(house, place, person)

    def filled(*weeks):
        made = [generated(place, FIRST + timedelta(weeks=n)) for n in weeks]
        with django_assert_max_num_queries(30) as counted:
            assert len(standing.fill(made, by=None, now=NOW).made) == len(weeks)
        return len(counted)

    assert filled(0) == filled(1, 2, 3, 4)


def test_generation_seats_who_stands_for_what_it_makes(house, place):
    person = volunteer(house.station)
    appoint(house, place, person)

    generation.generate(NOW)

    assert len(days_of(person)) == generation.WEEKS
    assert Notice.objects.filter(recipient=person.user).count() == 1
