"""请您值班: asked, answered, and nobody forced."""

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers.models import Seat
from volunteers.seating import answering, asking
from volunteers.states import Status

NOW = at("2026-11-23 10:00")


@pytest.fixture
def asked(house):
    seat = shift(house.station, seats=1).seats.get()
    return asking.propose(seat, volunteer(house.station), by=house.lead, now=NOW, why="这周还没值过班")


def test_proposal_asks_and_leaves_the_seat_open(asked):
    told = Notice.objects.get()

    assert (told.recipient, told.effect[:11]) == (asked.profile.user, "roster:ask:")
    assert told.text.startswith("请您值班：11月25日（周三）09:00–12:30")
    assert asked.seat in Seat.objects.open()


def test_accepted_it_is_settled(asked):
    answering.accept(asked, by=asked.profile.user, now=NOW)

    assert asked.status == Status.ACCEPTED
    assert Notice.objects.get().settled_at == NOW


def test_declined_the_seat_stays_open(asked):
    answering.decline(asked, by=asked.profile.user, now=NOW, why="要带孙子")

    assert asked.status == Status.DECLINED
    assert asked.events.last().detail == "要带孙子"
    assert asked.seat in Seat.objects.open()
    assert Notice.objects.get().settled_at == NOW


def test_limits_are_asked_anew(asked, house):
    seated(shift(house.station, at("2026-11-25 11:00")).seats.first(), asked.profile)

    with pytest.raises(Refused, match="已经有别的班"):
        answering.accept(asked, by=asked.profile.user, now=NOW)


def test_seat_that_somebody_took_first_is_full(asked, house):
    seated(asked.seat, profile_of(house.volunteer))

    with pytest.raises(Conflict, match="已满"):
        answering.accept(asked, by=asked.profile.user, now=NOW)


def test_lead_answers_for_whom_was_called_and_that_person_reads_it(asked, house):
    answering.accept(asked, by=house.lead, now=NOW)

    assert Notice.objects.filter(text__startswith="陈国平替您答应了", recipient=asked.profile.user).exists()
