"""Coming and going: when one may, what is written, what the clock does by itself."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at, person
from tests.volunteers.rosters import MORNING, profile_of, seated, shift
from volunteers import records
from volunteers.models import Assignment, AssignmentEvent, Correction, HandOver, ServiceRecord
from volunteers.seating import on_duty
from volunteers.states import Status

END = MORNING + timedelta(hours=3.5)
LATER = END + timedelta(hours=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(house):
    """The volunteer's seat on Wednesday, 09:00 to 12:30."""
    return seated(shift(house.station).seats.first(), profile_of(house.volunteer))


def on(place, now=MORNING):
    on_duty.check_in(place, by=place.profile.user, now=now)
    return place


def gone(place, now=END, **said):
    on_duty.check_out(on(place), by=place.profile.user, now=now, **said)
    return Assignment.objects.get(pk=place.pk)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (MORNING - 31 * MINUTE, "还没到时间"),
        (MORNING - 30 * MINUTE, ""),
        (END - MINUTE, ""),
        (END, "已经结束"),
    ],
)
def test_check_in_from_half_an_hour_before_to_the_end(place, now, sentence):
    assert (
        (sentence in on_duty.why_not_in(place, now=now)) if sentence else on(place, now).checked_in_at == now
    )


def test_check_in_too_early_is_refused(place):
    with pytest.raises(Conflict, match="今天 08:30起可以签到"):
        on(place, MORNING - timedelta(hours=1))


def test_two_check_ins_make_one(place):
    twin = Assignment.objects.with_shift().get(pk=place.pk)
    on(place)

    with pytest.raises(Conflict, match="刚刚有变动"):
        on(twin)

    assert AssignmentEvent.objects.filter(verb="check_in").count() == 1


def test_desk_checks_a_colleague_in_and_is_written_down(place, house):
    on_duty.check_in(place, by=house.lead, now=MORNING)

    event = AssignmentEvent.objects.get(verb="check_in")
    assert (event.by, event.detail) == (house.lead, on_duty.BY_DESK)


def test_stranger_checks_nobody_in(place, house):
    with pytest.raises(Refused, match="本站"):
        on_duty.check_in(place, by=house.outsider, now=MORNING)


def test_check_in_is_undone_within_five_minutes(place, house):
    on(place)
    on_duty.undo_check_in(place, by=house.volunteer, now=MORNING + 5 * MINUTE)

    fresh = Assignment.objects.get(pk=place.pk)
    assert (fresh.status, fresh.checked_in_at) == (Status.ACCEPTED, None)


def test_later_it_is_not_undone(place, house):
    on(place)

    with pytest.raises(Conflict, match="过了5分钟"):
        on_duty.undo_check_in(place, by=house.volunteer, now=MORNING + 6 * MINUTE)


def test_check_out_writes_the_record_with_the_legal_fields(place, house):
    gone(place, END - timedelta(minutes=10, seconds=1))

    record = ServiceRecord.objects.get()
    assert record.minutes == 199
    assert (record.organiser, record.in_charge) == (house.area.name, "陈国平")
    assert (record.served_on, record.place) == (MORNING.date(), house.station.name)
    assert record.activity and record.content


def test_minutes_before_the_start_do_not_count_and_late_ones_do(place):
    on(place, MORNING - 20 * MINUTE)
    on_duty.check_out(place, by=place.profile.user, now=END + 15 * MINUTE)

    assert ServiceRecord.objects.get().minutes == 225


def test_less_than_a_minute_is_no_record(place):
    gone(place, MORNING + timedelta(seconds=59))

    assert not ServiceRecord.objects.exists()
    assert records.write_missing(now=LATER) == 0


def test_note_to_the_next_shift_is_kept(place):
    gone(place, note="  轮椅借给3栋李叔，五点还  ")

    note = HandOver.objects.get()
    assert (note.words, note.shift) == ("轮椅借给3栋李叔，五点还", place.seat.shift)


def test_without_a_word_nothing_is_handed_over(place):
    gone(place)

    assert not HandOver.objects.exists()


def test_who_has_not_come_after_an_hour_is_noted_and_the_lead_told_once(place, house):
    now = MORNING + timedelta(hours=1)

    assert on_duty.sweep(now=now - MINUTE) == 0
    assert [on_duty.sweep(now=now), on_duty.sweep(now=now)] == [1, 0]
    assert Assignment.objects.get().status == Status.NO_SHOW
    assert Notice.objects.get().recipient == house.lead


def test_who_comes_after_all_is_on_duty_and_nobody_has_to_read_it(place):
    on_duty.mark_missed(now=MORNING + timedelta(hours=1))

    on(Assignment.objects.with_shift().get(), MORNING + timedelta(hours=2))

    assert Assignment.objects.get().status == Status.CHECKED_IN
    assert Notice.objects.get().settled_at is not None


