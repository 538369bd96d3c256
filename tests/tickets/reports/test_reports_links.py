"""Every number of the report opens a list of exactly as many, and no number stands there that opens nothing."""

import re
from html import unescape
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import BuildingFactory, House, person
from tests.keeping import Kept
from tests.tickets.reports_world import World
from tickets.models import Ticket
from tickets.reports import behind, sheet
from tickets.reports.figures import FIGURES, OVERDUE

pytestmark = pytest.mark.slow

NUMBER = re.compile(r'<a class="(?:n|due due-over)" href="([^"]+)" aria-label="[^"]*">(\d+)单?</a>')
SPOKEN = re.compile(r'<a class="(?:n|due due-over)".*?</a>|<span class="n">0</span>', re.S)
# What may stand without a list behind it: rates and changes, hours, and 0 where nothing is counted.
BARE = re.compile(
    r"[-+]?\d+(?:\.\d+)?(?:%|个百分点|单|工时)|\d+\.\d(?:/\d+\.\d)?|[–/人单持平]|样本少于5 ?，不计率|没有"
)
PAGE = reverse("reports:satisfaction")


def _built():
    house = House()
    World(house, seed=20261123).fill(60)
    other = BuildingFactory(area=house.area)
    for n, ticket in enumerate(Ticket.objects.order_by("pk")):
        Ticket.objects.filter(pk=ticket.pk).update(building=(None, house.building, other)[n % 3])
    return house


TOWN = Kept(_built)


@pytest.fixture
def house(db):
    return TOWN.stand()


def shown(client, query=""):
    page = client.get(PAGE + query)
    assert page.status_code == 200
    return page.content.decode()


def numbers(page):
    """{address: number} of all that the page links."""
    return {unescape(url): int(number) for url, number in NUMBER.findall(page)}


def lengths(client, found):
    return {url: client.get(url).context["page_obj"].paginator.count for url in found}


LONG = [pytest.param(query, marks=pytest.mark.prove) for query in ("", "?from=2026-09-10&to=2026-10-09")]


@pytest.mark.parametrize("query", ["?period=this_quarter", *LONG])
def test_every_number_equals_its_list(secretary, query):
    found = numbers(shown(secretary, query))

    assert len(found) > 60
    assert lengths(secretary, found) == found
    assert {named for named in ("unit", "station", "category", "building") for url in found if f"{named}=" in url} == {
        "unit", "station", "category", "building",
    }  # fmt: skip


def test_every_number_of_a_street_equals_its_list(house, secretary, client_of):
    above = client_of(person("secretary", area=house.area.parent))

    found = numbers(shown(above, "?period=this_quarter"))

    assert len(found) > 60
    assert lengths(above, found) == found


def test_who_left_a_ticket_out_and_each_channel_have_their_lists(secretary):
    found = numbers(shown(secretary, "?period=this_quarter"))

    assert any("approver=" in url and n for url, n in found.items())
    assert any("figure=link_rated" in url and n for url, n in found.items())
    assert any("figure=answered" in url and n for url, n in found.items())


@pytest.mark.parametrize("query", ["?period=this_quarter", "?period=this_year"])
def test_no_cell_of_a_table_shows_a_number_that_opens_nothing(secretary, query):
    cells = re.findall(r'<td class="(?:num|heat-\d)"[^>]*>(.*?)</td>', shown(secretary, query), re.S)

    assert len(cells) > 100
    assert [left for cell in cells if (left := bare(cell))] == []


def bare(cell):
    """What is left of a cell without its links, rates and hours."""
    words = re.sub(r"<[^>]+>", " ", SPOKEN.sub(" ", cell))
    return BARE.sub("", words).strip()


def test_a_bare_number_in_a_cell_would_be_found():
    assert bare('<span>7</span><a class="n" href="/" aria-label="x">3</a>') == "7"


def test_each_way_to_group_adds_up_to_the_whole_on_the_page(secretary):
    context = secretary.get(PAGE, {"period": "this_quarter"}).context

    whole = context["received"].value
    tables = [context[name] for name in ("units", "stations", "categories", "places", "months")]
    assert [sum(line.received.value for line in table.lines) for table in tables] == [whole] * 5
    heat = context["heat"]["rows"]
    assert sum(cell.number.value for row in heat for cell in row["cells"]) == whole > 20
    assert all(sum(cell.number.value for cell in row["cells"]) == row["total"].value for row in heat)


def test_charts_show_the_same_numbers_as_the_tables(secretary):
    context = secretary.get(PAGE, {"period": "this_quarter"}).context

    flow = ElementTree.fromstring(secretary.get(context["charts"]["flow"]["wide"]).content)  # noqa: S314 - our own
    drawn = [node.text for node in flow.iter() if node.tag.endswith("text")]
    months = [str(number.value) for _, cells in context["trend"]["flow"] for _, number in cells]
    assert all(value in drawn for value in months)


def test_columns_of_the_workbooks_rows_add_up_to_its_figures(secretary):
    book = load_workbook(BytesIO(secretary.get(PAGE, {"period": "this_quarter", "format": "xlsx"}).content))

    overview = {row[0]: row[1] for row in book["总览"].iter_rows(values_only=True)}
    sums = {}
    for one in (one for one in book if one.title.startswith("明细")):
        head, *rows = one.iter_rows(values_only=True)
        sums |= {title: sum(row[n] for row in rows) for n, title in enumerate(head) if title in LABELS}
    named = {title: overview.get(f"{title}（{LABELS[title]}）", 0) for title in sums}
    assert sums == named
    assert sums["收到"] > 20 and sums["已评价"] and sums["按时答复"] and sums["答应了日子"]


LABELS = {
    figure.label: figure.measure
    for code, figure in FIGURES.items()
    if not code.startswith("left_") and code not in ("answered", "finished")
}


def test_workbook_holds_the_tickets_of_the_page_and_no_others(house, secretary):
    listed = {
        row.ticket.number
        for row in secretary.get(
            reverse("reports:tickets"), {"figure": "received", "building": "none"}
        ).context["rows"]
    }
    book = load_workbook(BytesIO(secretary.get(PAGE, {"format": "xlsx"}).content))

    head, *rows = book["明细·工单"].iter_rows(values_only=True)
    without = {row[0] for row in rows if row[head.index("楼栋")] is None}
    assert without == listed
    assert len(rows) == secretary.get(PAGE).context["received"].value
    assert (
        OVERDUE in FIGURES
        and book["明细·现在超时"].max_row - 1 == secretary.get(PAGE).context["overdue"].value
    )


def of_ratings(client):
    """The rows of the sheet of ratings."""
    book = load_workbook(BytesIO(client.get(PAGE, {"period": "this_quarter", "format": "xlsx"}).content))
    return list(book["明细·评价"].iter_rows(min_row=2, values_only=True))


def test_sheet_that_is_cut_says_so_and_holds_the_newest(secretary, monkeypatch):
    whole = of_ratings(secretary)
    monkeypatch.setattr(behind, "MOST", len(whole) - 1)
    cut = of_ratings(secretary)
    monkeypatch.setattr(behind, "MOST", len(whole))
    exact = of_ratings(secretary)

    moments = [row[1] for row in whole]
    assert moments == sorted(moments, reverse=True)
    assert exact == whole and len(whole) > 2
    assert cut[:-1] == whole[:-1]
    assert cut[-1][0] == sheet.CUT_OFF.format(len(whole) - 1)
