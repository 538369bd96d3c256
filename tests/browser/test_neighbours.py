"""The story of neighbours.py, and what it leaves behind."""

import pytest
from playwright.sync_api import expect

from tests.browser.neighbours import ANSWER, FIRST_WORDS, SECOND_WORDS, Block, Story
from tests.browser.scenes import open_receipt
from tickets.models import Photo
from tickets.states import Status, Verb


@pytest.fixture
def house(transactional_db):
    return Block()


def test_two_neighbours_one_leak(page_of, house):
    story = Story(house, page_of)

    story.play()

    ticket, (first, second) = story.ticket, story.reporters
    assert (first.words, ticket.words, second.words) == ("", FIRST_WORDS, SECOND_WORDS)
    assert (second.station, ticket.station) == (house.second, house.station)
    assert (ticket.status, ticket.round, ticket.claimant) == (Status.CLAIMED, 2, house.staff)
    assert [r.satisfied for r in ticket.ratings.order_by("pk")] == ["satisfied", "not"]
    assert {Verb.ATTACH, Verb.ASK_RESIDENT, Verb.RESIDENT_ANSWERED, Verb.REOPEN} <= set(
        ticket.events.values_list("verb", flat=True)
    )
    assert set(Photo.objects.filter(ticket=ticket).values_list("stage", flat=True)) == {
        "received",
        "finished",
    }


def test_neighbours_see_their_own_words_and_before_beside_after(page_of, house):
    story = Story(house, page_of)
    story.play()
    first, second = story.reporters

    worker, neighbour = page_of(house.staff), page_of(width=390)
    worker.goto(story.ticket.get_absolute_url())
    open_receipt(neighbour, second)

    before, after = (worker.locator(".album-g").nth(n) for n in (0, 1))
    expect(before.locator("img")).to_have_js_property("naturalWidth", 480)
    assert abs(before.bounding_box()["y"] - after.bounding_box()["y"]) < 2
    assert before.bounding_box()["x"] < after.bounding_box()["x"]
    seen = neighbour.locator("main").inner_text()
    assert "楼上水管漏水" in seen and "墙都湿了" not in seen and ANSWER not in seen
