"""What a resident wrote with a rating: read by whoever has the ticket, with whose it was, and by nobody else."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.tickets.loop import (
    BAD,
    GOOD,
    MONDAY,
    TUESDAY,
    claimed,
    dispatched,
    joined,
    replied,
    resolved,
)
from tickets import workflow
from tickets.models import Ticket

WORDS = "厨房那头还在滴"
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(house):
    ticket = house.receive("厨房水管漏水", now=MONDAY, name="王秀兰", phone="13800001234")
    dispatched(ticket, house)
    claimed(ticket, house)
    replied(ticket, house)
    return ticket


@pytest.fixture
def second(ticket, house):
    return joined(ticket, house, name="李建国", phone="13900005678")


def rated(ticket, house, *, by, now=TUESDAY, **answers):
    resolved(ticket, house, now=now - HOUR)
    workflow.review(ticket, by=by, now=now, **answers)


def page_of(ticket, client):
    return re.sub(r"\s+", " ", client.get(ticket.get_absolute_url()).content.decode())


def timeline(page):
    """The titles with the words below, newest first."""
    line = page.partition('<ol class="line-t">')[2].partition("</ol>")[0]
    return [re.sub(r"<[^>]+>|\s", "", entry) for entry in line.split("<li>")[1:]]


def test_timeline_quotes_what_was_written_with_a_rating(ticket, house, client_of):
    rated(ticket, house, by=ticket.reporters.get(), words=WORDS, **BAD)

    entries = timeline(page_of(ticket, client_of(house.dispatcher)))

    assert "评价：没解决、不满意" in entries[1] and f"“{WORDS}”" in entries[1]
    assert "**评价" not in entries[1]  # one reporter alone is named above


def test_timeline_names_which_of_several_rated_masked(ticket, second, house, client_of):
    rated(ticket, house, by=ticket.reporters.first(), words="好了", **GOOD)
    workflow.review(ticket, by=second, words=WORDS, now=TUESDAY + HOUR, **BAD)

    entries = timeline(page_of(ticket, client_of(house.colleague)))

    assert "李**评价：没解决、不满意" in entries[1] and f"“{WORDS}”" in entries[1]
    assert "王**评价：解决了、满意" in entries[2] and "“好了”" in entries[2]
    assert "李建国" not in "".join(entries)


def test_who_sees_a_name_in_full_reads_it_so_in_the_timeline(ticket, second, house, client_of):
    rated(ticket, house, by=second, words=WORDS, **BAD)

    seen = {who: timeline(page_of(ticket, client_of(who)))[1] for who in (house.staff, house.colleague)}

    assert "李建国评价：没解决" in seen[house.staff]
    assert "李**评价：没解决" in seen[house.colleague] and "李建国" not in seen[house.colleague]


def test_rating_written_down_for_somebody_says_by_whom(ticket, second, house, client_of):
    rated(ticket, house, by=house.lead, reporter=second, channel="phone", words=WORDS, **BAD)

    entry = timeline(page_of(ticket, client_of(house.colleague)))[1]

    assert "李**评价：没解决、不满意" in entry and house.lead.name in entry and WORDS in entry


def test_words_stand_where_they_were_last_said(ticket, house, client_of):
    reporter = ticket.reporters.get()
    rated(ticket, house, by=reporter, words="还行", solved="partly", satisfied="mostly")
    workflow.change_rating(ticket, by=reporter, words=WORDS, now=TUESDAY + HOUR, **BAD)

    entries = timeline(page_of(ticket, client_of(house.dispatcher)))

    assert "改评为没解决、不满意" in entries[1] and WORDS in entries[1]
    assert "评价：一部分、基本满意" in entries[2] and "“" not in entries[2]


def test_note_of_the_second_round_says_what_is_still_wrong_and_where(ticket, second, house, client_of):
    rated(ticket, house, by=second, words=WORDS, **BAD)

    note = page_of(ticket, client_of(house.staff)).partition("答复时限")[0]

    assert "居民评价：没解决、不满意 李建国说：“厨房那头还在滴”" in note


def test_note_names_who_rated_without_a_word(ticket, second, house, client_of):
    rated(ticket, house, by=second, **BAD)

    note = page_of(ticket, client_of(house.staff)).partition("答复时限")[0]

    assert "居民评价：没解决、不满意 评的人：李建国" in note


def test_reopening_by_a_person_quotes_no_rating(ticket, house, client_of):
    rated(ticket, house, by=ticket.reporters.get(), words="谢谢", **GOOD)
    workflow.reopen(ticket, by=house.dispatcher, reason="来电话说又漏了", now=TUESDAY)

    note = page_of(ticket, client_of(house.staff)).partition("答复时限")[0]

    assert "来电话说又漏了" in note and "谢谢" not in note


def test_page_asks_as_often_for_six_ratings_as_for_one(house, client_of):
    counted = []
    for ratings in (1, 6):
        ticket = house.receive(now=MONDAY)
        dispatched(ticket, house)
        claimed(ticket, house)
        others = [joined(ticket, house, name=f"李{n}", phone=f"1390000567{n}") for n in range(6)]
        resolved(ticket, house, now=TUESDAY)
        for reporter in [ticket.reporters.first(), *others][:ratings]:
            workflow.review(Ticket.objects.get(pk=ticket.pk), by=reporter, words=WORDS, now=TUESDAY, **GOOD)
        client = client_of(house.dispatcher)
        client.get(ticket.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            assert page_of(ticket, client).count(WORDS) == ratings
        counted.append(len(asked))

    assert counted[0] == counted[1]
