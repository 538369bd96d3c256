"""At least one row in every table of the rosters, and one way to break each of their checks."""

from datetime import date, time, timedelta

from django.db import connection

from tests.tickets.loop import MONDAY
from tests.volunteers.rosters import profile_of, shift, volunteer
from volunteers.models import (
    Absence,
    Asking,
    Assignment,
    AssignmentEvent,
    Availability,
    CalendarFeed,
    CheckInCode,
    Closure,
    Correction,
    CorrectionRequest,
    HandOver,
    Member,
    PeopleImport,
    ProfileSkill,
    Project,
    Proposal,
    RosterPattern,
    SeatPattern,
    ServiceRecord,
    ShiftPattern,
    Skill,
    StandingAssignment,
    Team,
    Waiting,
)

DAY = MONDAY.date()


def copied(table, **changed):
    """A statement that writes the rows of an append-only table once more, each with something changed."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    named = [name for name in columns if name != "id"]
    values = [changed.get(name, f'"{name}"') for name in named]
    into = ", ".join(f'"{name}"' for name in named)
    return f"INSERT INTO {table} ({into}) SELECT {', '.join(values)} FROM {table}"  # noqa: S608


BREAKING = {
    "absence_from_before_until": "UPDATE volunteers_absence SET from_on = until_on + 1",
    "assignment_on_duty_checked_in": "UPDATE volunteers_assignment SET status = 'done'",
    "assignment_out_after_in": (
        "UPDATE volunteers_assignment SET checked_in_at = now(), checked_out_at = now() - interval '1 second'"
    ),
    "assignment_status_known": "UPDATE volunteers_assignment SET status = 'lost'",
    "availability_from_before_until": "UPDATE volunteers_availability SET until_minute = from_minute",
    "closure_from_before_until": "UPDATE volunteers_closure SET from_on = until_on + 1",
    "closure_has_a_reason": "UPDATE volunteers_closure SET reason = ''",
    "correction_has_a_reason": ("volunteers_correction", {"reason": "''"}),
    "correction_request_has_words": "UPDATE volunteers_correctionrequest SET words = ''",
    "hand_over_has_words": ("volunteers_handover", {"words": "''"}),
    "member_left_after_joined": "UPDATE volunteers_member SET left_on = joined_on - 1",
    "profile_consent_names_guardian": (
        "UPDATE volunteers_profile SET guardian_consented_on = joined_on, guardian_name = ''"
    ),
    "profile_left_after_joined": "UPDATE volunteers_profile SET left_on = joined_on - 1",
    "record_has_minutes": ("volunteers_servicerecord", {"minutes": "0", "assignment_id": "NULL"}),
    "roster_pattern_cycle": "UPDATE volunteers_rosterpattern SET cycle_weeks = 2",
    "roster_pattern_ends_after_start": "UPDATE volunteers_rosterpattern SET ends_on = starts_on - 1",
    "shift_cancelled_with_reason": "UPDATE volunteers_shift SET cancelled_at = now(), cancel_reason = ''",
    "shift_is_not_too_long": (
        "UPDATE volunteers_shift SET ends_at = starts_at + interval '12 hours 1 minute'"
    ),
    "shift_pattern_minutes": "UPDATE volunteers_shiftpattern SET minutes = 721",
    "shift_pattern_week": "UPDATE volunteers_shiftpattern SET weekday = 7",
    "shift_starts_before_ends": "UPDATE volunteers_shift SET ends_at = starts_at",
    "standing_ends_after_start": "UPDATE volunteers_standingassignment SET until_on = from_on - 1",
    "standing_every_weeks": "UPDATE volunteers_standingassignment SET every_weeks = 2",
}
# The last assignment is a proposed one: as a taken one it must not also be in two places.
ASIDE = {
    "seat_taken_once": {
        "status": "accepted",
        "starts_at": MONDAY + timedelta(days=9),
        "ends_at": MONDAY + timedelta(days=9, hours=1),
    }
}


def fill(house):
    """The person of `house` who volunteers, with a colleague, in a roster of the station; the service record."""
    person, colleague = profile_of(house.volunteer), volunteer(house.station)
    described(person, house)
    team = teamed(person, house)
    seat, places = rostered(house, person, colleague)
    Waiting.objects.create(shift=seat.shift, profile=colleague, since=MONDAY, assignment=places[0])
    Asking.objects.create(shift=seat.shift, profile=colleague, at=MONDAY, by=house.lead)
    HandOver.objects.create(
        station=house.station, shift=seat.shift, by=house.volunteer, at=MONDAY, words="钥匙在抽屉里"
    )
    return recorded(house, person, places, team)


def described(person, house):
    skill, _ = Skill.objects.get_or_create(name="水电维修")  # the migration's are gone after some tests
    ProfileSkill.objects.create(
        profile=person, skill=skill, proof="电工证", checked_by=house.lead, checked_at=MONDAY
    )
    Availability.objects.create(profile=person, weekday=1, from_minute=540, until_minute=720)
    Absence.objects.create(profile=person, from_on=DAY, until_on=DAY)
    CalendarFeed.objects.create(profile=person, token_hash="f" * 64, created_at=MONDAY)
    CheckInCode.objects.create(station=house.station)
    PeopleImport.objects.create(station=house.station, by=house.lead, made_at=MONDAY)


def teamed(person, house):
    team = Team.objects.create(area=house.area, name="红色先锋队", colour="red", unit=house.other_unit)
    Member.objects.create(team=team, profile=person, joined_on=DAY)
    Project.objects.create(team=team, name="护学岗")
    return team


def rostered(house, person, colleague):
    """A shift out of a pattern whose seat the person has, while the colleague is asked for it."""
    roster = RosterPattern.objects.create(station=house.station, name="平时", starts_on=DAY)
    pattern = ShiftPattern.objects.create(roster=roster, weekday=1, starts_at=time(9), minutes=120)
    seats = SeatPattern.objects.create(shift=pattern, ordinal=1)
    standing = StandingAssignment.objects.create(
        seat=seats, profile=person, from_on=DAY, set_by=house.lead, set_at=MONDAY
    )
    proposal = Proposal.objects.create(station=house.station, from_on=DAY, until_on=DAY, made_at=MONDAY)
    closed = date(2026, 12, 24)
    Closure.objects.create(
        station=house.station,
        from_on=closed,
        until_on=closed,
        reason="装修",
        set_by=house.lead,
        set_at=MONDAY,
    )
    seat = shift(house.station, MONDAY + timedelta(days=1), hours=2, seats=1, pattern=pattern).seats.get()
    facts = {"seat": seat, "starts_at": seat.shift.starts_at, "ends_at": seat.shift.ends_at}
    facts |= {"created_at": MONDAY, "created_by": house.lead}
    taken = Assignment.objects.create(
        profile=person, status="accepted", via="self", standing=standing, **facts
    )
    asked = Assignment.objects.create(
        profile=colleague, status="proposed", via="self", proposal=proposal, **facts
    )
    AssignmentEvent.objects.create(assignment=taken, at=MONDAY, by=house.volunteer, verb="sign_up")
    return seat, [taken, asked]


def recorded(house, person, places, team):
    """Two services, the last of which was corrected and is doubted."""
    facts = {"profile": person, "activity": "站点值班", "served_on": DAY, "place": "红岩小屋", "minutes": 120}
    facts |= {
        "content": "接待",
        "organiser": "社区",
        "in_charge": "陈国平",
        "recorded_at": MONDAY,
        "team": team,
    }
    first, second = (ServiceRecord.objects.create(assignment=place, **facts) for place in places)
    Correction.objects.create(record=second, minutes=90, reason="早走", by=house.lead, at=MONDAY)
    CorrectionRequest.objects.create(profile=person, record=second, words="少算了半小时", at=MONDAY)
    return first
