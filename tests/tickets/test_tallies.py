"""Figures counted beforehand are those counted anew, whatever was done since; each proof has its control."""

from contextlib import nullcontext
from dataclasses import asdict
from datetime import date, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection

from stations import locks, stamps
from stations.models import Area, LocalDay
from tests.factories import AreaFactory, House, PostFactory, at, person
from tests.racing import at_once
from tests.tickets import ledgers
from tests.tickets.loop import GOOD, MONDAY, TUESDAY, claimed, dispatched, replied, resolved, ticket_in
from tests.tickets.reports_world import NOW, World
from tests.tickets.wandering import Walk
from tickets import sweeps, workflow
from tickets.models import Tally, TallyMark, Ticket
from tickets.reports import cubes, satisfaction, scope, tallies, tallying
from tickets.reports.periods import month_of, named, of_dates

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOVEMBER, OCTOBER = month_of(date(2026, 11, 1)), month_of(date(2026, 10, 1))
PERIODS = [
    NOVEMBER,
    OCTOBER,
    of_dates(date(2026, 9, 1), date(2026, 10, 31)),
    of_dates(date(2026, 9, 10), date(2026, 11, 9)),
    named("twelve_months", NOW.date()),
]


def report(areas, period=NOVEMBER, now=NOW, children=()):
    tickets = Ticket.objects.in_communities([area.pk for area in areas])
    return satisfaction.report(tickets, period, areas, now=now, children=children)


def anew(*asked, **how):
    """The report without anything counted beforehand."""
    kept = list(Tally.objects.all())
    Tally.objects.all().delete()
    found = report(*asked, **how)
    Tally.objects.bulk_create(kept)
    return found


def stored(areas, period=NOVEMBER, now=NOW):
    return tallies.read(period, areas, tallying.definition(), now=now, place="building")


def behind_its_back(**changes):
    """Change tickets past the verbs, and so without a mark."""
    Ticket.objects.update(**changes)


@pytest.fixture
def world(house):
    World(house, seed=5).fill(30)
    return house


def test_report_with_tallies_is_the_one_counted_anew(world):
    areas = [Area.objects.get(pk=world.area.pk)]
    expected = [report(areas, period) for period in PERIODS]

    assert tallying.tally(now=NOW) == Tally.objects.count() == 4
    assert not TallyMark.objects.exists()
    for period, its in zip(PERIODS, expected, strict=True):
        assert report(areas, period) == its, period
        assert its.total["received"] > 5


def test_report_with_tallies_does_not_count_them_anew(world):
    """Control: what is changed past the verbs shows that the report was read from tallies."""
    tallying.tally(now=NOW)
    before = report([world.area], OCTOBER)

    behind_its_back(outcome="not")

    assert report([world.area], OCTOBER).total["solved"] == before.total["solved"] > 0
    assert anew([world.area], OCTOBER).total["solved"] == 0


def test_time_passes_in_a_report_with_tallies(house):
    """What is open becomes late, and promises are broken, without anybody doing anything."""
    promised = ticket_in("claimed", house)
    replied(promised, house)
    house.receive(now=MONDAY)
    tallying.tally(now=MONDAY)

    found = [report([house.area], NOVEMBER, now).total for now in (MONDAY, MONDAY + timedelta(days=30))]

    assert [sums["late"] for sums in found] == [0, 1]
    assert [sums["broken"] for sums in found] == [0, 1]
    assert [sums["overdue"] for sums in found] == [0, 2]


def test_communities_are_added_up_under_a_wider_area(house):
    other = House()
    for seed, own in ((1, house), (2, other)):
        World(own, seed).fill(20)
    street = AreaFactory(kind="street", parent=house.area.parent.parent)
    Area.objects.filter(pk__in=[house.area.pk, other.area.pk]).update(parent=street)
    areas = list(Area.objects.below([street]))
    children = [area for area in areas if area.pk != street.pk]
    quarter = named("this_quarter", NOW.date())
    expected = report(areas, quarter, children=children)

    tallying.tally(now=NOW)

    assert report(areas, quarter, children=children) == expected
    assert {line.key for line in expected.places} == {house.area.pk, other.area.pk}
    assert report([house.area], quarter) != report([other.area], quarter)


@pytest.mark.parametrize("seed", [11, *(pytest.param(n, marks=pytest.mark.prove) for n in range(12, 20))])
def test_every_step_marks_what_it_changes(seed):
    """A random walk over all verbs: what is not counted as it was has a mark, every few steps."""
    walk, changes = Walk(Random(seed)), 0
    for _ in range(40):
        walk.go(5)
        changed = set(changed_since_tallied(walk.now))
        assert changed <= set(TallyMark.objects.cells())
        changes += len(changed)
        tallying.tally(now=walk.now)

    areas, period = [walk.house.area], of_dates(date(2026, 9, 1), walk.now.date())
    assert report(areas, period, walk.now) == anew(areas, period, walk.now)
    assert changes > 3
    assert len(walk.done) > 10