def test_forgotten_check_out_waits_for_the_lead(place, house):
    on(place)

    assert [on_duty.sweep(now=LATER), on_duty.sweep(now=LATER)] == [1, 0]
    fresh = Assignment.objects.with_shift().get()
    assert (fresh.checked_out_at, fresh.is_out_unsure) == (END, True)
    assert not ServiceRecord.objects.exists()

    on_duty.confirm_out(fresh, by=house.lead, at=END - 30 * MINUTE, now=LATER)

    assert ServiceRecord.objects.get().minutes == 180


def test_check_out_from_home_waits_for_the_lead(place):
    left = gone(place, END + timedelta(hours=2))

    assert left.is_out_unsure and not ServiceRecord.objects.exists()


def test_record_not_written_after_ten_working_days_is_told_once(place):
    on(place)
    on_duty.close_forgotten(now=LATER)

    for _ in range(2):
        on_duty.tell_overdue(now=at("2026-12-09 12:31"))

    assert Notice.objects.filter(effect=f"roster:record_due:{place.pk}").count() == 1
    assert records.due_at(Assignment.objects.with_shift().get()) == at("2026-12-09 12:30")


def test_volunteer_does_not_confirm_an_own_time(place, house):
    on(place)
    on_duty.close_forgotten(now=LATER)

    with pytest.raises(Refused, match="站长"):
        on_duty.confirm_out(place, by=house.volunteer, at=END, now=LATER)


def test_whoever_is_missed_a_second_time_is_told_of_again(place, house):
    on_duty.mark_missed(now=MORNING + 61 * MINUTE)
    fresh = Assignment.objects.with_shift().get()
    on_duty.check_in(fresh, by=house.lead, now=MORNING + 70 * MINUTE)
    on_duty.undo_check_in(fresh, by=house.lead, now=MORNING + 71 * MINUTE)

    on_duty.mark_missed(now=MORNING + 75 * MINUTE)

    told = Notice.objects.filter(recipient=house.lead).order_by("pk")
    assert [notice.settled_at is None for notice in told] == [False, True]


def test_lead_attests_who_came_without_checking_in(place, house):
    on_duty.mark_missed(now=LATER)
    fresh = Assignment.objects.with_shift().get()

    on_duty.attest(fresh, by=house.lead, came=MORNING, went=END - 30 * MINUTE, now=LATER)

    assert ServiceRecord.objects.get().minutes == 180
    assert Assignment.objects.get().status == Status.DONE
    assert Notice.objects.get().settled_at is not None


@pytest.mark.parametrize(
    ("who", "came", "went", "now", "error"),
    [
        ("volunteer", MORNING, END, LATER, "站长"),
        ("lead", MORNING, END, END - MINUTE, "还没结束"),
        ("lead", END, MORNING, LATER, "以前"),
        ("lead", MORNING - 31 * MINUTE, END, LATER, "不早于"),
        ("lead", MORNING, LATER + MINUTE, LATER, "以前"),
        ("lead", MORNING, END + timedelta(hours=4, minutes=1), END + timedelta(days=1), "最晚"),
    ],
)
def test_attesting_is_refused(place, house, who, came, went, now, error):
    with pytest.raises(Refused, match=error):
        on_duty.attest(place, by=getattr(house, who), came=came, went=went, now=now)

    assert not ServiceRecord.objects.exists()


def test_lead_says_when_somebody_went_who_was_checked_out_at_once(place, house):
    on(place, MORNING - 11 * MINUTE)
    on_duty.check_out(place, by=house.lead, now=MORNING - 11 * MINUTE)

    on_duty.confirm_out(Assignment.objects.with_shift().get(), by=house.lead, at=END, now=LATER)

    assert ServiceRecord.objects.get().minutes == 210


@pytest.mark.parametrize("start", ["2026-11-25 20:30", "2026-12-31 20:30"])
def test_shift_to_midnight_and_into_the_new_year(house, start):
    late = shift(house.station, at(start), hours=5).seats.first()
    place = seated(late, profile_of(house.volunteer))
    on(place, at(start))

    on_duty.check_out(place, by=house.volunteer, now=place.ends_at)

    record = ServiceRecord.objects.get()
    assert (record.minutes, record.served_on) == (300, at(start).date())


def test_record_that_a_crash_left_out_is_written_by_the_beat(place):
    Assignment.objects.update(status=Status.DONE, checked_in_at=MORNING, checked_out_at=END)

    assert [records.write_missing(now=LATER), records.write_missing(now=LATER)] == [1, 0]


def test_the_one_shift_that_fits(house):
    person = profile_of(house.volunteer)
    first = seated(shift(house.station).seats.first(), person)
    second = seated(shift(house.station, END).seats.first(), person)

    assert on_duty.fitting(person, house.station, now=MORNING - timedelta(hours=1)) is None
    assert on_duty.fitting(person, house.station, now=MORNING) == first
    on(first)
    assert on_duty.fitting(person, house.station, now=END - MINUTE) == first
    on_duty.check_out(first, by=house.volunteer, now=END - MINUTE)
    assert on_duty.fitting(person, house.station, now=END - MINUTE) == second


