"""闭站: shifts without people go, people are told; withdrawn, both come back. And one shift arranged by hand."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.patterns import NOW, pattern
from tests.volunteers.rosters import MORNING, seated, shift, volunteer
from volunteers import arranging, closing
from volunteers.generation import generate, plan
from volunteers.models import Assignment, Seat, SeatPattern, Shift, ShiftPattern, Waiting
from volunteers.patterning import Wanted
from volunteers.planned import digest
from volunteers.seating import door
from volunteers.states import Status

WEDNESDAY, NEXT = date(2026, 11, 25), date(2026, 12, 2)


@pytest.fixture
def made(house):
    """Eight Wednesdays; somebody is in the first."""
    pattern(house.station)
    generate(NOW)
    house.seated = seated(Shift.objects.first().seats.first(), volunteer(house.station), now=NOW)
    return house


def close(house, first=WEDNESDAY, last=NEXT, reason="装修"):
    return closing.close(house.station, first, last, reason=reason, by=house.lead, now=NOW)


def days(shifts):
    return [str(shift.original_on)[5:] for shift in shifts]


def test_look_says_how_many_shifts_and_who(made):
    seen = closing.affected(made.station, WEDNESDAY, NEXT, now=NOW)

    assert (seen.shifts, seen.people) == (2, ["胡秀英"])


def test_closure_clears_empty_shifts_and_calls_people_off(made):
    closure, called = close(made)

    assert called == 1
    assert days(Shift.objects.standing())[0] == "12-09"
    assert [(str(s.original_on), s.closure, s.cancel_reason) for s in closure.shifts.all()] == [
        ("2026-11-25", closure, "闭站，装修")
    ]
    notice = Notice.objects.filter(recipient=made.seated.profile.user).latest("pk")
    assert "您不用来了：11月25日（周三）09:00–12:30" in notice.text and "闭站，装修" in notice.text


def test_generation_makes_nothing_in_a_closure(made):
    close(made)

    assert generate(NOW).said == ""


def test_withdrawn_closure_brings_shifts_back_and_asks_the_people(made):
    closure, _ = close(made)

    asked = closing.withdraw(closure, by=made.lead, now=NOW)

    again = Assignment.objects.latest("pk")
    assert (asked, Shift.objects.standing().count()) == (1, 8)
    assert (again.status, again.profile) == (Status.PROPOSED, made.seated.profile)


def test_what_another_closure_covers_stays_away(made):
    first, _ = close(made)
    second, _ = close(made, WEDNESDAY, date(2026, 12, 5), "停电")

    closing.withdraw(first, by=made.lead, now=NOW)

    assert days(Shift.objects.standing())[0] == "12-09"
    assert Shift.objects.get(closure=second).cancel_reason == "闭站，停电"


def test_shifts_added_by_hand_are_closed_too_and_others_are_not(made):
    extra = shift(made.station, at("2026-12-01 14:00"))
    elsewhere = shift(made.outsider.posts.get().station, at("2026-12-01 14:00"))

    closure, _ = close(made)

    assert {one.pk for one in closure.shifts.all()} == {Shift.objects.get(original_on=WEDNESDAY).pk, extra.pk}
    assert elsewhere in Shift.objects.standing()


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (date(2026, 11, 23), WEDNESDAY, "从今天起"),
        (NEXT, WEDNESDAY, "不能早于"),
        (WEDNESDAY, date(2027, 11, 26), "一次最多"),
    ],
)
def test_impossible_closure_is_refused(made, first, last, sentence):
    with pytest.raises(Refused, match=sentence):
        close(made, first, last)


def test_same_days_twice_are_a_conflict(made):
    close(made)

    with pytest.raises(Conflict, match="已经登记"):
        close(made)


def test_closure_that_is_over_or_withdrawn_is_not_withdrawn(made):
    closure, _ = close(made)
    with pytest.raises(Refused, match="已经过去"):
        closing.withdraw(closure, by=made.lead, now=at("2026-12-03 00:00"))
    closing.withdraw(closure, by=made.lead, now=NOW)

    with pytest.raises(Conflict, match="已经撤回"):
        closing.withdraw(closure, by=made.lead, now=NOW)


def test_closing_is_written_down(made):
    closure, _ = close(made)
    closing.withdraw(closure, by=made.lead, now=NOW)

    said = AuditEntry.objects.filter(action="roster_changed").order_by("pk").values_list("detail", flat=True)
    days_said = "11月25日（周三）至12月2日（周三）闭站"
    assert list(said) == [f"{days_said}：装修", f"撤回{days_said}"]


# One shift by hand ----------------------------------------------------------------------------------


def seen(made):
    return digest(plan(NOW, station=made.station).left)


def test_other_time_than_was_shown_is_not_followed(made):
    ShiftPattern.objects.update(minutes=240)
    shown = seen(made)
    ShiftPattern.objects.update(minutes=300)

    with pytest.raises(Conflict, match="刚刚又有变动"):
        arranging.settle(made.station, None, keeps=False, by=made.lead, now=NOW, seen=shown)

    assert Shift.objects.first().ends_at == at("2026-11-25 12:30")


def test_changed_pattern_followed_moves_the_shift_and_asks(made):
    ShiftPattern.objects.update(minutes=240)
    generate(NOW)

    number = arranging.settle(made.station, None, keeps=False, by=made.lead, now=NOW, seen=seen(made))

    made.seated.refresh_from_db()
    first = Shift.objects.first()
    assert (number, made.seated.status) == (1, Status.PROPOSED)
    assert (first.ends_at, first.moved_at) == (at("2026-11-25 13:00"), None)
    assert generate(NOW).left == []


def test_changed_pattern_not_followed_is_never_asked_about_again(made):
    ShiftPattern.objects.update(minutes=240)

    arranging.settle(made.station, [made.seated.seat.shift_id], keeps=True, by=made.lead, now=NOW)

    assert generate(NOW).left == []
    assert Shift.objects.first().ends_at == at("2026-11-25 12:30")
    assert Assignment.objects.get().status == Status.ACCEPTED


def test_pattern_ended_and_followed_cancels_the_shift(made):
    ShiftPattern.objects.update(is_active=False)

    arranging.settle(made.station, None, keeps=False, by=made.lead, now=NOW, seen=seen(made))

    assert Shift.objects.first().cancel_reason == "班表改了"
    assert Assignment.objects.get().status == Status.CANCELLED


def test_settled_twice_or_for_a_foreign_shift_is_a_conflict(made):
    foreign = shift(made.outsider.posts.get().station)

    for keys in (None, [foreign.pk]):
        with pytest.raises(Conflict, match="已经处理过"):
            arranging.settle(made.station, keys, keeps=True, by=made.lead, now=NOW)


def test_one_off_shift_belongs_to_no_pattern(made):
    wanted = [Wanted(is_lead=True), Wanted(is_needed=False)]

    extra = arranging.add_one_off(
        made.station, date(2026, 12, 31), 20 * 60, 300, wanted, note="跨年", by=made.lead, now=NOW
    )

    assert (extra.starts_at, extra.ends_at) == (at("2026-12-31 20:00"), at("2027-01-01 01:00"))
    assert (extra.pattern, extra.seats.count(), generate(NOW).said) == (None, 2, "")


def test_one_off_in_the_past_is_refused(made):
    with pytest.raises(Refused, match="现在以后"):
        arranging.add_one_off(
            made.station, date(2026, 11, 24), 9 * 60, 60, [Wanted()], note="", by=made.lead, now=NOW
        )


def test_added_seat_goes_to_whoever_waits(made):
    first = Shift.objects.first()
    seated(first.seats.last(), volunteer(made.station, name="罗建国"), now=NOW)
    waiter = volunteer(made.station, name="许志强")
    Waiting.objects.create(shift=first, profile=waiter, since=NOW)

    now = at("2026-11-23 08:00")
    seat = arranging.add_seat(first, Wanted(), by=made.lead, now=now)

    assert seat.assignments.get().profile == waiter


def test_seat_with_somebody_or_the_last_is_not_removed(made):
    first = Shift.objects.first()
    with pytest.raises(Refused, match="有人"):
        arranging.remove_seat(made.seated.seat, by=made.lead, now=NOW)
    arranging.remove_seat(first.seats.last(), by=made.lead, now=NOW)

    door.step(made.seated, "excuse", by=made.lead, now=NOW)
    with pytest.raises(Refused, match="最后一个"):
        arranging.remove_seat(first.seats.first(), by=made.lead, now=NOW)


def test_removed_seat_stays_removed(made):
    arranging.remove_seat(Shift.objects.first().seats.last(), by=made.lead, now=NOW)

    generate(NOW)

    assert Seat.objects.filter(shift=Shift.objects.first(), removed_at=None).count() == 1
    assert SeatPattern.objects.count() == 2


def test_shift_moved_by_hand_is_written_down_with_who_is_asked(made):
    first = Shift.objects.first()

    arranging.move(first, WEDNESDAY, 13 * 60, 180, by=made.lead, now=NOW)

    entry = AuditEntry.objects.get(action="roster_changed")
    assert entry.detail == "11月25日（周三）09:00–12:30改到11月25日（周三）13:00–16:00：请1人再确认"
    assert Shift.objects.first().starts_at != MORNING
