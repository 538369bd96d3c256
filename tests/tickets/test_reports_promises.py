"""说到做到 in the report: the three counts, what stands behind each, and nothing of a promise not yet due."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import at
from tests.tickets.loop import dispatched, replied, resolved
from tickets import workflow
from tickets.models import Reply, Ticket
from tickets.reports import satisfaction
from tickets.reports.figures import Cut, listed
from tickets.reports.periods import month_of

MONDAY = at("2026-11-23 10:00")
NOW = at("2026-11-27 10:00")


def promised(house, day):
    ticket = house.receive(now=MONDAY)
    dispatched(ticket, house, now=MONDAY)
    workflow.claim(ticket, by=house.staff, now=MONDAY)
    replied(ticket, house, now=MONDAY, promised_on=date(2026, 11, day))
    return ticket


@pytest.fixture
def month(house):
    """Two kept, one moved, one broken by a day, one broken and open, one not yet due, one withdrawn in time."""
    for _ in range(2):
        resolved(promised(house, 24), house, now=at("2026-11-24 23:59"))
    replied(promised(house, 24), house, now=at("2026-11-24 10:00"), promised_on=date(2026, 11, 30))
    resolved(promised(house, 24), house, now=at("2026-11-25 00:00"))
    promised(house, 26)
    promised(house, 27)
    workflow.withdraw(promised(house, 27), by=house.dispatcher, reason="mistake", now=NOW)
    return month_of(date(2026, 11, 1))


def test_counts_and_lists_are_the_same_promises(house, month):
    tickets = Ticket.objects.visible_to(house.secretary).in_area(house.area)

    sums = satisfaction.report(tickets, month, [house.area], now=NOW).total

    assert {code: sums[code] for code in ("kept", "moved", "broken")} == {"kept": 2, "moved": 1, "broken": 2}
    for code in ("kept", "moved", "broken"):
        rows = listed(code, tickets, Cut(month.first, month.last), now=NOW)
        assert {row.outcome for row in rows} == {code} and len(rows) == sums[code]
    assert Reply.objects.promises().count() == 7


def test_units_add_up_to_the_whole(house, month):
    tickets = Ticket.objects.visible_to(house.secretary).in_area(house.area)

    report = satisfaction.report(tickets, month, [house.area], now=NOW)

    assert sum(line.sums["broken"] for line in report.units) == report.total["broken"] == 2


def test_page_shows_the_rate_with_its_number_and_opens_the_lists(house, client_of, month, time_machine):
    time_machine.move_to(NOW)
    client = client_of(house.secretary)

    page = client.get(reverse("reports:satisfaction")).content.decode()
    behind = client.get(reverse("reports:tickets"), {"figure": "broken"}).content.decode()

    assert "答应了日子的" in page and "守约率40.0%" in page
    assert 'aria-label="答应了日子5件">5</a>件' in page
    assert behind.count("过了答应的日子") >= 2
