"""Reminders: when, once, of what holds; settled as soon as nobody has to come."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from notices import routing
from notices.models import Delivery, Notice, Preference
from tests.factories import at
from tests.volunteers.rosters import profile_of, seated, shift
from volunteers import reminding
from volunteers.models import Assignment, Shift
from volunteers.seating import door, standins
from volunteers.tasks import remind as task

MORNING = at("2026-11-26 09:00")  # a Thursday
EVENING = at("2026-11-25 18:00")


@pytest.fixture
def mine(house):
    seat = shift(house.station, MORNING).seats.first()
    return seated(seat, profile_of(house.volunteer), now=at("2026-11-20 10:00"))


def texts():
    return list(Notice.objects.filter(settled_at=None).order_by("pk").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-11-25 17:59", 0),
        ("2026-11-25 18:00", 1),
        ("2026-11-26 06:59", 1),
        ("2026-11-26 07:00", 1),
        ("2026-11-26 08:59", 1),
        ("2026-11-26 09:00", 0),
        ("2026-11-24 18:00", 0),
    ],
)
def test_reminder_is_due_in_the_evening_and_two_hours_ahead(mine, now, told):
    assert reminding.remind(now=at(now)) == told


def test_person_hears_twice_and_no_more(mine, house):
    moments = [EVENING + timedelta(minutes=5 * n) for n in range(0, 200, 10)]
    for now in [*moments, at("2026-11-26 07:00"), at("2026-11-26 08:00")]:
        reminding.remind(now=now)

    told = Notice.objects.filter(recipient=house.volunteer)
    assert [notice.text[:4] for notice in told.order_by("pk")] == ["明天值班", "今天值班"]
    assert told.filter(settled_at=None).count() == 1


def test_reminder_says_when_and_where(mine, house):
    reminding.remind(now=EVENING)

    notice = Notice.objects.get()
    assert notice.text == f"明天值班：11月26日（周四）09:00–12:30，{house.station}。来不了请赶快找替班。"
    assert notice.url == f"/roster/shifts/{mine.seat.shift_id}/"
    assert notice.kind == "roster"


def test_who_signs_up_late_is_reminded_then(house):
    now = at("2026-11-25 21:00")
    seated(shift(house.station, MORNING).seats.first(), profile_of(house.volunteer), now=now)

    assert reminding.remind(now=now + timedelta(minutes=2)) == 1


def test_who_signs_up_within_two_hours_hears_once(house):
    now = at("2026-11-26 07:30")
    seated(shift(house.station, MORNING).seats.first(), profile_of(house.volunteer), now=now)

    assert [reminding.remind(now=now), reminding.remind(now=now + timedelta(minutes=5))] == [1, 0]


def test_who_only_was_asked_is_not_reminded(house):
    seat = shift(house.station, MORNING).seats.first()
    seated(seat, profile_of(house.volunteer), verb="propose", now=at("2026-11-20 10:00"))

    assert reminding.remind(now=EVENING) == 0


def test_who_looks_for_a_standin_still_answers_for_it(mine, house):
    standins.seek(mine, by=house.volunteer, now=at("2026-11-24 10:00"))

    reminding.remind(now=EVENING)

    assert Notice.objects.filter(recipient=house.volunteer, text__contains="没人来替就还是您负责").exists()


@pytest.mark.parametrize("verb", ["withdraw", "call_off", "excuse", "check_in"])
def test_reminder_ends_with_the_place(mine, house, verb):
    reminding.remind(now=EVENING)
    facts = {"checked_in_at": MORNING} if verb == "check_in" else {}

    door.step(mine, verb, by=house.lead, now=EVENING, **facts)

    assert texts() == []
    assert reminding.remind(now=at("2026-11-26 07:00")) == 0


def test_reminder_stays_while_a_standin_is_looked_for(mine, house):
    reminding.remind(now=EVENING)

    door.step(mine, "seek_standin", by=house.volunteer, now=EVENING)

    assert len(texts()) == 1


def test_moved_shift_reminds_anew_and_only_of_the_new_time(mine):
    reminding.remind(now=EVENING)
    later = {"starts_at": MORNING + timedelta(hours=6), "ends_at": MORNING + timedelta(hours=9)}
    Shift.objects.update(**later)
    Assignment.objects.update(**later)

    reminding.remind(now=EVENING + timedelta(hours=1))

    assert ["15:00–18:00" in text for text in texts()] == [True]


def test_shift_over_new_year_is_reminded_in_the_old(house):
    seat = shift(house.station, at("2027-01-01 00:30")).seats.first()
    seated(seat, profile_of(house.volunteer), now=at("2026-12-01 10:00"))

    assert reminding.remind(now=at("2026-12-31 18:00")) == 1
    assert "2027年1月1日" in texts()[0]


@pytest.mark.parametrize(("kinds", "sent"), [(["roster"], 1), (["ticket", "clock", "other"], 0)])
def test_mail_follows_what_the_person_chose(mine, house, kinds, sent):
    Preference.objects.create(person=house.volunteer, address="a@example.org", kinds=kinds)
    reminding.remind(now=EVENING)

    routing.route(EVENING)

    assert Delivery.objects.count() == sent


def test_as_many_statements_for_many_shifts_as_for_one(mine, house, django_assert_num_queries):
    reminding.remind(now=EVENING)
    for hour in (14, 18):
        seated(shift(house.station, at(f"2026-11-26 {hour}:00")).seats.first(), mine.profile, now=EVENING)
    reminding.remind(now=EVENING)

    with django_assert_num_queries(4):  # a savepoint among them
        reminding.remind(now=EVENING)


def test_command_says_how_many(mine):
    said = StringIO()

    for _ in range(2):
        call_command("remind_shifts", "--now", "2026-11-25T18:00+08:00", stdout=said)

    assert said.getvalue() == "提醒了1人次。\n没有要提醒的班。\n"


def test_task_reports_how_many(db):
    assert task() == 0
