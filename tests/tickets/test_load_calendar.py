"""`load_calendar`: what the package knows of a year is loaded, once, and never over what was pasted."""

import pytest
import time_machine
from django.core.management import CommandError, call_command

from stations import calendars
from stations.calendars import YearDays
from stations.models import CalendarYear
from tests.factories import at
from tests.stations.invented import this_year
from tests.tickets.closures import NOON, TUESDAY, due, fresh_area
from tests.tickets.loop import MONDAY
from tests.tickets.test_calendaring import apply, entries, listed, national
from tickets import calendaring


def test_command_loads_what_the_package_knows_and_says_so(db, capsys):
    call_command("load_calendar", "2025", "2026")

    assert capsys.readouterr().out == "2025年的放假安排已录入。\n2026年的放假安排已录入。\n"
    assert [(y.year, y.source, y.loaded_by) for y in CalendarYear.objects.all()] == [
        (2025, "chinesecalendar", None),
        (2026, "chinesecalendar", None),
    ]
    assert len(listed()) == 28 + 33 + 5 + 6


def test_command_twice_is_the_same_as_once(db, capsys):
    call_command("load_calendar", "2026")
    before = listed()
    capsys.readouterr()

    call_command("load_calendar", "2026", "2026")

    assert capsys.readouterr().out == "2026年的放假安排已经录入过，没有变化。\n"
    assert (listed(), len(entries())) == (before, 1)


def test_command_says_what_to_do_for_a_year_that_nobody_has_announced(db, capsys):
    with pytest.raises(CommandError, match="2027年、2028年的放假安排.*还没有.*粘贴") as refusal:
        call_command("load_calendar", "2026", "2028", "2027")

    assert "暂按" in str(refusal.value)
    assert CalendarYear.objects.get().year == 2026


def test_command_does_not_overwrite_what_was_pasted(house, capsys):
    apply(house, this_year(off={TUESDAY: "纪念日"}))

    call_command("load_calendar", "2026")

    assert "保留通知的" in capsys.readouterr().out
    assert not national().day(TUESDAY).is_working


def test_command_counts_open_clocks_anew(house, capsys):
    """A year whose days had been loaded wrongly, set right by the package."""
    wrong = YearDays(2026, {TUESDAY: "?"}, (), calendars.PACKAGE)
    calendaring.apply_notice(wrong, by=None, now=MONDAY)
    house.station.area.refresh_from_db()
    ticket = house.receive(now=NOON)
    before = due(ticket)

    with time_machine.travel(NOON, tick=False):
        call_command("load_calendar", "2026")

    assert (before, due(ticket)) == (at("2026-11-25 12:00"), at("2026-11-24 12:00"))
    assert "重算后，2项时限改了到期时刻。" in capsys.readouterr().out
    assert fresh_area(house).recount_since is None
