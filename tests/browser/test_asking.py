"""The worker asks on the phone, the resident answers by the link, the worker goes on: no one types an address."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import House
from tickets import receipts, workflow
from tickets.models import Receipt
from tickets.states import Status


@pytest.fixture
def house(transactional_db):
    return House()


def link(ticket):
    return reverse("tickets:track", args=[receipts.token(Receipt.objects.get(reporter__ticket=ticket))])


def test_question_and_answer_on_two_phones(house, page_of, axe):
    ticket = house.receive("水管漏水", name="吴阿姨", phone="13800138421")
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    worker, resident = page_of(house.staff, width=360), page_of(None, width=360, large=True)

    worker.goto(reverse("tickets:unit_mine"))
    worker.get_by_role("link", name="去答复").click()
    worker.get_by_text("问居民，等补充").click()
    for said in ("具体在哪个位置？", "现在还有没有？"):
        worker.get_by_role("button", name=said).click()
    worker.get_by_role("button", name="发出问题，等补充").click()
    worker.get_by_text("问题已发出，等居民补充").wait_for()

    resident.goto(link(ticket))
    assert resident.get_by_role("heading", level=1).inner_text() == "请您补充情况"
    resident.get_by_text("具体在哪个位置？现在还有没有？", exact=True).wait_for()
    resident.get_by_label("您的回答").fill("厨房水池下面")
    resident.get_by_role("button", name="提交补充").click()
    resident.get_by_role("heading", name=re.compile("谢谢您的补充")).wait_for()

    worker.goto(ticket.get_absolute_url())
    assert "厨房水池下面" in worker.locator(".line-t").inner_text()
    assert axe(worker) == [] and axe(resident) == []
    ticket.refresh_from_db()
    assert ticket.status == Status.CLAIMED


def test_answer_needs_no_script(house, page_of):
    ticket = house.receive("水管漏水")
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    workflow.ask_resident(ticket, by=house.staff, question="哪一根水管？")
    desk = page_of(house.volunteer, javascript=False)

    desk.goto(reverse("tickets:desk"))
    desk.get_by_role("link", name=re.compile("待补充")).click()
    desk.get_by_role("link", name=ticket.title).click()
    desk.get_by_role("link", name="记下居民的补充").click()
    desk.get_by_label("居民补充了什么").fill("冷水管")
    desk.get_by_label("当面说的").check()
    desk.get_by_role("button", name="记下补充").click()

    expect(desk.get_by_role("button", name="记下补充")).to_have_count(0)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLAIMED
