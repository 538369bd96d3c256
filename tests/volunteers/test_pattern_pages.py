"""The lead's pages: patterns looked at before they are saved, shifts by hand, closures."""

from datetime import date, time

import pytest
import time_machine
from django.urls import reverse

from stations.models import OpeningHours
from tests.volunteers.patterns import NOW, pattern, roster
from tests.volunteers.rosters import seated, shift, volunteer
from volunteers.generation import generate
from volunteers.models import Assignment, Closure, RosterPattern, SeatPattern, Shift, ShiftPattern
from volunteers.states import Status

SEATS = {"seat_0_who": "lead", "seat_0_need": "needed", "seat_1_who": "anybody", "seat_1_need": "wished"}


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lead(house, client_of):
    return client_of(house.lead)


def url(name, house, *more):
    return reverse(f"volunteers:{name}", args=[house.station.code, *more])


def confirmed(client, address, sent):
    """Looked at, then saved as it was looked at."""
    seen = client.post(address, sent)
    assert seen.status_code == 200, seen.context["form"].errors
    again = client.post(address, {**sent, "seen": seen.context["form"].digest, "sure": "1"}, follow=True)
    return seen.content.decode(), again.content.decode()


def test_roster_is_looked_at_and_made(house, lead):
    sent = {"name": "平时", "cycle_weeks": "1", "starts_on": "2026-11-24"}

    seen, done = confirmed(lead, url("add_pattern", house), sent)

    assert "没有班次要跟着变" in seen and "班表建好了" in done
    assert RosterPattern.objects.get().created_by == house.lead


def test_nothing_typed_is_lost_when_something_is_wrong(house, lead):
    roster(house.station)

    page = lead.post(
        url("add_pattern", house),
        {"name": "平时", "cycle_weeks": "4", "starts_on": "2026-12-01", "ends_on": "2026-11-01"},
    )

    body = page.content.decode()
    assert page.status_code == 422
    assert "已经有叫这个名称的班表" in body and "结束日期不能早于开始日期" in body
    assert 'value="2026-12-01"' in body and page.context["form"]["cycle_weeks"].value() == "4"


def test_shift_is_added_on_several_days_and_comes_out_at_once(house, lead):
    home = roster(house.station)
    sent = {"weekdays": ["2", "3"], "first": "9:00", "last": "１２：３０", **SEATS}

    seen, done = confirmed(lead, url("add_shift", house, home.pk), sent)

    assert "新排16个班：11月25日、11月26日、12月2日等。" in seen and "新排16个班：11月25日" in done
    assert [(s.is_lead, s.is_needed) for s in SeatPattern.objects.order_by("shift", "ordinal")[:2]] == [
        (True, True),
        (False, False),
    ]
    assert Shift.objects.count() == 16


def test_what_was_changed_after_the_look_is_looked_at_again(house, lead):
    home = roster(house.station)
    sent = {"weekdays": ["2"], "first": "9:00", "last": "12:30", **SEATS}
    digest = lead.post(url("add_shift", house, home.pk), sent).context["form"].digest

    page = lead.post(url("add_shift", house, home.pk), {**sent, "last": "13:00", "seen": digest, "sure": "1"})

    assert "内容改过了，请再看一遍" in page.content.decode()
    assert not ShiftPattern.objects.exists()


def test_key_that_is_no_field_is_no_change_since_the_look(house, lead):
    sent = {"name": "平时", "cycle_weeks": "1", "starts_on": "2026-11-24"}
    digest = lead.post(url("add_pattern", house), sent).context["form"].digest

    page = lead.post(url("add_pattern", house), {**sent, "station": "9", "seen": digest, "sure": "1"})

    assert page.status_code == 302
    assert RosterPattern.objects.get().station == house.station


