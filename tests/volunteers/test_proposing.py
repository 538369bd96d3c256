"""A proposal is a draft until it is sent, then questions: sent once, taken back, passed on, sent anew."""

from datetime import date, timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import StationFactory, at
from tests.volunteers.rosters import seated, shift, volunteer
from volunteers import proposing
from volunteers.models import Availability, Profile, Proposal, Skill
from volunteers.proposing import reasons, showing
from volunteers.seating import answering
from volunteers.states import Status

NOW = at("2026-11-24 10:00")
WEEK = proposing.Period(date(2026, 11, 24), date(2026, 11, 29))
WEDNESDAY, THURSDAY = at("2026-11-25 09:00"), at("2026-11-26 09:00")


def free(profile, *weekdays, **facts):
    """Has time on these days, on every day if none is named."""
    Availability.objects.bulk_create(
        Availability(profile=profile, weekday=day, from_minute=540, until_minute=1200, **facts)
        for day in weekdays or range(7)
    )
    return profile


@pytest.fixture
def crowd(house):
    return [free(volunteer(house.station, name=name)) for name in ("胡秀英", "罗建国", "孙玉珍")]


def drafted(house, period=WEEK):
    return proposing.draft(house.station, period, now=NOW)


def sent(house, period=WEEK, now=NOW):
    seen = proposing.draft(house.station, period, now=now).digest
    return proposing.send(house.station, period, seen=seen, by=house.lead, now=now)


def stands(proposal):
    return [(one.profile, one.status) for one in proposal.assignments.order_by("pk")]


def test_draft_says_who_and_why_and_writes_nothing(house, crowd):
    shift(house.station, WEDNESDAY, seats=1)

    [given] = drafted(house).result.given

    why = reasons.why(given, drafted(house).facts)
    assert why == "有空；近12周值过0小时，已排0小时，这次请3.5小时；能来的3人里，请这一位，大家最平均"
    assert not Proposal.objects.exists() and not Notice.objects.exists()


def test_hours_served_and_hours_to_come_are_told_apart(house):
    [person] = [free(volunteer(house.station))]
    seated(shift(house.station, at("2026-11-20 09:00"), seats=1).seats.get(), person)
    seated(shift(house.station, at("2026-11-28 09:00"), hours=2, seats=1).seats.get(), person)
    unanswered = shift(house.station, at("2026-11-19 09:00"), seats=1).seats.get()
    seated(unanswered, person, verb="propose")
    shift(house.station, WEDNESDAY, hours=3, seats=1)

    draft = drafted(house)

    why = reasons.why(draft.result.given[0], draft.facts)
    assert "近12周值过3.5小时，已排2小时，这次请3小时" in why
    [load] = reasons.loads(draft)
    assert (load.served, load.ahead, load.more, load.total) == ("3.5小时", "2小时", "3小时", "8.5小时")


def test_sending_asks_everybody_of_the_draft(house, crowd):
    shift(house.station, WEDNESDAY, seats=2)

    made = sent(house)

    asked = {profile.user_id for profile, status in stands(made) if status == Status.PROPOSED}
    assert len(asked) == 2
    assert set(Notice.objects.values_list("recipient", flat=True)) == asked
    assert made.figures["asked"] == 2


def test_sent_is_only_what_was_looked_at(house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    seen = drafted(house).digest
    shift(house.station, THURSDAY, seats=1)

    with pytest.raises(Conflict, match="刚刚有变动"):
        proposing.send(house.station, WEEK, seen=seen, by=house.lead, now=NOW)

    assert not Proposal.objects.exists()


def test_only_the_lead_of_the_station_sends(house, crowd):
    shift(house.station, WEDNESDAY, seats=1)

    with pytest.raises(Refused, match="只有本站站长"):
        proposing.send(house.station, WEEK, seen=drafted(house).digest, by=house.volunteer, now=NOW)


def test_nothing_to_ask_is_said(house):
    with pytest.raises(Refused, match="没有要发的邀请"):
        sent(house)


def test_taken_and_past_seats_are_left_alone(house, crowd):
    seated(shift(house.station, WEDNESDAY, seats=1).seats.get(), crowd[0])
    shift(house.station, at("2026-11-24 09:00"), seats=1)

    assert drafted(house).result.given == ()


def test_wished_seats_only_where_wanted(house, crowd):
    shift(house.station, WEDNESDAY, seats=[{"is_needed": False}])

    wished = proposing.Period(WEEK.first, WEEK.last, with_wished=True)
    assert [len(drafted(house, period).result.given) for period in (WEEK, wished)] == [0, 1]


def test_sending_again_keeps_what_stands_and_changes_what_does_not(house, crowd):
    shift(house.station, WEDNESDAY, seats=2)
    first = sent(house)
    answered, waiting = first.assignments.order_by("pk")
    answering.accept(answered, by=answered.profile.user, now=NOW)
    shift(house.station, THURSDAY, seats=1)

    second = sent(house)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.proposal) == (Status.PROPOSED, second)
    assert stands(first) == [(answered.profile, Status.ACCEPTED)]
    assert second.figures["asked"] == 1
    assert Notice.objects.filter(recipient=waiting.profile.user).count() == 1


