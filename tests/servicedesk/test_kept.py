"""Nothing typed by hand is lost when the session has run out or the page stood too long; strangers' words stay out."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import kept
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
RECEIVE, DESK, LOGIN = reverse("tickets:receive"), reverse("tickets:desk"), reverse("accounts:login")
OWN = {"origin": "http://testserver", "referer": f"http://testserver{DESK}?choose=1"}
LONG = "厨房漏水\n" * 300
TYPED = {"words": LONG, "name": "王秀兰", "phone": "13812341234", "room": "3-502"}
PICKED = {
    "category": "3", "building": "12", "submission_id": "5f0c7bd4-3f6e-4d57-9d3c-5a1f0d6a8c11",
    "station": "AJ01", "csrfmiddlewaretoken": "t" * 64, "reason": "wrong_unit",
}  # fmt: skip


AT_THE_DESK = [("发生了什么", "灯不亮"), ("怎么称呼", "王秀兰"), ("手机号", "13812341234"), ("房号", "3-502")]


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def strict():
    """Like a browser whose cookies are all gone."""
    return Client(enforce_csrf_checks=True)


def given_back(page):
    found = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
    return [unescape(text) for text in found]


def test_form_of_a_signed_out_person_gives_back_what_was_typed(stranger):
    page = stranger.post(RECEIVE, TYPED | PICKED, headers=OWN)

    assert page.status_code == 401 and page.headers["Cache-Control"] == "no-store"
    assert "登录已过期，刚才写的没有保存" in page.text
    assert given_back(page) == [LONG.strip(), "王秀兰", "13812341234", "3-502"]
    assert f'{LOGIN}?{urlencode({"next": f"{DESK}?choose=1"})}"' in page.text


def test_each_text_is_called_as_in_its_form(stranger):
    """Also where other forms call a field of this name differently: a browser sends the empty fields too."""
    page = stranger.post(RECEIVE, {**TYPED, "words": "灯不亮", "building": ""}, headers=OWN)

    labels = re.findall(r"<label><span>(.*?)</span>", page.text)
    assert [*zip(labels, given_back(page), strict=True)] == AT_THE_DESK


def test_text_that_may_be_of_several_forms_goes_without_a_name(stranger):
    page = stranger.post(RECEIVE, {"words": "灯不亮"}, headers=OWN)

    assert given_back(page) == ["灯不亮"] and "<label><span>" not in page.text


def test_form_without_any_cookie_gives_back_what_was_typed(strict):
    page = strict.post(RECEIVE, TYPED | PICKED, headers=OWN)

    assert page.status_code == 401 and given_back(page)[1:] == ["王秀兰", "13812341234", "3-502"]


def test_stale_form_of_a_signed_in_person_gives_back_what_was_typed(house, strict):
    strict.force_login(house.volunteer)

    page = strict.post(RECEIVE, TYPED, headers=OWN)

    assert page.status_code == 403 and "页面放久了，刚才写的没有保存" in page.text
    assert f'href="{DESK}?choose=1"' in page.text and len(given_back(page)) == len(TYPED)


def test_stale_form_of_a_resident_gives_back_what_was_typed(strict):
    page = strict.post(reverse("tickets:rate"), {"words": "还在漏", "solved": "no"}, headers=OWN)

    assert page.status_code == 403 and given_back(page) == ["还在漏"]


def test_press_of_a_button_says_that_nothing_was_done(stranger):
    page = stranger.post(reverse("tickets:claim", args=["x"]), {"seen": "3"}, headers=OWN)

    assert page.status_code == 401 and "刚才这一步没有做" in page.text and "<textarea" not in page.text


def test_reading_still_leads_to_the_door(stranger):
    assert stranger.get(DESK).url == f"{LOGIN}?next={DESK}"


def test_what_was_typed_stays_text(stranger):
    page = stranger.post(RECEIVE, {"words": "</textarea><script>x()</script>"}, headers=OWN)

    assert "<script>x" not in page.text and given_back(page) == ["</textarea><script>x()</script>"]


FOREIGN = [
    {},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"referer": "https://evil.example/"},
    {"referer": "http://testserver.evil.example/"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    {"sec-fetch-site": "same-site", "referer": f"http://testserver{DESK}"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", [RECEIVE, reverse("tickets:rate")])
def test_words_of_another_site_are_never_shown(stranger, strict, path, headers):
    pages = [client.post(path, {"words": "请加客服微信"}, headers=headers) for client in (stranger, strict)]

    assert not any("请加客服" in page.text for page in pages)


@pytest.mark.parametrize("headers", [OWN, {"sec-fetch-site": "same-origin"}, {"referer": OWN["referer"]}])
def test_one_sign_of_this_host_is_enough(stranger, headers):
    assert given_back(stranger.post(RECEIVE, {"words": "灯不亮"}, headers=headers)) == ["灯不亮"]


@pytest.mark.parametrize(
    ("route", "sent"),
    [
        ("accounts:login", {"phone": "13812341234", "password": PASSWORD}),
        ("accounts:password", {"username": "13812341234", "old": PASSWORD, "new": "新密码很长很长"}),
        ("tickets:track_code", {"code": "1234-567-8901"}),
        ("tickets:unlock", {"tail": "1234"}),
    ],
)
def test_doors_give_nothing_back(strict, route, sent):
    page = strict.post(reverse(route), sent, headers=OWN)

    assert page.status_code in (401, 403) and "<textarea" not in page.text
    assert not any(value in page.text for value in sent.values())


def test_secrets_are_given_back_on_no_page(stranger):
    sent = {"code": "1234-567-8901", "tail": "1234 ", "address": "https://qyapi/?key=1", "password": "秘密"}

    assert given_back(stranger.post(RECEIVE, sent, headers=OWN)) == []


@pytest.mark.parametrize("away", ["//evil.example/", "/\\evil.example/", "//evil.example"])
def test_way_back_stays_on_this_host(stranger, away):
    page = stranger.post(RECEIVE, TYPED, headers={**OWN, "referer": f"http://testserver{away}"})

    assert "evil" not in page.text and urlencode({"next": RECEIVE}) in page.text


def test_after_signing_in_the_form_is_there(house, stranger):
    UserFactory(phone="13800138000")
    door = re.search(r'href="([^"]*sign-in[^"]*)"', stranger.post(RECEIVE, TYPED, headers=OWN).text)[1]

    entered = stranger.post(unescape(door), {"phone": "13800138000", "password": PASSWORD})

    assert entered.url == f"{DESK}?choose=1"


def test_files_are_to_be_chosen_anew(stranger, tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"\xff\xd8\xff")

    with photo.open("rb") as file:
        page = stranger.post(RECEIVE, {"words": "灯不亮", "photos": file}, headers=OWN)

    assert "照片和文件要重新选" in page.text


def test_rows_grow_with_the_text():
    assert kept.Words("灯不亮", "").rows == 1
    assert kept.Words("一\n\n" + "长" * 33, "").rows == 5