def test_field_filled_in_after_the_look_is_looked_at_again(house, lead):
    sent = {"name": "平时", "cycle_weeks": "1", "starts_on": "2026-11-24"}
    digest = lead.post(url("add_pattern", house), sent).context["form"].digest

    page = lead.post(
        url("add_pattern", house), {**sent, "ends_on": "2026-12-31", "seen": digest, "sure": "1"}
    )

    assert "内容改过了，请再看一遍" in page.content.decode()
    assert not RosterPattern.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first": "24:00"}, "开始最晚23:59"),
        ({"first": "上午"}, "写成09:00或24:00这样"),
        ({"first": "", "last": ""}, "从几点没填"),
        ({"first": "", "last": ""}, "到几点没填"),
        ({"last": "21:30"}, "一班最长12小时"),
        ({"weekdays": []}, "至少选一天"),
        ({"weekdays": ["9"]}, "至少选一天"),
        ({"seat_0_need": "", "seat_1_need": ""}, "至少要一个岗位"),
        ({"seat_0_who": "skill-999"}, "选这个岗位要谁"),
    ],
)
def test_wrong_shift_is_refused_with_a_sentence(house, lead, wrong, sentence):
    home = roster(house.station)
    sent = {"weekdays": ["2"], "first": "9:00", "last": "12:30", **SEATS, **wrong}

    page = lead.post(url("add_shift", house, home.pk), sent)

    assert (page.status_code, ShiftPattern.objects.count()) == (422, 0)
    assert sentence in page.content.decode()


def test_shift_to_midnight_and_beyond(house, lead):
    home = roster(house.station)

    confirmed(
        lead,
        url("add_shift", house, home.pk),
        {"weekdays": ["2"], "first": "20:00", "last": "24:00", **SEATS},
    )
    confirmed(
        lead, url("add_shift", house, home.pk), {"weekdays": ["3"], "first": "22:00", "last": "2:00", **SEATS}
    )

    assert [s.minutes for s in ShiftPattern.objects.all()] == [240, 240]
    body = lead.get(url("pattern", house, home.pk)).content.decode()
    assert "20:00–24:00" in body and "22:00–次日02:00" in body


def test_shift_form_shows_what_is_there_and_saves_a_change(house, lead):
    it = pattern(house.station, starts_at=time(20), minutes=240, seats=[{"is_lead": True}])
    generate()
    address = url("edit_shift", house, it.roster_id, it.pk)
    form = lead.get(address).context["form"]
    assert (form["first"].value(), form["last"].value()) == ("20:00", "24:00")

    sent = {"first": "19:00", "last": "23:00", "as_of": form["as_of"].value(), **SEATS}
    seen, _ = confirmed(lead, address, sent)

    assert "8个没有人的班改时间" in seen and "添8个岗位" in seen
    assert lead.post(address, {**sent, "last": "22:00"}).status_code == 409


def test_change_over_peoples_heads_is_listed_and_decided(house, lead):
    it = pattern(house.station)
    generate()
    held = seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)
    address = url("edit_shift", house, it.roster_id, it.pk)
    as_of = lead.get(address).context["form"]["as_of"].value()

    seen, _ = confirmed(lead, address, {"first": "10:00", "last": "13:00", "as_of": as_of, **SEATS})
    listed = lead.get(url("changed", house)).content.decode()
    shown = lead.get(url("changed", house)).context["rows"][0].seen
    lead.post(url("changed", house), {"shift": held.seat.shift_id, "do": "follow", "seen": shown})

    held.refresh_from_db()
    assert "1个班已经有人" in seen and "胡秀英" in seen
    assert "班表现在是<b>11月25日（周三）10:00–13:00</b>" in listed
    assert held.status == Status.PROPOSED
    assert lead.post(url("changed", house), {"shift": "all", "do": "keep"}).status_code == 409


def test_shorter_shift_says_who_is_told_and_what_becomes_bare(house, lead):
    OpeningHours.objects.create(station=house.station, weekday=2, opens_at=time(9), closes_at=time(12, 30))
    it = pattern(house.station)
    generate()
    seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)
    address = url("edit_shift", house, it.roster_id, it.pk)
    as_of = lead.get(address).context["form"]["as_of"].value()

    seen, landed = confirmed(lead, address, {"first": "9:00", "last": "11:30", "as_of": as_of, **SEATS})
    listed = lead.get(url("changed", house)).content.decode()

    assert seen.count("周三11:30–12:30开放，却没有班了，会无人。") == 1
    assert f'href="{url("changed", house)}">有人的班，怎么办' in landed
    assert "改到新时间，告诉他们" in listed and "改到新时间，问他们" not in listed


