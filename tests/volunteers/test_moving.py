"""A shift moved, cancelled, brought back: what becomes of the people in it, and what they are told."""

from datetime import timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import MORNING, seated, shift, volunteer
from volunteers import calling
from volunteers.models import Assignment, Shift, Waiting
from volunteers.seating import door
from volunteers.seating.cancelling import cancel_shift, restore_shift
from volunteers.seating.moving import Moved, move_shift
from volunteers.states import Status

NOW = at("2026-11-24 10:00")
LATER = at("2026-11-25 13:00")


@pytest.fixture
def staffed(house):
    """A shift with somebody in one of its two seats."""
    made = shift(house.station)
    made.held_by = seated(made.seats.first(), volunteer(house.station), now=NOW)
    return made


def move(house, it, starts_at=LATER, hours=3, **fields):
    return move_shift(it, starts_at, starts_at + timedelta(hours=hours), by=house.lead, now=NOW, **fields)


def cancel(house, it):
    return cancel_shift(it, reason="停电", by=house.lead, now=NOW)


def restore(house, it):
    return restore_shift(it, by=house.lead, now=NOW)


def told(profile):
    return list(Notice.objects.filter(recipient=profile.user).order_by("pk").values_list("text", flat=True))


def test_person_is_asked_again_for_the_new_time(house, staffed):
    done = move(house, staffed)

    own = Assignment.objects.get()
    assert done == Moved(asked=1)
    assert (own.status, own.starts_at, own.ends_at) == (Status.PROPOSED, LATER, LATER + timedelta(hours=3))
    assert told(own.profile)[-1] == (
        f"11月25日（周三）09:00–12:30的班改到11月25日（周三）13:00–16:00，{house.station}。"
        "还能来吗？请点“我来”或“去不了”。"
    )
    assert own.events.last().verb == "ask_again"


def test_moved_shift_is_marked_and_one_that_follows_its_pattern_is_not(house, staffed):
    move(house, staffed)
    assert Shift.objects.get().moved_at == NOW

    move(house, staffed, LATER + timedelta(hours=1), follows=True)
    assert Shift.objects.get().moved_at is None


def test_person_keeps_the_seat_within_the_old_time(house, staffed):
    done = move(house, staffed, MORNING, hours=3)

    own = Assignment.objects.get()
    assert (done, own.status, own.ends_at) == (Moved(kept=1), Status.ACCEPTED, MORNING + timedelta(hours=3))
    assert "的班改成11月25日（周三）09:00–12:00" in told(own.profile)[-1]


def test_person_who_is_elsewhere_then_is_let_go_and_told_why(house, staffed):
    other = shift(house.station, LATER, hours=2)
    seated(other.seats.first(), staffed.held_by.profile, now=NOW)

    done = move(house, staffed)

    staffed.held_by.refresh_from_db()
    assert (done, staffed.held_by.status) == (Moved(let_go=1), Status.CANCELLED)
    assert "这段时间已经有别的班了" in told(staffed.held_by.profile)[-1]


def test_own_old_time_is_not_in_the_way(house, staffed):
    assert move(house, staffed, MORNING + timedelta(hours=1), hours=8) == Moved(asked=1)


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        ("2026-11-24 09:00", "2026-11-24 12:00", "现在以后"),
        ("2026-11-25 12:00", "2026-11-25 12:00", "早于结束"),
        ("2026-11-25 08:00", "2026-11-25 20:01", "最长12小时"),
    ],
)
def test_impossible_time_is_refused_and_nothing_moves(house, staffed, starts, ends, sentence):
    with pytest.raises(Refused, match=sentence):
        move_shift(staffed, at(starts), at(ends), by=house.lead, now=NOW)

    assert Shift.objects.get().starts_at == MORNING


def test_shift_that_has_begun_is_not_moved(house, staffed):
    with pytest.raises(Conflict, match="已经开始"):
        move_shift(staffed, LATER, LATER + timedelta(hours=1), by=house.lead, now=MORNING)


def test_only_the_lead_moves_and_cancels(house, staffed):
    for verb in (
        lambda: move_shift(staffed, LATER, LATER + timedelta(hours=1), by=house.volunteer, now=NOW),
        lambda: cancel_shift(staffed, reason="停电", by=house.volunteer, now=NOW),
    ):
        with pytest.raises(Refused, match="站长"):
            verb()


def test_cancelled_shift_lets_its_people_go_with_the_reason(house, staffed):
    waiting = Waiting.objects.create(shift=staffed, profile=volunteer(house.station), since=NOW)

    called = cancel(house, staffed)

    assert (called, Assignment.objects.get().status) == (1, Status.CANCELLED)
    assert "这一班取消了：停电" in told(staffed.held_by.profile)[-1]
    assert "您候补的班取消了" in told(waiting.profile)[-1]
    assert not Waiting.objects.present().exists()


def test_cancelled_twice_is_a_conflict(house, staffed):
    cancel(house, staffed)

    with pytest.raises(Conflict, match="取消了"):
        cancel(house, staffed)


def test_shift_brought_back_asks_who_was_in_it(house, staffed):
    cancel(house, staffed)

    asked = restore(house, staffed)

    again = Assignment.objects.latest("pk")
    assert (asked, again.status, again.profile) == (1, Status.PROPOSED, staffed.held_by.profile)
    assert "还能来吗" in told(again.profile)[-1]
    assert Shift.objects.get().cancelled_at is None


def test_who_withdrew_before_is_not_asked_when_it_comes_back(house, staffed):
    Assignment.objects.update(status=Status.CANCELLED)
    cancel(house, staffed)

    assert restore(house, staffed) == 0


def test_who_left_or_has_another_shift_by_then_is_not_asked(house, staffed):
    cancel(house, staffed)
    seated(shift(house.station, MORNING).seats.first(), staffed.held_by.profile, now=NOW)

    assert restore(house, staffed) == 0


def test_what_was_not_cancelled_or_has_begun_does_not_come_back(house, staffed):
    with pytest.raises(Conflict, match="没有取消"):
        restore(house, staffed)
    cancel(house, staffed)

    with pytest.raises(Conflict, match="已经开始"):
        restore_shift(staffed, by=house.lead, now=MORNING)


@pytest.mark.parametrize("change", [move, cancel])
def test_nobody_is_moved_or_sent_home_who_has_checked_in(house, staffed, change):
    door.step(staffed.held_by, "check_in", by=house.lead, now=NOW, checked_in_at=NOW)
    before = Shift.objects.values().get()

    with pytest.raises(Conflict, match="已经有人签到"):
        change(house, staffed)

    assert Shift.objects.values().get() == before


@pytest.mark.parametrize(("change", "said"), [(move, "改了时间"), (cancel, "取消了")])
def test_who_waits_or_was_asked_to_fill_the_gap_waits_no_longer(house, staffed, change, said):
    waits, asked = volunteer(house.station, name="罗光明"), volunteer(house.station, name="钱玉梅")
    calling.ask(staffed, [asked.pk], by=house.lead, now=NOW)
    Waiting.objects.create(shift=staffed, profile=waits, since=NOW)

    change(house, staffed)

    assert not waits.waiting.present().exists()
    assert [said in text for text in told(waits)] == [True]
    assert Notice.objects.get(recipient=asked.user).settled_at == NOW
