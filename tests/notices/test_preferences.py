"""What one wants outside: saved, refused with a sentence, and no address used before its owner confirmed it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.urls import reverse

from notices.delivery import deliver
from notices.models import Delivery, Preference
from tests.factories import at

PAGE, AGAIN = reverse("notices:preferences"), reverse("notices:ask_again")
NIGHT = {"is_quiet": "on", "quiet_from": "22:00", "quiet_to": "07:30"}
WANTED = {"address": "new@example.org", "is_on": "on", "kinds": ["ticket", "clock"], **NIGHT}
NOW = at("2026-11-24 10:00")


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def window(house, client_of):
    return client_of(house.staff)


def link_in(letter):
    return re.search(r"https?://\S+/confirm/\S+", letter.get_content()).group()


def test_address_is_used_after_its_owner_pressed_the_link(window, house, inbox, say):
    window.post(PAGE, WANTED)
    say(house.staff, effect="event:1")
    deliver()
    link = link_in(inbox.letters[0])
    page = window.get(link)
    before = Preference.objects.get(person=house.staff).address
    window.post(link)
    say(house.staff, effect="event:2")
    deliver()

    assert page.status_code == 200 and before == ""
    assert inbox.letters[0].sent_to == inbox.letters[1].sent_to == ["new@example.org"]
    assert inbox.subjects == ["请确认接收社区服务台通知的邮箱", "HY01-20261124-003（24栋·水电气）请认领"]
    assert link.startswith(django_settings.PUBLIC_URL)


def test_address_confirmed_without_letters_says_how_to_get_them(window, inbox):
    window.post(PAGE, {key: value for key, value in WANTED.items() if key != "is_on"})
    deliver()

    page = window.post(link_in(inbox.letters[0]), follow=True).text

    assert "new@example.org 确认好了，要收邮件，请勾上“发邮件通知我”，再保存。" in page
    assert "通知以后也发到这里" not in page


def test_what_was_chosen_is_kept(window, house):
    window.post(PAGE, WANTED)

    mine = Preference.objects.get(person=house.staff)
    assert (mine.wanted, mine.address, mine.is_on) == ("new@example.org", "", True)
    assert mine.kinds == ["ticket", "clock"]
    assert (f"{mine.quiet_from:%H:%M}", f"{mine.quiet_to:%H:%M}") == ("22:00", "07:30")


def test_old_address_serves_until_the_new_one_is_confirmed(window, house, inbox, mailbox, say):
    mailbox(house.staff, address="old@example.org")
    window.post(PAGE, WANTED)
    say(house.staff, is_urgent=True)

    deliver()

    assert sorted(letter.sent_to[0] for letter in inbox.letters) == ["new@example.org", "old@example.org"]


def test_back_to_the_confirmed_address_asks_nothing(window, house, mailbox):
    mailbox(house.staff, address="old@example.org", wanted="new@example.org")

    window.post(PAGE, {**WANTED, "address": "old@example.org"})

    mine = Preference.objects.get(person=house.staff)
    assert (mine.address, mine.wanted) == ("old@example.org", "")
    assert not Delivery.objects.exists()


def test_no_address_takes_it_away(window, house, mailbox):
    mailbox(house.staff, wanted="new@example.org")

    window.post(PAGE, {"address": "", "kinds": ["ticket"]})

    mine = Preference.objects.get(person=house.staff)
    assert (mine.address, mine.wanted, mine.is_on, mine.quiet_from) == ("", "", False, None)


def test_mailbox_that_stopped_is_confirmed_anew(window, house, inbox, mailbox):
    mailbox(house.staff, address="full@example.org", stopped_why="邮箱不存在或不收信（552）")
    window.post(PAGE, {**WANTED, "address": "full@example.org"})
    deliver()

    window.post(link_in(inbox.letters[0]))

    mine = Preference.objects.get(person=house.staff)
    assert (mine.address, mine.stopped_why) == ("full@example.org", "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": ""}, "填写邮箱"),
        ({"address": "not an address"}, "邮箱写得不对"),
        ({"address": "a@example.org\nBcc: b@example.org"}, "邮箱写得不对"),
        ({"address": '"a\x0b"@example.org'}, "邮箱写得不对"),
        ({"address": "root@localhost"}, "邮箱写得不对"),
        ({"address": "root@[127.0.0.1]"}, "邮箱写得不对"),
        ({"kinds": ["nonsense"]}, "请在列出的几种里选"),
        ({"quiet_from": "25:00"}, "写成时和分"),
        ({"quiet_to": ""}, "写成时和分"),
        ({"quiet_to": "22:00"}, "不能是同一个时刻"),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(window, changes, sentence):
    response = window.post(PAGE, {**WANTED, **changes})

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) >= 2  # in the summary and at the field
    assert not Preference.objects.exists()


def test_fourth_letter_within_the_hour_is_refused(window, house, monday):
    for number in range(3):
        window.post(PAGE, {**WANTED, "address": f"a{number}@example.org"})
    refused = window.post(PAGE, {**WANTED, "address": "b@example.org"})
    monday.move_to(NOW + timedelta(hours=1))

    later = window.post(PAGE, {**WANTED, "address": "b@example.org"})

    assert (refused.status_code, later.status_code) == (409, 302)
    assert "一小时内已经发了3封" in refused.content.decode()
    assert 'value="b@example.org"' in refused.content.decode()
    assert Delivery.objects.filter(address="b@example.org").count() == 1


def test_strangers_mailbox_gets_five_letters_a_day_whoever_asks(house, client_of, monday):
    asked = [(house.staff, "a@example.org")] * 3 + [(house.unit_lead, "A@example.org")] * 3
    for person, address in asked:
        monday.shift(timedelta(minutes=10))
        answer = client_of(person).post(PAGE, {**WANTED, "address": address})
        client_of(person).post(PAGE, {**WANTED, "address": "", "is_on": ""})
    monday.shift(timedelta(days=1))

    later = client_of(house.unit_lead).post(PAGE, {**WANTED, "address": "a@example.org"})

    assert (answer.status_code, later.status_code) == (409, 302)
    assert "已经给这个邮箱发了5封" in answer.content.decode()
    assert Delivery.objects.filter(address__iexact="a@example.org").count() == 6


def test_thirteenth_letter_of_a_day_is_refused(window, house, monday):
    for number in range(12):
        monday.shift(timedelta(minutes=30))
        window.post(PAGE, {**WANTED, "address": f"a{number}@example.org"})
    monday.shift(timedelta(minutes=30))

    refused = window.post(PAGE, {**WANTED, "address": "b@example.org"})

    assert refused.status_code == 409
    assert "一天里已经发了12封" in refused.content.decode()
    assert Delivery.objects.count() == 12


def test_letter_can_be_sent_again_and_the_old_link_is_over(window, house, inbox, monday):
    window.post(PAGE, WANTED)
    monday.move_to(NOW + timedelta(minutes=5))
    window.post(AGAIN)
    deliver()

    old, new = [link_in(letter) for letter in inbox.letters]
    assert [window.get(old).status_code, window.get(new).status_code] == [404, 200]


def test_link_pressed_twice_answers_the_same(window, house, inbox):
    window.post(PAGE, WANTED)
    deliver()
    link = link_in(inbox.letters[0])

    first, second = [window.post(link, follow=True).content.decode() for _ in range(2)]

    assert "new@example.org 确认好了" in first and "new@example.org 确认好了" in second
    assert window.get(link).url == PAGE


def test_letter_that_does_not_get_there_is_said_and_stops_nothing_else(window, house, inbox, mailbox, say):
    mine = mailbox(house.staff, address="old@example.org")
    inbox.refusals["new@example.org"] = "550 no such user"
    window.post(PAGE, WANTED)
    deliver()
    say(house.staff)
    deliver()

    mine.refresh_from_db()
    assert [letter.sent_to for letter in inbox.letters] == [["old@example.org"]]
    assert mine.stopped_why == ""
    assert not Delivery.objects.dead().exists()


def test_page_says_that_the_letter_did_not_get_there(window, inbox):
    inbox.refusals["new@example.org"] = "550 no such user"
    window.post(PAGE, WANTED)

    deliver()

    assert (
        "确认信发不到（邮箱不存在或不收信（550）），请看看邮箱写得对不对" in window.get(PAGE).content.decode()
    )


def test_link_is_over_after_three_days(window, house, client_of, inbox, monday):
    window.post(PAGE, WANTED)
    deliver()
    answers = []
    for seconds in (0, 1):
        monday.move_to(NOW + timedelta(days=3, seconds=seconds))
        answers.append(client_of(house.staff).get(link_in(inbox.letters[0])).status_code)

    assert answers == [200, 404]


def test_link_of_somebody_else_confirms_nothing(window, house, inbox, client_of):
    window.post(PAGE, WANTED)
    deliver()
    link = link_in(inbox.letters[0])

    other = client_of(house.colleague).post(link)

    assert other.status_code == 404
    assert Preference.objects.get(person=house.staff).address == ""


def test_letter_to_an_address_that_was_changed_meanwhile_stays_here(window, house, inbox):
    window.post(PAGE, {**WANTED, "address": "typo@example.org"})
    window.post(PAGE, WANTED)

    deliver()

    assert [letter.sent_to for letter in inbox.letters] == [["new@example.org"]]


def test_without_a_mail_server_there_is_nothing_to_choose(window, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    page, refused = window.get(PAGE), window.post(PAGE, WANTED)

    assert "还没有接上邮件服务器" in page.content.decode()
    assert 'name="address"' not in page.content.decode()
    assert refused.status_code == 409
    assert not Preference.objects.exists()


def test_page_says_what_became_of_the_last_letter(window, house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)
    deliver(now=NOW)

    assert "11月24日 10:00</span>，已发出" in window.get(PAGE).content.decode()


def test_who_left_gets_no_letter_of_any_kind(window, house, inbox):
    window.post(PAGE, WANTED)
    house.staff.posts.update(ended_at=NOW)

    deliver()

    assert inbox.letters == []


def test_query_count_does_not_depend_on_the_letters(
    window, house, inbox, mailbox, say, django_assert_num_queries, django_assert_max_num_queries
):
    mailbox(house.staff)
    say(house.staff)
    deliver()
    with django_assert_max_num_queries(9) as one:
        window.get(PAGE)
    say(house.staff, is_urgent=True)
    say(house.staff, is_urgent=True)
    deliver()

    with django_assert_num_queries(len(one)):
        window.get(PAGE)
