"""回音簿: which months make one page, what it may say of a case, what it leaves to be written by hand."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import House
from tests.keeping import Kept
from tests.tickets.loop import MONDAY, TUESDAY
from tests.tickets.wall.stages import one_up
from tickets.models import Ticket, WallEntry
from tickets.wall import book as books
from tickets.wall.folding import page_of, together

NOVEMBER = MONDAY.date().replace(day=1)


STAGE = Kept(one_up)
pytestmark = pytest.mark.usefixtures("tuesday")


def november(house):
    return books.of_station(house.station, NOVEMBER, now=TUESDAY)


W, L = 1, 2  # two categories
YEARS = {
    "every month enough": ([(1, W, 5), (2, L, 9)], 12, {1: (1, 1), 2: (2, 2)}),
    "small ones with the next that is enough": (
        [(1, W, 2), (2, L, 3), (3, W, 3)],
        12,
        {1: (1, 3), 2: (1, 3), 3: (1, 3)},
    ),
    "five of different kinds are not enough": ([(1, W, 3), (1, L, 2), (2, L, 3)], 12, {1: (1, 2), 2: (1, 2)}),
    "the end of a year is too little": (
        [(10, W, 5), (11, W, 4)],
        12,
        {10: (10, 10), 11: (11, 12), 12: (11, 12)},
    ),
    "and of this year as far as it has come": ([(10, W, 5), (11, W, 4)], 11, {11: (11, 11)}),
    "before anything came each month is alone": (
        [(3, W, 2), (5, W, 3)],
        12,
        {1: (1, 1), 2: (2, 2), 3: (3, 5), 4: (3, 5)},
    ),
    "nothing at all": ([], 11, {11: (11, 11)}),
}


@pytest.mark.parametrize("case", YEARS)
def test_months_stand_together_until_five_of_a_kind_came(case):
    counts, until, pages = YEARS[case]

    assert {month: together(counts, month, until=until) for month in pages} == pages


def test_each_month_of_a_year_is_on_one_page_only():
    counts = [(month, W, month % 4) for month in range(1, 13)]

    pages = [together(counts, month, until=12) for month in range(1, 13)]

    assert [month for page in dict.fromkeys(pages) for month in range(page[0], page[1] + 1)] == [
        *range(1, 13)
    ]
    assert all(first <= month <= last for month, (first, last) in enumerate(pages, start=1))


def spread(five):
    """Three of them a month earlier: neither month has five."""
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in five[2:]]).update(received_on=date(2026, 10, 20))


def test_small_months_are_one_page_under_either_address(client_of, house, five):
    spread(five)
    lead = client_of(house.lead)

    pages = [
        lead.get(reverse("tickets:wall_book", args=[house.station.code]), {"month": f"2026-{m}"})
        for m in (10, 11)
    ]

    october, now = (page.context["book"] for page in pages)
    assert october.lines == now.lines and len(now.named) == 7
    assert now.pages.name == "2026年10月至11月"
    assert "几个月合成一页" in pages[0].content.decode()
    assert [(page.context["before"], page.context["after"]) for page in pages] == [
        (date(2026, 9, 1), None)
    ] * 2


def test_book_asks_as_much_for_two_months_as_for_one(house, five, django_assert_num_queries):
    with django_assert_num_queries(10):
        november(house)
    spread(five)

    with django_assert_num_queries(10):
        november(house)


def test_months_of_another_station_make_no_page(house, five):
    spread(five)
    other = House()

    assert page_of(other.station, NOVEMBER, today=TUESDAY.date()).name == "2026年11月"


def test_words_stand_on_a_page_that_holds_all_the_time_the_wall_says(house, five):
    """第四季度 on the wall: on a page of the whole quarter, on none of two of its months."""
    WallEntry.objects.filter(state="published").update(span="quarter")
    spread(five)
    assert {line.title for line in november(house).lines} == {""}

    Ticket.objects.filter(pk=five[3].pk).update(received_on=date(2026, 12, 1))
    Ticket.objects.filter(pk=five[4].pk).update(received_on=date(2026, 12, 2))
    Ticket.objects.exclude(pk__in=[ticket.pk for ticket in five]).update(received_on=date(2026, 12, 2))
    with_december = books.of_station(house.station, NOVEMBER, now=TUESDAY.replace(month=12))

    assert with_december.pages.name == "2026年10月至12月"
    assert "厨房水管漏水" in {line.title for line in with_december.lines}


def test_few_of_a_kind_stand_together_and_the_page_says_why(client_of, house, five):
    """No dashes: how they ended, and lines on paper for those that did."""
    Ticket.objects.filter(status__in=["claimed", "waiting"]).update(category=None)
    assert (len(november(house).named), november(house).results) == (5, [("还在办", 2)])
    Ticket.objects.filter(pk=five[4].pk).update(category=None)

    page = client_of(house.lead).get(reverse("tickets:wall_book", args=[house.station.code]))

    book = page.context["book"]
    assert (len(book.named), book.results, book.to_write) == (0, [("已解决", 5), ("还在办", 2)], 5)
    text = page.content.decode()
    assert "各类合在一起 7 件" in text and "写细了认得出是谁家的事" in text and "—" not in text


def test_page_that_may_say_little_ends_with_the_wall_as_it_is(client_of, house, five):
    """The cards of the community, no closer than they hang there; not what the page tells itself."""
    assert november(house).beside == []

    WallEntry.objects.filter(state="published").update(span="year", category=None, group="")
    book = november(house)

    assert [(card.title, card.when, card.group) for card in book.beside] == [("厨房水管漏水", "2026年", "")]
    page = client_of(house.lead).get(reverse("tickets:wall_book", args=[house.station.code])).content.decode()
    assert "回音壁上写着的" in page


def test_book_tells_what_is_on_the_wall_and_leaves_the_rest_to_be_written(client_of, house, five):
    book = november(house)

    assert [line.title for line in book.lines] == ["厨房水管漏水", *[""] * 6]
    assert {line.group for line in book.lines} == {"21–24栋"}
    assert (book.received, book.solved, book.content.n, book.left_out) == (7, 5, 5, 0)
    assert (book.lines[0].result, book.lines[0].rated, book.lines[5].result) == ("已解决", "满意", "办理中")
    page = client_of(house.lead).get(reverse("tickets:wall_book", args=[house.station.code])).content.decode()
    assert "厨房水管漏水" in page and five[0].number not in page and "燃气灶" not in page
    assert "哪一带" in page


def test_book_says_nothing_of_fewer_than_five_and_leaves_out_withdrawn(house, five):
    Ticket.objects.filter(pk__in=[t.pk for t in five[2:]]).update(status="withdrawn")

    book = november(house)

    assert {(line.group, line.category, line.unit, line.title) for line in book.lines} == {("", "", "", "")}
    assert {line.rated for line in book.lines} == {""} and not book.has_groups
    assert (len(book.lines), book.left_out, book.received) == (4, 3, 7)


@pytest.mark.parametrize(
    "otherwise", [{"span": "quarter"}, {"category": None, "span": "year"}, {"span": "ever"}]
)
def test_book_of_a_month_holds_no_words_that_the_wall_tells_of_more_roughly(house, otherwise):
    WallEntry.objects.filter(state="published").update(**otherwise)

    book = november(house)

    assert {line.title for line in book.lines} == {""}


def test_book_says_the_place_of_words_no_closer_than_the_wall(house):
    WallEntry.objects.filter(state="published").update(group="")

    book = november(house)

    assert [line.group for line in book.lines if line.title] == [""]


def test_book_of_another_month_is_empty_and_says_so(client_of, house):
    page = client_of(house.lead).get(
        reverse("tickets:wall_book", args=[house.station.code]), {"month": "2026-08"}
    )

    assert "这个月还没有接单" in page.content.decode()