def test_shift_is_ended_and_taken_up_again(house, lead):
    it = pattern(house.station)
    generate()
    address = url("end_shift", house, it.roster_id, it.pk)
    assert "撤掉8个没有人的班" in lead.get(address).content.decode()

    lead.post(address, {"active": "0"})
    assert not Shift.objects.exists()
    lead.post(address, {"active": "1"})

    assert Shift.objects.count() == 8


def test_day_is_copied(house, lead):
    it = pattern(house.station)

    seen, _ = confirmed(
        lead, f"{url('copy_day', house, it.roster_id)}?week=0&weekday=2", {"days": ["0-0", "0-4"]}
    )

    assert "新排16个班：11月27日、11月30日、12月4日等" in seen
    assert sorted(ShiftPattern.objects.values_list("weekday", flat=True)) == [0, 2, 4]


def test_day_is_copied_to_the_whole_week(house, lead):
    it = pattern(house.station)

    confirmed(lead, f"{url('copy_day', house, it.roster_id)}?week=0&weekday=2", {"days": ["0-all", "0-4"]})

    assert sorted(ShiftPattern.objects.values_list("weekday", flat=True)) == list(range(7))


def test_page_that_is_not_for_somebody_is_not_a_step_that_failed(house, client_of):
    staff, address = client_of(house.staff), url("add_pattern", house)

    assert "这一页您看不了" in staff.get(address).content.decode()
    assert "这一步没有做成" in staff.post(address).content.decode()


def test_pattern_that_nobody_served_in_is_deleted(house, lead):
    it = pattern(house.station)
    generate()
    address = url("delete_pattern", house, it.roster_id)
    assert address in lead.get(url("pattern", house, it.roster_id)).content.decode()

    seen = lead.get(address).content.decode()
    there = Shift.objects.count()
    done = lead.post(address, follow=True).content.decode()

    assert (there, Shift.objects.count(), RosterPattern.objects.count()) == (8, 0, 0)
    assert "撤掉8个没有人的班：11月25日" in seen and "班表“平时”删掉了。撤掉8个" in done


def test_pattern_that_somebody_served_in_stays(house, lead):
    it = pattern(house.station)
    generate()
    seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)
    address = url("delete_pattern", house, it.roster_id)

    refused = lead.post(address)

    assert refused.status_code == 409 and "删不掉" in refused.content.decode()
    assert Shift.objects.count() == 8
    assert address not in lead.get(url("pattern", house, it.roster_id)).content.decode()


def test_three_shifts_a_day_with_one_look_and_one_press(house, lead):
    OpeningHours.objects.bulk_create(OpeningHours(station=house.station, weekday=n) for n in range(7))
    assert "照开放时间排三班" in lead.get(url("patterns", house)).content.decode()
    assert "新排167个班" in lead.get(url("quick_start", house)).content.decode()
    assert not Shift.objects.exists()

    lead.post(url("quick_start", house))
    again = lead.post(url("quick_start", house))

    assert (Shift.objects.count(), RosterPattern.objects.count()) == (167, 1)
    assert again.status_code == 409


def test_generate_button_says_what_it_made(house, lead):
    pattern(house.station)

    first = lead.post(url("generate", house), follow=True).content.decode()
    second = lead.post(url("generate", house), follow=True).content.decode()

    assert "新排8个班：11月25日、12月2日、12月9日等。" in first and "没有班次要跟着变。" in second


def test_closure_is_looked_at_set_and_withdrawn(house, lead):
    pattern(house.station)
    generate()
    seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)
    sent = {"from_on": "2026-11-25", "until_on": "2026-12-02", "reason": "装修"}

    seen, done = confirmed(lead, url("closures", house), sent)
    closure = Closure.objects.get()
    lead.post(url("withdraw_closure", house, closure.pk))

    assert "2个班不排了" in seen and "1个人会收到通知：胡秀英" in seen
    assert "已告诉1个人不用来" in done
    assert Shift.objects.standing().count() == 8
    assert lead.post(url("withdraw_closure", house, closure.pk)).status_code == 409


