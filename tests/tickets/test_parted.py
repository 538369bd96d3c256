"""After somebody got a ticket of their own: what they say meanwhile, and whose words stand on the page they left."""

import pytest
from django.urls import reverse

from tests.access.walled import published
from tests.tickets.loop import (
    BAD,
    GOOD,
    MONDAY,
    claimed,
    dispatched,
    joined,
    let_in,
    neighbour,
    resolved,
    ticket_in,
)
from tickets import permissions, presenting, story, workflow
from tickets.models import Reporter, Ticket, WallEntry
from tickets.states import Status
from tickets.wall import book
from tickets.wall.showing import UNRATED

ANSWER = "厨房的冷水管"
OTHER_MATTER = "是另一件事"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


def part(reporter, by):
    own = Reporter.objects.get(pk=reporter.pk)
    return workflow.detach(own.matter, by=by, reporter=own, reason=OTHER_MATTER)


# What they say meanwhile ----------------------------------------------------------------------------


def test_answer_of_who_leaves_meanwhile_ends_no_waiting_and_is_kept(house, client, monkeypatch):
    ticket = ticket_in(Status.WAITING, house)
    second = joined(ticket, house)
    let_in(client, second)
    read_before = "why_not_answer_here"  # after the receipt was read, before anything is held
    monkeypatch.setattr(permissions, read_before, lambda *_: part(second, house.dispatcher) and "")

    answer = client.post(reverse("tickets:answer"), {"words": ANSWER})

    assert (answer.status_code, Ticket.objects.get(pk=ticket.pk).status) == (409, Status.WAITING)
    assert "这件事刚刚分出来单独办了" in answer.text and ANSWER in answer.text


@pytest.mark.parametrize("name", ["answer", "rate"])
def test_what_is_wrong_with_no_field_of_the_form_stands_above_it(house, client, monkeypatch, name):
    def refuse(*_, **__):
        raise workflow.Invalid("请选是哪位反映人", "reporter")

    reporter = ticket_in(Status.WAITING, house).reporters.get()
    for verb in ("resident_answered", "rate"):
        monkeypatch.setattr(workflow, verb, refuse)

    answer = let_in(client, reporter).post(reverse(f"tickets:{name}"), {"words": ANSWER, **GOOD})

    assert answer.status_code == 422 and "请选是哪位反映人" in answer.text


# What stands on the page they left ------------------------------------------------------------------


def contacts_of(ticket, user):
    [ticket] = story.ticket_of(ticket.pk)
    return presenting.contacts(ticket, story.reporters_of(ticket.pk), user, now=MONDAY)


def rated_badly(house, second):
    """One who came later has rated, with words, and the ticket is done again."""
    ticket = Ticket.objects.get(pk=second.matter.pk)
    for step in (dispatched, claimed, resolved):
        step(ticket, house)
    workflow.review(ticket, by=second, words="还在滴", now=MONDAY, **BAD)


@pytest.mark.parametrize("way", ["detach", "unmerge"])
def test_rating_of_who_left_is_not_read_as_of_who_is_left(house, way):
    ticket = house.receive(now=MONDAY)
    other = ticket if way == "detach" else house.receive(now=MONDAY)
    second = joined(ticket, house) if way == "detach" else other.reporters.get()
    if way == "unmerge":
        workflow.merge(other, by=house.dispatcher, master=ticket, now=MONDAY)
        second.refresh_from_db()
    rated_badly(house, second)
    if way == "unmerge":
        workflow.unmerge(Ticket.objects.get(pk=other.pk), by=house.dispatcher, now=MONDAY)
    else:
        part(second, house.dispatcher)

    events, said = story.events_of(ticket.pk), story.ratings_of(ticket.pk)
    seen = {"contacts": contacts_of(ticket, house.staff), "ratings": said, "now": MONDAY}
    titles = [entry.title for entry in presenting.timeline(events, **seen)]
    why = presenting.why_again(Ticket.objects.get(pk=ticket.pk), events, **seen)

    assert "已分出去的反映人评价：没解决、不满意" in titles
    assert why.words == "居民评价：没解决、不满意\n已分出去的反映人说：“还在滴”"


def test_who_joined_what_was_merged_keeps_the_own_words_and_desk(house):
    master = house.receive(now=MONDAY)
    first, volunteer = house.receive("门口的灯不亮", now=MONDAY), neighbour(house)
    station = volunteer.active_posts[0].station
    joined(first, house, by=volunteer, station=station, words="楼上装修，天花板裂了")
    workflow.merge(first, by=house.dispatcher, master=master, now=MONDAY)

    own, merged, second = contacts_of(master, house.dispatcher)

    assert own.came == ""
    assert (merged.words, second.words) == ("门口的灯不亮", "楼上装修，天花板裂了")
    assert merged.came.endswith(f"{first.station}接单，{first.number}并入")
    assert second.came.endswith(f"{station}加入，{first.number}并入")


def test_rating_of_who_left_is_told_of_neither_matter(house):
    for _ in range(4):  # with five of a kind the book may say how each was rated
        ticket_in(Status.CLOSED, house)
    ticket = house.receive(now=MONDAY)
    second = joined(ticket, house)
    for step in (dispatched, claimed, resolved):
        step(ticket, house)
    workflow.review(ticket, by=second, now=MONDAY, **GOOD)
    workflow.close_unrated(ticket, now=MONDAY)
    published(ticket, house, now=MONDAY)

    def told():
        [entry] = WallEntry.objects.on_wall().with_ratings()
        fifth = book.of_station(house.station, MONDAY.date().replace(day=1), now=MONDAY).lines[4]
        return entry.rated, fifth.rated, Ticket.objects.with_rating().get(pk=ticket.pk).rated

    assert told() == (["satisfied"], "满意", "satisfied")
    part(second, house.dispatcher)
    assert told() == ([], UNRATED, None)
