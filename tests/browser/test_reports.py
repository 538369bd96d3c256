"""The report as the secretary sees it: nothing hidden, the chart really drawn, one sheet of paper."""

import re

import pytest
import time_machine
from django.urls import reverse

from tests.factories import House
from tests.keeping import Kept
from tests.tickets.reports_world import NOW, World

PAGE = reverse("reports:satisfaction")


def _built():
    house = House()
    World(house, seed=5).fill(40)
    return house


TOWN = Kept(_built)


@pytest.fixture
def town(transactional_db):
    house = TOWN.stand()
    with time_machine.travel(NOW, tick=True):
        yield house


@pytest.mark.parametrize(("large", "widths"), [(False, (360, 800, 1280)), (True, (360, 1024))])
def test_report_fits_every_screen_and_axe_finds_nothing(town, page_of, fits, large, widths):
    page = page_of(town.secretary, large=large)

    for address in (f"{PAGE}?period=this_quarter", f"{reverse('reports:tickets')}?figure=late"):
        page.goto(address)
        for width in widths:
            fits(page, [width])
            assert page.evaluate(CUT_OFF) == []


def test_charts_are_drawn_under_the_policy(town, page_of):
    page = page_of(town.secretary)
    page.goto(f"{PAGE}?period=this_quarter")

    charts = page.locator("img.chart")
    widths = charts.evaluate_all("images => images.map(image => image.complete && image.naturalWidth)")
    assert len(widths) == 4 and all(widths)
    page.goto(charts.first.get_attribute("src"))
    assert page.locator("svg text").count() > 6


@pytest.mark.parametrize("period", ["this_month", "this_year"])
def test_report_prints_on_two_sheets_without_buttons(town, page_of, period):
    page = page_of(town.secretary)
    page.goto(f"{PAGE}?period={period}")
    page.emulate_media(media="print")

    assert page.get_by_role("button").count() == 0
    assert all(part.is_visible() for part in page.locator(".is-part table").all())
    assert page.get_by_text("打印", exact=False).all_inner_texts()[0].endswith(f"由{town.secretary.name}打印")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 2


def test_parts_are_closed_on_a_phone_and_a_jump_opens_them(town, page_of):
    page = page_of(town.secretary, width=360)
    page.goto(f"{PAGE}?period=this_year")
    months = page.locator("#months table")
    assert not months.is_visible()

    page.get_by_role("link", name="逐月").click()
    months.wait_for()

    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.get_by_role("heading", name="站点并排看").is_visible()
    assert page.locator("#stations table").is_visible()


# Cards hide what is too wide for them, so the page itself would not scroll.
CUT_OFF = """() => [...document.querySelectorAll('.card')]
  .filter(card => card.scrollWidth > card.clientWidth + 1).map(card => card.innerText.slice(0, 40))"""
