"""Several reporters of one matter in the report: counted with the ticket that stayed, each once."""

from datetime import date, timedelta

import pytest
import time_machine

from tests.tickets.loop import BAD, GOOD, MONDAY, TUESDAY, claimed, dispatched, joined, resolved
from tests.tickets.reports_world import NOW, World
from tickets import workflow
from tickets.models import Reporter, Ticket
from tickets.reports import figures, satisfaction
from tickets.reports.figures import Cut
from tickets.reports.periods import month_of, of_dates
from tickets.states import DONE

LATER = TUESDAY + timedelta(days=2)
NOVEMBER = month_of(date(2026, 11, 1))
EVER = of_dates(date(2026, 8, 1), date(2026, 11, 30))


def tickets(house):
    return Ticket.objects.visible_to(house.secretary).in_area(house.area)


def report(house, period=NOVEMBER, now=LATER):
    return satisfaction.report(tickets(house), period, [house.area], now=now)


@pytest.fixture
def merged(house):
    """A ticket with another one merged into it, done by the unit."""
    master, own = house.receive(now=MONDAY), house.receive(category=None, now=MONDAY)
    workflow.merge(own, by=house.dispatcher, master=master, now=MONDAY)
    for step in (dispatched, claimed, resolved):
        step(master, house)
    return master, own.reporters.get()


def test_merged_reporters_rating_counts_once_and_with_the_masters_unit_and_category(house, merged):
    master, reporter = merged
    workflow.review(master, by=reporter, now=TUESDAY, **GOOD)

    found = report(house)

    assert (found.total["asked"], found.total["rated"], found.total["good"]) == (2, 1, 1)
    assert [(line.key, line.sums["rated"]) for line in found.units if line.sums["rated"]] == [
        (house.unit.pk, 1)
    ]
    rated = {line.key: line.sums["rated"] for line in found.categories if line.sums["rated"]}
    assert rated == {house.category.pk: 1}
    assert (found.total["merged"], found.total["counted"]) == (1, 1)


def test_list_behind_the_number_shows_the_ticket_that_stayed(house, merged):
    master, reporter = merged
    workflow.review(master, by=reporter, now=TUESDAY, **GOOD)

    [row] = figures.listed("rated", tickets(house), Cut(), now=LATER)

    assert (row, row.matter, row.rated_as) == (reporter, master, "satisfied")


def test_who_joined_is_asked_and_counted_like_the_first(house):
    ticket = house.receive(now=MONDAY)
    other = joined(ticket, house)
    for step in (dispatched, claimed, resolved):
        step(ticket, house)
    workflow.review(ticket, by=other, now=TUESDAY, **BAD)

    sums = report(house).total
    assert (sums["asked"], sums["rated"], sums["bad"], sums["reopened"]) == (2, 1, 1, 1)


def test_rating_of_the_own_ticket_before_merging_is_not_the_masters(house):
    own = house.receive(now=MONDAY)
    for step in (dispatched, claimed, resolved):
        step(own, house)
    reporter = own.reporters.get()
    workflow.review(own, by=reporter, now=MONDAY, **BAD)
    master = house.receive(now=MONDAY)
    workflow.merge(own, by=house.dispatcher, master=master, now=MONDAY)
    for step in (dispatched, claimed, resolved):
        step(master, house)

    before = report(house).total
    workflow.review(master, by=reporter, now=TUESDAY, **GOOD)
    after = report(house).total

    assert (before["asked"], before["rated"], before["bad"]) == (2, 0, 0)
    assert (after["asked"], after["rated"], after["good"]) == (2, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 20261125])
def test_numbers_of_a_random_world_agree_with_counting_by_hand(house, seed):
    with time_machine.travel(NOW, tick=False):
        World(house, seed=seed).fill(60)

    sums = report(house, EVER, now=NOW).total

    assert Ticket.objects.merged().count() > 1
    assert {code: sums[code] for code in COUNTED} == counted_by_hand()


COUNTED = ("asked", "rated", "good", "bad", "first_rated", "first_good")


def counted_by_hand():
    found = dict.fromkeys(COUNTED, 0)
    for reporter in Reporter.objects.select_related("ticket__merged_into"):
        matter = reporter.matter
        ratings = {rating.round: rating for rating in matter.ratings.filter(reporter=reporter)}
        last, first = (ratings.get(max(ratings)) if ratings else None), ratings.get(1)
        found["asked"] += matter.status in DONE or matter.round > 1
        found["rated"] += last is not None
        found["good"] += last is not None and last.satisfied != "not"
        found["bad"] += last is not None and last.satisfied == "not"
        found["first_rated"] += first is not None
        found["first_good"] += first is not None and first.satisfied != "not"
    return found