def test_sending_again_takes_back_what_has_no_room_any_more(house, crowd):
    made = shift(house.station, WEDNESDAY, seats=1)
    [before] = sent(house).assignments.all()
    before.profile.availabilities.all().delete()

    second = sent(house)

    before.refresh_from_db()
    assert before.status == Status.CANCELLED
    assert [one.seat.shift for one in second.assignments.all()] == [made]
    assert second.assignments.get().profile != before.profile


def test_declined_seat_goes_to_the_next(house, crowd):
    shift(house.station, WEDNESDAY, seats=1)
    made = sent(house)
    asked = made.assignments.get()

    proposing.decline(asked, by=asked.profile.user, now=NOW)

    following = made.assignments.last()
    assert stands(made) == [(asked.profile, Status.DECLINED), (following.profile, Status.PROPOSED)]
    assert following.profile != asked.profile
    assert following.seat == asked.seat
    assert asked.profile not in {given.person for given in drafted(house).result.given}


def test_leads_hear_when_nobody_is_left(house):
    free(volunteer(house.station))
    shift(house.station, WEDNESDAY, seats=1)
    asked = sent(house).assignments.get()
    answering.decline(asked, by=asked.profile.user, now=NOW)

    assert proposing.next_for(asked, now=NOW) is None

    assert "没有可以再请的" in Notice.objects.get(recipient=house.lead).text


def test_leads_hear_anew_when_the_seat_was_asked_for_again(house):
    shift(house.station, WEDNESDAY, seats=1)
    for name in ("胡秀英", "罗建国"):
        person = free(volunteer(house.station, name=name))
        proposing.decline(sent(house).assignments.with_shift().get(), by=person.user, now=NOW)

    assert Notice.objects.filter(recipient=house.lead, text__contains="没有可以再请的").count() == 2


@pytest.mark.parametrize("late", [False, True])
def test_nobody_is_asked_shortly_before_or_twice(house, crowd, late):
    shift(house.station, WEDNESDAY, seats=1)
    asked = sent(house).assignments.get()
    answering.decline(asked, by=asked.profile.user, now=NOW)
    if not late:
        proposing.next_for(asked, now=NOW)

    moment = WEDNESDAY - timedelta(hours=1) if late else NOW
    assert proposing.next_for(asked, now=moment) is None


def test_taking_back_ends_only_what_is_unanswered(house, crowd):
    shift(house.station, WEDNESDAY, seats=2)
    made = sent(house)
    yes, _ = made.assignments.order_by("pk")
    answering.accept(yes, by=yes.profile.user, now=NOW)

    assert proposing.take_back(made, by=house.lead, now=NOW) == 1

    assert [status for _, status in stands(made)] == [Status.ACCEPTED, Status.CANCELLED]
    assert showing.answers(made) == {"agreed": 1, "unanswered": 0, "declined": 0, "taken_back": 1, "ended": 0}


def test_only_who_can_is_asked(house):
    barber = Skill.objects.create(name="理发师")
    away = free(volunteer(house.station, name="请假的"))
    away.absences.create(from_on="2026-11-25", until_on="2026-11-25")
    quiet = free(volunteer(house.station, name="不想被问的", may_be_called_out=False))
    child = free(volunteer(house.station, name="小的", born_on="2012-01-01", guardian_name="父"))
    able = free(volunteer(house.station, name="会的"))
    for person in (away, quiet, child, able):
        person.skills.create(skill=barber)
    volunteer(house.station, name="没填时间的").skills.create(skill=barber)
    free(volunteer(house.station, name="不会的"))
    shift(house.station, WEDNESDAY, seats=[{"skill": barber}, {"skill": barber}])

    draft = drafted(house)

    assert [draft.facts.profiles[given.person] for given in draft.result.given] == [able]
    [left] = draft.result.left
    assert reasons.why_nobody(left, draft.facts) == (
        "1人没有“理发师”技能或有效的证件，1人不想被问或没留时间，1人没填有空的时间，1人请假"
    )


def test_newcomers_are_not_proposed_to_lead(house):
    free(volunteer(house.station, name="新来的"))
    Profile.objects.update(joined_on="2026-11-01")
    shift(house.station, WEDNESDAY, seats=[{"is_lead": True}])

    assert drafted(house).result.cost.unled == 1


def test_hours_served_at_other_stations_count(house, crowd):
    elsewhere = shift(StationFactory(), at("2026-11-20 09:00"))
    seated(elsewhere.seats.first(), crowd[0])
    seated(elsewhere.seats.last(), crowd[1])
    shift(house.station, WEDNESDAY, seats=1)

    [given] = drafted(house).result.given

    assert given.person == crowd[2].pk


def test_reading_costs_the_same_for_many(house, crowd, django_assert_num_queries):
    shift(house.station, WEDNESDAY, seats=1)
    with django_assert_num_queries(9):
        drafted(house)
    for day in range(3):
        shift(house.station, THURSDAY + timedelta(days=day), seats=3)
        free(volunteer(house.station, name=f"又一位{day}"))

    with django_assert_num_queries(9):
        drafted(house)
