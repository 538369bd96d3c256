"""Scenes that several stories share: what one person does on one page."""

from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import expect

from tickets import receipts


def choose(page, answer, *, exact=True):
    """Press a radio chip by its words, the first of that name on the page."""
    page.get_by_role("radio", name=answer, exact=exact).first.check()


def open_desk(page):
    """With the cursor where people begin to type: it comes there only after the page is loaded."""
    page.goto(reverse("tickets:desk"))
    expect(page.locator("[name=words]")).to_be_focused()


def type_at_desk(page, words):
    open_desk(page)
    page.keyboard.type(words)


def dispatch_with_one_key(page, ticket):
    page.goto(reverse("tickets:queue"))
    expect(page.get_by_text(ticket.number).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已派给安居物业").first).to_be_visible()


def claim_on_the_phone(page):
    page.goto("/")
    page.get_by_role("button", name="认领").first.click()
    expect(page.get_by_text("已认领").first).to_be_visible()


def open_receipt(page, reporter):
    """As by the QR code on the slip."""
    receipt = reporter.receipts.get(revoked_at=None)
    page.goto(urlsplit(receipts.link(receipt)).path)


def rate(page, reporter, solved, satisfied):
    open_receipt(page, reporter)
    expect(page.get_by_text("请您评一评").first).to_be_visible()
    choose(page, solved)
    choose(page, satisfied)
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您的评价").first).to_be_visible()
