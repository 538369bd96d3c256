"""The resident's way in a real browser: scan, read, rate, leave; and the slip out of the printer."""

from datetime import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from stations.models import OpeningHours
from tests.factories import House, at
from tickets import receipts, workflow
from tickets.models import Rating, Receipt
from tickets.workflow.receiving import TITLE_LENGTH

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.fixture
def receipt(house):
    ticket = house.receive("厨房燃气灶打不着火", phone="13800138421")
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换了点火电池")
    return Receipt.objects.valid().first_of(ticket)


def scan(page, receipt):
    page.goto(f"/t/{receipts.token(receipt)}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("请您评一评")


def type_code(page, text):
    page.goto("/t/")
    page.get_by_label("查询码").fill(text)
    page.get_by_role("button", name="查看进度").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_scanning_and_rating_leaves_no_token_behind(page_of, receipt, javascript):
    page, seen = page_of(width=390, javascript=javascript), []
    page.on("request", lambda request: seen.append((request.url, request.headers.get("referer", ""))))
    scan(page, receipt)

    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("radio", name="基本满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("谢谢您的评价")
    assert Rating.objects.get().satisfied == "mostly"
    assert urlsplit(page.url).path == "/t/receipt/"
    assert all(urlsplit(referer).path in ("", "/") for _, referer in seen)
    assert sum(receipts.token(receipt) in url for url, _ in seen) == 1


def test_link_that_opens_nothing_still_lets_the_code_be_typed(page_of, receipt):
    page = page_of(width=360)
    page.goto("/t/old-link/")

    page.get_by_label("查询码").fill(receipts.printed(receipts.code(receipt)).lower())
    page.get_by_role("button", name="查看进度").click()
    page.get_by_label("手机号后四位").fill("8421")
    page.get_by_role("button", name="看全部内容").click()

    expect(page.get_by_text("换了点火电池")).to_be_visible()


def test_leaving_a_shared_phone_shows_nothing_on_the_way_back(page_of, receipt):
    page = page_of(width=390)
    scan(page, receipt)
    page.get_by_role("button", name="看完了，退出").click()
    expect(page.get_by_label("查询码")).to_be_visible()

    page.go_back()

    expect(page.get_by_label("查询码")).to_be_visible()
    assert "燃气灶" not in page.content()


@pytest.mark.parametrize("large", [False, True])
def test_pages_fit_and_read_well(page_of, receipt, fits, large):
    page, widths = page_of(width=320, large=large), (320, 360, 1280)
    type_code(page, "K7Q2-M9T-4XRA")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    fits(page, widths)

    type_code(page, receipts.code(receipt))
    expect(page.get_by_text("办理经过")).to_be_visible()
    fits(page, widths)

    scan(page, receipt)
    fits(page, widths)


def test_larger_print_from_a_refused_form_comes_back_to_the_receipt(page_of, receipt):
    page = page_of(width=390)
    scan(page, receipt)
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()

    page.get_by_role("button", name="大字版").click()

    expect(page.locator("html.large")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_contain_text("请您评一评")


PRINTS = "window.prints = 0; window.print = () => { window.prints += 1; };"


def test_slip_prints_by_itself_once_and_with_a_key(page_of, house, receipt):
    page = page_of(house.lead)
    page.add_init_script(PRINTS)
    number = receipt.reporter.ticket.number

    page.goto(f"/tickets/{number}/slip/?print=1")
    expect(page).to_have_url(f"{page.url.split('/tickets')[0]}/tickets/{number}/slip/")
    assert page.evaluate("window.prints") == 1
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    assert page.evaluate("window.prints") == 3

    page.reload()
    assert page.evaluate("window.prints") == 0


@pytest.mark.parametrize(("paper", "width"), [("80", 227), ("a5", 420)])
@pytest.mark.parametrize("large", [False, True])
def test_fullest_slip_fits_one_page_of_its_paper(page_of, house, settings, paper, width, large):
    settings.PUBLIC_URL = "https://fuwutai.heyuan-shequ.example.gov.cn"
    for weekday, closes in enumerate((18, 18, 18, 18, 18, 16, 12)):
        span = {"opens_at": time(9), "closes_at": time(closes)}
        OpeningHours.objects.create(station=house.station, weekday=weekday, **span)
    ticket = house.receive("楼" * TITLE_LENGTH, now=at("2026-11-21 10:12"))
    page = page_of(house.lead, large=large)
    page.goto(f"/tickets/{ticket.number}/slip/?paper={paper}")

    pdf = page.pdf(prefer_css_page_size=True)

    assert pdf.count(b"/MediaBox") == 1
    assert f"/MediaBox [0 0 {width}".encode() in pdf
