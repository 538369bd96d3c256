"""The whole card: one request through the hands of its three people, a bad rating, round two, the report.

Each scene is one person's; they share the house and the ticket through the database, as in life.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.scenes import choose, claim_on_the_phone, dispatch_with_one_key, rate, type_at_desk
from tests.factories import House
from tickets import receipts
from tickets.models import Receipt, Ticket
from tickets.states import Status

WORDS = "24栋 八旬老人燃气灶打不着火"


@pytest.fixture
def house(transactional_db):
    return House()


def type_at(page, label, text):
    """Walk by Tab to the field with this label and type there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.labels?.[0]?.innerText ?? ''").startswith(label):
            page.keyboard.type(text)
            return
    pytest.fail(f"no field {label} within 40 presses of Tab")


def file_by_keyboard(page):
    type_at_desk(page, WORDS)
    page.keyboard.press("Tab")
    page.keyboard.press("1")
    type_at(page, "楼栋", "24栋")
    type_at(page, "怎么称呼", "王奶奶")
    type_at(page, "手机号", "13800001234")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("24栋").first).to_be_visible()
    page.wait_for_url("**/slip/**")


def printed_code():
    return receipts.printed(receipts.code(Receipt.objects.get()))


def reply_with_a_promise(page, ticket):
    page.goto(ticket.get_absolute_url())
    choose(page, "能")
    choose(page, "今天", exact=False)
    page.get_by_label("说明").fill("马上上门，换点火电池")
    choose(page, "打电话")
    page.get_by_role("button", name="发出答复").click()
    expect(page.get_by_text("答复已发出").first).to_be_visible()


def report_done(page, ticket):
    page.goto(ticket.get_absolute_url())
    choose(page, "已解决")
    page.get_by_label("怎么办的").fill("换了点火电池，试了三次都正常")
    page.get_by_role("button", name="办结，请居民评单").click()
    expect(page.get_by_text("已办结").first).to_be_visible()


def test_one_request_from_desk_to_report(page_of, house):
    desk = page_of(house.volunteer)
    file_by_keyboard(desk)
    ticket = Ticket.objects.get()
    assert (ticket.words, ticket.building, ticket.category) == (WORDS, house.building, house.category)
    expect(desk.get_by_text(printed_code()).first).to_be_visible()
    assert "13800001234" not in desk.content()

    dispatch_with_one_key(page_of(house.dispatcher), ticket)
    worker, resident = page_of(house.staff, width=390), page_of(width=390)
    claim_on_the_phone(worker)
    reply_with_a_promise(worker, ticket)
    report_done(worker, ticket)

    rate(resident, ticket.reporters.get(), "一部分", "不满意")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.round, ticket.claimant) == (Status.CLAIMED, 2, house.staff)

    reply_with_a_promise(worker, ticket)
    report_done(worker, ticket)
    rate(resident, ticket.reporters.get(), "解决了", "满意")
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED

    secretary = page_of(house.secretary)
    secretary.goto(reverse("reports:satisfaction"))
    for said in ("1 / 1 单按时答复", "1 / 1 单已解决", "重办1单", "1 / 1 人满意", "第一轮满意0 / 1人"):
        expect(secretary.locator(".fig", has_text=said)).to_have_count(1)
