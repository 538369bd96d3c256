"""The report as the secretary sees it: nothing hidden, the chart really drawn, one sheet of paper."""

import re

import pytest
import time_machine
from django.urls import reverse

from tests.tickets.reports_world import NOW, World

PAGE = reverse("reports:satisfaction")


@pytest.fixture
def town(house):
    World(house, seed=5).fill(40)
    with time_machine.travel(NOW, tick=True):
        yield house


@pytest.mark.parametrize(
    ("width", "large"), [(360, False), (360, True), (800, False), (1024, True), (1280, False)]
)
def test_report_fits_every_screen_and_axe_finds_nothing(town, page_of, axe, no_sideways_scroll, width, large):
    page = page_of(town.secretary, width=width, large=large)

    for address in (f"{PAGE}?period=this_quarter", f"{reverse('reports:tickets')}?figure=late"):
        page.goto(address)
        no_sideways_scroll(page)
        assert page.evaluate(CUT_OFF) == []
        assert axe(page) == []


def test_chart_is_drawn_under_the_policy(town, page_of):
    page = page_of(town.secretary)
    page.goto(PAGE)

    assert page.locator("img.chart").evaluate("image => image.complete && image.naturalWidth") > 0
    page.goto(reverse("reports:chart"))
    assert page.locator("svg text").count() > 6


def test_report_prints_on_one_sheet_without_buttons(town, page_of):
    page = page_of(town.secretary)
    page.goto(PAGE)
    page.emulate_media(media="print")

    assert page.get_by_role("button").count() == 0
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


# Cards hide what is too wide for them, so the page itself would not scroll.
CUT_OFF = """() => [...document.querySelectorAll('.card')]
  .filter(card => card.scrollWidth > card.clientWidth + 1).map(card => card.innerText.slice(0, 40))"""
