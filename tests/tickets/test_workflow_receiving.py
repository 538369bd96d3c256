"""接单 beyond the story: numbers, repeats, and what is refused."""

import uuid

import pytest

from tests.factories import BuildingFactory, CategoryFactory, at, person
from tests.tickets.loop import MONDAY, rows
from tickets import workflow
from tickets.models import Event, Receipt, Ticket


def receive(house, *, by=None, station=None, words="三单元二楼楼道灯不亮", **fields):
    by, station = by or house.volunteer, station or house.station
    return workflow.receive(by=by, station=station, words=words, **{"now": MONDAY, **fields})


def test_numbers_count_from_one_each_local_day(house):
    late, early = at("2026-11-23 23:59"), at("2026-11-24 00:00")

    numbers = [house.receive(now=now).number[-12:] for now in (MONDAY, late, early)]

    assert numbers == ["20261123-001", "20261123-002", "20261124-001"]


def test_repeated_submission_returns_the_first_receipt_and_files_nothing(house):
    submission = uuid.uuid4()
    first = receive(house, submission_id=submission)
    before = rows()

    again = receive(house, submission_id=submission)

    assert again == first
    assert rows() == before


def test_refused_submission_leaves_no_gap_in_the_numbers(house):
    submission = uuid.uuid4()
    receive(house, submission_id=submission)
    receive(house, submission_id=submission)

    assert receive(house).reporter.ticket.sequence == 2


def test_another_persons_submission_is_never_shown(house):
    submission = uuid.uuid4()
    receive(house, submission_id=submission, words="只给登记人看的话")
    colleague = person("volunteer", station=house.station)

    with pytest.raises(workflow.Conflict) as refusal:
        receive(house, by=colleague, submission_id=submission)

    assert "只给" not in str(refusal.value)
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("灯不亮。请尽快来看", "灯不亮"),
        ("楼" * 24, "楼" * 24),
        ("单元门口的路面坏了一大块，晚上老人走过去容易摔倒很危险", "单元门口的路面坏了一大块"),
        ("楼" * 30, "楼" * 23 + "…"),
        ("\n。\n漏水", "漏水"),
    ],
)
def test_title_is_the_first_sentence(house, words, title):
    ticket = receive(house, words=words).reporter.ticket

    assert (ticket.title, ticket.words) == (title, words)


@pytest.mark.parametrize(("field", "words"), [("words", " \n"), ("words", "字" * 4001)])
def test_receive_refuses_no_words_and_too_many(house, field, words):
    with pytest.raises(workflow.Invalid) as refusal:
        receive(house, words=words)

    assert refusal.value.field == field
    assert not Ticket.objects.exists()


def test_receive_refuses_a_building_of_another_community(house):
    with pytest.raises(workflow.Invalid) as refusal:
        receive(house, building=BuildingFactory())

    assert refusal.value.field == "building"


def test_receive_refuses_a_category_no_longer_used(house):
    with pytest.raises(workflow.Invalid) as refusal:
        receive(house, category=CategoryFactory(is_active=False))

    assert refusal.value.field == "category"


def test_receive_refuses_a_station_no_longer_used(house):
    house.station.is_active = False
    house.station.save()

    with pytest.raises(workflow.Conflict, match="已停用"):
        receive(house)


def test_receive_works_with_words_alone(house):
    ticket = receive(house).reporter.ticket

    assert (ticket.category, ticket.building, ticket.status) == (None, None, "received")
    assert Event.objects.get(ticket=ticket).by == house.volunteer


@pytest.mark.parametrize("words", ["", "  \n", "\u200b\u200d", "\u2003\ufeff"])
def test_receive_refuses_words_that_nobody_can_see(house, words):
    with pytest.raises(workflow.Invalid) as refusal:
        receive(house, words=words)

    assert refusal.value.field == "words"


@pytest.mark.parametrize("words", ["a" * 4000, "㏒" * 3000, 'it\'s 24栋 \\ "B":1 & <->'])
def test_whatever_is_typed_is_filed_and_found_by_its_own_words(house, words):
    ticket = receive(house, words=words).reporter.ticket

    assert list(Ticket.objects.matching(words)) == [ticket]
