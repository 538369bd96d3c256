"""The canary crawl (PR-9, T-12): none of the planted facts is in any public byte; a planted leak is found."""

import pytest
import time_machine

from tests.factories import House
from tests.keeping import Kept
from tests.security import canaries
from tests.tickets.loop import TUESDAY
from tickets.models import WallEntry
from tickets.wall import editing
from tickets.workflow import Invalid

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


@pytest.mark.parametrize("what", ["name", "phone", "room", "position"])
def test_fact_about_the_resident_is_refused_when_it_is_written(town, what):
    house, residents, tickets = town
    text = {"title": "厨房水管漏水", "words": f"换了接头，{residents[-1].facts[what]}"}

    with pytest.raises(Invalid):
        editing.save(tickets[-1], by=house.dispatcher, **text, seen=0, propose=True, now=TUESDAY)


@pytest.mark.prove
def test_nothing_public_holds_a_fact_about_five_hundred(db):
    with time_machine.travel(TUESDAY, tick=False):
        house, residents, tickets = furnished(MANY)
        everything = canaries.public_bytes(house, tickets)

        assert canaries.found(everything, residents) == set()
        assert len(everything) > MANY // 12
        for n, (what, fact) in enumerate(residents[-1].facts.items()):
            WallEntry.objects.filter(ticket=tickets[n]).update(words=fact)
            assert (what, MANY - 1) in canaries.found(canaries.public_bytes(house, tickets), residents)
