"""Whoever may not do a verb reads what they typed themselves, and nothing that its form would have read for them."""

import pytest
from django.urls import reverse

from tests.tickets.loop import claimed, dispatched, joined, neighbour, resolved, waiting
from tickets.states import Status, Verb
from tickets.views.verbs import PAGES

FIRST = {"name": "欧阳秀兰", "phone": "13800004821", "room": "五零二室"}
SECOND = {"name": "司徒建国", "phone": "13900007732", "room": "六零二室"}
PLANTED = ("秀兰", "建国", "4821", "7732", "零二室", "围墙外面")
STEPS = {
    Status.RECEIVED: (),
    Status.DISPATCHED: (dispatched,),
    Status.CLAIMED: (dispatched, claimed),
    Status.WAITING: (dispatched, claimed, waiting),
    Status.RESOLVED: (dispatched, claimed, resolved),
}


@pytest.fixture
def stranger(house):
    """Of another desk of the community, where somebody joined: sees the ticket, masked."""
    return neighbour(house, name="邻站志愿者")


@pytest.fixture(params=STEPS, ids=str)
def ticket(request, house, stranger):
    house.receive("围墙外面的灯不亮", building=None, category=None)  # one to merge into
    ticket = house.receive("厨房水管漏水", **FIRST)
    joined(ticket, house, station=stranger.active_posts[0].station, by=house.dispatcher, **SECOND)
    for step in STEPS[request.param]:
        step(ticket, house, ticket.received_at)
    return ticket


@pytest.mark.parametrize("verb", PAGES)
@pytest.mark.parametrize("who", ["stranger", "colleague", "secretary"])
def test_refused_press_shows_only_what_was_typed(request, house, client_of, ticket, verb, who):
    user = request.getfixturevalue("stranger") if who == "stranger" else getattr(house, who)
    client = client_of(user)
    address = reverse(f"tickets:{verb.value}", args=[ticket.number])
    typed = dict.fromkeys(("words", "reason", "question"), "我写的<b>一大段</b>")

    answer = client.post(address, {**typed, "x": "1"})

    if answer.status_code in (403, 409):
        assert [said for said in PLANTED if said in answer.text] == []
        optional = {"reason"} if verb == Verb.DISPATCH else set()  # not asked for the first time
        written = typed.keys() & PAGES[verb].form.base_fields.keys() - optional
        assert not written or "我写的&lt;b&gt;一大段&lt;/b&gt;" in answer.text


def test_most_of_these_presses_are_refused(house, client_of, stranger):
    """Or the test above would prove nothing."""
    ticket = house.receive("厨房水管漏水", **FIRST)
    joined(ticket, house, station=stranger.active_posts[0].station, by=house.dispatcher, **SECOND)
    client = client_of(stranger)

    refused = [
        verb
        for verb in PAGES
        if client.post(reverse(f"tickets:{verb.value}", args=[ticket.number])).status_code in (403, 409)
    ]

    assert len(refused) >= len(PAGES) - 1
