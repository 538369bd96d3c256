"""A small story whose figures are worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal
from statistics import median, quantiles

import pytest

from stations import stamps, workdays
from stations.models import LocalDay
from tests.factories import House, at, person
from tests.tickets.reports_world import World
from tickets import workflow
from tickets.models import Clock, Reporter, Ticket
from tickets.reports import satisfaction
from tickets.reports.figures import NONE
from tickets.reports.periods import month_of, of_dates
from tickets.reports.satisfaction import Rate

pytestmark = pytest.mark.slow

MONDAY = at("2026-11-23 10:00")
DUE = at("2026-11-24 10:00")
NOW = at("2026-11-26 10:00")
NOVEMBER = month_of(date(2026, 11, 1))
ANSWER = {"solvable": "yes", "promised_on": date(2026, 11, 30), "words": "马上来", "told": "phone"}


def report(house, period=NOVEMBER, now=NOW):
    tickets = Ticket.objects.visible_to(house.secretary).in_area(house.area)
    return satisfaction.report(tickets, period, [house.area], now=now)


def line(lines, key):
    return next(found.sums for found in lines if found.key == key)


@pytest.fixture
def claimed(house):
    ticket = house.receive(now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)
    workflow.claim(ticket, by=house.staff, now=MONDAY)
    return ticket


def resolve(house, ticket, now=DUE, outcome="solved"):
    workflow.resolve(ticket, by=house.staff, outcome=outcome, words="好了", now=now)


@pytest.mark.parametrize(
    ("moment", "on_time"), [("2026-11-24 10:00", 1), ("2026-11-24 10:00:01", 0), ("2026-11-23 10:05", 1)]
)
def test_reply_is_on_time_up_to_the_very_moment(house, claimed, moment, on_time):
    workflow.reply(claimed, by=house.staff, now=at(moment), **ANSWER)

    sums = report(house).total
    assert (sums["on_time"], sums["late"], sums["decided"]) == (on_time, 1 - on_time, 1)


@pytest.mark.parametrize(("now", "late"), [(DUE, 0), (at("2026-11-24 10:00:01"), 1)])
def test_unanswered_reply_counts_only_once_it_is_due(house, claimed, now, late):
    sums = report(house, now=now).total

    assert (sums["decided"], sums["late"], sums["undecided"]) == (late, late, 1 - late)


@pytest.mark.parametrize(("moment", "late"), [("2026-11-23 12:00", 0), ("2026-11-25 12:00", 1)])
def test_withdrawing_takes_a_reply_out_unless_it_was_late(house, claimed, moment, late):
    workflow.withdraw(claimed, by=house.dispatcher, reason="mistake", now=at(moment))

    sums = report(house).total
    assert (sums["decided"], sums["late"], sums["undecided"]) == (late, late, 0)
    assert (sums["received"], sums["counted"], sums["withdrawn"]) == (1, 0, 1)


def test_late_reply_is_charged_to_the_unit_that_held_it_when_due(house, claimed):
    workflow.dispatch(claimed, by=house.dispatcher, unit=house.other_unit, reason="改派", now=NOW)

    units = report(house).units
    assert line(units, house.unit.pk)["late"] == 1
    assert line(units, house.other_unit.pk)["late"] == 0
    assert line(units, house.other_unit.pk)["received"] == 1


def test_reply_on_time_is_charged_to_the_unit_that_gave_it(house, claimed):
    workflow.dispatch(claimed, by=house.dispatcher, unit=house.other_unit, reason="改派", now=MONDAY)
    workflow.claim(claimed, by=house.other_staff, now=MONDAY)
    workflow.reply(claimed, by=house.other_staff, now=DUE, **ANSWER)

    units = report(house).units
    assert [(unit.key, unit.sums["on_time"]) for unit in units] == [(house.other_unit.pk, 1)]


def test_dispatchers_own_answer_stands_in_a_line_of_its_own(house):
    ticket = house.receive(now=MONDAY)
    workflow.reply(ticket, by=house.dispatcher, now=MONDAY, **ANSWER)

    assert line(report(house).units, NONE)["on_time"] == 1


@pytest.mark.parametrize(("outcome", "solved"), [("solved", 1), ("partly", 0), ("not", 0)])
def test_only_the_outcome_solved_counts_as_solved(house, claimed, outcome, solved):
    resolve(house, claimed, outcome=outcome)

    sums = report(house).total
    assert (sums["solved"], sums["unsolved"], sums["counted"]) == (solved, 1 - solved, 1)


def test_last_rating_counts_and_the_first_stands_beside(house, claimed):
    reporter = claimed.reporters.get()
    resolve(house, claimed)
    workflow.review(claimed, by=reporter, solved="yes", satisfied="not", now=DUE)
    after_first = report(house).total
    resolve(house, claimed, now=at("2026-11-25 10:00"))
    workflow.review(claimed, by=reporter, solved="yes", satisfied="satisfied", now=at("2026-11-25 11:00"))
    workflow.change_rating(claimed, by=reporter, solved="yes", satisfied="mostly", now=NOW)

    sums = report(house).total
    assert (after_first["good"], after_first["bad"], after_first["rated"]) == (0, 1, 1)
    assert (sums["good"], sums["bad"], sums["rated"], sums["reopened"]) == (1, 0, 1, 1)
    assert (sums["first_good"], sums["first_rated"]) == (0, 1)


def test_rating_changed_for_the_worse_counts_as_bad(house, claimed):
    reporter = claimed.reporters.get()
    resolve(house, claimed)
    workflow.review(claimed, by=reporter, solved="yes", satisfied="satisfied", now=DUE)
    workflow.change_rating(claimed, by=reporter, solved="yes", satisfied="not", now=NOW)

    sums = report(house).total
    assert (sums["good"], sums["bad"], sums["asked"], sums["rated"]) == (0, 1, 1, 1)


def test_coverage_asks_the_reporters_of_resolved_tickets_only(house, claimed):
    Reporter.objects.create(ticket=claimed, logged_by=house.volunteer, created_at=MONDAY)
    house.receive(now=MONDAY)
    resolve(house, claimed)
    workflow.review(claimed, by=claimed.reporters.first(), solved="yes", satisfied="mostly", now=DUE)

    sums = report(house).total
    assert (sums["rated"], sums["asked"]) == (1, 2)


def test_month_holds_its_first_and_last_local_day(house):
    for moment in ("2026-10-31 23:59", "2026-11-01 00:00", "2026-11-30 23:59", "2026-12-01 00:00"):
        house.receive(now=at(moment))

    found = report(house, now=at("2026-12-02 10:00"))
    assert (found.total["received"], found.before["received"]) == (2, 1)
    assert [month.sums["received"] for month in found.trend] == [0, 0, 0, 0, 1, 2]


def test_parts_add_up_to_the_whole(house):
    World(house, seed=7).fill(40)

    found = report(house, of_dates(date(2026, 9, 10), date(2026, 11, 20)))
    for lines in (found.units, found.categories):
        for code in set(found.total) - {"received"}:
            assert sum(part.sums[code] for part in lines) == found.total[code], code
    assert sum(part.sums["received"] for part in found.months) == found.total["received"] > 20


def test_median_hours_are_those_of_the_calendar(house):
    World(house, seed=11).fill(40)
    met = Clock.objects.filter(kind="reply", round=1, met_at__isnull=False).select_related("area")
    hours = [workdays.office_time(c.starts_at, c.met_at, area=c.area).total_seconds() / 3600 for c in met]

    found = report(house, of_dates(date(2026, 8, 1), date(2026, 11, 30)))
    assert len(hours) > 10
    assert found.medians.reply.median == pytest.approx(median(hours))
    assert found.medians.reply.ninth == pytest.approx(quantiles(hours, n=10, method="inclusive")[8])
    assert found.medians.reply.n == len(hours)


def test_hours_of_the_period_before_are_its_own(house):
    World(house, seed=11).fill(40)

    found = report(house, of_dates(date(2026, 10, 11), date(2026, 11, 20)))
    before = report(house, of_dates(date(2026, 8, 31), date(2026, 10, 10)))

    assert found.medians_before.reply.n == before.medians.reply.n > 0
    assert found.medians_before.reply.median == pytest.approx(before.medians.reply.median)
    assert found.medians_before.resolve.ninth == pytest.approx(before.medians.resolve.ninth)
    assert found.medians_before.reply.median != pytest.approx(found.medians.reply.median)


def test_median_hours_leave_out_a_communitys_own_closures(house):
    House()
    World(house, seed=11).fill(20)
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(80)]
    facts = {
        "area": house.area,
        "works": False,
        "reason": "停电",
        "set_at": MONDAY,
        "set_by": house.dispatcher,
    }
    LocalDay.objects.bulk_create(LocalDay(date=day, **facts) for day in days[::2])
    stamps.stamp(now=NOW)
    house.area.refresh_from_db()

    found = report(house, of_dates(date(2026, 8, 1), date(2026, 11, 30)))

    met = Clock.objects.filter(kind="reply", round=1, met_at__isnull=False).select_related("area")
    hours = [workdays.office_time(c.starts_at, c.met_at, area=c.area).total_seconds() / 3600 for c in met]
    usual = [workdays.office_time(c.starts_at, c.met_at).total_seconds() / 3600 for c in met]
    assert found.medians.reply.median == pytest.approx(median(hours)) != pytest.approx(median(usual))


@pytest.mark.parametrize(
    ("good", "n", "percent"),
    [(4, 4, None), (5, 5, "100.0"), (2, 3000, "0.1"), (79, 84, "94.0"), (0, 5, "0.0")],
)
def test_rate_needs_five_cases(good, n, percent):
    assert Rate(good, n).percent == (None if percent is None else Decimal(percent))


def test_change_needs_five_cases_on_both_sides():
    assert Rate(9, 10).change(Rate(4, 5)) == Decimal("10.0")
    assert Rate(9, 10).change(Rate(4, 4)) is None
    assert Rate(4, 4).change(Rate(9, 10)) is None


def test_neighbouring_community_is_not_counted(house, db):
    stranger = person("secretary", area=house.area.parent)
    house.receive(now=MONDAY)

    other = house.outsider.active_posts[0].station.area
    others = Ticket.objects.visible_to(stranger).in_area(other)
    assert satisfaction.report(others, NOVEMBER, [other], now=NOW).is_empty
