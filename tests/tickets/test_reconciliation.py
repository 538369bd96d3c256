"""每晚对账: agrees with itself while nobody meddles, and finds each kind of fault planted past the workflow."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Notice
from tests.factories import House, at
from tests.servicedesk.beats import all_well
from tests.stations import shelf
from tests.tickets.loop import MONDAY, TUESDAY, claimed, dispatched, end_posts, joined, ticket_in
from tickets import sweeps
from tickets.models import Counter, Finding, Receipt, Reconciliation, Reporter, Tally, Ticket
from tickets.reconciling import nightly
from tickets.reconciling.checks import TITLES
from tickets.reports import tallying
from tickets.states import Status

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NIGHT = at("2026-11-25 02:00")
PAGE = reverse("tickets:reconciliation")
STATEMENTS = 34  # of which four for the figures counted beforehand, in one month


@pytest.fixture
def town(house):
    """A ticket in every status, two reporters on one, late ones marked, things kept and lent."""
    house.tickets = {status: ticket_in(status, house) for status in Status}
    joined(house.tickets[Status.CLAIMED], house)
    shelf.lent(house, shelf.supply(house, count=5))
    sweeps.flag_overdue(now=TUESDAY + timedelta(hours=1))
    return house


def found(now=TUESDAY + timedelta(hours=1)):
    """{(check, ticket or None, words)} of a run at this moment."""
    nightly.run(now=now)
    return set(Finding.objects.values_list("check_code", "ticket", "words"))


def test_nothing_is_found_where_nobody_meddled(town):
    tallying.tally(now=TUESDAY)

    assert found() == set()

    night = Reconciliation.objects.get()
    assert (night.day, night.found) == (TUESDAY.date(), 0)
    assert night.checked["numbers"] == [Ticket.objects.count(), 0]
    assert night.checked["receipts"] == [Reporter.objects.count(), 0]
    assert all(rows > 0 for rows, _ in night.checked.values())


# One fault of each kind, as somebody with the database's password could make it: what is found, and its words.


def past_the_triggers(*statements):
    """History is guarded by triggers, which a superuser can switch off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement, *values in statements:
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


def torn_out_ticket(town):
    """The second of the day, with all that hangs on it."""
    pk = Ticket.objects.get(sequence=2, station=town.station).pk
    last = Counter.objects.get().last
    past_the_triggers(
        (
            "DELETE FROM tickets_receipt USING tickets_reporter p WHERE reporter_id = p.id AND ticket_id = %s",
            pk,
        ),
        ("DELETE FROM tickets_reporter WHERE ticket_id = %s", pk),
        ("DELETE FROM tickets_event WHERE ticket_id = %s", pk),
        ("DELETE FROM tickets_clock WHERE ticket_id = %s", pk),
        ("DELETE FROM tickets_ticket WHERE id = %s", pk),
    )
    words = f"{town.station.code} 2026-11-23 编到{last}号，只有{last - 1}单，缺2号"
    return {("numbers", None, words)}


def number_of_another_day(town):
    ticket = town.tickets[Status.CLOSED]
    Ticket.objects.filter(pk=ticket.pk).update(number=ticket.number[:-3] + "999")
    return {("numbers", ticket.pk, "编号和接单日期、当日序号对不上")}


def counter_ahead(town):
    last = Counter.objects.get().last
    Counter.objects.update(last=99)
    return {("counters", None, f"{town.station.code} 2026-11-23 号码簿记到99号，工单到{last}号")}


def counter_lost(town):
    last = Counter.objects.get().last
    Counter.objects.all().delete()
    return {("counters", None, f"{town.station.code} 2026-11-23 号码簿记到0号，工单到{last}号")}


def claimant_left(town):
    end_posts(town.staff)
    lost = (town.tickets[status].pk for status in (Status.CLAIMED, Status.WAITING))
    return {("owners", pk, "周建华已不在安居物业") for pk in lost}


def receipt_revoked(town):
    ticket = town.tickets[Status.CLAIMED]
    Receipt.objects.filter(reporter=ticket.reporters.last()).update(revoked_at=TUESDAY)
    return {("receipts", ticket.pk, "有一位反映人没有能用的回执")}


def reporter_lost(town):
    ticket = town.tickets[Status.RECEIVED]
    Receipt.objects.filter(reporter__ticket=ticket).delete()
    ticket.reporters.all().delete()
    return {("receipts", ticket.pk, "没有反映人")}


def status_overwritten(town):
    ticket = town.tickets[Status.CLOSED]
    Ticket.objects.filter(pk=ticket.pk).update(status="withdrawn")
    return {("chain", ticket.pk, "经过的最后一步和工单现在的状态不一样")}


def step_removed(town):
    ticket = town.tickets[Status.CLOSED]
    past_the_triggers(("DELETE FROM tickets_event WHERE ticket_id = %s AND verb = 'claim'", ticket.pk))
    return {("chain", ticket.pk, "经过断开：后一步不是从前一步的状态开始的")}