def changed_since_tallied(now):
    for row in Tally.objects.with_area():
        found = tallying.cells(row.month, [row.area], now=now)[row.area_id]
        if row.cell != asdict(found):
            yield row.area_id, row.month


def test_without_the_trigger_changes_go_unnoticed(world):
    tallying.tally(now=NOW)
    ticket = next(iter(Ticket.objects.in_community(world.area).open()))

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        workflow.withdraw(ticket, by=world.dispatcher, reason="mistake", now=NOW)
        cursor.execute("SET session_replication_role = origin")

    _, faults = tallying.differing(now=NOW)
    assert faults == [(world.area.pk, ticket.received_on.replace(day=1))]
    assert tallying.tally(now=NOW) == 1  # found at night, and counted anew
    assert report([world.area]) == anew([world.area])


def test_merging_marks_the_month_of_both(house):
    own, master = house.receive(now=at("2026-10-20 10:00")), house.receive(now=MONDAY)
    tallying.tally(now=MONDAY)

    workflow.merge(own, by=house.dispatcher, master=master, now=MONDAY)
    merged = set(TallyMark.objects.cells())
    tallying.tally(now=MONDAY)
    own.refresh_from_db()
    workflow.unmerge(own, by=house.dispatcher, now=MONDAY)

    both = {(house.area.pk, month.first) for month in (OCTOBER, NOVEMBER)}
    assert merged == set(TallyMark.objects.cells()) == both


def test_rating_of_a_merged_reporter_marks_the_month_of_what_is_rated(house):
    own, master = house.receive(now=at("2026-10-20 10:00")), house.receive(now=MONDAY)
    workflow.merge(own, by=house.dispatcher, master=master, now=MONDAY)
    for step in (dispatched, claimed, resolved):
        step(master, house)
    tallying.tally(now=MONDAY)

    workflow.review(master, by=own.reporters.get(), now=TUESDAY, **GOOD)

    assert (house.area.pk, NOVEMBER.first) in TallyMark.objects.cells()
    assert report([house.area], now=TUESDAY).total["good"] == 1


def test_answer_marks_the_month_of_what_was_merged_and_late(house):
    """A late clock runs on when its ticket is merged, and is met with the other one's."""
    own, master = house.receive(now=at("2026-10-20 10:00")), house.receive(now=MONDAY)
    sweeps.flag_overdue(now=MONDAY)
    workflow.merge(own, by=house.dispatcher, master=master, now=MONDAY)
    for step in (dispatched, claimed):
        step(master, house)
    tallying.tally(now=MONDAY)

    for step, answered in ((replied, "reply"), (resolved, "resolve")):
        step(master, house, TUESDAY)

        assert own.clocks.get(kind=answered).met_at == TUESDAY
        assert (house.area.pk, OCTOBER.first) in changed_since_tallied(TUESDAY)
        assert set(TallyMark.objects.cells()) == {
            (house.area.pk, month.first) for month in (OCTOBER, NOVEMBER)
        }
        tallying.tally(now=TUESDAY)


def test_time_passes_over_old_cases_that_an_answer_closed(house):
    """Their promises come to nothing, whenever somebody asks."""
    row, head = (*ledgers.ANSWERED, "2026/3/20"), (*ledgers.HEAD, "承诺日期")
    ledgers.imported(house, ledgers.csv(row, head=head))
    march, before, after = month_of(date(2026, 3, 1)), at("2026-03-10 10:00"), at("2026-03-30 10:00")
    tallying.tally(now=before)

    found = report([house.area], march, after)

    assert len(stored([house.area], march).known) == found.total["received"] == 1
    assert found == anew([house.area], march, after)


def test_tally_of_another_calendar_is_not_used_and_counted_anew(world):
    tallying.tally(now=NOW)
    before = report([world.area], OCTOBER).medians
    closed = {"works": False, "reason": "停电", "set_at": MONDAY, "set_by": world.dispatcher}
    days = [OCTOBER.first + timedelta(days=n) for n in range(31)]
    LocalDay.objects.bulk_create(LocalDay(area=world.area, date=day, **closed) for day in days[::2])
    stamps.stamp(now=NOW)
    area = Area.objects.get(pk=world.area.pk)

    assert not stored([area], OCTOBER).known
    assert report([area], OCTOBER).medians != before
    assert tallying.tally(now=NOW) == 4
    assert len(stored([area], OCTOBER).known) == 3
    assert report([area], OCTOBER) == anew([area], OCTOBER)


