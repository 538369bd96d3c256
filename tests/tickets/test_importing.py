"""Old cases become tickets: once each, with their own times, and the house stays in order."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from stations import locks
from stations.refusals import Conflict
from tests.factories import House, at
from tests.racing import at_once, meeting
from tests.tickets import ledgers
from tests.tickets.ledgers import ANSWERED, DONE, LATE, OPEN
from tests.tickets.loop import withdrawn
from tickets import receipts, sweeps
from tickets.importing import parts, running, working, writing
from tickets.importing.source import Source
from tickets.models import Event, Finding, LedgerImport, Receipt, Ticket
from tickets.models.old_ledger import HELD
from tickets.reconciling import nightly
from tickets.reports import periods, satisfaction


def of(key):
    return Ticket.objects.get(external_id=key)


def clock(key, kind):
    return of(key).clocks.get(kind=kind)


def verbs(key):
    return list(of(key).events.order_by("pk").values_list("verb", flat=True))


def test_case_keeps_its_times_and_is_judged_by_the_calendar_of_those_days(house):
    ledgers.imported(house)

    done, late = of("G-1"), of("G-2")
    assert done.received_at == at("2026-03-03 09:30")
    assert done.replies.get().at == clock("G-1", "reply").met_at == at("2026-03-03 14:00")
    assert done.resolved_at == clock("G-1", "resolve").met_at == at("2026-03-05 16:00")
    assert (done.status, done.unit, done.outcome, done.building.name) == (
        "closed",
        house.unit,
        "solved",
        "24栋",
    )
    assert done.ratings.get().satisfied == "satisfied"
    assert clock("G-1", "reply").flagged_at is None
    assert clock("G-2", "reply").flagged_at == clock("G-2", "reply").due_at == at("2026-03-04 09:30")
    assert late.ratings.get().is_bad and late.status == "closed"
    assert verbs("G-2") == ["receive", "dispatch", "flag", "reply", "flag", "resolve", "review"]


def test_holiday_of_that_year_is_no_working_day(house):
    row = ("G-9", "2019/9/30 10:00", "", "停水", "", "", "", "", "2019/10/8 9:00", "", "", "", "")

    ledgers.imported(house, ledgers.csv(row))

    assert clock("G-9", "reply").due_at == at("2019-10-08 10:00")
    assert clock("G-9", "reply").flagged_at is None


def test_answered_case_ends_and_counts_as_not_solved(house):
    ledgers.imported(house)

    ticket = of("G-4")
    assert (ticket.status, ticket.outcome, ticket.resolved_at) == ("closed", "", None)
    assert ticket.closed_at == clock("G-4", "resolve").stopped_at == at("2026-03-05 09:00")
    assert "市政科" in ticket.events.get(verb="receive").words


def test_answered_case_stays_open_where_the_dispatcher_says_so(house):
    ledgers.imported(house, ledgers.csv(ANSWERED), answered_ends=False)

    assert of("G-4").status == "received"
    assert clock("G-4", "reply").met_at and not clock("G-4", "resolve").stopped_at


def test_open_case_waits_with_the_dispatchers_and_nobody_is_told(house):
    ledgers.imported(house)
    sweeps.flag_overdue()
    sweeps.close_unrated()

    assert of("G-3").status == "received"
    assert clock("G-3", "reply").flagged_at == at("2026-03-05 18:00")
    assert Ticket.objects.in_queue([house.area]).get() == of("G-3")
    assert not Notice.objects.exists()


def test_rungs_to_come_of_an_open_case_are_still_told(house):
    now = timezone.now()
    received = now - timedelta(minutes=2)
    row = ("G-8", received.astimezone().isoformat(timespec="seconds"), *OPEN[2:])

    ledgers.imported(house, ledgers.csv(row))

    assert clock("G-8", "resolve").flagged_at is None
    assert clock("G-8", "resolve").climbs_at == clock("G-8", "resolve").half_at


def test_open_case_of_a_unit_without_people_comes_to_the_dispatchers(house):
    house.unit.posts.update(ended_at=timezone.now())
    row = ("G-7", *OPEN[1:7], house.unit.name, *OPEN[8:])

    ledgers.imported(house, ledgers.csv(row))

    assert (of("G-7").status, of("G-7").unit) == ("received", None)


def test_everything_agrees_afterwards_and_the_desk_goes_on_counting(house):
    tried = house.receive(now=at("2026-03-03 11:00"))
    withdrawn(tried, house, now=at("2026-03-03 11:05"))
    ledgers.imported(house)
    third = house.receive(now=at("2026-03-03 12:00"))
    sweeps.flag_overdue()

    nightly.run()

    assert [tried.sequence, of("G-1").sequence, of("G-2").sequence, third.sequence] == [1, 2, 3, 4]
    assert list(Finding.objects.values_list("check_code", "words")) == []


def test_every_event_says_that_it_was_imported(house):
    ledger = ledgers.imported(house)

    assert set(Event.objects.values_list("data__imported", flat=True)) == {ledger.pk}
    assert set(Event.objects.values_list("by", flat=True)) == {None}


def test_second_time_changes_nothing(house):
    ledgers.imported(house)
    before = list(Ticket.objects.values())

    again = ledgers.imported(house, ledgers.csv(DONE, LATE, OPEN, encoding="gb18030"))

    assert (again.written, again.known, again.bad) == (0, 3, 0)
    assert list(Ticket.objects.values()) == before


def test_command_names_what_is_there_already(house, tmp_path, capsys):
    ledgers.imported(house, ledgers.csv(DONE))
    file = tmp_path / "old.csv"
    file.write_bytes(ledgers.csv(OPEN, DONE))

    call_command("import_tickets", str(file), "--dry-run", "--station", house.station.code)

    said = capsys.readouterr().out
    assert f"第3行已有：{of('G-1').number} 楼道灯不亮" in said


def test_import_knows_its_own_tickets_and_their_days(house):
    first = ledgers.imported(house, ledgers.csv(DONE, OPEN))
    second = ledgers.imported(house, ledgers.csv(DONE, LATE, ANSWERED))
    house.receive()

    brought = [Ticket.objects.brought_by(one).order_by("pk") for one in (first, second)]

    assert [[ticket.external_id for ticket in found] for found in brought] == [["G-1", "G-3"], ["G-2", "G-4"]]
    assert [str(day) for day in (first.first_on, first.last_on)] == ["2026-03-03", "2026-03-04"]
    assert [str(day) for day in (second.first_on, second.last_on)] == ["2026-03-03", "2026-03-04"]


def test_cases_without_a_rating_are_those_the_report_waits_for(house):
    without = ledgers.csv(*[row[:-1] for row in ledgers.ALL], head=ledgers.HEAD[:-1])
    period = periods.Period("days", at("2026-03-01 00:00").date(), at("2026-03-31 00:00").date())

    found, ledger = ledgers.kept(house, without), ledgers.imported(house, without)
    counted = satisfaction.report(Ticket.objects.all(), period, [house.area], now=timezone.now()).total

    assert found.unrated == ledger.unrated == counted["asked"] - counted["rated"] == 3


def test_same_number_in_another_community_is_another_case(house):
    ledgers.imported(house, ledgers.csv(DONE))
    other = House()

    assert ledgers.imported(other, ledgers.csv(DONE)).written == 1


def test_import_cut_off_in_the_middle_is_gone_on_with(house, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    ledger = ledgers.kept(house)
    LedgerImport.objects.update(state="writing", confirmed_at=timezone.now())
    ledger.refresh_from_db()
    source = Source(parts.opened(ledger), ledger.size)

    with pytest.raises(ZeroDivisionError):
        running.carry_on(ledger, source, now=timezone.now(), tell=lambda ledger: 1 / 0)
    after_one = Ticket.objects.count()
    working.go_on(now=timezone.now() + 2 * HELD)

    ledger.refresh_from_db()
    assert after_one == 1
    assert (ledger.state, ledger.written, ledger.bad, Ticket.objects.count()) == ("done", 4, 1, 4)


def test_batch_that_breaks_leaves_nothing_behind(house, monkeypatch):
    ledger = ledgers.kept(house)
    monkeypatch.setattr(writing._Life, "_rate", lambda life: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        running.confirm(ledger, by=house.dispatcher, now=timezone.now())

    assert not Ticket.objects.exists()
    assert LedgerImport.objects.get().done_line == 0


def test_row_that_has_become_good_is_written_and_no_fault_any_more(house):
    later = ("G-6", "2026/3/3 9:40", *OPEN[2:])
    ledger = ledgers.kept(house, ledgers.csv(DONE[:8] + ("",) * 5, later), now=at("2026-03-03 09:31"))
    seen = (ledger.ready, ledger.bad)

    running.confirm(ledger, by=house.dispatcher, now=at("2026-03-03 10:00"))

    assert (seen, ledger.state, ledger.written, ledger.bad) == ((1, 1), "done", 2, 0)
    assert not ledger.faults.exists() and ledger.percent == 100


def test_file_that_breaks_stops_no_other_and_is_given_up_with_a_sentence(house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_ROWS", 0)
    broken, fine = ledgers.imported(house), ledgers.imported(house, ledgers.csv(ANSWERED))
    monkeypatch.setattr(writing._Life, "_rate", lambda life: 1 / 0)

    for _ in range(working.MOST_TRIES + 1):
        working.go_on()

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (fine.state, fine.written, fine.tries) == ("done", 1, 0)
    assert (broken.state, broken.stands, broken.written) == ("refused", "没有导完", 0)
    assert "试了5次" in broken.refusal and not broken.parts.exists()


def test_who_is_overtaken_stops(house):
    ledger, content = ledgers.kept(house), ledgers.csv(DONE, OPEN)
    stale = LedgerImport.objects.get()
    running.confirm(ledger, by=house.dispatcher, now=timezone.now())

    with pytest.raises(Conflict):
        running.carry_on(stale, Source(BytesIO(content), len(content)), now=timezone.now())

    assert Ticket.objects.count() == 4


def test_command_imports_and_says_every_bad_row(house, tmp_path, capsys):
    file = tmp_path / "old.csv"
    file.write_bytes(ledgers.csv(*ledgers.ALL))

    call_command("import_tickets", str(file), "--dry-run", "--station", house.station.code)
    dry = capsys.readouterr().out
    nothing = Ticket.objects.count() + LedgerImport.objects.count()
    call_command("import_tickets", str(file), "--station", house.station.code)
    said = capsys.readouterr().out

    assert nothing == 0
    assert "列“承办单位” → 责任单位" in dry and "第6行没有导入：收到时间“三月五日”看不懂" in dry
    assert "可以导入4行，已有、不再导入0行，有问题1行" in dry and "办完的有1单没有写满意度" in dry
    assert "导入了4张工单，已经有的0行没有动，1行有问题没有导入。" in said


@pytest.mark.parametrize(("station", "sentence"), [("ZZ99", "没有站码"), (None, "还没有派单员")])
def test_command_refuses_where_nobody_would_see_to_it(house, tmp_path, station, sentence):
    house.dispatcher.posts.update(ended_at=timezone.now())
    file = tmp_path / "old.csv"
    file.write_bytes(ledgers.csv(DONE))

    with pytest.raises(CommandError, match=sentence):
        call_command("import_tickets", str(file), station=station)


def test_report_counts_what_was_imported(house):
    ledgers.imported(house)
    period = periods.Period("days", at("2026-03-01 00:00").date(), at("2026-03-31 00:00").date())
    tickets = Ticket.objects.in_community(house.area)

    found = satisfaction.report(tickets, period, [house.area], now=timezone.now())

    rates = {name: satisfaction.rate(found.total, name) for name in ("reply", "solve", "content")}
    assert found.total["received"] == 4
    assert [(rate.good, rate.n) for rate in rates.values()] == [(2, 4), (1, 4), (1, 2)]


@pytest.mark.parametrize("key", ["G-1", "G-2", "G-3", "G-4"])
def test_pages_of_an_imported_case_open(client, house, key):
    ledgers.imported(house)
    ticket = of(key)
    client.force_login(house.dispatcher)

    pages = [client.get(reverse(f"tickets:{name}", args=[ticket.number])) for name in ("detail", "limits")]
    receipt = Receipt.objects.get(reporter__ticket=ticket)
    Ticket.objects.filter(pk=ticket.pk, closed_at__isnull=False).update(closed_at=timezone.now())
    resident = client.get(reverse("tickets:track", args=[receipts.token(receipt)]), follow=True)

    assert [page.status_code for page in [*pages, resident]] == [200, 200, 200]
    assert f'原编号<span class="nw">{key}' in pages[0].content.decode()


def test_file_in_the_hand_of_a_page_is_not_read_by_the_worker(house, monkeypatch):
    taken, read = [], running.read
    monkeypatch.setattr(
        running, "read", lambda ledger, now: (taken.append(working.go_on()), read(ledger, now=now))
    )

    ledger = ledgers.kept(house)

    assert (taken, ledger.state) == ([0], "read")


def test_who_reads_late_leaves_a_confirmation_alone(house):
    ledger = ledgers.kept(house)
    stale = LedgerImport.objects.get()
    LedgerImport.objects.update(state="writing", written=2)

    running.read(stale, now=timezone.now())

    ledger.refresh_from_db()
    assert (ledger.state, ledger.written) == ("writing", 2)


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_ticket_once(monkeypatch):
    meet, wait = meeting(2), locks.wait_for_one
    monkeypatch.setattr(locks, "wait_for_one", lambda *key: (meet(), wait(*key)))

    told = two_at_once(House())

    assert told == [None, None]
    assert sorted(Ticket.objects.values_list("external_id", flat=True)) == ["G-1", "G-2", "G-3", "G-4"]
    assert sorted(LedgerImport.objects.values_list("written", flat=True)) == [0, 4]


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_taking_turns_one_of_two_imports_would_fail(monkeypatch):
    """Negative control: the database alone lets no ticket be made twice, but the second import breaks off."""
    meet, begin = meeting(2), writing._Batch.__init__
    monkeypatch.setattr(locks, "wait_for_one", lambda *key: None)
    monkeypatch.setattr(writing._Batch, "__init__", lambda *args: (meet(), begin(*args))[1])

    told = two_at_once(House())

    assert sorted(map(type, told), key=str) == sorted([IntegrityError, type(None)], key=str)
    assert Ticket.objects.count() == 4


def two_at_once(house):
    """What became of confirming the same file twice: None, or what was raised."""
    files = [ledgers.kept(house), ledgers.kept(house)]
    by, now = house.dispatcher, timezone.now()
    return at_once(*[lambda ledger=ledger: running.confirm(ledger, by=by, now=now) for ledger in files])