def history_removed(town):
    ticket = town.tickets[Status.RESOLVED]
    past_the_triggers(("DELETE FROM tickets_event WHERE ticket_id = %s", ticket.pk))
    return {("chain", ticket.pk, "没有接单的经过")}


def clock_removed(status, kind, words):
    def plant(town):
        ticket = town.tickets[status]
        ticket.clocks.filter(kind=kind).delete()
        return {("clocks", ticket.pk, words)}

    return plant


def clock_stopped(town):
    ticket = town.tickets[Status.DISPATCHED]
    ticket.clocks.filter(kind="resolve").update(stopped_at=TUESDAY)
    return {("clocks", ticket.pk, "没有在走的办结时限")}


def marked_too_early(town):
    ticket = town.tickets[Status.CLAIMED]
    ticket.clocks.filter(kind="resolve").update(flagged_at=TUESDAY)
    return {("flags", ticket.pk, words) for words in ("没到期就标了超时", "标了超时，经过里却有0次标记")}


def mark_removed(town):
    ticket = town.tickets[Status.RECEIVED]
    ticket.clocks.filter(kind="reply").update(flagged_at=None)
    return {("flags", ticket.pk, "到期了还没有标超时")}


def stock_overwritten(town):
    town.station.supplies.update(stock=77)
    return {("stock", None, f"{town.station.code}的“充电器”现有77，最后一次记的是4")}


def figures_overwritten(town):
    tallying.tally(now=TUESDAY)
    Tally.objects.update(sums='{"received":1000}')
    return {("tallies", None, "2026年11月先数好的数和工单对不上，已经重数")}


PLANTED = {
    "numbers": (torn_out_ticket, number_of_another_day),
    "counters": (counter_ahead, counter_lost),
    "owners": (claimant_left,),
    "receipts": (receipt_revoked, reporter_lost),
    "chain": (status_overwritten, step_removed, history_removed),
    "clocks": (
        clock_removed(Status.RECEIVED, "reply", "没有在走或已答复的答复时限"),
        clock_removed(Status.CLAIMED, "resolve", "没有在走的办结时限"),
        clock_removed(Status.WAITING, "waiting", "等居民补充，却没有补充时限"),
        clock_removed(Status.RESOLVED, "rating", "等评价，却没有评价时限"),
        clock_stopped,
    ),
    "flags": (marked_too_early, mark_removed),
    "stock": (stock_overwritten,),
    "tallies": (figures_overwritten,),
}


def test_every_kind_of_fault_is_found_and_nothing_else(town):
    """One town for all: building it takes longer than a night."""
    for plants in PLANTED.values():
        for plant in plants:
            before = transaction.savepoint()
            expected = plant(town)
            assert found() == expected, plant
            transaction.savepoint_rollback(before)

    assert found() == set()


def test_every_check_has_a_planted_fault():
    assert set(PLANTED) == set(TITLES)


def test_what_fell_due_this_very_minute_is_no_fault(house):
    house.receive(now=MONDAY)

    assert found(now=TUESDAY + timedelta(minutes=9)) == set()
    assert found(now=TUESDAY + timedelta(minutes=11)) != set()


def test_long_list_is_counted_in_full_and_shown_in_part(house, monkeypatch):
    monkeypatch.setattr(nightly, "MOST", 2)
    for _ in range(4):
        house.receive(now=MONDAY)

    nightly.run(now=TUESDAY + timedelta(hours=1))

    night = Reconciliation.objects.get()
    assert night.checked["flags"][1] == night.found == 4
    assert night.findings.count() == 2


def test_night_comes_once_a_day_from_two_o_clock(house):
    with time_machine.travel(NIGHT - timedelta(minutes=1), tick=False):
        all_well()
        assert nightly.if_due() is None
    with time_machine.travel(NIGHT, tick=False):
        all_well()
        assert [nightly.if_due(), nightly.if_due()] == [0, None]
    with time_machine.travel(NIGHT + timedelta(days=3, hours=9), tick=False):
        all_well()
        assert [nightly.if_due(), nightly.if_due()] == [0, None]

    assert Reconciliation.objects.count() == 2


def test_night_waits_while_limits_are_not_being_flagged(house):
    with time_machine.travel(NIGHT, tick=False):
        assert nightly.if_due() is None


def test_second_run_of_a_day_takes_the_place_of_the_first(town, capsys):
    town.tickets[Status.RECEIVED].clocks.filter(kind="reply").delete()
    nightly.run(now=TUESDAY + timedelta(hours=1))
    call_command("reconcile", now="2026-11-24T11:00+08:00")

    assert capsys.readouterr().out.startswith("对账完毕，1处对不上。")
    assert Reconciliation.objects.get().findings.count() == 1
    assert Notice.objects.filter(effect__startswith="reconciled:").count() == 2


