"""31 December, as the dispatcher lives it: a year is missing, the notice is pasted, what was due over 元旦 moves."""

import re
from datetime import date

import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from stations.models import CalendarYear
from tests.factories import House, at
from tests.stations.invented import LONG, NOTICE
from tickets import calendaring

MORNING = at("2026-12-31 08:40")
# How much wider a field would be if it took the room that its content asks for.
MISSING_WIDTH = """field => {
  const free = field.cloneNode();
  free.style.cssText = "width: max-content; max-width: none";
  field.after(free);
  const missing = free.offsetWidth - field.offsetWidth;
  free.remove();
  return missing;
}"""


def paste(page, notice):
    page.get_by_label("通知全文").fill(notice)
    page.get_by_role("button", name="看看读成了什么").click()


def test_dispatcher_pastes_the_notice_on_the_last_day_of_the_year(transactional_db, page_of, axe):
    house = House()
    with time_machine.travel(at("2026-12-30 15:00"), tick=True):
        ticket = house.receive("楼道灯不亮")

    with time_machine.travel(MORNING, tick=True):
        page = page_of(house.dispatcher)
        page.goto("/")
        expect(page.get_by_text("还没有2027年的节假日安排")).to_be_visible()
        page.get_by_role("link", name="粘贴放假通知").click()

        paste(page, LONG.replace("共9天", "共8天"))
        expect(page.get_by_role("alert")).to_contain_text("“春节”写的是共8天，按日期数是9天。")
        expect(page.get_by_label("通知全文")).to_have_value(LONG.replace("共9天", "共8天"))

        paste(page, LONG)
        moved = page.get_by_role("row", name=ticket.title).filter(has_text="答复")
        expect(moved).to_contain_text("12月31日（周四）15:00")
        expect(moved).to_contain_text("2027年1月4日（周一）15:00")
        assert not CalendarYear.objects.exists()
        page.get_by_role("button", name="录入2027年放假安排").click()

        expect(page.get_by_role("status").first).to_contain_text("2027年放假安排已录入，2个时限跟着改了")
        expect(page.get_by_role("heading", name="2027年1月")).to_be_visible()
        expect(page.get_by_text("还没有2027年的节假日安排")).to_have_count(0)
        page.goto(ticket.get_absolute_url())
        expect(
            page.get_by_text("答复时限由12月31日（周四）15:00改到2027年1月4日（周一）15:00")
        ).to_be_visible()
        expect(page.get_by_text("元旦放假，节后1月4日（周一）上班").first).to_be_visible()


def test_notice_cut_off_is_compared_before_it_is_loaded(transactional_db, page_of, axe):
    with time_machine.travel(MORNING, tick=True):
        page = page_of(House().dispatcher, width=360)
        page.goto(reverse("tickets:calendar_notice"))

        paste(page, NOTICE.partition("班。\n节假日")[0])
        expect(page.get_by_text("读到的调休上班是0天")).to_be_visible()
        expect(page.get_by_text("已经核对，前后一致")).to_have_count(0)
        assert axe(page) == []
        page.get_by_role("button", name="录入2027年放假安排").click()
        expect(page.get_by_role("alert")).to_contain_text("先对照通知原文")
        page.get_by_label("对照原文看过了").check()
        page.get_by_role("button", name="录入2027年放假安排").click()

        expect(page.get_by_role("status").first).to_contain_text("2027年放假安排已录入")


def test_month_is_walked_by_keyboard_and_a_day_is_closed(transactional_db, page_of):
    house = House()

    with time_machine.travel(at("2026-11-24 09:00"), tick=True):
        page = page_of(house.dispatcher)
        page.goto(reverse("tickets:calendar"))
        page.get_by_role("link", name=re.compile("^17 ?日")).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="11月25日（周三）")).to_be_visible()
        page.get_by_label("原因").fill("社区换届选举")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="定为不办公").click()
        expect(page.get_by_role("link", name=re.compile("^25 ?日，本社区不办公"))).to_be_visible()

        page.get_by_role("link", name=re.compile("^24 ?日")).focus()
        page.keyboard.press("PageDown")
        expect(page.get_by_role("heading", name="2026年12月")).to_be_visible()


def test_button_stays_in_reach_of_a_long_list_of_moves(transactional_db, page_of):
    house = House()
    with time_machine.travel(at("2026-11-24 09:00"), tick=True):
        for number in range(4):
            house.receive(f"楼道灯不亮{number}")
        page = page_of(house.dispatcher, width=360)
        page.goto(reverse("tickets:calendar_day", args=[house.area.pk, "2026-11-25"]))

        page.get_by_label("原因").fill("停电检修")
        page.get_by_role("button", name="看会动哪些时限").click()

        expect(page.get_by_role("button", name="定为不办公")).to_be_in_viewport()
        assert page.evaluate("scrollY") == 0 and page.evaluate(
            "document.body.scrollHeight > 1.5 * innerHeight"
        )


def test_moment_to_try_out_is_shown_whole(transactional_db, page_of, resize):
    page = page_of(House().dispatcher)
    page.goto(reverse("tickets:calendar"))

    for width in (360, 700, 1000, 1280):
        resize(page, width)

        assert page.get_by_label("什么时候接的单").evaluate(MISSING_WIDTH) <= 0, width


def test_month_is_printed_on_one_sheet(transactional_db, page_of):
    house = House()
    with time_machine.travel(at("2026-12-20 09:00"), tick=True):
        calendaring.close_day(house.area, date(2026, 12, 24), reason="换届选举", by=house.dispatcher)
        page = page_of(house.secretary)
        page.goto(f"{reverse('tickets:calendar')}?month=2026-12")

        sheet = page.pdf(format="A4")

    assert sheet.count(b"/Type /Page\n") == 1
