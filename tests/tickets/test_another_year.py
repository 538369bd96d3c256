"""Who is told a moment reads it as of the `now` that was given, whatever year the machine's clock shows."""

from datetime import date, timedelta

import pytest

from tests.factories import at
from tests.tickets.loop import MONDAY, claimed, dispatched, joined, replied
from tickets import almanac, calendaring, monthly, resident, slips
from tickets.calendaring import Invalid
from tickets.forms.calendar import DaysForm
from tickets.models import Clock, Receipt, Reporter

FRIDAY = "11月27日（周五）"


@pytest.fixture(autouse=True)
def next_year(time_machine):
    time_machine.move_to(at("2027-02-06 23:59"))


@pytest.fixture
def ticket(house):
    filed = house.receive("厨房水管漏水", now=MONDAY)
    for step in (dispatched, claimed, replied):
        step(filed, house)
    return filed


def test_resident_reads_the_promised_day_without_a_year(ticket):
    own = Reporter.objects.get(ticket=ticket)

    page = resident.sheet(resident.load(own, words=True, now=MONDAY))

    assert page.headline == f"正在办，{FRIDAY}前办好"
    assert (f"{FRIDAY}前", f"答复：能解决，{FRIDAY}前办好") == (page.facts[-1].text, page.history[0].title)


def test_resident_reads_the_day_that_was_missed_without_a_year(ticket):
    own = Reporter.objects.get(ticket=ticket)

    page = resident.sheet(resident.load(own, words=True, now=MONDAY + timedelta(days=7)))

    assert f"答应的是{FRIDAY}。" in page.advice


def test_slip_of_who_joined_says_the_promised_day_without_a_year(ticket, house):
    receipt = Receipt.objects.get(reporter=joined(ticket, house))
    clock = Clock.objects.get(ticket=ticket, kind=Clock.Kind.REPLY)

    slip = slips.slip(receipt, clock, now=MONDAY)

    assert slip.answer == f"能解决，{FRIDAY}前办好"


def test_trial_says_its_days_without_a_year(db):
    trial = monthly.trial(MONDAY, 1, area=None, now=MONDAY)

    assert [day for day, _ in trial.steps] == ["11月23日（周一）", "11月24日（周二）"]


def test_pages_of_the_calendar_say_their_days_without_a_year(house):
    day = date(2026, 11, 27)

    assert almanac.sheet(house.area, day, now=MONDAY).title == FRIDAY
    assert almanac.dates_of([day], today=MONDAY.date()) == FRIDAY
    assert DaysForm(first=day, today=MONDAY.date()).fields["until"].label == f"从{FRIDAY}到哪天"


def test_refusal_of_a_day_that_is_set_says_it_without_a_year(house):
    closure = {"reason": "停电", "by": house.dispatcher, "now": MONDAY}
    calendaring.close_day(house.area, date(2026, 11, 27), **closure)

    with pytest.raises(Invalid) as refusal:
        calendaring.close_day(house.area, date(2026, 11, 27), **closure)

    assert str(refusal.value).startswith(f"{FRIDAY}已经有本地安排")