def test_dispatcher_and_administrator_are_told_and_nobody_else(town):
    town.tickets[Status.RECEIVED].clocks.filter(kind="reply").update(flagged_at=None)

    nightly.run(now=TUESDAY + timedelta(hours=1))

    told = Notice.objects.filter(effect="reconciled:2026-11-24")
    assert {notice.recipient for notice in told} >= {town.dispatcher, town.admin}
    assert {notice.recipient.posts.get().role for notice in told} == {"dispatcher", "admin"}
    assert told.get(recipient=town.dispatcher).text == "每晚对账发现1处对不上，请核对"


def test_number_of_statements_stays_the_same(house):
    nightly.run(now=TUESDAY + timedelta(hours=1))
    counts = []
    for more in (1, 5):
        for _ in range(more):
            ticket = house.receive(now=MONDAY)
            dispatched(ticket, house)
            claimed(ticket, house)
        tallying.tally(now=MONDAY)
        with CaptureQueriesContext(connection) as statements:
            nightly.run(now=TUESDAY + timedelta(hours=1))
        counts.append(len(statements))

    assert counts[0] == counts[1] <= STATEMENTS


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_runs_at_once_leave_one_night(house):
    house.receive(now=MONDAY)
    barrier, results = threading.Barrier(10), []

    def run():
        barrier.wait()
        results.append(nightly.run(now=TUESDAY + timedelta(hours=1)))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(results) <= {1, None} and 1 in results
    assert (Reconciliation.objects.count(), Finding.objects.count()) == (1, 1)
    assert Notice.objects.filter(effect__startswith="reconciled:").count() == 2


# The page ---------------------------------------------------------------------------------------------


@pytest.fixture
def faulty(town):
    """A fault in our community and one in another."""
    other = House()
    for house in (town, other):
        ticket = ticket_in(Status.CLAIMED, house)
        ticket.clocks.filter(kind="resolve").delete()
        house.faulty = ticket
    sweeps.flag_overdue(now=TUESDAY + timedelta(hours=1))
    nightly.run(now=TUESDAY + timedelta(hours=1))
    return town, other


def test_dispatcher_sees_the_own_community_with_links(faulty, client_of):
    town, other = faulty

    page = client_of(town.dispatcher).get(PAGE).text

    assert f'href="{town.faulty.get_absolute_url()}"' in page
    assert "没有在走的办结时限" in page
    assert other.faulty.number not in page


def test_page_leads_back_to_where_each_came_from(town, client_of):
    administrator, secretary = client_of(town.admin).get(PAGE), client_of(town.secretary).get(PAGE)

    assert administrator.context["back"]["url"] == reverse("system_status")
    assert secretary.context["back"]["url"] == reverse("reports:satisfaction")


def test_administrator_sees_all_and_opens_none(faulty, client_of):
    town, other = faulty

    page = client_of(town.admin).get(PAGE).text

    assert town.faulty.number in page and other.faulty.number in page
    assert town.faulty.get_absolute_url() not in page


def test_secretary_of_the_street_sees_what_lies_below(faulty, client_of):
    town, other = faulty

    assert town.faulty.number in client_of(town.secretary).get(PAGE).text
    assert town.faulty.number not in client_of(other.secretary).get(PAGE).text


def test_earlier_night_can_be_opened_and_an_unknown_one_is_the_last(town, client_of):
    for day in (23, 24, 25):
        nightly.run(now=at(f"2026-11-{day} 12:00"))
    client = client_of(town.dispatcher)

    assert client.get(PAGE).context["night"].day.day == 25
    assert client.get(PAGE, {"day": "2026-11-23"}).context["night"].day.day == 23
    for nonsense in ("2026-01-01", "x", "2026-11-99"):
        assert client.get(PAGE, {"day": nonsense}).context["night"].day.day == 25


def test_page_before_the_first_night_says_when_it_comes(house, client_of):
    assert "还没有对过账" in client_of(house.admin).get(PAGE).text


@pytest.mark.parametrize("role", ["volunteer", "lead", "staff", "unit_lead"])
def test_page_is_for_those_who_can_see_to_it(house, client_of, role):
    assert client_of(getattr(house, role)).get(PAGE).status_code == 403


def test_page_asks_the_same_for_one_finding_and_three(house, client_of):
    client, asked = client_of(house.dispatcher), []
    for more in (1, 2):
        for _ in range(more):
            house.receive(now=MONDAY)
        nightly.run(now=TUESDAY + timedelta(hours=1))
        with CaptureQueriesContext(connection) as statements:
            client.get(PAGE)
        asked.append(len(statements))

    assert asked[0] == asked[1] <= 12


def test_unrated_tickets_can_be_closed_by_hand(town, capsys):
    call_command("close_unrated", now="2026-12-31T10:00+08:00")

    assert capsys.readouterr().out == "结案 1 单。\n"
    assert Ticket.objects.get(pk=town.tickets[Status.RESOLVED].pk).status == "closed"
