"""Photos through a real browser: chosen, made small, sent, shown before and after, with and without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import House
from tests.pictures import picture
from tickets import photo_files
from tickets.models import Photo, Ticket


@pytest.fixture
def house(transactional_db):
    return House()


def file(name="现场.jpg", data=None, kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": data or picture(size=(3000, 2000))}


def choose(page, *files):
    page.locator("input[type=file][multiple]").first.set_input_files(list(files))


def test_desk_makes_photos_small_and_sends_them(page_of, house):
    desk = page_of(house.volunteer)
    desk.goto(reverse("tickets:desk"))
    desk.keyboard.type("二楼楼道灯不亮")
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
