"""The demo as it is promised: its people, its numbers, and a desk that is alive whenever it is loaded."""

import hashlib
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import AuditEntry, Post, User
from notices.models import Notice
from stations import workdays
from stations.models import Area, Building, Loan, Station, Visit
from tests.factories import at
from tests.tickets import demo_checks
from tickets.demo import history, live, people, places, sign_ins
from tickets.demo.replay import Replay
from tickets.demo.texts import MATTERS
from tickets.models import Category, Clock, Event, Photo, Rating, Reconciliation, Reporter, Ticket
from tickets.reports import periods, satisfaction
from tickets.states import Status
from volunteers import eligibility
from volunteers.models import (
    Absence,
    CorrectionRequest,
    Profile,
    Project,
    ServiceRecord,
    StandingAssignment,
    Team,
)

NOW = at("2026-11-24 10:42")
ALL = set(Status.values)
ELSEWHERE = ALL - {"waiting", "merged"}
MOMENTS = {
    "weekday opening": "2026-11-23 09:02",
    "saturday": "2026-11-28 11:00",
    "night": "2026-11-25 02:30",
    "national day": "2026-10-04 15:00",
    "spring festival": "2026-02-19 10:00",
    "turn of the year": "2027-01-02 10:00",
}
# People of the reports behind the demo, by their hashes so that their names stand nowhere in here.
REAL_PEOPLE = {
    "0c4849e5", "0f1572ee", "115ecd76", "19574307", "1e54a722", "1e90b463", "205818d9", "22bba22e",
    "245d03d6", "2fd64a74", "31a8ab1b", "3368d3d9", "33b3b417", "35958337", "3ef057fc", "4205bb5d",
    "4844161a", "5a079c1d", "5a0add76", "5ac22ede", "68f537ef", "75bd6bbb", "7868be40", "78fc2132",
    "80b7fc45", "85c81c42", "87b7d039", "8a008692", "99b9e7ee", "a0a6b003", "b30c3db7", "bf00f7dc",
    "de1b90ef", "e1b9261f", "e55eb316", "ec4481f6", "ed39eddf", "eea6c188", "f3ac7fdb", "f85a55e1",
    "f872b9d1",
}  # fmt: skip


