"""Who writes for the wall, who approves, what is checked, what becomes of a text when the ticket goes on."""

import pytest

from accounts.models import AuditEntry
from notices.models import Notice
from tests.access.walled import published, written
from tests.factories import AreaFactory, person
from tests.keeping import Kept
from tests.tickets.loop import MONDAY, TUESDAY, ticket_in
from tests.tickets.wall.stages import on_wall, save, told_of_nothing
from tickets import workflow
from tickets.models import Event, Ticket, WallEntry
from tickets.wall import coarsening, editing
from tickets.workflow import Conflict, Invalid, NotAllowed

STAGE = Kept(told_of_nothing)


def test_text_is_up_once_somebody_else_has_approved(house, closed):
    entry = written(closed, house)
    assert on_wall() == []

    editing.approve(entry, by=house.secretary, seen=1, now=TUESDAY)

    [up] = on_wall()
    assert (up.written_by, up.judged_by, up.judged_at) == (house.dispatcher, house.secretary, TUESDAY)


def test_writer_may_not_approve_not_even_as_secretary(house, closed):
    both = house.dispatcher
    both.posts.create(role="secretary", area=house.area)
    entry = written(closed, house)

    with pytest.raises(NotAllowed, match="另一位"):
        editing.approve(entry, by=type(both).objects.get(pk=both.pk), seen=1)

    assert on_wall() == []


def test_whoever_changes_a_text_is_its_writer(house, closed):
    other = person("dispatcher", area=house.area)
    entry = written(closed, house)
    again = save(closed, other, seen=entry.version)

    with pytest.raises(NotAllowed, match="另一位"):
        editing.approve(again, by=other, seen=again.version)

    assert editing.approve(again, by=house.dispatcher, seen=again.version).state == "published"


@pytest.mark.parametrize(
    "role", ["volunteer", "lead", "staff", "unit_lead", "secretary", "admin", "outsider"]
)
def test_only_dispatchers_write(house, closed, role):
    with pytest.raises(NotAllowed):
        save(closed, getattr(house, role))


