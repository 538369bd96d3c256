"""Nothing is ever unowned: each way in which nobody can act is found, told of, and has a way out."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Post, User
from notices.models import Notice
from stations.models import Unit
from tests.factories import House, at, person
from tests.tickets.loop import MONDAY, end_posts, joins, ticket_in
from tickets import ownerless, waiting, workflow
from tickets.models import Ticket
from tickets.states import Status

D, C, R, S, W = (
    Status.DISPATCHED,
    Status.CLAIMED,
    Status.RECEIVED,
    Status.RESOLVED,
    Status.WAITING,
)
QUEUE = reverse("tickets:queue")


def close_unit(house):
    Unit.objects.filter(pk=house.unit.pk).update(is_active=False)


def empty_unit(house):
    Post.objects.in_unit(house.unit).update(ended_at=MONDAY)


def disable_unit(house):
    User.objects.filter(pk__in=Post.objects.in_unit(house.unit).values("user")).update(is_active=False)


def claimant_leaves(house):
    end_posts(house.staff)


def claimant_is_disabled(house):
    User.objects.filter(pk=house.staff.pk).update(is_active=False)


def claimant_moves(house):
    end_posts(house.staff)
    joins(house.staff, "unit_staff", unit=house.other_unit)


def dispatcher_leaves(house):
    end_posts(house.dispatcher)


def dispatcher_is_disabled(house):
    User.objects.filter(pk=house.dispatcher.pk).update(is_active=False)


WAYS = [
    (D, close_unit, "unit_closed"),
    (D, empty_unit, "unit_empty"),
    (D, disable_unit, "unit_empty"),
    (C, close_unit, "unit_closed"),
    (C, empty_unit, "unit_empty"),
    (C, claimant_leaves, "claimant_gone"),
    (C, claimant_is_disabled, "claimant_gone"),
    (C, claimant_moves, "claimant_gone"),
    (W, claimant_leaves, "claimant_gone"),
    (R, dispatcher_leaves, "no_dispatcher"),
    (R, dispatcher_is_disabled, "no_dispatcher"),
]


def lost(now=MONDAY):
    return list(Ticket.objects.ownerless().values_list("pk", "owner_lost"))


@pytest.mark.parametrize(("status", "happens", "reason"), WAYS)
def test_every_way_to_lose_the_owner_is_found(house, status, happens, reason):
    ticket = ticket_in(status, house)
    assert lost() == []

    happens(house)

    assert lost() == [(ticket.pk, reason)]


@pytest.mark.parametrize("status", [D, R])
def test_claimant_who_leaves_takes_nothing_else_along(house, status):
    ticket_in(status, house)

    claimant_leaves(house)

    assert lost() == []


@pytest.mark.parametrize("happens", [close_unit, empty_unit, dispatcher_leaves])
def test_what_is_done_waits_for_nobody(house, happens):
    ticket_in(S, house)

    happens(house)

    assert lost() == []


def queue(house):
    return waiting.Queue(User.objects.get(pk=house.dispatcher.pk), now=MONDAY)


def test_tab_is_there_only_while_something_is_lost(house):
    ticket = ticket_in(C, house)
    assert "ownerless" not in queue(house).counts()

    claimant_leaves(house)

    assert queue(house).counts()["ownerless"] == 1
    assert [entry.number for entry in queue(house).under("ownerless")] == [ticket.number]
    assert queue(house).under("all") == []


def test_other_communities_tickets_are_not_in_the_tab(house):
    other = House()
    ticket_in(C, other)

    claimant_leaves(other)

    assert queue(house).lost == []


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (close_unit, "安居物业已停用"),
        (empty_unit, "安居物业现在没有人"),
        (claimant_leaves, "周建华已不在安居物业"),
    ],
)
def test_tab_says_why_and_offers_the_way_out(house, client_of, happens, words):
    ticket = ticket_in(C, house)
    happens(house)

    page = client_of(house.dispatcher).get(QUEUE, {"show": "ownerless", "ticket": ticket.number})

    assert page.context["rows"][0]["why_lost"] == page.context["why"] == words
    assert f'name="reason" value="{words}"' in page.content.decode()
    proposed = [chip["label"] for chip in page.context["units"] if chip["attrs"]["checked"]]
    assert proposed == (["安居物业"] if happens is claimant_leaves else [])


def test_dispatcher_puts_it_back_for_the_colleagues_of_who_left(house, client_of):
    ticket = ticket_in(C, house)
    claimant_leaves(house)
    url = reverse("tickets:dispatch", args=[ticket.number])

    answer = client_of(house.dispatcher).post(url, {"unit": house.unit.pk, "reason": "周建华已不在安居物业"})

    ticket.refresh_from_db()
    assert answer.status_code == 302
    assert (ticket.status, ticket.unit, ticket.claimant) == (D, house.unit, None)
    assert lost() == []
    workflow.claim(ticket, by=house.colleague)


def test_dispatcher_sends_it_to_another_unit(house, client_of):
    ticket = ticket_in(D, house)
    close_unit(house)
    url = reverse("tickets:dispatch", args=[ticket.number])

    client_of(house.dispatcher).post(url, {"unit": house.other_unit.pk, "reason": "安居物业已停用"})

    ticket.refresh_from_db()
    assert (ticket.status, ticket.unit) == (D, house.other_unit)


def test_same_unit_is_no_way_while_the_claimant_is_there(house):
    ticket = ticket_in(C, house)

    with pytest.raises(workflow.Invalid, match="已经在安居物业"):
        workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, reason="再派一次")


def test_dispatcher_is_told_once_a_day_for_each_cause(house):
    for _ in range(3):
        ticket_in(C, house)
    claimant_leaves(house)

    for now in (MONDAY, MONDAY + timedelta(hours=3), MONDAY + timedelta(days=1)):
        ownerless.tell(now=now)

    told = Notice.objects.filter(effect__startswith="ownerless:")
    assert {notice.recipient for notice in told} == {house.dispatcher}
    assert [notice.text for notice in told] == ["周建华已不在安居物业，3单没人接，请改派"] * 2
    assert all(notice.is_urgent and notice.url == f"{QUEUE}?show=ownerless" for notice in told)


def test_secretary_and_admin_are_told_where_no_dispatcher_is(house):
    ticket_in(R, house)
    told = Notice.objects.filter(effect__startswith=f"no_dispatcher:{house.area.pk}:")
    ownerless.tell(now=MONDAY)
    assert not told.exists()

    dispatcher_leaves(house)
    ownerless.tell(now=MONDAY)

    assert {notice.recipient for notice in told} == {house.secretary, house.admin}
    assert told[0].text == f"{house.area}现在没有派单员，1单等着派，请尽快指定"


def test_secretary_of_the_street_is_told_too(house):
    above = person("secretary", area=house.area.parent)
    dispatcher_leaves(house)

    ownerless.tell(now=MONDAY)

    told = Notice.objects.get(recipient=above, effect__startswith="no_dispatcher:")
    assert told.text == f"{house.area}现在没有派单员，请尽快指定"


@pytest.mark.parametrize(("who", "offered"), [("dispatcher", True), ("secretary", True), ("staff", False)])
def test_list_can_be_narrowed_to_what_nobody_can_act_on(house, client_of, who, offered):
    held, _ = ticket_in(C, house), ticket_in(D, house)
    end_posts(house.colleague)
    Ticket.objects.filter(pk=held.pk).update(claimant=house.colleague)

    page = client_of(getattr(house, who)).get(reverse("tickets:list"), {"ownerless": "on"})

    shown = list(page.context["page_obj"])
    assert shown == [held.pk] if offered else len(shown) == 2
    assert ("只看没人接的" in page.content.decode()) is offered


def test_telling_of_nothing_writes_nothing(house):
    ticket_in(C, house)
    person("dispatcher", area=house.outsider.posts.get().station.area)
    before = Notice.objects.count()

    assert ownerless.tell(now=at("2026-11-23 12:00")) == 0
    assert Notice.objects.count() == before


def test_command_tells_as_beat_does(house, capsys):
    ticket_in(C, house)
    claimant_leaves(house)
    person("dispatcher", area=house.outsider.posts.get().station.area)

    for _ in range(2):
        call_command("tell_ownerless", now=MONDAY.isoformat())

    assert "1 人次" in capsys.readouterr().out
    assert Notice.objects.filter(effect__startswith="ownerless:").count() == 1


def test_ticket_page_says_that_nobody_can_act(house, client_of):
    ticket = ticket_in(C, house)
    client = client_of(house.secretary)
    assert "没人接" not in client.get(ticket.get_absolute_url()).content.decode()

    claimant_leaves(house)

    assert "周建华已不在安居物业" in client.get(ticket.get_absolute_url()).content.decode()