# Every worker loads the whole demo for them.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The whole demo as loaded on a Tuesday morning."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", now=NOW.isoformat(), verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded):
    """One test's own view of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def estate(demo):
    return Ticket.objects.filter(area__name=places.ESTATE)


def last_ratings(tickets):
    """Each reporter's last one, whatever the ticket's status."""
    ratings = Rating.objects.filter(reporter__ticket__in=tickets).order_by("reporter_id", "-round")
    return list(ratings.distinct("reporter_id"))


def good(ratings):
    return sum(rating.satisfied in ("satisfied", "mostly") for rating in ratings)


def test_demo_keeps_every_rule_of_the_loop(demo):
    demo_checks.check_all(NOW)


def test_nights_before_found_nothing_amiss(demo):
    nights = Reconciliation.objects.latest_first()

    assert [night.found for night in nights] == [0] * 4
    assert nights[0].day == NOW.date()
    assert all(rows > 0 for rows, _ in nights[0].checked.values())


def test_demo_has_130_matters_this_year_nearly_all_done(estate):
    status = Counter(estate.values_list("status", flat=True))

    assert estate.filter(received_on__year=2026).count() == estate.count() == 130
    assert status["closed"] + status["resolved"] == 102
    assert estate.exclude(outcome__in=["solved", ""]).count() <= 5


def test_demo_is_rated_97_percent_satisfied_however_the_open_ones_are_counted(estate):
    for rated in (last_ratings(estate), last_ratings(estate.done())):
        assert round(100 * good(rated) / len(rated)) == 97

    assert 0.68 <= len(last_ratings(estate.done())) / estate.done().count() <= 0.72


@pytest.mark.parametrize("period", ["this_year", "twelve_months"])
def test_demo_report_reads_97_percent_with_its_n_on_the_day_of_loading(estate, period):
    home = Area.objects.get(name=places.ESTATE)
    asked = periods.named(period, NOW.date())

    found = satisfaction.report(estate, asked, [home], now=NOW)

    shown = satisfaction.rate(found.total, "content")
    assert shown.n >= 70 and round(shown.percent) == 97
    assert shown.n == len(last_ratings(estate))


def test_demo_answers_mostly_in_time(estate):
    replies = Clock.objects.filter(ticket__in=estate, kind="reply", round=1).exclude(
        ticket__status="withdrawn"
    )
    decided = [clock for clock in replies if clock.met_at or clock.due_at < NOW]

    late = sum(clock.is_late(NOW) for clock in decided)

    assert 5 <= late <= 10
    assert 0.9 <= 1 - late / len(decided) < 1


def test_demo_shows_every_status_and_the_rare_turns(estate):
    verbs = set(Event.objects.filter(ticket__in=estate).values_list("verb", flat=True))

    assert set(estate.values_list("status", flat=True)) == ALL
    assert {"hand_back", "release", "reopen", "withdraw", "close_unrated", "flag"} <= verbs
    assert estate.open().filter(round=2).exists()


def test_demo_fills_queue_unit_and_desk(estate):
    worker = User.objects.get(phone=sign_ins.STAFF.phone)
    station = Station.objects.get(code="HY01")
    queue = estate.filter(status="received")

    assert queue.count() == 9
    assert [t for t in queue if t.events.filter(verb="hand_back").exists()]
    assert queue.filter(category__name="邻里噪声").exists()
    assert estate.filter(status="dispatched", unit__name="安居物业").count() == 6
    assert estate.in_hand_of(worker).count() == 4
    assert estate.open().at_station(station).count() == 17
    assert estate.open().at_station(station).overdue(NOW).count() == 3


def test_demo_worker_has_promises_for_today_and_tomorrow(estate):
    mine = estate.open().filter(claimant__phone=sign_ins.STAFF.phone)

    promised = set(mine.exclude(promised_on=None).values_list("promised_on", flat=True))

    assert promised == {NOW.date(), NOW.date() + timedelta(days=1)}


def test_demo_tells_the_story_of_the_gas_stove(estate):
    story = estate.get(building__name="24栋", words__contains="燃气灶", status="closed")

    assert story.unit.name == "便民维修队"
    assert Rating.objects.get(reporter__ticket=story).satisfied == "satisfied"


def test_demo_has_121_volunteers_with_vests_and_two_leads(demo):
    at_estate = Post.objects.active().filter(station__area__name=places.ESTATE)
    volunteers = at_estate.as_role("volunteer")
    vests = [post.user.profile.vest_number for post in volunteers.select_related("user__profile")]

    assert len(vests) == len(set(vests)) == 121 and all(vests)
    assert at_estate.as_role("station_lead").count() == 2


def test_demo_places_are_as_the_pictures_show(demo):
    assert list(Category.objects.values_list("name", "ordinal")) == [
        (name, n)
        for n, name in enumerate([*places.CATEGORIES, *(name for name, *_ in places.EMERGENCIES)], start=1)
    ]
    assert Building.objects.filter(area__name=places.ESTATE).exclude(group="").count() >= 26
    assert Counter(Station.objects.values_list("kind", flat=True)) == {
        "red_rock": 2, "red_post": 1, "neighbour_post": 1,
    }  # fmt: skip
    assert all(station.opening_hours.count() == 7 for station in Station.objects.all())


def test_demo_smaller_communities_have_work_too(demo):
    for name in (places.SCATTERED, places.NEIGHBOURLY):
        tickets = Ticket.objects.filter(area__name=name)
        assert 25 <= tickets.count() <= 40
        assert set(tickets.values_list("status", flat=True)) == ELSEWHERE
    served = Ticket.objects.filter(unit__kind="property_centre", building__units=None)
    assert served.exists()


def test_demo_sign_ins_hold_their_roles_and_nobody_else_a_password(demo):
    listed = {person.phone for person in sign_ins.DEMO_SIGN_INS}

    able = [user for user in User.objects.all() if user.has_usable_password()]

    assert {user.phone for user in able} == listed
    assert all(check_password(sign_ins.PASSWORD, user.password) for user in able)
    assert set(Post.objects.filter(user__in=able).values_list("role", flat=True)) == set(Post.Role.values)


def test_demo_notices_stand_in_the_order_of_their_moments(demo):
    moments = list(Notice.objects.order_by("pk").values_list("created_at", flat=True))

    assert len(moments) > 100 and moments == sorted(moments)


def test_demo_people_have_a_handful_of_unread_notices(demo):
    dispatcher = User.objects.get(phone=sign_ins.DISPATCHER.phone)

    assert 1 <= Notice.objects.unread().filter(recipient=dispatcher).count() <= 5
    assert not Notice.objects.filter(read_at__gt=NOW).exists()


def test_demo_names_no_real_person_and_no_real_number(demo):
    names = {*User.objects.values_list("name", flat=True), *Reporter.objects.values_list("name", flat=True)}
    phones = {
        *User.objects.values_list("phone", flat=True),
        *Reporter.objects.values_list("phone", flat=True),
    }

    assert not {hashlib.sha256(name.encode()).hexdigest()[:8] for name in names} & REAL_PEOPLE
    assert all(phone.startswith("160") for phone in phones - {""})


def test_demo_words_are_many_and_make_titles():
    texts = {matter.words for matter in MATTERS}

    assert len(texts) == len(MATTERS) >= 60
    assert {matter.category for matter in MATTERS} == set(places.CATEGORIES)
    assert all(len(words.split("。")[0]) <= 24 for words in texts)


def test_second_load_says_so_and_changes_nothing(demo, capsys):
    before = [model.objects.count() for model in (Ticket, Event, User, Post, Notice, Clock)]

    call_command("load_demo", now="2026-11-25T10:00+08:00")

    assert capsys.readouterr().out == "演示数据已经在了，没有改动。\n"
    assert [model.objects.count() for model in (Ticket, Event, User, Post, Notice, Clock)] == before


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_demo_is_alive_whenever_it_is_loaded(db, moment):
    now = at(moment)
    home, *others = places.build_all()
    people.staff_all([home, *others], now=now)
    rng = Random(1)

    plans = [*live.closed_this_week(home, history.Deck(rng), rng, now, 2), *live.of_estate(home, rng, now)]
    Replay(plans, places.categories(), now).run()

    replies = Clock.objects.ticking().filter(kind="reply")
    left = [
        workdays.office_time(now, clock.due_at, area=home.area) for clock in replies.filter(due_at__gt=now)
    ]
    assert min(left) <= timedelta(hours=1)
    assert Ticket.objects.overdue(now).count() == replies.filter(due_at__lt=now).count() + 1 == 4
    assert set(Ticket.objects.values_list("status", flat=True)) == ALL
    demo_checks.overdue_is_flagged(now)


def test_load_demo_is_refused_outside_a_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="只在 DEMO=1"):
        call_command("load_demo")


def test_load_demo_does_not_mix_with_other_places(house):
    before = set(Station.objects.all())

    with pytest.raises(CommandError, match="已有别的站点"):
        call_command("load_demo")

    assert set(Station.objects.all()) == before


def test_load_demo_leaves_nothing_when_it_breaks(db, monkeypatch):
    monkeypatch.setattr(Replay, "run", lambda self: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("load_demo")

    assert not Station.objects.exists() and not User.objects.exists()


def test_sign_ins_are_listed_without_a_database(capsys):
    call_command("load_demo", sign_ins=True)

    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split("\t") for line in lines] == [[p.role, p.name, p.phone] for p in sign_ins.DEMO_SIGN_INS]
    assert sign_ins.PASSWORD in last


def test_unreadable_moment_is_refused(db):
    with pytest.raises(CommandError, match="看不懂的时间"):
        call_command("load_demo", now="明天")


def test_demo_shows_neighbours_questions_emergencies_and_photos(estate):
    joined = Reporter.objects.filter(ticket__in=estate, station__isnull=False)
    stages = set(Photo.objects.filter(ticket__in=estate).values_list("stage", flat=True))

    assert joined.get().words.startswith("我家门口") and joined.get().station.code == "HY02"
    assert estate.get(status="merged").merged_into.building.name == "12栋"
    assert estate.get(status="waiting").claimant.phone == sign_ins.STAFF.phone
    assert estate.open().filter(category__emergency_hours__isnull=False).count() == 2
    assert stages == {"received", "finished"}
    assert estate.filter(status="received", building__name="7栋", category__name="公共设施").count() == 2


def test_demo_desk_has_visits_loans_and_something_running_out(demo):
    station = Station.objects.get(code="HY01")

    assert Visit.objects.filter(station=station).count() > 30
    assert Loan.objects.filter(station=station, returned_at=None, due_at__lt=NOW).exists()
    assert station.supplies.low().exists()
    assert AuditEntry.objects.filter(action="revealed").count() == 2


def test_volunteers_have_said_when_they_come_and_what_they_can(demo):
    stations = Station.objects.filter(area__name=places.ESTATE)
    people = list(Profile.objects.at_stations(stations).with_limits())
    today = NOW.date()

    assert all(profile.availabilities.all() for profile in people)
    assert sum(profile.needs_guardian(today) for profile in people) == 1
    assert sum(profile.is_minor(today) for profile in people) == 3
    assert Profile.objects.at_stations(stations).with_proof_ending(today + timedelta(days=30)).count() == 1
    assert Profile.objects.at_stations(stations).with_skill_unseen().exists()
    assert Absence.objects.coming(today).count() >= 5


def test_alliance_has_seven_teams_and_fourteen_projects_and_the_repair_team_takes_tickets(demo):
    teams = Team.objects.filter(area__name=places.ESTATE)
    repair = teams.get(name="便民维修队")

    assert (teams.count(), Project.objects.filter(team__in=teams).count()) == (7, 14)
    assert len(set(teams.values_list("colour", flat=True))) == 7
    holders = set(Post.objects.in_unit(repair.unit).values_list("user", flat=True))
    assert holders <= set(repair.members.present().values_list("profile__user", flat=True))
    assert all(team.members.leading().count() == 1 for team in teams)


def test_demo_stores_who_was_on_duty_and_somebody_asks_about_hours(demo):
    assert Reporter.objects.exclude(on_duty=None).count() > 5
    assert CorrectionRequest.objects.open().count() == 1
    assert ServiceRecord.objects.count() > 50


def test_demo_lets_nobody_stand_who_could_not_sit(demo):
    rows = StandingAssignment.objects.select_related("seat__shift", "seat__skill", "profile")

    assert {eligibility.why_not_stand(one.profile, one.seat, NOW.date()) for one in rows} == {""}
