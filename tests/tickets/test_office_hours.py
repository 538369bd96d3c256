"""Office hours that are changed in the admin: open clocks follow as they follow the calendar."""

from datetime import time, timedelta

import pytest

from accounts.models import AuditEntry
from notices.models import Notice
from stations import workdays
from stations.models import Area
from tests.factories import EmergencyFactory, House, at
from tests.tickets.closures import (
    NOON,
    TUESDAY,
    clock,
    close,
    due,
    fresh_area,
    recounts,
    version_of,
)
from tests.tickets.loop import MONDAY, answered, ticket_in, waiting
from tickets import office_hours, recounting, sweeps, workflow
from tickets.models import Clock, Ticket
from tickets.states import Status

C = Status.CLAIMED
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
USUAL, AFTERNOON, LONGER = (time(9), time(18)), (time(13), time(18)), (time(9), time(20))
EARLY, CLOSING = at("2026-11-23 07:30"), at("2026-11-23 18:00")


def change(house, hours=AFTERNOON, now=NOON, by=None):
    opens, closes = hours
    return office_hours.change(house.area, opens=opens, closes=closes, by=by or house.admin, now=now)


def changed(house, hours=AFTERNOON, now=NOON):
    """Changed and followed: how many due moments moved."""
    assert change(house, hours, now)
    return recounting.recount(now=now)


def entries():
    return list(AuditEntry.objects.filter(action="calendar_changed"))


# What moves -----------------------------------------------------------------------------------------


def test_open_clocks_are_counted_from_their_start_by_the_new_hours(house):
    ticket = house.receive(now=MONDAY)

    moved = changed(house)

    reply, resolve = clock(ticket), clock(ticket, "resolve")
    assert (moved, reply.due_at, resolve.due_at) == (2, CLOSING, at("2026-11-27 18:00"))
    assert (reply.half_at, reply.warn_at) == (at("2026-11-23 15:30"), at("2026-11-23 17:00"))
    assert {reply.calendar_version, resolve.calendar_version} == {version_of(house)}
    assert recounting.recount(now=NOON) == 0


def test_each_moved_clock_leaves_an_event_that_names_the_hours(house):
    ticket = house.receive(now=MONDAY)

    changed(house)

    reply, _ = recounts(ticket)
    assert reply.words == "办公时间改为13:00–18:00。从当天13:00上班算起，当天就算一个工作日。"
    assert reply.data == {
        "kind": "reply",
        "from": "2026-11-24T10:00:00+08:00",
        "to": "2026-11-23T18:00:00+08:00",
        "calendar": version_of(house),
        "hours": "13:00–18:00",
    }


def test_who_has_it_in_hand_is_told_why(house):
    ticket_in(C, house)

    changed(house)

    told = Notice.objects.filter(effect__startswith="recount:")
    assert [*told.values_list("recipient", "text")] == [
        (house.staff.pk, "办公时间有变动，您手上有2项时限跟着改了，看工单的办理经过")
    ]


def test_closure_is_still_told_as_one_where_hours_are_others(house):
    ticket_in(C, house)
    changed(house, LONGER)
    Notice.objects.all().delete()
    close(house)

    recounting.recount(now=NOON + HOUR)

    [told] = Notice.objects.filter(effect__startswith="recount:").values_list("text", flat=True)
    assert told.startswith("工作日历有变动")


def test_hours_that_come_back_bring_moments_and_version_back(house):
    ticket = house.receive(now=MONDAY)
    before = workdays.calendar_version(house.area), due(ticket), due(ticket, "resolve")
    changed(house)

    changed(house, USUAL, NOON + HOUR)

    assert (version_of(house), due(ticket), due(ticket, "resolve")) == before
    assert recounts(ticket).filter(data__kind="reply").last().words == "办公时间改为09:00–18:00。"


