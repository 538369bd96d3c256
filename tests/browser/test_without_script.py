"""The whole loop with JavaScript switched off: plain forms, plain links."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import House
from tickets import receipts
from tickets.models import Receipt, Ticket
from tickets.states import Status


@pytest.fixture
def house(transactional_db):
    return House()


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def test_loop_works_without_script(page_of, house):
    desk = page_of(house.volunteer, javascript=False)
    desk.goto(reverse("tickets:desk"))
    desk.get_by_label("发生了什么").fill("楼道灯不亮")
    press(desk, "接单并打印回执")
    desk.wait_for_url("**/slip/**")
    ticket = Ticket.objects.get()
    expect(desk.get_by_text(ticket.number).first).to_be_visible()

    office = page_of(house.dispatcher, javascript=False)
    office.goto(reverse("tickets:queue"))
    office.locator(".pick", has_text="安居物业").first.click()
    press(office, "派")
    expect(office.get_by_text("已派给安居物业").first).to_be_visible()

    worker = page_of(house.staff, width=360, javascript=False)
    worker.goto(reverse("tickets:unit_to_claim"))
    press(worker, "认领")
    worker.goto(ticket.get_absolute_url())
    worker.locator(".pick", has_text="不能").click()
    worker.get_by_label("说明").fill("这盏灯归路灯所，已经替您报修")
    worker.locator(".pick", has_text="当面").click()
    press(worker, "发出答复")
    worker.locator(".pick", has_text="未能解决").first.click()
    worker.get_by_label("怎么办的").fill("已转路灯所")
    press(worker, "办结，请居民评单")

    resident = page_of(width=360, javascript=False)
    resident.goto(reverse("tickets:track_code"))
    resident.get_by_label("查询码").fill(receipts.printed(receipts.code(Receipt.objects.get())).lower())
    resident.get_by_role("main").get_by_role("button").first.click()
    resident.locator(".pick", has_text="解决了").first.click()
    resident.locator(".pick").filter(has=resident.get_by_text("满意", exact=True)).first.click()
    press(resident, "提交评价")

    expect(resident.get_by_text("谢谢您的评价").first).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
