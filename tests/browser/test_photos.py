"""Photos through a real browser: chosen, made small, sent, shown before and after, with and without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.scenes import type_at_desk
from tests.factories import House
from tests.pictures import photo_of, picture
from tickets import photo_files, receipts, workflow
from tickets.models import Photo, Receipt, Ticket


@pytest.fixture
def house(transactional_db):
    return House()


def file(name="现场.jpg", data=None, kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": data or picture(size=(3000, 2000))}


def choose(page, *files):
    page.locator("input[type=file][multiple]").first.set_input_files(list(files))


def test_desk_makes_photos_small_and_sends_them(page_of, house):
    desk = page_of(house.volunteer)
    type_at_desk(desk, "二楼楼道灯不亮")
    choose(desk, file("一.jpg"), file("二.png", picture("PNG"), "image/png"))
    expect(desk.get_by_role("button", name="不要第2张照片")).to_be_visible()

    desk.get_by_role("button", name="不要第2张照片").click()
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/slip/**")

    photo = Photo.objects.get()
    assert (photo.width, photo.height, photo.ticket) == (2048, 1365, Ticket.objects.get())
    assert photo_files.path(photo.name).exists()


def test_unknown_kinds_are_named_in_the_browser(page_of, house):
    desk = page_of(house.volunteer)
    desk.goto(reverse("tickets:desk"))

    choose(desk, file("动画.gif", b"GIF89a", "image/gif"), *[file(f"{n}.jpg", picture()) for n in range(7)])

    expect(desk.get_by_text("“动画.gif”不是 JPEG、PNG、WebP 照片，没有带上。")).to_be_visible()
    expect(desk.get_by_text("最多6张，多出来的没有带上。")).to_be_visible()
    expect(desk.locator(".shots li")).to_have_count(6)


def test_camera_adds_to_what_was_chosen(page_of, house):
    desk = page_of(house.volunteer, width=390)
    desk.goto(reverse("tickets:desk"))
    choose(desk, file("一.jpg"))
    expect(desk.locator(".shots li")).to_have_count(1)
    expect(desk.get_by_text("正在处理")).to_have_count(0)

    for number, name in ((2, "二.jpg"), (3, "三.jpg")):
        desk.locator("input[type=file][capture]").set_input_files([file(name)])
        expect(desk.locator(".shots li")).to_have_count(number)
        expect(desk.get_by_text("正在处理")).to_have_count(0)

    assert desk.evaluate("document.querySelector('input[multiple]').files.length") == 3


def test_pressed_at_once_the_photo_still_goes(page_of, house):
    """The form waits for the photo that is being made small."""
    desk = page_of(house.volunteer)
    type_at_desk(desk, "二楼楼道灯不亮")
    choose(desk, *[file(f"{n}.jpg", picture(size=(4000, 3000))) for n in range(3)])

    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/slip/**")

    assert {photo.width for photo in Ticket.objects.get().photos.all()} == {2048}
    assert Ticket.objects.get().photos.count() == 3


def test_refused_form_shows_what_it_has_brought(page_of, house):
    desk = page_of(house.volunteer)
    desk.goto(reverse("tickets:desk"))
    choose(desk, file("一.jpg"))
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("已带上")).to_be_visible()

    desk.get_by_label("发生了什么").fill("二楼楼道灯不亮")
    choose(desk, file("二.jpg"))
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/slip/**")

    assert Ticket.objects.get().photos.count() == 2


def test_without_script_the_photo_goes_as_it_is(page_of, house):
    desk = page_of(house.volunteer, javascript=False)
    desk.goto(reverse("tickets:desk"))
    desk.get_by_label("发生了什么").fill("二楼楼道灯不亮")
    choose(desk, file("一.jpg", picture(size=(1000, 600))))

    desk.get_by_role("button", name="接单并打印回执").click()
    desk.wait_for_url("**/slip/**")

    assert Ticket.objects.get().photos.get().width == 1000


def test_before_and_after_stand_side_by_side_and_open_large(page_of, house):
    ticket = done_with_photos(house)
    dispatcher = page_of(house.dispatcher)
    dispatcher.goto(ticket.get_absolute_url())

    for width in (360, 1280):
        dispatcher.set_viewport_size({"width": width, "height": 800})
        before, after = (
            dispatcher.get_by_role("img", name=f"{word}的照片").bounding_box()
            for word in ("反映时", "办完后")
        )
        assert before["y"] == after["y"] and before["x"] + before["width"] <= after["x"]
        assert min(before["width"], after["width"]) > 120
    dispatcher.get_by_role("link", name="办完后的照片", exact=True).click()
    large = dispatcher.get_by_role("dialog").get_by_role("img", name="办完后的照片")
    expect(large).to_be_visible()
    assert large.evaluate("image => image.naturalWidth") == 640
    dispatcher.get_by_role("button", name="关上").click()
    expect(large).to_be_hidden()

    phone = page_of(width=390)
    phone.goto(reverse("tickets:track", args=[receipts.token(Receipt.objects.get())]))
    expect(phone.get_by_role("img", name="办完后的照片")).to_be_visible()
    assert phone.get_by_role("img", name="办完后的照片").evaluate("image => image.naturalWidth") == 48


def test_photo_opened_by_itself_is_shown(page_of, house):
    """The sandbox of its answer forbids everything but the picture."""
    photo = done_with_photos(house).photos.first()
    page = page_of(house.dispatcher)

    page.goto(reverse("tickets:photo", args=[photo.name]))

    assert page.locator("img").evaluate("image => image.naturalWidth") == 640


def done_with_photos(house) -> Ticket:
    ticket = house.receive("三单元二楼楼道灯不亮")
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换了灯泡")
    photo_of(ticket, by=house.volunteer, reporter=ticket.reporters.get())
    photo_of(ticket, by=house.staff, stage="finished")
    return ticket