def test_own_days_hold_under_other_hours(house):
    ticket = house.receive(now=EARLY)
    close(house, TUESDAY)

    changed(house, AFTERNOON)

    assert not fresh_area(house).calendar.day(TUESDAY).is_working
    assert (due(ticket), due(ticket, "resolve")) == (CLOSING, at("2026-11-30 18:00"))


def test_only_the_communitys_own_clocks_move(house):
    other = House()
    theirs = other.receive(now=MONDAY)
    street = house.area.parent

    changed(house)
    office_hours.change(street, opens=time(13), closes=time(18), by=house.admin, now=NOON)
    moved = recounting.recount(now=NOON)

    assert (moved, due(theirs), recounts(theirs).exists()) == (0, MONDAY + DAY, False)


def test_emergency_by_the_wall_stays(house):
    ticket = house.receive(now=MONDAY, category=EmergencyFactory(), called=True)

    changed(house)

    assert due(ticket) == MONDAY + 2 * HOUR


# Late stays late, and nobody is made late -----------------------------------------------------------


@pytest.mark.parametrize(
    ("at_hour", "marked", "is_due"),
    [
        pytest.param("17:30", 0, at("2026-11-23 20:00"), id="in time when the hours changed"),
        pytest.param("18:30", 1, CLOSING, id="late by then"),
    ],
)
def test_late_is_judged_by_the_moment_of_the_change_however_late_the_sweep(house, at_hour, marked, is_due):
    ticket = house.receive(now=EARLY)
    change(house, LONGER, at(f"2026-11-23 {at_hour}"))

    found = sweeps.flag_overdue(now=at("2026-11-23 19:00"))

    assert (found, due(ticket)) == (marked, is_due)


def test_second_change_finds_the_first_followed(house):
    """Due at eight by the first, and late when the second came; by the second alone it was due at six."""
    ticket = house.receive(now=EARLY)
    change(house, LONGER, at("2026-11-23 17:30"))

    change(house, USUAL, at("2026-11-23 20:30"))

    assert (sweeps.flag_overdue(now=at("2026-11-23 20:31")), due(ticket)) == (1, at("2026-11-23 20:00"))


def test_nobody_is_made_late_afterwards(house):
    """By nine to eleven the answer would have been due an hour ago."""
    ticket = house.receive(now=EARLY)

    changed(house, (time(9), time(11)))

    assert (due(ticket), sweeps.flag_overdue(now=NOON)) == (CLOSING, 0)


def test_pause_is_measured_by_the_new_hours(house):
    """From Monday noon to Wednesday noon: two afternoons, and not two days of nine hours."""
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    answered(ticket, house, now=at("2026-11-25 12:00"))
    assert clock(ticket, "resolve").paused_for == 18 * HOUR

    changed(house, now=at("2026-11-25 12:01"))

    resolve = clock(ticket, "resolve")
    assert (resolve.paused_for, resolve.due_at) == (10 * HOUR, at("2026-12-01 18:00"))


@pytest.mark.parametrize("first", ["answer", "recount"])
def test_answer_at_the_moment_of_the_change_is_counted_by_one_kind_of_hours_in_the_end(house, first):
    ticket = ticket_in(C, house)
    waiting(ticket, house, now=NOON)
    stale = Ticket.objects.select_related("area").get(pk=ticket.pk)
    change(house, now=NOON + HOUR)
    if first == "recount":
        recounting.recount(now=NOON + HOUR)
    answered(stale, house, now=at("2026-11-25 12:00"))

    recounting.recount(now=at("2026-11-25 12:01"))

    resolve = clock(ticket, "resolve")
    assert (resolve.due_at, resolve.calendar_version) == (at("2026-12-01 18:00"), version_of(house))


# However it was changed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "filed", "followed"),
    [(USUAL, AFTERNOON, MONDAY + DAY, CLOSING), (AFTERNOON, USUAL, CLOSING, MONDAY + DAY)],
)
def test_ticket_filed_on_a_page_of_before_follows_with_the_next_sweep(house, before, after, filed, followed):
    change(house, before)
    house.station.area = fresh_area(house)
    changed(house, after)

    ticket = house.receive(now=MONDAY)
    assert due(ticket) == filed

    assert recounting.recount(now=NOON) == 2
    assert due(ticket) == followed