def test_tally_by_other_definitions_is_not_used_and_counted_anew(world):
    tallying.tally(now=NOW)
    Tally.objects.update(definition="of an older release")
    behind_its_back(outcome="not")

    assert report([world.area], OCTOBER).total["solved"] == 0
    assert tallying.tally(now=NOW) == 4
    assert tallying.tally(now=NOW) == 0


def test_definition_is_the_same_in_every_process(monkeypatch):
    again = tallying.definition.__wrapped__

    assert tallying.definition() == again()
    for place, name, other in (
        (tallying, "SOME_DAY", date(2020, 2, 1)),
        (tallies, "FORM", tallies.FORM + 1),
        (cubes, "CODES", [*cubes.CODES, ["renamed"]]),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(place, name, other)
            assert tallying.definition() != again()


def test_only_so_many_are_counted_at_once_and_the_rest_next_time(world):
    assert [tallying.tally(now=NOW, most=3), tallying.tally(now=NOW, most=3)] == [3, 1]
    assert tallying.tally(now=NOW, most=3) == 0


def test_everything_can_be_counted_anew_by_hand(world, capsys):
    call_command("tally")
    behind_its_back(outcome="not")
    call_command("tally", all=True)
    call_command("tally")

    assert report([world.area], OCTOBER).total["solved"] == 0
    assert capsys.readouterr().out == (
        "数好4个社区月份 …\n完成，共4个社区月份。\n" * 2 + "都是新的，没有要数的。\n"
    )


def test_readers_tickets_are_those_that_their_list_shows(house):
    """What was counted beforehand asks nobody what they may see: areas must say the same as the list."""
    House()
    World(house, seed=3).fill(8)
    street = person("secretary", area=house.area.parent)
    both = person("dispatcher", area=house.area)
    PostFactory(user=both, role="volunteer", station=House().station)
    for reader in (house.secretary, house.dispatcher, street, both):
        for area in scope.areas_for(reader):
            seen = Ticket.objects.visible_to(reader).in_area(area)
            assert set(scope.tickets_of(reader, area)) == set(seen)
            assert seen


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("marks_stay", [True, False])
def test_change_while_its_month_is_counted_is_not_lost(house, monkeypatch, marks_stay):
    """It commits after the counting has looked: its own mark says so. Without that mark the report is wrong."""
    ticket = ticket_in("resolved", house)
    rate = lambda: workflow.review(ticket, by=ticket.reporters.get(), now=TUESDAY, **GOOD)  # noqa: E731
    real = tallying.cells

    def cells(*args, **how):
        found = real(*args, **how)
        [event] = at_once(rate)
        assert event.verb == "review"
        return found

    monkeypatch.setattr(tallying, "cells", cells)
    tallying.tally(now=TUESDAY)
    if not marks_stay:
        TallyMark.objects.all().delete()

    assert report([house.area], now=TUESDAY).total["good"] == int(marks_stay)
    monkeypatch.undo()
    assert tallying.tally(now=TUESDAY) == int(marks_stay)
    assert report([house.area], now=TUESDAY).total["good"] == int(marks_stay)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("as_of_one_moment", [True, False])
def test_ticket_that_is_done_while_a_report_is_read_is_counted_once(house, monkeypatch, as_of_one_moment):
    """Between the tallies and the tickets still to be counted: open before, in no tally yet. Else it is in neither."""
    ticket = ticket_in("claimed", house)
    tallying.tally(now=MONDAY)
    real = satisfaction.cubes.count

    def count(*args, **how):
        [done] = at_once(lambda: resolved(Ticket.objects.get(pk=ticket.pk), house))
        assert done is None
        return real(*args, **how)

    monkeypatch.setattr(satisfaction.cubes, "count", count)
    if not as_of_one_moment:
        monkeypatch.setattr(satisfaction, "one_moment", nullcontext)

    assert report([house.area], now=TUESDAY).total["received"] == int(as_of_one_moment)
    monkeypatch.undo()
    assert report([house.area], now=TUESDAY).total["received"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)  # as before, for whoever comes next


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_second_worker_leaves_it_to_the_first(house):
    house.receive(now=MONDAY)

    with locks.held(locks.Lock.TALLYING) as is_ours:
        assert is_ours
        assert at_once(lambda: tallying.tally(now=MONDAY)) == [0]

    assert tallying.tally(now=MONDAY) == 1
