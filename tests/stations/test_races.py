"""The last thing on the shelf, through HTTP: lent once, counted once, given back once.

Each promise has a negative control: with its guard taken away the same race is lost.
"""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from stations import stock, visiting
from stations.models import Loan, Supply, SupplyChange, Visit
from stations.refusals import Conflict
from tests.factories import House, person
from tests.racing import at_once, meeting, within
from tests.stations.shelf import lent, supply, tapped

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LENDERS = 10
ROUNDS = 10


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.fixture
def desks(house, client_of):
    """Ten volunteers of the station, each at a browser."""
    return [client_of(person("volunteer", station=house.station)) for _ in range(LENDERS)]


def post_all(desks, name, forms, *args):
    """Every browser posts its form at the same moment; the statuses."""
    address = reverse(f"tickets:{name}", args=args)
    pairs = zip(desks, forms, strict=True)
    return [
        answer.status_code for answer in at_once(*[lambda c=c, f=f: c.post(address, f) for c, f in pairs])
    ]


def loan_form(thing, key=None):
    return {"supply": thing.pk, "quantity": 1, "until": "next", "key": key or uuid.uuid4()}


def lend_round(house, desks):
    """All lend the last one; what is wrong afterwards, and the statuses read."""
    thing = supply(house, f"充电器{uuid.uuid4().hex[:8]}", 1)
    statuses = post_all(desks, "lend", [loan_form(thing) for _ in desks])
    thing.refresh_from_db()
    out = Loan.objects.filter(supply=thing).count()
    faults = [f"{out} lent of 1"] if out != 1 else []
    if thing.stock != 1 - out or sum(c.amount for c in thing.changes.all()) != thing.stock:
        faults.append(f"{thing.stock} left, the record says otherwise")
    if sorted(statuses) != [302] + [409] * (len(desks) - 1):
        faults.append(f"they read {statuses}")
    return faults


def test_last_charger_is_lent_to_one(house, desks):
    for _ in range(ROUNDS):
        assert lend_round(house, desks) == []


def read_check_save(meet):
    """How it must not be done: look, think, write; all have looked before one writes."""

    def shift(supply, amount):
        row = Supply.objects.get(pk=supply.pk)
        meet()
        if row.stock + amount < 0:
            raise Conflict("没有了", "quantity")
        row.stock += amount
        row.save(update_fields=["stock"])
        supply.refresh_from_db()

    return shift


def test_lending_race_is_lost_by_looking_first(house, desks, monkeypatch):
    """Negative control: look whether there is one, then take it."""
    monkeypatch.setattr("stations.stock.shift", read_check_save(meeting(LENDERS)))

    assert any("lent of 1" in fault for fault in lend_round(house, desks))


def test_one_form_about_the_last_one_sent_ten_times_is_one_loan(house, client_of):
    thing = supply(house, count=1)
    desks = [client_of(house.volunteer) for _ in range(LENDERS)]

    statuses = post_all(desks, "lend", [loan_form(thing, uuid.UUID(int=7))] * LENDERS)

    assert set(statuses) == {302}
    assert (Loan.objects.count(), Visit.objects.count(), SupplyChange.objects.count()) == (1, 1, 2)


def test_one_tap_sent_twenty_times_counts_once(house, client_of):
    desks = [client_of(house.volunteer) for _ in range(2 * LENDERS)]

    statuses = post_all(desks, "tap", [{"kind": "water", "key": uuid.UUID(int=7)}] * len(desks))

    assert set(statuses) == {302}
    assert Visit.objects.count() == 1


def test_one_loan_taken_back_by_ten_is_given_back_once(house, desks):
    loan = lent(house, supply(house, count=1))

    statuses = post_all(desks, "take_back", [{}] * LENDERS, loan.pk)

    assert sorted(statuses) == [302] + [409] * (LENDERS - 1)
    assert (Supply.objects.get().stock, loan.changes.filter(kind="returned").count()) == (1, 1)


def test_two_counts_at_once_leave_one_and_tell_the_other(house, desks):
    for _ in range(ROUNDS):
        thing = supply(house, f"口罩{uuid.uuid4().hex[:8]}", 8)
        forms = [{"kind": "counted", "number": n, "seen": 8, "key": uuid.uuid4()} for n in (5, 6)]

        statuses = post_all(desks[:2], "supply", forms, thing.pk)

        assert sorted(statuses) == [302, 409]
        assert thing.changes.count() == 2


def set_meanwhile(house):
    """Settings are being saved while somebody who saw the same saves others; what that was told, and what is stored."""
    thing = supply(house, "口罩", low_mark=5)
    how = {"by": house.lead, "seen": stock.stamp(thing)}
    told = within(
        lambda: stock.configure(thing, **how, low_mark=9),
        lambda: stock.configure(thing, **how, low_mark=7),
    )
    return told, Supply.objects.get().low_mark


def test_settings_just_being_saved_are_not_written_over(house):
    told, stored = set_meanwhile(house)

    assert isinstance(told, Conflict) and "提醒数 9" in str(told)
    assert stored == 9


def test_settings_are_written_over_without_the_lock(house, monkeypatch):
    """Negative control: what is stored is read before it is free."""
    monkeypatch.setattr(stock, "_hold", lambda supply: Supply.objects.get(pk=supply.pk))

    assert set_meanwhile(house) == (None, 7)


def test_more_users_than_masks_leave_none_and_no_debt(house, desks):
    masks = supply(house, "口罩", 6, low_mark=3)
    form = {"kind": "used", "number": 1}

    statuses = post_all(desks, "supply", [{**form, "key": uuid.uuid4()} for _ in desks], masks.pk)

    assert sorted(statuses) == [302] * 6 + [409] * 4
    assert Supply.objects.get().stock == 0
    assert masks.changes.filter(at__lte=timezone.now(), kind="used").count() == 6


def undo_while_lending(house):
    """借物 was tapped, the loan is being written, somebody takes the tap back; what that was told."""
    visit, thing = tapped(house, "borrow"), supply(house)
    return within(lambda: lent(house, thing, tap=visit.key), lambda: visiting.undo(visit, by=house.volunteer))


def counted():
    """How many visitors the day has, and whether the loan's own is among them."""
    return Visit.objects.kept().count(), Loan.objects.get().visit.undone_at is None


def test_tap_of_a_loan_just_being_written_is_not_taken_back(house):
    told = undo_while_lending(house)

    assert isinstance(told, Conflict) and str(told) == visiting.HAS_LOAN
    assert counted() == (1, True)


def test_visitor_of_a_loan_is_lost_without_the_lock(house, monkeypatch):
    """Negative control: whether there is a loan is asked, and answered, before the tap is free."""
    monkeypatch.setattr(visiting, "_hold", lambda visit: Visit.objects.get(pk=visit.pk))

    undo_while_lending(house)

    assert counted() == (0, False)


def test_loan_about_a_tap_just_being_taken_back_counts_its_own_visitor(house):
    visit, thing = tapped(house, "borrow"), supply(house)

    within(lambda: visiting.undo(visit, by=house.volunteer), lambda: lent(house, thing, tap=visit.key))

    assert counted() == (1, True)
