"""What asks for a step is over once the step is taken, for everybody; what is told to be known stays unread."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Notice
from tests.factories import CategoryFactory, RuleFactory
from tests.tickets.loop import (
    BAD,
    MONDAY,
    answered,
    claimed,
    closed,
    dispatched,
    joined,
    merged,
    replied,
    resolved,
    ticket_in,
    waiting,
    withdrawn,
)
from tickets import workflow
from tickets.models import Ticket
from tickets.states import Status

D, C, W, S = Status.DISPATCHED, Status.CLAIMED, Status.WAITING, Status.RESOLVED
LATER = MONDAY + timedelta(hours=1)


def unread():
    """{name: [what is new]}, without what every sentence begins with."""
    found = {}
    for name, text in Notice.objects.unread().order_by("pk").values_list("recipient__name", "text"):
        found.setdefault(name, []).append(text.partition("）")[2] or text)
    return found


def asked(sentence):
    return sorted(name for name, texts in unread().items() for text in texts if sentence in text)


def moved_on(ticket, house, now):
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.other_unit, reason="不归物业管", now=now)


def handed_back(ticket, house, now):
    workflow.hand_back(ticket, by=house.staff, reason="不归我们", now=now)


def released(ticket, house, now):
    workflow.release(ticket, by=house.staff, reason="今天不在", now=now)


def named(ticket, house, now=MONDAY):
    workflow.claim(ticket, by=house.unit_lead, colleague=house.staff, now=now)


@pytest.mark.parametrize("step", [dispatched, merged, withdrawn])
def test_queue_is_asked_until_the_ticket_has_left_it(house, step):
    ticket = house.receive(now=MONDAY)
    before = asked("新接一单，请派单")

    step(ticket, house, LATER)

    assert before == [house.dispatcher.name]
    assert [n for n in Notice.objects.unread() if ticket.number in n.text and "请派单" in n.text] == []


@pytest.mark.parametrize("step", [claimed, moved_on, handed_back, merged, withdrawn])
def test_unit_is_asked_until_somebody_has_taken_the_step(house, step):
    ticket = ticket_in(D, house)
    before = asked("派给安居物业，请认领")

    step(ticket, house, LATER)

    assert len(before) > 1
    assert asked("派给安居物业，请认领") == []
    assert {n.read_at for n in Notice.objects.filter(text__endswith="派给安居物业，请认领")} == {LATER}


@pytest.mark.parametrize("step", [replied, waiting, resolved, released, moved_on, merged, withdrawn])
def test_claimant_named_is_asked_until_something_is_done(house, step):
    ticket = ticket_in(D, house)
    named(ticket, house)
    before = asked("请您办理")

    step(ticket, house, LATER)

    assert before == [house.staff.name]
    assert asked("请您办理") == []


def test_next_step_is_asked_for_in_the_same_breath(house):
    ticket = ticket_in(C, house)

    released(ticket, house, LATER)

    assert house.colleague.name in asked("已放回，请认领")
    assert house.staff.name not in unread()


def test_waiting_asks_the_desk_then_the_claimant(house):
    ticket = ticket_in(W, house)
    at_desk = asked("来电时请代问")

    answered(ticket, house, LATER)
    of_claimant = asked("居民已补充情况")
    replied(ticket, house, LATER)

    assert at_desk and of_claimant == [house.staff.name]
    assert asked("来电时请代问") == asked("居民已补充情况") == []


def test_round_anew_is_asked_for_until_it_is_handled(house):
    ticket = ticket_in(S, house)
    workflow.review(ticket, by=ticket.reporters.get(), now=MONDAY, **BAD)
    before = asked("居民要求重办")

    replied(Ticket.objects.get(pk=ticket.pk), house, LATER)

    assert before == [house.staff.name]
    assert asked("居民要求重办") == []
    assert asked("评价为") == [house.unit_lead.name]


def test_ticket_taken_apart_is_asked_for_until_it_is_handled(house):
    ticket = ticket_in(C, house)
    merged(ticket, house)
    workflow.unmerge(ticket, by=house.dispatcher, now=MONDAY)
    before = asked("拆出来，请继续办")

    replied(ticket, house, LATER)

    assert before == [house.staff.name]
    assert asked("拆出来，请继续办") == []
    assert asked("已并入") == [house.staff.name]


# What is told to be known --------------------------------------------------------------------------------


def test_answers_of_the_dispatcher_leave_the_queue_asked(house):
    ticket = house.receive(now=MONDAY)

    workflow.reply(ticket, by=house.dispatcher, solvable="no", words="不归社区管", told="phone", now=LATER)

    assert asked("请派单") == [house.dispatcher.name]


@pytest.mark.parametrize("status", [D, C])
def test_amending_and_joining_ask_nothing_and_end_nothing(house, status):
    ticket = ticket_in(D, house)
    if status == C:
        named(ticket, house)
    before = unread()

    workflow.amend(ticket, by=house.dispatcher, place="二楼", reason="居民说错了", now=LATER)
    joined(ticket, house, LATER)

    after = unread()
    assert {name: texts[: len(before[name])] for name, texts in after.items()} == before
    assert asked("内容有更正") == asked("又有一位反映人") != []


def test_ratings_stay_unread_whatever_comes(house):
    ticket = ticket_in(S, house)

    closed(ticket, house, LATER)
    workflow.reopen(ticket, by=house.dispatcher, reason="又坏了", now=LATER)
    replied(ticket, house, LATER)

    assert asked("已评满意，结案") == sorted([house.staff.name, house.unit_lead.name])


def test_what_need_not_be_done_any_more_stays_unread(house):
    ticket = ticket_in(C, house)

    moved_on(ticket, house, LATER)
    workflow.claim(ticket, by=house.other_staff, now=LATER)

    assert asked("不用再办") == [house.staff.name]


def test_asking_of_another_ticket_stays(house):
    ticket, other = ticket_in(D, house), ticket_in(D, house)

    claimed(ticket, house, LATER)

    assert [n.url for n in Notice.objects.unread().filter(recipient=house.colleague)] == [
        other.get_absolute_url()
    ]


def test_what_was_read_before_keeps_its_time(house):
    ticket = ticket_in(D, house)
    Notice.objects.visible_to(house.colleague).mark_read(now=MONDAY)

    claimed(ticket, house, LATER)

    assert {n.read_at for n in Notice.objects.visible_to(house.colleague)} == {MONDAY}


def test_refused_step_leaves_it_asked(house):
    ticket = ticket_in(D, house)
    before = unread()

    with pytest.raises(workflow.NotAllowed):
        workflow.claim(ticket, by=house.other_staff, now=LATER)
    with pytest.raises(workflow.Conflict):
        replied(ticket, house, LATER)

    assert unread() == before


def test_bell_counts_what_is_left_to_do(house, client_of):
    ticket = ticket_in(D, house)
    window = client_of(house.colleague)
    before = window.get(reverse("notices:list")).content.decode()

    claimed(ticket, house, LATER)

    after = window.get(reverse("notices:list")).content.decode()
    assert 'class="is-new"' in before and '<span class="count count-red">1' in before
    assert 'class="is-new"' not in after and '<span class="count count-red">' not in after


# Filing ---------------------------------------------------------------------------------------------------


def test_rule_that_sends_on_looks_for_nothing_that_was_asked(house):
    category = CategoryFactory()
    RuleFactory(area=house.area, category=category, unit=house.unit, is_automatic=True)

    with CaptureQueriesContext(connection) as statements:
        ticket = house.receive(category=category)

    ticket.refresh_from_db()
    assert ticket.status == D
    assert [said["sql"] for said in statements if 'UPDATE "notices_' in said["sql"]] == []
