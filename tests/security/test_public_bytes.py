"""The canary crawl (PR-9, T-12): none of the planted facts is in any public byte; a planted leak is found."""

import pytest
import time_machine
from django.urls import reverse

from tests.factories import House
from tests.keeping import Kept
from tests.security import canaries
from tests.tickets.loop import TUESDAY
from tickets.models import WallEntry
from tickets.wall import editing
from tickets.workflow import Invalid

pytestmark = pytest.mark.slow

FEW, MANY = 8, 500


def furnished(count=FEW):
    house, residents = House(), canaries.people(count)
    tickets = [canaries.lived(house, resident) for resident in residents]
    for ticket in tickets[: -max(1, count // 10)]:
        canaries.told(ticket, house)
    return house, residents, tickets


TOWN = Kept(furnished)


@pytest.fixture
def town(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield TOWN.stand()


def test_facts_of_residents_are_unlike_each_other():
    facts = [fact for resident in canaries.people(MANY) for fact in resident.facts.values()]

    assert len(set(facts)) == 4 * MANY


def test_nothing_public_holds_a_fact_about_anybody(town):
    house, residents, tickets = town

    everything = canaries.public_bytes(house, tickets)

    assert canaries.found(everything, residents) == set()
    told = [text for address, text in everything.items() if "wall/" in address]
    assert sum("试水两小时不漏" in text for text in told) >= 3


@pytest.mark.parametrize(
    ("what", "column"),
    [("name", "title"), ("phone", "words"), ("room", "group"), ("position", "words"), ("name", "group")],
)
def test_planted_leak_is_found(town, what, column):
    """Control: past every rule, into each column that the wall shows."""
    house, residents, tickets = town
    fact = residents[3].facts[what]
    WallEntry.objects.filter(ticket=tickets[0]).update(**{column: fact})

    everything = canaries.public_bytes(house, tickets)

    assert canaries.found(everything, residents) == {(what, 3)}


def test_leak_in_an_error_page_and_a_header_is_found():
    """Control: the crawl reads more than the body."""
    [resident] = canaries.people(1)

    found = canaries.found({"/x/": f"Location: /?q=%{resident.name.encode().hex('%')}"}, [resident])

    assert found == {("name", 0)}


def let_through(house, resident, ticket) -> list:
    """Spellings of the resident's facts that were taken for the wall, in the words or in the title."""
    texts = [(what, text) for what, spellings in resident.variants.items() for text in spellings]
    return [(what, text) for n, (what, text) in enumerate(texts) if _is_taken(house, ticket, text, n % 2)]


def _is_taken(house, ticket, text, in_title):
    title, words = (text, "换了接头") if in_title else ("厨房水管漏水", f"换了接头，{text}。")
    try:
        editing.save(ticket, by=house.dispatcher, title=title, words=words, seen=0, propose=True, now=TUESDAY)
    except Invalid:
        return False
    return True


def test_facts_about_residents_are_refused_however_they_are_written(town):
    house, residents, tickets = town

    assert let_through(house, residents[-1], tickets[-1]) == []
    assert not WallEntry.objects.filter(ticket=tickets[-1]).exists()


def test_words_of_the_work_are_taken(town):
    """Control: not everything is refused."""
    house, _, tickets = town

    assert _is_taken(house, tickets[-1], "试了两次", in_title=False)


def test_every_route_for_everybody_is_crawled(town):
    house, _, tickets = town

    crawled = canaries.public_bytes(house, tickets)

    for name in ("accounts:login", "tickets:track_code", "tickets:receipt", "tickets:wall"):
        assert reverse(name) in crawled
    assert reverse("tickets:wall_screen", args=[house.area.pk]) in crawled
    assert reverse("volunteers:calendar_feed", args=["no-such-token"]) in crawled


@pytest.mark.prove
def test_nothing_public_holds_a_fact_about_five_hundred(db):
    with time_machine.travel(TUESDAY, tick=False):
        house, residents, tickets = furnished(MANY)
        everything = canaries.public_bytes(house, tickets)

        assert canaries.found(everything, residents) == set()
        assert len(everything) > MANY // 12
        unwritten = [*zip(residents, tickets, strict=True)][-50:]
        assert [taken for one, ticket in unwritten for taken in let_through(house, one, ticket)] == []
        for n, (what, fact) in enumerate(residents[-1].facts.items()):
            WallEntry.objects.filter(ticket=tickets[n]).update(words=fact)
            assert (what, MANY - 1) in canaries.found(canaries.public_bytes(house, tickets), residents)