@pytest.mark.parametrize("change", ["record", "correction", "event", "note"])
def test_what_was_written_stays(place, house, change):
    gone(place, note="钥匙在抽屉里")
    if change == "correction":
        records.correct(ServiceRecord.objects.get(), minutes=100, reason="早走", by=house.lead)
    model = {"record": ServiceRecord, "correction": Correction, "event": AssignmentEvent, "note": HandOver}
    rows = model[change].objects.all()
    field = {"record": "minutes", "correction": "minutes", "event": "detail", "note": "words"}[change]

    for spoil in (rows.delete, lambda: rows.update(**{field: 5})):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            spoil()


def back(place, now=END - 25 * MINUTE):
    on_duty.undo_check_out(place, by=place.profile.user, now=now)
    return Assignment.objects.with_shift().get(pk=place.pk)


def test_going_is_taken_back_and_the_final_one_corrects(place, house):
    left = gone(place, END - 30 * MINUTE)
    again = back(left)
    assert (again.status, again.checked_out_at) == (Status.CHECKED_IN, None)
    assert ServiceRecord.objects.all().total() == 180

    on_duty.check_out(again, by=house.volunteer, now=END)

    change = Correction.objects.get()
    assert (change.minutes, change.reason) == (210, "撤回签退后又值到12:30")
    assert (ServiceRecord.objects.get().minutes, ServiceRecord.objects.all().total()) == (180, 210)


def test_taken_back_twice_still_counts_once(place, house):
    again = back(gone(place, END - 30 * MINUTE))
    on_duty.check_out(again, by=house.volunteer, now=END - 20 * MINUTE)
    on_duty.check_out(back(again, END - 15 * MINUTE), by=house.volunteer, now=END)

    assert ServiceRecord.objects.all().total() == 210


def test_taken_back_and_then_forgotten_waits_for_the_lead(place, house):
    back(gone(place, END - 30 * MINUTE))
    on_duty.sweep(now=LATER)
    assert ServiceRecord.objects.all().total() == 180

    on_duty.confirm_out(Assignment.objects.with_shift().get(), by=house.lead, at=END, now=LATER)

    assert ServiceRecord.objects.all().total() == 210


def test_after_ten_minutes_going_is_not_taken_back(place):
    left = gone(place, END - 30 * MINUTE)

    with pytest.raises(Conflict, match="过了10分钟"):
        back(left, END - 19 * MINUTE)


def test_what_a_lead_said_is_not_taken_back(place, house):
    on_duty.mark_missed(now=END)
    fresh = Assignment.objects.with_shift().get()
    on_duty.attest(fresh, by=house.lead, came=MORNING, went=END, now=END + MINUTE)

    with pytest.raises(Conflict, match="站长"):
        back(fresh, END + 2 * MINUTE)


def test_nobody_comes_back_to_a_shift_from_the_next(place, house):
    following = seated(shift(house.station, END).seats.first(), place.profile)
    left = gone(place, END)
    on(following, END + MINUTE)

    with pytest.raises(Conflict, match="另一班"):
        back(left, END + 2 * MINUTE)


def test_stranger_takes_nothing_back(place, house):
    left = gone(place)

    with pytest.raises(Refused, match="本站"):
        on_duty.undo_check_out(left, by=house.outsider, now=END)


def test_coming_is_not_undone_once_hours_are_recorded(place, house):
    again = back(gone(place, MORNING + 2 * MINUTE), MORNING + 3 * MINUTE)

    with pytest.raises(Conflict, match="已经记过"):
        on_duty.undo_check_in(again, by=house.volunteer, now=MORNING + 4 * MINUTE)


@pytest.mark.parametrize("has_another", [True, False])
@pytest.mark.parametrize("how", ["correct", "attest"])
def test_leads_own_hours_are_told_somebody_else(house, has_another, how):
    own = seated(shift(house.station).seats.first(), profile_of(house.lead))
    told = person("station_lead", station=house.station) if has_another else house.dispatcher
    if how == "attest":
        on_duty.attest(own, by=house.lead, came=MORNING, went=END, now=END)
    else:
        gone(own)
        records.correct(ServiceRecord.objects.get(), minutes=240, reason="值到一点", by=house.lead, now=END)

    notice = Notice.objects.get(effect__startswith="roster:own_hours")

    span = (
        "补记了11月25日（周三）的服务时间：3小时30分钟"
        if how == "attest"
        else "更正了11月25日（周三）的服务时间：4小时"
    )
    assert (notice.recipient, notice.text) == (told, f"{house.lead.name}给自己{span}")
    assert not Notice.objects.filter(recipient=house.lead).exists()
