"""What is asked about hours that were written down, answered once; the newest correction counts."""

from datetime import timedelta

import pytest

from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.volunteers.rosters import MORNING, profile_of, seated, shift, volunteer
from volunteers import records
from volunteers.models import ServiceRecord
from volunteers.seating import on_duty


@pytest.fixture
def record(house):
    """Of the volunteer's Wednesday, from 09:00 to 12:30."""
    place = seated(shift(house.station).seats.first(), profile_of(house.volunteer))
    on_duty.check_in(place, by=house.volunteer, now=MORNING)
    on_duty.check_out(place, by=house.volunteer, now=MORNING + timedelta(hours=3.5))
    return ServiceRecord.objects.get()


def test_newest_correction_counts(record, house):
    records.correct(record, minutes=100, reason="早走", by=house.lead)
    records.correct(record, minutes=120, reason="再核对", by=house.lead)

    assert records.reckoned(record) == ServiceRecord.objects.all().total() == 120


def test_somebody_elses_record_is_not_asked_about(record, house):

    with pytest.raises(Refused, match="自己"):
        records.ask(record, words="少了", by=volunteer(house.station).user)


def test_request_is_answered_once_and_both_sides_hear(record, house):
    asked = records.ask(record, words="我九点前就来了", by=house.volunteer)
    with pytest.raises(Conflict, match="还没答复"):
        records.ask(record, words="再问", by=house.volunteer)

    records.answer(asked, words="对，加上", by=house.lead, minutes=230)

    assert ServiceRecord.objects.all().total() == 230
    assert Notice.objects.filter(effect=f"roster:correct:{asked.pk}", recipient=house.lead).exists()
    told = Notice.objects.get(recipient=house.volunteer)
    assert told.effect == f"roster:corrected:{asked.pk}"
    assert told.text == "您申请的更正有答复：服务时间改为3小时50分钟，对，加上"
    with pytest.raises(Conflict, match="答复过"):
        records.answer(asked, words="又一次", by=house.lead)