@pytest.mark.parametrize("role", ["volunteer", "lead", "staff", "unit_lead", "admin", "outsider"])
def test_only_the_office_approves_refuses_and_takes_down(house, five, role):
    entry, up = written(five[0], house), published(five[1], house)
    by = getattr(house, role)

    for verb in (
        lambda: editing.approve(entry, by=by, seen=1),
        lambda: editing.refuse(entry, by=by, seen=1, reason="短了"),
        lambda: editing.withdraw(up, by=by),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_secretary_above_may_approve_one_beside_may_not(house, closed):
    entry = written(closed, house)
    beside = person("secretary", area=AreaFactory())

    with pytest.raises(NotAllowed):
        editing.approve(entry, by=beside, seen=1)

    above = person("secretary", area=house.area.parent)
    assert editing.approve(entry, by=above, seen=1).state == "published"


@pytest.mark.parametrize("status", ["received", "resolved"])
def test_only_closed_tickets_are_written_about(house, status):
    ticket = ticket_in(status, house)

    with pytest.raises(NotAllowed, match="还没有结案"):
        save(ticket, house.dispatcher)


@pytest.mark.parametrize(
    "words", ["打13800138000", "一三八零零一三八零零零", "住502室", "王秀兰", "刘桂芳", "周建华", "24栋"]
)
def test_what_tells_on_somebody_does_not_even_wait(house, closed, words):
    closed.reporters.update(name="王秀兰", room="502")

    with pytest.raises(Invalid):
        save(closed, house.dispatcher, words=words)

    assert not WallEntry.objects.exists()


def test_draft_may_hold_anything_and_is_seen_by_nobody(house, closed):
    entry = save(closed, house.dispatcher, words="王秀兰 13800138000", propose=False)

    assert (entry.state, on_wall()) == ("draft", [])
    with pytest.raises(Conflict):
        editing.approve(entry, by=house.secretary, seen=1)


def test_everybody_who_did_something_is_known_and_who_is_nobody_is_not(house, closed):
    """Also whom an old ledger names; a reporter may have been written down as 业主."""
    closed.reporters.update(name="业主")
    other = person("dispatcher", name="钟离春", area=house.area)
    Event.objects.create(
        ticket=closed, area=closed.area, verb="amend", status_to="closed", round=1, at=MONDAY, by=other
    )
    Event.objects.create(
        ticket=closed,
        area=closed.area,
        verb="reply",
        status_to="closed",
        round=1,
        at=MONDAY,
        as_whom="旧台账 涂山月",
    )
    closed.replies.update(by=person("dispatcher", name="闻人笑", area=house.area))

    for words in ("钟离春修的", "涂山月修的", "闻人笑答的"):
        assert editing.faults(closed, words), words
    assert editing.faults(closed, "修好了，业主和居民都满意") == []


def test_ledger_keeps_nothing_that_was_typed(house, five):
    save(five[0], house.dispatcher, title="王秀兰 13800138000", propose=False)
    editing.refuse(written(five[1], house), by=house.secretary, seen=1, reason="写了王秀兰")
    editing.withdraw(published(five[2], house), by=house.secretary, reason="王秀兰不愿意")

    details = list(
        AuditEntry.objects.filter(action="wall_changed").order_by("pk").values_list("detail", flat=True)
    )
    assert details == ["第1稿存草稿", "第1稿送审", "第1稿退回", "第1稿送审", "第1稿同意上墙", "第1稿撤下"]


def test_name_that_came_meanwhile_is_found_when_it_is_approved(house, closed):
    entry = written(closed, house, words="李福生说好用")
    closed.reporters.update(name="李福生")

    with pytest.raises(Invalid, match="李福生"):
        editing.approve(entry, by=house.secretary, seen=1)


def test_another_text_than_the_one_looked_at_is_not_approved(house, closed):
    entry = written(closed, house)
    save(closed, house.dispatcher, words="换了两盏灯", seen=1)

    with pytest.raises(Conflict, match="刚刚被别人改过"):
        editing.approve(entry, by=house.secretary, seen=1)


def test_two_who_begin_at_once_do_not_overwrite_each_other(house, closed):
    written(closed, house)

    with pytest.raises(Conflict):
        save(closed, person("dispatcher", area=house.area))


def test_refused_text_needs_a_reason_and_goes_back_to_its_writer(house, closed):
    entry = written(closed, house)
    with pytest.raises(Invalid, match="为什么"):
        editing.refuse(entry, by=house.secretary, seen=1, reason=" ")

    editing.refuse(entry, by=house.secretary, seen=1, reason="太短")

    told = Notice.objects.get(recipient=house.dispatcher, effect__startswith="wall:")
    assert "太短" in told.text
    assert save(closed, house.dispatcher, seen=1).state == "proposed"


def test_those_who_may_approve_are_asked_until_one_has(house, closed):
    other = person("dispatcher", area=house.area)
    entry = written(closed, house)
    asked = Notice.objects.filter(effect=f"wall:{entry.pk}:1")
    assert set(asked.values_list("recipient", flat=True)) == {house.secretary.pk, other.pk}

    editing.approve(entry, by=other, seen=1)

    assert not asked.unread().exists()


def test_withdrawn_is_gone_at_once_and_comes_back_only_through_approval(house, closed):
    up = published(closed, house)
    with pytest.raises(Conflict, match="先撤下"):
        save(closed, house.dispatcher, seen=1)

    editing.withdraw(up, by=house.dispatcher, reason="有人不愿意")
    editing.withdraw(up, by=house.secretary)

    assert on_wall() == []
    assert AuditEntry.objects.filter(action="wall_changed", detail__contains="撤下").count() == 1
    assert save(closed, house.dispatcher, seen=1).state == "proposed"


def test_ticket_done_again_leaves_the_wall_until_it_is_written_about_anew(house, closed):
    published(closed, house)
    workflow.reopen(Ticket.objects.get(pk=closed.pk), by=house.dispatcher, reason="又漏了", now=TUESDAY)
    assert on_wall() == []

    Ticket.objects.filter(pk=closed.pk).update(status="closed", outcome="solved", closed_at=TUESDAY)

    assert on_wall() == []
    assert closed in Ticket.objects.worth_telling([house.area], since=MONDAY)
    again = save(Ticket.objects.get(pk=closed.pk), house.dispatcher, words="换了整段管", seen=1)
    assert editing.approve(again, by=house.secretary, seen=2, now=TUESDAY) in on_wall()


def test_text_of_an_earlier_round_is_not_approved(house, closed):
    entry = written(closed, house)
    Ticket.objects.filter(pk=closed.pk).update(round=2)

    with pytest.raises(Conflict, match="重办过"):
        editing.approve(entry, by=house.secretary, seen=1)


def test_every_step_is_written_down(house, five):
    published(five[0], house)
    editing.refuse(written(five[1], house), by=house.secretary, seen=1, reason="太短")

    entries = AuditEntry.objects.filter(action="wall_changed").order_by("pk")
    assert [(e.actor.name, e.subject) for e in entries] == [
        ("何敏", five[0].number), ("黎书文", five[0].number), ("何敏", five[1].number), ("黎书文", five[1].number),
    ]  # fmt: skip
    assert all(entry.post and entry.area == house.area for entry in entries)


def test_fewer_than_five_in_the_community_say_nothing(house, five):
    entry = written(five[0], house)
    Ticket.objects.filter(pk=five[4].pk).update(status="withdrawn")

    with pytest.raises(Conflict, match="不到5张"):
        editing.approve(entry, by=house.secretary, seen=1)


LEVELS = {
    "five of the same": ({}, ("21–24栋", True, "month")),
    "another group": ({"group": "1–4栋"}, ("", True, "month")),
    "another month": ({"received_on": "2026-10-08"}, ("", True, "quarter")),
    "another quarter": ({"received_on": "2026-02-03"}, ("", True, "year")),
    "another category": ({"category": None}, ("", False, "year")),
    "another year": ({"received_on": "2025-11-23"}, ("", False, "ever")),
}


@pytest.mark.parametrize("case", LEVELS)
def test_place_kind_and_time_are_as_coarse_as_five_tickets_need(house, five, case):
    """One of the five is otherwise."""
    changes, (group, has_category, span) = LEVELS[case]
    house.building.group = "21–24栋"
    house.building.save()
    other = dict(changes)
    if elsewhere := other.pop("group", None):
        other["building"] = house.area.buildings.create(name="1栋", group=elsewhere)
    Ticket.objects.filter(pk=five[4].pk).update(**other)

    said = coarsening.coarse(Ticket.objects.get(pk=five[0].pk))

    assert (said.group, said.category is not None, said.span) == (group, has_category, span)


@pytest.mark.parametrize("status", ["merged", "withdrawn"])
def test_merged_and_withdrawn_hide_nobody(house, five, status):
    kept = {"merged_into": five[0], "status": "merged"} if status == "merged" else {"status": "withdrawn"}
    Ticket.objects.filter(pk=five[4].pk).update(**kept)

    assert coarsening.coarse(five[0]) is None


def test_tickets_of_other_communities_hide_nobody(house, five):
    Ticket.objects.filter(pk=five[4].pk).update(area=AreaFactory())

    assert coarsening.coarse(five[0]) is None
