"""找替班: asked of who may and can, taken for one day, taken back."""

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers.models import Seat
from volunteers.seating import on_duty, standins
from volunteers.seating.signing_up import take
from volunteers.states import Status

NOW = at("2026-11-23 10:00")


@pytest.fixture
def seeking(house):
    """胡秀英 looks for a stand-in; 罗光明 can, 钱玉梅 stands elsewhere, 孙福 does not want to be asked."""
    made = seated(shift(house.station, seats=1).seats.get(), volunteer(house.station))
    volunteer(house.station, name="罗光明")
    elsewhere = volunteer(house.station, name="钱玉梅")
    seated(shift(house.station, at("2026-11-25 11:00")).seats.first(), elsewhere)
    volunteer(house.station, name="孙福", may_be_called_out=False)
    standins.seek(made, by=made.profile.user, now=NOW)
    return made


def test_those_who_may_and_can_are_asked(seeking):
    told = Notice.objects.filter(effect__startswith="roster:ask:")

    assert [notice.recipient.name for notice in told] == ["罗光明"]
    assert told[0].text.startswith("胡秀英找替班：11月25日（周三）09:00–12:30")


def test_seat_counts_as_open_and_the_holder_stays(seeking):
    assert seeking.status == Status.SEEKING
    assert seeking.seat in Seat.objects.open()


def test_another_takes_it_for_that_day(house, seeking):
    other = profile_of(house.volunteer)

    made = take(seeking.seat, other, by=house.volunteer, now=NOW)

    seeking.refresh_from_db()
    assert (made.status, made.via, made.covers) == (Status.ACCEPTED, "standin", seeking)
    assert seeking.status == Status.CANCELLED
    assert "刘桂芳替您值这一班" in Notice.objects.get(recipient=seeking.profile.user).text
    assert not Notice.objects.filter(effect__startswith="roster:ask:", settled_at=None).exists()


def test_second_who_takes_it_reads_that_it_is_full(house, seeking):
    standins.cover(seeking, profile_of(house.volunteer), by=house.volunteer, now=NOW)

    with pytest.raises(Conflict, match="已满"):
        standins.cover(seeking, volunteer(house.station, name="罗光明"), by=house.lead, now=NOW)


def test_holder_who_comes_after_all_keeps_it(house, seeking):
    standins.keep(seeking, by=seeking.profile.user, now=NOW)

    assert seeking.status == Status.ACCEPTED
    assert not Notice.objects.filter(effect__startswith="roster:ask:", settled_at=None).exists()
    with pytest.raises(Conflict, match="已满"):
        take(seeking.seat, profile_of(house.volunteer), by=house.volunteer, now=NOW)


def test_holder_does_not_cover_for_oneself(seeking):
    with pytest.raises(Refused, match="不用替了"):
        take(seeking.seat, seeking.profile, by=seeking.profile.user, now=NOW)


@pytest.mark.parametrize(("later", "told"), [("2026-11-23 18:00", 1), ("2026-11-24 08:00", 2)])
def test_asking_again_tells_again_only_on_another_day(house, seeking, later, told):
    standins.keep(seeking, by=seeking.profile.user, now=NOW)
    standins.seek(seeking, by=seeking.profile.user, now=at(later))

    asked = Notice.objects.filter(effect__startswith="roster:ask:")
    assert asked.filter(settled_at=None, read_at=None).count() == 1
    assert asked.count() == told


def test_nobody_is_sought_once_the_shift_has_begun(house):
    made = seated(shift(house.station).seats.first(), volunteer(house.station))

    with pytest.raises(Conflict, match="已经开始"):
        standins.seek(made, by=house.lead, now=at("2026-11-25 09:00"))


def test_who_comes_after_all_or_never_ends_the_asking(house):
    came = seated(shift(house.station, seats=1).seats.get(), volunteer(house.station))
    missing = seated(
        shift(house.station, at("2026-11-26 09:00"), seats=1).seats.get(), profile_of(house.volunteer)
    )
    for one in (came, missing):
        standins.seek(one, by=one.profile.user, now=NOW)

    on_duty.check_in(came, by=came.profile.user, now=came.starts_at)
    on_duty.mark_missed(now=missing.starts_at + on_duty.MISSED_AFTER)

    asked = Notice.objects.filter(text__contains="找替班")
    assert [notice.settled_at is not None for notice in asked] == [True, True]
