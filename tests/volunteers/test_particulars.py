"""What stands in a profile: who may change what, and what of it is audited."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from stations.refusals import Conflict, Refused
from tests.factories import PostFactory, StationFactory, at, person
from tests.volunteers.rosters import profile_of, seated, shift
from volunteers import particulars
from volunteers.models import ProfileSkill, Skill
from volunteers.times import Stretch

NOW = at("2026-11-24 10:00")
FLAGS = {"shows_name": True, "shows_phone": False, "may_be_called_out": True}


@pytest.fixture
def profile(house):
    return profile_of(house.volunteer)


@pytest.fixture
def wireman(db):
    return Skill.objects.get_or_create(name="水电工", defaults={"needs_proof": True})[0]


def test_consent_is_audited_with_what_changed(profile, house):
    particulars.set_consents(profile, **FLAGS, by=house.volunteer, now=NOW)

    profile.refresh_from_db()
    entry = AuditEntry.objects.get(action="consent_changed")
    assert (profile.shows_name, profile.consented_at) == (True, NOW)
    assert (entry.detail, entry.person, entry.post.station) == ("张贴写全名", house.volunteer, house.station)


def test_consent_confirmed_unchanged_needs_no_entry(profile, house):
    particulars.set_consents(profile, **{**FLAGS, "shows_name": False}, by=house.volunteer, now=NOW)

    assert not AuditEntry.objects.filter(action="consent_changed").exists()


def test_lead_writes_down_the_consent_of_somebody_without_a_phone(profile, house):
    particulars.set_consents(profile, **FLAGS, by=house.lead, now=NOW)

    assert AuditEntry.objects.visible_to(house.lead).get(action="consent_changed").actor == house.lead


@pytest.mark.parametrize("who", ["colleague", "other_lead", "dispatcher"])
def test_profile_is_nobody_elses_to_change(profile, house, who):
    others = {
        "colleague": person("volunteer", station=house.station),
        "other_lead": person("station_lead", station=StationFactory(area=house.area)),
        "dispatcher": house.dispatcher,
    }

    with pytest.raises(Refused, match="只有本人和本站站长"):
        particulars.set_consents(profile, **FLAGS, by=others[who], now=NOW)


def test_times_are_replaced(profile, house):
    for stretches in ([Stretch(0, 540, 750), Stretch(3, 600, 1440, True)], [Stretch(1, 540, 750)]):
        particulars.set_times(profile, stretches=stretches, by=house.volunteer, now=NOW)

    assert [(a.weekday, a.until_minute) for a in profile.availabilities.all()] == [(1, 750)]


def leave(profile, first, last, by):
    days = {"from_on": date.fromisoformat(first), "until_on": date.fromisoformat(last)}
    return particulars.add_absence(profile, **days, reason="", by=by, now=NOW)


def test_leave_may_not_overlap_or_be_over(profile, house):
    leave(profile, "2026-11-24", "2026-11-26", house.volunteer)

    with pytest.raises(Conflict, match="已经请过假"):
        leave(profile, "2026-11-26", "2026-11-30", house.volunteer)
    with pytest.raises(Refused, match="今天或以后"):
        leave(profile, "2026-11-20", "2026-11-23", house.volunteer)


def test_leave_that_has_begun_ends_yesterday(profile, house):
    begun, coming = (
        leave(profile, *days, house.volunteer)
        for days in (("2026-11-20", "2026-11-30"), ("2026-12-05", "2026-12-06"))
    )

    for absence in (begun, coming):
        particulars.withdraw_absence(profile, absence.pk, by=house.volunteer, now=NOW)

    assert [one.until_on for one in profile.absences.all()] == [date(2026, 11, 23)]


def test_leave_of_somebody_else_is_not_withdrawn(profile, house):
    theirs = leave(profile_of(house.lead), "2026-12-05", "2026-12-06", house.lead)

    with pytest.raises(Conflict, match="已经不在了"):
        particulars.withdraw_absence(profile, theirs.pk, by=house.volunteer, now=NOW)


def test_said_skills_leave_checked_ones_alone(profile, house, wireman):
    barber, mason = (Skill.objects.get_or_create(name=name)[0] for name in ("理发", "瓦工"))
    particulars.check_skill(profile, skill=wireman, proof="电工证", expires_on=None, by=house.lead, now=NOW)
    particulars.say_skills(profile, skills=[barber], by=house.volunteer, now=NOW)

    particulars.say_skills(profile, skills=[mason, wireman], by=house.volunteer, now=NOW)

    assert {str(held.skill): held.proof for held in profile.skills.all()} == {"瓦工": "", "水电工": "电工证"}


def test_checked_skill_says_who_looked_and_is_audited(profile, house, wireman):
    until = date(2027, 3, 1)

    particulars.check_skill(profile, skill=wireman, proof="电工证", expires_on=until, by=house.lead, now=NOW)

    held = ProfileSkill.objects.get()
    assert (held.checked_by, held.checked_at, held.expires_on) == (house.lead, NOW, until)
    assert AuditEntry.objects.get(action="skill_checked").detail == "水电工（电工证，有效至2027-03-01）"


@pytest.mark.parametrize("who", ["volunteer", "lead"])
def test_nobody_looks_at_the_own_proof(house, wireman, who):
    user = getattr(house, who)

    with pytest.raises(Refused, match="另一位站长"):
        particulars.check_skill(
            profile_of(user), skill=wireman, proof="电工证", expires_on=None, by=user, now=NOW
        )


def test_dropped_skill_is_audited(profile, house, wireman):
    particulars.check_skill(profile, skill=wireman, proof="电工证", expires_on=None, by=house.lead, now=NOW)

    particulars.drop_skill(profile, wireman.pk, by=house.lead, now=NOW)

    assert not profile.skills.exists()
    assert AuditEntry.objects.filter(action="skill_checked").first().detail == "去掉水电工"


def test_guardians_consent_is_audited_when_given_and_withdrawn(profile, house):
    facts = {"born_on": date(2010, 5, 1), "guardian_name": "刘建国", "guardian_phone": ""}
    for day in (date(2026, 11, 20), None):
        particulars.set_guardian(profile, **facts, guardian_consented_on=day, by=house.lead, now=NOW)

    said = AuditEntry.objects.filter(action="consent_changed").values_list("detail", flat=True)
    assert sorted(said) == ["监护人2026-11-20同意", "监护人的同意撤回"]


def test_leave_over_a_shift_is_told(profile, house, client_of):
    day = timezone.localdate() + timedelta(days=30)
    seated(shift(house.station, at(f"{day} 09:00")).seats.first(), profile)
    days = {"from_on": day.isoformat(), "until_on": day.isoformat()}

    page = client_of(house.volunteer).post("/roster/me/absence/", days, follow=True).content.decode()

    assert "这几天里已经排了班" in page and "/roster/shifts/" in page


@pytest.fixture
def second(profile):
    """The lead of a station where the volunteer came to serve later."""
    station = StationFactory()
    PostFactory(user=profile.user, role="volunteer", station=station)
    return person("station_lead", station=station)


GUARDIAN = {"born_on": None, "guardian_name": "", "guardian_phone": "", "guardian_consented_on": None}


@pytest.mark.parametrize(
    ("verb", "facts"), [(particulars.set_consents, FLAGS), (particulars.set_guardian, GUARDIAN)]
)
def test_consents_are_kept_where_somebody_has_served_the_longest(profile, house, second, verb, facts):
    with pytest.raises(Refused, match="最早服务的站"):
        verb(profile, **facts, by=second, now=NOW)

    verb(profile, **facts, by=house.lead, now=NOW)
    house.volunteer.posts.filter(station=house.station).update(ended_at=NOW)
    verb(profile, **facts, by=second, now=NOW)


def test_whoever_wrote_another_name_changes_nothing(profile, second, wireman):
    post = profile.user.posts.get(station=second.posts.get().station)
    AuditEntry.objects.create(action="enrolled", post=post, detail=AuditEntry.OTHER_NAME)
    told = {"by": second, "now": NOW}

    for verb, facts in (
        (particulars.set_times, {"stretches": []}),
        (particulars.set_capacity, {"monthly_hours": 0}),
        (particulars.set_consents, FLAGS),
        (particulars.set_guardian, GUARDIAN),
        (particulars.check_skill, {"skill": wireman, "proof": "证", "expires_on": None}),
    ):
        with pytest.raises(Refused, match="姓名没有对上"):
            verb(profile, **facts, **told)
    with pytest.raises(Refused, match="姓名没有对上"):
        leave(profile, "2026-12-05", "2026-12-06", second)