def test_one_off_shift_is_added(house, lead):
    sent = {
        "on": "2026-11-29",
        "first": "14:00",
        "last": "16:00",
        "needed": "2",
        "wished": "1",
        "has_lead": "on",
    }

    lead.post(url("add_one_off", house), {**sent, "note": "义诊"})
    wrong = lead.post(url("add_one_off", house), {**sent, "on": "2026-11-23"})

    made = Shift.objects.get()
    assert (made.note, made.seats.count(), made.seats.first().is_lead) == ("义诊", 3, True)
    assert wrong.status_code == 422 and "现在以后" in wrong.content.decode()


def test_same_one_off_shift_is_asked_about_before_it_is_added_again(house, lead):
    sent = {"on": "2026-11-29", "first": "14:00", "last": "16:00", "needed": "2", "wished": "0"}
    first = lead.get(url("add_one_off", house)).content.decode()
    lead.post(url("add_one_off", house), sent)

    asked = lead.post(url("add_one_off", house), sent)
    lead.post(url("add_one_off", house), {**sent, "last": "17:00"})
    before = Shift.objects.count()
    lead.post(url("add_one_off", house), {**sent, "again": "on"})

    assert 'name="again"' not in first
    assert asked.status_code == 422 and 'name="again"' in asked.content.decode()
    assert "这个时间已经有一个班了" in asked.content.decode()
    assert (before, Shift.objects.count()) == (2, 3)


def test_shift_is_moved_cancelled_and_restored_on_its_page(house, lead):
    it = shift(house.station)
    held = seated(it.seats.first(), volunteer(house.station), now=NOW)
    address = reverse("volunteers:edit_shift_of_day", args=[it.pk])

    moved = lead.post(
        address, {"do": "move", "on": "2026-11-25", "first": "13:00", "last": "16:00"}, follow=True
    )
    wrong = lead.post(address, {"do": "cancel", "reason": ""})
    lead.post(address, {"do": "cancel", "reason": "停电"})
    shown = lead.get(address).content.decode()
    lead.post(address, {"do": "restore"})

    assert "请1人再确认" in moved.content.decode()
    assert wrong.status_code == 422 and "写一句原因" in wrong.content.decode()
    assert "这一班取消了：停电" in shown
    assert Assignment.objects.latest("pk").profile == held.profile
    assert Assignment.objects.latest("pk").status == Status.PROPOSED


def test_seats_are_added_and_removed_on_the_shifts_page(house, lead):
    it = shift(house.station, seats=1)
    address = reverse("volunteers:edit_shift_of_day", args=[it.pk])

    lead.post(address, {"do": "seat", "who": "lead", "need": "wished"})
    lead.post(address, {"do": "remove", "seat": it.seats.first().pk})
    last = lead.post(address, {"do": "remove", "seat": it.seats.last().pk})

    assert [(s.is_lead, s.removed_at is None) for s in it.seats.all()] == [(False, False), (True, True)]
    assert last.status_code == 422 and "最后一个岗位" in last.content.decode()


def test_anything_else_posted_to_a_shift_is_refused_with_a_sentence(house, lead):
    address = reverse("volunteers:edit_shift_of_day", args=[shift(house.station).pk])

    for sent in ({}, {"do": "dance"}, {"do": "remove", "seat": "x" * 30}):
        assert lead.post(address, sent).status_code == 409


def test_as_many_statements_for_three_rosters_as_for_one(house, lead, django_assert_max_num_queries):
    def statements(name, *args):
        with django_assert_max_num_queries(40) as counted:
            lead.get(url(name, house, *args))
        return len(counted)

    it = pattern(house.station)
    before = [statements("patterns"), statements("pattern", it.roster_id)]
    for n in range(3):
        pattern(house.station, on=roster(house.station, name=f"第{n}张"), starts_at=time(14))
        pattern(house.station, weekday=n, starts_at=time(18), seats=3)

    assert [statements("patterns"), statements("pattern", it.roster_id)] == before


def test_ended_roster_is_listed_last(house, lead):
    roster(house.station, name="去年", ends_on=date(2026, 11, 20))
    roster(house.station, name="平时", starts_on=date(2026, 11, 2))

    rows = lead.get(url("patterns", house)).context["rosters"]

    assert [(row.roster.name, row.state) for row in rows] == [("平时", "在用"), ("去年", "已结束")]
