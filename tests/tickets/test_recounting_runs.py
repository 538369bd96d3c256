"""Counting clocks anew: whom it tells, how often it runs, what it costs, and the preview that says it beforehand."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from notices.models import Notice
from stations import shipped
from stations.calendars import YearDays
from stations.models import Area, LocalDay
from tests.factories import House, at
from tests.tickets.closures import (
    NOON,
    TUESDAY,
    close,
    due,
    fresh_area,
    statements,
    version_of,
)
from tests.tickets.loop import MONDAY, replied, rows, ticket_in
from tickets import receipts, recounting, workflow
from tickets.models import Clock, Event
from tickets.states import Status

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
R, D, C, S = Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED, Status.RESOLVED
WEDNESDAY = date(2026, 11, 25)


# Who is told ----------------------------------------------------------------------------------------


def _told():
    found = Notice.objects.filter(effect__startswith="recount:")
    return dict(found.values_list("recipient__name", "text"))


def test_claimant_is_told_which_moment_moved(house):
    ticket = ticket_in(C, house)
    replied(ticket, house)
    close(house)

    recounting.recount(now=NOON)

    assert _told() == {
        "周建华": f"{ticket.number}（24栋·{house.category}）的办结时限改到12月1日（周二）10:00前：工作日历有变动"
    }


def test_moved_moment_is_told_by_its_date_not_as_tomorrow(house):
    replied(ticket_in(C, house), house)
    morning = at("2026-11-30 09:30")
    close(house, date(2026, 11, 30), now=morning)

    recounting.recount(now=morning)

    assert "办结时限改到12月1日（周二）10:00前：" in _told()["周建华"]


@pytest.mark.parametrize(("status", "names"), [(R, {"何敏"}), (D, {"周建华", "吴强", "郑洁"})])
def test_owner_of_several_is_told_once_how_many(house, status, names):
    ticket_in(status, house)
    ticket_in(status, house)
    close(house)

    recounting.recount(now=NOON)

    assert _told().keys() == names
    assert {"您手上有4项时限" in text for text in _told().values()} == {True}


@pytest.mark.parametrize("batch", [1, 3])
def test_change_tells_each_person_once_however_small_the_batches(house, batch):
    for _ in range(3):
        ticket_in(D, house)
    close(house)

    recounting.recount(now=NOON, batch=batch)

    assert Notice.objects.filter(effect__startswith="recount:").count() == 3
    assert Event.objects.filter(verb="recount").count() == 6


def test_story_says_from_when_to_when_and_why(house, client_of):
    ticket = house.receive(now=MONDAY)
    close(house)
    recounting.recount(now=NOON)

    page = client_of(house.dispatcher).get(ticket.get_absolute_url()).content.decode()

    assert "答复时限由11月24日（周二）10:00改到11月25日（周三）10:00" in page
    assert "11月24日（周二）本社区不办公。" in page


def test_residents_receipt_tells_the_new_moment(house, client):
    receipt = workflow.receive(
        by=house.volunteer, station=house.station, words="灯不亮", category=house.category, now=MONDAY
    )
    close(house)
    recounting.recount(now=NOON)

    with time_machine.travel(NOON, tick=False):
        page = client.get(reverse("tickets:track", args=[receipts.token(receipt)]), follow=True)

    assert page.status_code == 200
    assert "11月25日（周三）10:00" in page.content.decode()


# Again and again ------------------------------------------------------------------------------------


def test_second_run_finds_nothing_and_writes_nothing(house):
    ticket_in(D, house)
    close(house)
    recounting.recount(now=NOON)
    before = rows()

    assert (recounting.recount(now=NOON + HOUR), rows()) == (0, before)


def test_clock_filed_by_a_process_that_had_not_seen_the_change_is_found(house):
    close(house)
    recounting.recount(now=NOON)
    ticket = house.receive(now=NOON)
    house.area.refresh_from_db()
    Clock.objects.update(calendar_version=shipped.SHIPPED.version, due_at=NOON + DAY)

    moved = recounting.recount(now=NOON + HOUR)

    assert (moved, due(ticket)) == (2, at("2026-11-25 12:00"))


def test_new_community_gets_its_version_with_the_next_sweep(house):
    recounting.recount(now=NOON)
    close(house)
    other = House()

    recounting.recount(now=NOON)

    assert version_of(other) == shipped.SHIPPED.version
    assert not Area.objects.exclude(recount_since=None).exists()


def test_rows_changed_behind_our_back_are_followed_too(house):
    ticket = house.receive(now=MONDAY)
    close(house, date(2026, 12, 24))
    recounting.recount(now=NOON)
    LocalDay.objects.update(date=TUESDAY)

    moved = recounting.recount(now=NOON)

    assert (moved, due(ticket)) == (2, at("2026-11-25 10:00"))


def test_batch_costs_the_same_however_many_clocks_it_moves(house):
    counts = []
    for tickets in (1, 4):
        for _ in range(tickets):
            ticket_in(D, house, now=NOON)
        close(house, TUESDAY + len(counts) * DAY)
        counts.append(statements(lambda: recounting.begin([house.area.pk], now=NOON)))

    assert counts[0] == counts[1]


def test_nothing_to_count_costs_a_handful_ofstatements(house):
    ticket_in(D, house)
    recounting.recount(now=NOON)

    assert statements(lambda: recounting.recount(now=NOON)) == 4


# Preview --------------------------------------------------------------------------------------------


def test_preview_tells_what_the_sweep_will_do_and_changes_nothing(house):
    ticket = house.receive(now=MONDAY)
    ticket_in(S, house)
    before = rows()

    found = recounting.preview(lambda r: r.with_local(TUESDAY, False), [fresh_area(house)], now=NOON)

    assert (found.count, found.tickets, rows()) == (3, 2, before)
    close(house)
    recounting.recount(now=NOON)
    events = Event.objects.filter(verb="recount")
    assert {(m.clock.pk, m.from_at, m.to_at) for m in found.moves} == {
        (Clock.objects.get(ticket=e.ticket, kind=e.data["kind"]).pk, *_ends(e)) for e in events
    }
    assert found.moves[0].ticket.number == ticket.number


def _ends(event):
    return tuple(datetime.fromisoformat(event.data[end]) for end in ("from", "to"))


def test_preview_of_a_year_looks_at_what_is_due_from_its_first_changed_day(house):
    house.receive(now=MONDAY)
    late = house.receive(now=at("2026-12-30 10:00"))
    notice = YearDays(2027, {date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"}, {date(2027, 1, 9)})

    found = recounting.preview(lambda r: r.with_year(notice), [fresh_area(house)], now=at("2026-12-30 11:00"))

    assert [(m.ticket, m.from_at, m.to_at) for m in found.moves] == [
        (late, at("2027-01-07 10:00"), at("2027-01-08 10:00"))
    ]


def test_preview_of_nothing_new_is_empty(house):
    house.receive(now=MONDAY)

    assert recounting.preview(lambda r: r, [fresh_area(house)], now=NOON).count == 0


def test_preview_leaves_out_other_communities_and_what_is_late(house):
    House().receive(now=MONDAY)
    house.receive(now=MONDAY)

    found = recounting.preview(
        lambda r: r.with_local(WEDNESDAY, False), [fresh_area(house)], now=MONDAY + DAY + HOUR
    )

    assert [move.clock.kind for move in found.moves] == ["resolve"]


def test_preview_costs_the_same_for_one_ticket_and_for_three(house):
    counts = []
    for tickets in (1, 2):
        for _ in range(tickets):
            house.receive(now=MONDAY)
        counts.append(statements(lambda: _preview(house)))

    assert counts[0] == counts[1] <= 5


def test_preview_shows_some_and_counts_all(house, monkeypatch):
    for _ in range(3):
        house.receive(now=MONDAY)
    change = (lambda r: r.with_local(TUESDAY, False)), [fresh_area(house)]

    found = recounting.preview(*change, now=NOON, shown=2)
    monkeypatch.setattr(recounting, "MOST_EXAMINED", 4)
    cut = recounting.preview(*change, now=NOON)

    assert (found.count, len(found.moves), found.is_cut) == (6, 2, False)
    assert (cut.count, cut.is_cut) == (4, True)


def _preview(house):
    return recounting.preview(lambda r: r.with_local(TUESDAY, False), [fresh_area(house)], now=NOON)
