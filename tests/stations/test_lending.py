"""借用: out of the stock and back into it, once however often it is sent; what is overdue, what is undone."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from stations import lending, stock
from stations.models import Loan, OpeningHours, SupplyChange, Visit
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.stations.shelf import DAY, HOUR, lent, supply, tapped


def stock_of(thing):
    thing.refresh_from_db()
    return thing.stock


def test_lending_takes_from_the_stock_counts_a_visit_and_is_written_down(house):
    thing = supply(house, count=3)

    loan = lent(house, thing, quantity=2, borrower="李福生", phone="13800138000")

    change = loan.changes.get()
    assert stock_of(thing) == change.stock_after == 1
    assert (change.kind, change.amount, change.by) == ("lent", -2, house.volunteer)
    assert (loan.visit.kind, loan.visit.by, loan.station) == ("borrow", house.volunteer, house.station)


def test_tap_that_was_counted_is_not_counted_again(house):
    visit = tapped(house, "borrow")

    loan = lent(house, tap=visit.key)

    assert loan.visit == visit
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    "which", ["of another kind", "of another", "of yesterday", "undone", "with a loan", "none"]
)
def test_tap_that_does_not_fit_is_left_alone(house, which):
    visit = tapped(
        house,
        "water" if which == "of another kind" else "borrow",
        by=house.lead if which == "of another" else None,
        now=timezone.now() - DAY if which == "of yesterday" else None,
    )
    if which == "undone":
        Visit.objects.update(undone_at=visit.at, undone_by=house.volunteer)
    thing = supply(house)
    if which == "with a loan":
        lent(house, thing, tap=visit.key)

    loan = lent(house, thing, tap=uuid.uuid4() if which == "none" else visit.key)

    assert loan.visit != visit and loan.visit.kind == "borrow"


def test_same_form_returns_the_first_loan(house):
    thing, form, now = supply(house), uuid.uuid4(), timezone.now()

    loans = {lent(house, thing, submission_id=form, now=now) for _ in range(3)}

    assert len(loans) == Loan.objects.count() == Visit.objects.count() == 1
    assert stock_of(thing) == 2


def test_same_form_about_the_last_one_returns_the_first_loan(house):
    thing, form, now = supply(house, count=1), uuid.uuid4(), timezone.now()

    assert len({lent(house, thing, submission_id=form, now=now) for _ in range(2)}) == 1
    assert stock_of(thing) == 0


@pytest.mark.parametrize(
    "changed", [{"borrower": "赵阿姨"}, {"quantity": 2}, {"due": 2 * HOUR}, {"until": "next"}, {"by": "lead"}]
)
def test_changed_form_under_a_used_number_is_refused(house, changed):
    thing, form, now = supply(house), uuid.uuid4(), timezone.now()
    lent(house, thing, submission_id=form, now=now)
    if "by" in changed:
        changed = {"by": house.lead}

    with pytest.raises(Conflict, match="改动没有记上。要再借一样，再按一次"):
        lent(house, thing, submission_id=form, now=now, **changed)

    assert stock_of(thing) == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quantity": 4}, "现在只有3个"),
        ({"quantity": 0}, "至少是1"),
        ({"due": timedelta(0)}, "晚于现在"),
        ({"due": timedelta(days=91)}, "最长借90天"),
    ],
)
def test_lending_refuses_with_a_sentence_and_leaves_everything(house, fields, sentence):
    thing = supply(house, count=3)

    with pytest.raises(Refused, match=sentence):
        lent(house, thing, **fields)

    assert stock_of(thing) == 3
    assert not Loan.objects.exists() and not Visit.objects.exists()


@pytest.mark.parametrize("settings", [{"is_lendable": False}, {"is_active": False}])
def test_what_is_not_lent_is_refused(house, settings):
    thing = supply(house)
    stock.configure(thing, by=house.lead, **settings)

    with pytest.raises(Refused, match="不外借"):
        lent(house, thing)

    assert stock_of(thing) == 3


def test_taking_back_gives_back_to_the_stock(house):
    thing = supply(house)
    loan = lent(house, thing, quantity=2)

    lending.take_back(loan, by=house.lead)

    loan.refresh_from_db()
    assert loan.returned_by == house.lead and loan.returned_at
    assert stock_of(thing) == 3
    assert list(loan.changes.values_list("kind", "amount", "by")) == [
        ("returned", 2, house.lead.pk),
        ("lent", -2, house.volunteer.pk),
    ]


def test_second_to_take_back_reads_who_was_first(house):
    thing = supply(house)
    loan = lent(house, thing)
    lending.take_back(loan, by=house.lead, now=timezone.now())

    with pytest.raises(Conflict, match="充电器已由陈国平 .* 收回"):
        lending.take_back(Loan.objects.with_all().get(), by=house.volunteer)

    assert stock_of(thing) == 3


def test_return_pressed_by_mistake_is_undone(house):
    thing = supply(house)
    loan = lent(house, thing)
    lending.take_back(loan, by=house.volunteer)

    lending.undo_take_back(loan, by=house.volunteer)

    loan.refresh_from_db()
    assert (loan.returned_at, loan.returned_by, stock_of(thing)) == (None, None, 2)
    assert loan.changes.count() == 3


def test_return_of_long_ago_is_not_undone(house):
    thing = supply(house)
    loan = lent(house, thing)
    lending.take_back(loan, by=house.volunteer, now=timezone.now() - timedelta(minutes=6))

    with pytest.raises(Conflict, match="五分钟"):
        lending.undo_take_back(loan, by=house.volunteer)

    assert stock_of(thing) == 3


def test_return_is_not_undone_when_the_thing_has_gone_to_somebody_else(house):
    thing = supply(house, count=1)
    loan = lent(house, thing)
    lending.take_back(loan, by=house.volunteer)
    lent(house, thing, by=house.lead)

    with pytest.raises(Conflict, match="撤不回来"):
        lending.undo_take_back(loan, by=house.volunteer)

    loan.refresh_from_db()
    assert loan.returned_at and stock_of(thing) == 0


@pytest.mark.parametrize(
    "broken", [{"quantity": 0}, {"due_at": at("2020-01-01 10:00")}, {"returned_at": at("2026-01-01 10:00")}]
)
def test_database_keeps_a_loan_whole(house, broken):
    lent(house)

    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.update(**broken)


def test_overdue_is_what_is_out_past_its_time(house):
    thing, now = supply(house), timezone.now()
    late = lent(house, thing, now=now - DAY)
    back = lent(house, thing, now=now - DAY)
    lending.take_back(back, by=house.volunteer)
    lent(house, thing, now=now)

    assert [*Loan.objects.overdue(now)] == [late]
    back.refresh_from_db()
    assert late.is_overdue(now) and not back.is_overdue(now)


MORNING, EVENING = at("2026-11-24 10:00"), at("2026-11-24 20:30")  # a Tuesday


@pytest.mark.parametrize(
    ("closed", "now", "expected"),
    [
        ((), MORNING, (at("2026-11-24 19:00"), at("2026-11-25 19:00"))),
        ((), EVENING, (None, at("2026-11-25 19:00"))),
        ((1,), MORNING, (None, at("2026-11-25 19:00"))),
        ((2, 3), MORNING, (at("2026-11-24 19:00"), at("2026-11-27 19:00"))),
        ((0, 2, 3, 4, 5, 6), EVENING, (None, at("2026-12-01 19:00"))),
        (None, MORNING, (at("2026-11-24 20:00"), at("2026-11-25 20:00"))),
    ],
)
def test_closings_follow_the_opening_hours(closed, now, expected):
    """No opening hours at all: every day until eight."""
    closes = at("2026-01-01 19:00").time()
    days = [] if closed is None else [day for day in range(7) if day not in closed]

    assert (
        lending.closings([OpeningHours(weekday=day, closes_at=closes) for day in days], now=now) == expected
    )


@pytest.mark.parametrize("until", [lending.TODAY, lending.NEXT])
def test_same_words_about_the_time_are_the_same_form_on_another_day(house, until):
    """A page left open over midnight and sent again: 今天 and 明天 were meant as of the first press."""
    form = {"submission_id": uuid.uuid4(), "until": until}
    days = [MORNING, MORNING + DAY]
    due = [lending.closings([], now=day)[until == lending.NEXT] - day for day in days]
    thing = supply(house)

    loans = {lent(house, thing, now=now, due=due, **form) for now, due in zip(days, due, strict=True)}

    assert len(loans) == Loan.objects.count() == 1


def test_every_change_of_stock_belongs_to_a_known_kind(house):
    lending.take_back(lent(house, due=HOUR), by=house.volunteer)

    assert set(SupplyChange.objects.values_list("kind", flat=True)) == {"counted", "lent", "returned"}