def test_ticket_filed_by_the_hours_of_now_has_nothing_to_follow(house):
    changed(house)
    house.station.area = fresh_area(house)

    ticket = house.receive(now=MONDAY)

    assert clock(ticket).calendar_version == version_of(house)
    assert not Clock.objects.areas_to_recount()


def test_hours_changed_by_hand_are_followed_by_the_next_sweep(house):
    ticket = house.receive(now=MONDAY)
    Area.objects.filter(pk=house.area.pk).update(office_opens=time(13))
    assert recounting.begin([house.area.pk], now=NOON) == 0  # not stamped yet, and comes to an end

    moved = recounting.recount(now=NOON)

    assert (moved, due(ticket)) == (2, CLOSING)


def test_preview_says_what_moves_and_changes_nothing(house):
    ticket = house.receive(now=MONDAY)
    house.receive(now=at("2026-11-23 14:00"))  # at the same time of the next day, by either hours

    preview = recounting.preview_hours(house.area, *AFTERNOON, now=NOON)

    assert (preview.count, preview.tickets) == (2, 1)
    assert {move.ticket for move in preview.moves} == {ticket}
    assert due(ticket) == MONDAY + DAY
    assert changed(house) == preview.count


@pytest.mark.parametrize("hours", [USUAL, AFTERNOON, (time(8, 30, 15), time(23, 59, 59))])
def test_version_names_the_hours_and_fits_its_column(house, hours):
    close(house)
    Area.objects.filter(pk=house.area.pk).update(office_opens=hours[0], office_closes=hours[1])
    recounting.recount(now=NOON)

    version = version_of(house)

    assert workdays.hours_of(version) == hours
    assert workdays.without_hours(version) == fresh_area(house).calendar.version
    assert len(version) <= Clock._meta.get_field("calendar_version").max_length


# Who may, and what is written down ------------------------------------------------------------------


@pytest.mark.parametrize("who", ["dispatcher", "secretary", "lead", "unit_lead"])
def test_hours_are_changed_by_the_admin(house, who):
    with pytest.raises(workflow.NotAllowed):
        change(house, by=getattr(house, who))

    assert fresh_area(house).office_opens == time(9)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ((time(18), time(9)), "上班时间要早于下班时间"),
        ((time(9), time(9)), "上班时间要早于下班时间"),
        ((time(12), time(12, 0, 0, 1)), "填到分钟"),
        ((time(9, 0, 1), time(18)), "填到分钟"),
        ((time(9), time(18, 0, 0, 1)), "填到分钟"),
        ((time(12), time(12, 59)), "至少要有1小时"),
    ],
)
def test_hours_that_cannot_be_are_refused(house, hours, sentence):
    with pytest.raises(workflow.Invalid, match=sentence) as refused:
        change(house, hours)

    assert refused.value.field == "office_closes"


def test_one_hour_is_enough(house):
    assert change(house, (time(12), time(13)))


def test_change_is_written_down_and_told_with_what_was_before(house):
    change(house)

    [entry] = entries()
    assert (entry.actor, entry.area, entry.detail) == (
        house.admin, house.area, "办公时间由09:00–18:00改为13:00–18:00",
    )  # fmt: skip
    told = Notice.objects.filter(effect__startswith="office_hours:")
    assert {*told.values_list("recipient", flat=True)} == {house.dispatcher.pk, house.secretary.pk}
    assert told.first().text == (
        f"{house.area}的办公时间由09:00–18:00改为13:00–18:00，没办完的时限跟着重算，已经超时的还是超时"
    )


def test_same_hours_again_change_and_write_nothing(house):
    assert not change(house, USUAL)
    assert not entries()
