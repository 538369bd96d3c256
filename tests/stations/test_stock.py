"""物品: stock that never falls below nothing, and a record of every change that nobody can alter."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from stations import stock
from stations.models import Supply, SupplyChange
from stations.refusals import Conflict, Refused
from tests.stations.shelf import lent, supply


def correct(house, thing, kind, number, **told):
    told.setdefault("key", uuid.uuid4())
    return stock.correct(thing, kind, number, by=told.pop("by", house.volunteer), **told)


@pytest.mark.parametrize(
    ("kind", "number", "left", "amount"),
    [
        ("used", 2, 6, -2),
        ("used", 8, 0, -8),
        ("restocked", 5, 13, 5),
        ("counted", 3, 3, -5),
        ("counted", 8, 8, 0),
    ],
)
def test_correction_changes_the_stock_and_is_written_down(house, kind, number, left, amount):
    masks = supply(house, "口罩", 8)
    house.volunteer.device = "abcdefghijkl"

    change = correct(house, masks, kind, number, note="发给环卫工")

    assert Supply.objects.get().stock == change.stock_after == left
    assert (change.kind, change.amount, change.by, change.note) == (
        kind,
        amount,
        house.volunteer,
        "发给环卫工",
    )
    assert change.device == "abcdefghijkl"


def test_more_than_there_is_cannot_be_used_up(house):
    masks = supply(house, "口罩", 8, unit_word="只")

    with pytest.raises(Conflict, match="口罩现在只有8只"):
        correct(house, masks, "used", 9)

    assert (Supply.objects.get().stock, masks.changes.count()) == (8, 1)


@pytest.mark.parametrize(
    ("kind", "number"), [("used", -1), ("restocked", 10_001), ("lent", 1), ("nonsense", 1)]
)
def test_nonsense_is_refused(house, kind, number):
    with pytest.raises(Refused):
        correct(house, supply(house), kind, number)

    assert Supply.objects.get().stock == 3


def test_count_is_refused_when_somebody_changed_it_meanwhile(house):
    masks = supply(house, "口罩", 8, unit_word="只")
    correct(house, masks, "used", 1)

    with pytest.raises(Conflict, match="现在有7只"):
        correct(house, masks, "counted", 5, seen=8)

    assert Supply.objects.get().stock == 7


def test_same_press_counts_once(house):
    masks, key = supply(house, "口罩", 2), uuid.uuid4()

    changes = {correct(house, masks, "used", 2, key=key) for _ in range(3)}

    assert len(changes) == 1
    assert Supply.objects.get().stock == 0


def test_same_count_pressed_again_after_others_took_some_counts_once(house):
    masks, key = supply(house, "口罩", 8), uuid.uuid4()
    first = correct(house, masks, "counted", 6, key=key, seen=8)
    correct(house, masks, "used", 1)

    assert correct(house, masks, "counted", 6, key=key, seen=8) == first
    assert Supply.objects.get().stock == 5


@pytest.mark.parametrize(
    ("first", "changed", "said"),
    [
        (("used", 2), ("restocked", 2), "用掉2只"),
        (("used", 2), ("used", 7), "用掉2只"),
        (("used", 2), ("used", 9), "用掉2只"),
        (("restocked", 2), ("restocked", 3), "补货2只"),
        (("counted", 5), ("counted", 3), "盘点5只"),
    ],
)
def test_changed_form_under_a_used_key_is_refused(house, first, changed, said):
    masks, key = supply(house, "口罩", 8, unit_word="只"), uuid.uuid4()
    left = correct(house, masks, *first, key=key).stock_after

    with pytest.raises(Conflict, match=f"已经记下“{said}”"):
        correct(house, masks, *changed, key=key)

    assert Supply.objects.get().stock == left


def test_changed_note_under_a_used_key_is_refused(house):
    masks, key = supply(house, "口罩", 8), uuid.uuid4()
    correct(house, masks, "used", 1, key=key)

    with pytest.raises(Conflict, match="没有记上"):
        correct(house, masks, "used", 1, key=key, note="发给环卫工")


@pytest.mark.parametrize("other", ["person", "supply"])
def test_key_of_another_person_or_supply_says_nothing_of_theirs(house, other):
    masks, books, key = supply(house, "口罩", 8), supply(house, "书", 8), uuid.uuid4()
    correct(house, masks, "used", 1, key=key)

    with pytest.raises(Conflict, match="这一次已经记过了"):
        if other == "person":
            correct(house, masks, "used", 1, key=key, by=house.lead)
        else:
            correct(house, books, "used", 1, key=key)

    assert [*Supply.objects.values_list("stock", flat=True)] == [7, 8]


def test_database_refuses_a_stock_below_nothing(house):
    supply(house)

    with pytest.raises(IntegrityError), transaction.atomic():
        Supply.objects.update(stock=-1)


def test_record_of_changes_is_append_only(house):
    change = correct(house, supply(house), "used", 1)

    for alter in (lambda: SupplyChange.objects.update(amount=0), change.delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            alter()


def test_new_supply_begins_with_a_count(house):
    first = supply(house, "书", 60)

    change = first.changes.get()
    assert (change.kind, change.amount, change.stock_after, change.by) == ("counted", 60, 60, house.lead)


def test_new_supply_sent_twice_is_one(house):
    facts = {"name": "书", "stock": 60, "key": uuid.uuid4(), "by": house.lead}

    made = {stock.add_supply(house.station, **facts) for _ in range(2)}

    assert len(made) == Supply.objects.count() == 1


def test_new_supply_sent_again_after_some_were_used_is_the_first(house):
    facts = {"name": "书", "stock": 60, "key": uuid.uuid4(), "by": house.lead}
    first = stock.add_supply(house.station, **facts)
    correct(house, first, "used", 1)

    assert stock.add_supply(house.station, **facts) == first


@pytest.mark.parametrize(
    "changed", [{"name": "笔"}, {"stock": 61}, {"unit_word": "本"}, {"low_mark": 5}, {"is_lendable": True}]
)
def test_changed_new_supply_under_a_used_key_is_refused(house, changed):
    settings = {"unit_word": "个", "low_mark": None, "is_lendable": False}
    facts = {"name": "书", "stock": 60, "key": uuid.uuid4(), "by": house.lead, **settings}
    stock.add_supply(house.station, **facts)

    with pytest.raises(Conflict, match="已经登记成“书”，改动没有记上"):
        stock.add_supply(house.station, **{**facts, **changed})

    assert Supply.objects.get().stock == 60


def test_key_of_a_supply_of_another_station_says_nothing_of_it(house):
    facts = {"name": "书", "stock": 60, "key": uuid.uuid4(), "by": house.lead}
    stock.add_supply(house.outsider.posts.get().station, **facts)

    with pytest.raises(Conflict, match="这一次已经记过了"):
        stock.add_supply(house.station, **facts)


def test_name_is_taken_once_in_a_station(house):
    supply(house, "书")
    pens = supply(house, "笔")

    with pytest.raises(Conflict, match="同名"):
        supply(house, "书")
    with pytest.raises(Conflict, match="同名"):
        stock.configure(pens, by=house.lead, name="书")

    assert Supply.objects.count() == 2


def test_settings_that_change_are_written_down_in_words(house):
    masks = supply(house, "口罩", 8, low_mark=None)

    stock.configure(masks, by=house.lead, name="医用口罩", low_mark=10, is_lendable=False)

    masks.refresh_from_db()
    change = masks.changes.first()
    assert (masks.name, masks.low_mark, masks.is_lendable, masks.stock) == ("医用口罩", 10, False, 8)
    assert change.note == "名称 口罩→医用口罩、提醒数 不提醒→10、可以借出 是→否"
    assert (change.kind, change.amount, change.stock_after) == ("settings", 0, 8)


def test_settings_left_as_they_are_leave_no_record(house):
    masks = supply(house, "口罩")

    stock.configure(masks, by=house.lead, name="口罩", is_lendable=True)

    assert masks.changes.count() == 1


def test_settings_changed_since_they_were_seen_are_not_written_over(house):
    masks = supply(house, "口罩")
    seen = stock.stamp(masks)
    stock.configure(masks, by=house.lead, seen=seen, low_mark=10, is_lendable=False)

    with pytest.raises(Conflict, match="现在存的是：提醒数 10。"):
        stock.configure(masks, by=house.lead, seen=seen, low_mark=None, is_lendable=False)

    stock.configure(masks, by=house.lead, seen=seen, low_mark=10, is_lendable=False)  # it is so already
    assert (Supply.objects.get().low_mark, masks.changes.count()) == (10, 2)


@pytest.mark.parametrize(
    ("left", "mark", "is_low"),
    [(11, 10, False), (10, 10, True), (0, 0, True), (0, None, True), (1, None, False)],
)
def test_low_is_at_or_under_the_mark_or_used_up(house, left, mark, is_low):
    supply(house, "口罩", left, low_mark=mark)

    assert Supply.objects.with_out().get().is_low == is_low
    assert Supply.objects.low().exists() == is_low


def test_what_is_all_lent_out_is_not_used_up(house):
    thing = supply(house, count=1)
    lent(house, thing)

    assert not Supply.objects.with_out().get().is_low and not Supply.objects.low().exists()


def test_what_is_switched_off_is_never_low(house):
    masks = supply(house, "口罩", 0, low_mark=10)

    stock.configure(masks, by=house.lead, is_active=False)

    assert not masks.is_low and not Supply.objects.low().exists()


def test_out_counts_what_is_lent(house):
    thing = supply(house, count=5)
    lent(house, thing, quantity=2)
    lent(house, thing)

    assert Supply.objects.with_out().get().out == 3
