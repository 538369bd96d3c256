"""My shifts, open seats, one shift: what they show to whom, and what a press comes to."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import people
from accounts.permissions import Opening
from notices.models import Notice
from tests.factories import at
from tests.volunteers.rosters import MORNING, profile_of, seated, shift, volunteer
from volunteers.models import Absence, Asking, Assignment, Waiting
from volunteers.seating import admitting, asking, standins, waiting, withdrawing
from volunteers.states import Status

NOW = at("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def me(house):
    return profile_of(house.volunteer)


@pytest.fixture
def mine(house, client_of):
    return client_of(house.volunteer)


def page(client, name, *args):
    return client.get(reverse(f"volunteers:{name}", args=args)).content.decode()


def press(client, verb, target, **sent):
    return client.post(reverse(f"volunteers:{verb}", args=[target.pk]), sent)


def current(text):
    """What the navigation calls current."""
    return re.findall(r'aria-current="[a-z]+">([^<]+)</a>', text)


# My shifts ------------------------------------------------------------------------------------------


def test_my_shifts_show_the_next_one_with_whom_and_the_others(house, me, mine):
    first = shift(house.station)
    seated(first.seats.all()[0], me)
    seated(first.seats.all()[1], volunteer(house.station, name="罗建国"))
    seated(shift(house.station, at("2026-11-27 09:00")).seats.first(), me)

    text = page(mine, "my_shifts")

    assert "下一班" in text and "周三 11月25日" in text and "同班：罗建国" in text
    assert "再往后" in text and "周五 11月27日" in text


def test_own_pages_stand_under_my_shifts(house, me, mine, client_of):
    it = seated(shift(house.station).seats.first(), me).seat.shift
    address = reverse("volunteers:shift", args=[it.pk])

    shown = [page(mine, name) for name in ("my_shifts", "me", "calendar", "my_records")]
    from_mine, from_week = (mine.get(address + how).content.decode() for how in ("?from=mine", ""))
    of_lead = page(client_of(house.lead), "my_shifts")

    assert [current(text) for text in (*shown, from_mine)] == [["我的班次"]] * 5
    assert current(from_week) == current(of_lead) == ["排班"]
    assert f"{address}?from=mine" in shown[0] and "我的档案：" in shown[0]
    assert f'class="back" href="{reverse("volunteers:my_shifts")}"' in from_mine


def test_my_shifts_ask_to_confirm_what_was_proposed(house, me, mine):
    made = asking.propose(shift(house.station).seats.first(), me, by=house.lead, now=NOW)

    assert "请您确认" in page(mine, "my_shifts")
    answer = press(mine, "accept", made, **{"from": "mine"})

    made.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, reverse("volunteers:my_shifts"))
    assert made.status == Status.ACCEPTED


def test_my_shifts_say_what_to_do_where_there_are_none(mine):
    assert "以后还没有您的班" in page(mine, "my_shifts")


def test_my_shifts_tell_until_when_one_may_step_back(house, me, mine, client_of):
    seated(shift(house.station).seats.first(), me, now=NOW - timedelta(days=3))

    early = page(mine, "my_shifts")
    with time_machine.travel(MORNING - timedelta(hours=23), tick=False):
        late = page(client_of(house.volunteer), "my_shifts")

    assert ">退出这一班<" in early and "不到24小时" not in early
    assert ">退出这一班<" not in late and "不到24小时，不能直接退出" in late and ">找替班<" in late


def test_whom_to_ask_for_leave_is_named_with_the_phone(house, me, mine):
    type(house.station).objects.filter(pk=house.station.pk).update(phone="010 8888 0001")
    made = seated(
        shift(house.station, NOW + timedelta(hours=20)).seats.first(), me, now=NOW - timedelta(days=3)
    )

    before = page(mine, "my_shifts")
    standins.seek(made, by=house.volunteer, now=NOW)
    after = page(mine, "shift", made.seat.shift_id)

    for text in (before, after):
        assert f"站长：{house.lead.name}" in text and 'href="tel:01088880001"' in text
    assert "正在找替班" in after and "请找替班" not in after


def test_what_waits_for_an_answer_comes_before_the_next_shift(house, me, mine):
    seated(shift(house.station).seats.first(), me)
    gap, full = (
        shift(house.station, at("2026-11-27 09:00")),
        shift(house.station, at("2026-11-28 09:00"), seats=1),
    )
    seated(full.seats.get(), volunteer(house.station))
    asking.propose(shift(house.station, at("2026-11-29 09:00")).seats.first(), me, by=house.lead, now=NOW)
    called, past = (Asking.objects.create(shift=one, profile=me, at=NOW) for one in (gap, full))

    text = page(mine, "my_shifts")

    assert text.index("请您确认") < text.index("缺人，您能来吗") < text.index(">下一班<")
    assert reverse("volunteers:called", args=[called.pk]) in text
    assert reverse("volunteers:called", args=[past.pk]) not in text


def test_seat_that_came_free_late_is_offered_to_who_waits(house, me, mine):
    made = shift(house.station, NOW + timedelta(hours=20), seats=1)
    held = seated(made.seats.get(), volunteer(house.station), now=NOW)
    Waiting.objects.create(shift=made, profile=me, since=NOW)
    button = reverse("volunteers:take", args=[made.seats.get().pk])

    before = page(mine, "my_shifts")
    withdrawing.excuse(held, by=house.lead, now=NOW, why="发烧")
    after = page(mine, "my_shifts")

    assert "空出来了" not in before and button not in before
    assert "空出来了" in after and button in after


def test_my_shifts_cost_the_same_for_one_and_many(house, me, mine, django_assert_max_num_queries):
    for n in range(20):
        made = shift(house.station, MORNING + timedelta(days=n), seats=3)
        seated(made.seats.all()[0], me)
        seated(made.seats.all()[1], volunteer(house.station))
        waiting_shift = shift(house.station, MORNING + timedelta(days=n, hours=5))
        Waiting.objects.create(shift=waiting_shift, profile=me, since=NOW)

    with django_assert_max_num_queries(12):
        page(mine, "my_shifts")


# What is answered ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["take", "accept", "decline", "wait"])
def test_address_of_a_button_opened_again_leads_to_the_shift(house, me, mine, verb):
    made = shift(house.station)
    asked = asking.propose(made.seats.first(), me, by=house.lead, now=NOW)
    target = {"take": made.seats.first(), "wait": made}.get(verb, asked)

    answer = mine.get(reverse(f"volunteers:{verb}", args=[target.pk]))

    asked.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, reverse("volunteers:shift", args=[made.pk]))
    assert asked.status == Status.PROPOSED and not Waiting.objects.exists()


def test_seat_that_leads_is_said_wherever_it_is_taken(house, me, mine):
    made = shift(house.station, seats=[{"is_lead": True}])
    asked = asking.propose(made.seats.get(), me, by=house.lead, now=NOW)

    seen = [page(mine, "open_seats"), page(mine, "my_shifts"), Notice.objects.get().text]
    press(mine, "accept", asked, **{"from": "mine"})

    assert all("带班：当班负责" in text for text in seen)
    told = f"定下了：11月25日（周三）09:00–12:30，{house.station}，带班：当班负责。"
    assert told in page(mine, "my_shifts")


def test_who_takes_a_seat_reads_when_and_where(house, me, mine):
    press(mine, "take", shift(house.station).seats.first(), **{"from": "open"})

    assert f"报上名了：11月25日（周三）09:00–12:30，{house.station}。" in page(mine, "open_seats")


def test_who_cannot_come_reads_which_shift_and_the_way_back(house, me, mine):
    asked = asking.propose(shift(house.station).seats.first(), me, by=house.lead, now=NOW)

    press(mine, "decline", asked, **{"from": "mine"})

    way_back = reverse("volunteers:shift", args=[asked.seat.shift_id])
    said = f'记下了：11月25日（周三）09:00–12:30 您去不了。<a href="{way_back}">改主意了？</a>'
    assert said in page(mine, "my_shifts")


# One shift ------------------------------------------------------------------------------------------


def test_lost_race_shows_the_shift_as_it_is_now(house, me, mine):
    made = shift(house.station, seats=1)
    seated(made.seats.get(), volunteer(house.station, name="罗建国"))

    answer = press(mine, "take", made.seats.get())

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "已满：这个岗位刚刚有人了" in text and "罗建国" in text and "排候补" in text


def test_equal_seat_is_taken_where_the_one_on_the_page_is_gone(house, me, mine):
    made = shift(house.station, seats=2)
    first, second = made.seats.all()
    seated(first, volunteer(house.station))

    press(mine, "take", first)

    assert Assignment.objects.get(profile=me).seat == second


def test_full_shift_offers_to_wait_and_to_stop(house, me, mine):
    made = shift(house.station, seats=1)
    seated(made.seats.get(), volunteer(house.station))

    press(mine, "wait", made)
    listed = page(mine, "shift", made.pk)
    press(mine, "stop_waiting", Waiting.objects.get())

    assert "第1位" in listed and "不等了" in listed
    assert not Waiting.objects.present().exists()


def test_colleague_is_signed_up_from_the_list(house, me, mine):
    made, colleague = shift(house.station), volunteer(house.station, name="孙福")
    away = volunteer(house.station, name="钱玉梅")
    seated(shift(house.station, at("2026-11-25 11:00")).seats.first(), away)

    text = page(mine, "shift", made.pk)
    press(mine, "take", made.seats.first(), profile=colleague.pk)

    assert f'<option value="{colleague.pk}">' in text and f'<option value="{away.pk}">' not in text
    assert "钱玉梅" not in text
    assert Assignment.objects.get(profile=colleague).via == "desk"
    assert Notice.objects.filter(recipient=colleague.user).exists()


@pytest.mark.parametrize("verb", ["take", "wait"])
def test_colleague_does_not_learn_why_another_cannot(house, me, mine, verb):
    made, person = shift(house.station), volunteer(house.station, name="钱玉梅")
    Absence.objects.create(profile=person, from_on=MORNING.date(), until_on=MORNING.date())

    answer = press(mine, verb, made.seats.first() if verb == "take" else made, profile=person.pk)

    assert answer.status_code == 422
    text = answer.content.decode()
    assert admitting.NOT_TOLD_WHY in text and "请假" not in text and "钱玉梅" not in text


def test_colleague_does_not_learn_why_another_cannot_stand_in(house, me, mine):
    made = seated(shift(house.station, seats=1).seats.get(), volunteer(house.station))
    standins.seek(made, by=made.profile.user, now=NOW)
    minor = volunteer(house.station, name="钱玉梅", born_on=date(2010, 1, 1))

    answer = press(mine, "take", made.seat, profile=minor.pk)

    text = answer.content.decode()
    assert admitting.NOT_TOLD_WHY in text and "监护人" not in text and "钱玉梅" not in text


def test_lead_reads_why_somebody_cannot(house, client_of):
    made, person = shift(house.station), volunteer(house.station, name="钱玉梅")
    Absence.objects.create(profile=person, from_on=MORNING.date(), until_on=MORNING.date())
    lead = client_of(house.lead)

    text = page(lead, "shift", made.pk)
    answer = press(lead, "take", made.seats.first(), profile=person.pk)

    assert "<b>钱玉梅</b>" in text and "请假" in text
    assert "请假" in answer.content.decode()


@pytest.mark.parametrize("chosen", ["", "0", "x"])
def test_nobody_chosen_signs_up_nobody(house, me, mine, chosen):
    made = shift(house.station)

    answer = press(mine, "take", made.seats.first(), profile=chosen)

    assert (answer.status_code, Assignment.objects.count()) == (422, 0)
    assert "选一位本站的志愿者" in answer.content.decode()


def test_lead_reads_the_history_and_excuses_with_a_reason(house, me, client_of):
    made = seated(shift(house.station).seats.first(), me)
    lead = client_of(house.lead)

    press(lead, "excuse", made, why="发烧")

    text = page(lead, "shift", made.seat.shift_id)
    assert "刘桂芳：准假" in text and "发烧" in text and "刘桂芳：定下（自己报名）" in text


def test_volunteer_reads_no_history_and_presses_nothing_of_others(house, me, mine):
    made = seated(shift(house.station).seats.first(), volunteer(house.station))

    text = page(mine, "shift", made.seat.shift_id)

    assert "经过" not in text and "代本人办" not in text
    assert press(mine, "withdraw", made).status_code == 404


def test_office_reads_only(house, client_of):
    made = shift(house.station)
    seated(made.seats.first(), volunteer(house.station))

    for who in (house.dispatcher, house.secretary):
        text = page(client_of(who), "shift", made.pk)
        assert "胡秀英" in text and "缺1人" in text and "我来" not in text and "给别人" not in text


def test_cancelled_shift_says_so(house, me, mine):
    made = shift(house.station, cancelled_at=NOW, cancel_reason="停电")

    text = page(mine, "shift", made.pk)

    assert "这一班取消了：停电" in text and "我来" not in text


def test_shift_costs_the_same_for_few_and_many(house, me, mine, django_assert_max_num_queries):
    made = shift(house.station, seats=8)
    for seat in made.seats.all()[:4]:
        seated(seat, volunteer(house.station))

    with django_assert_max_num_queries(24):
        page(mine, "shift", made.pk)


def test_waiting_colleague_moves_up_when_somebody_presses_withdraw(house, me, mine):
    made = shift(house.station, seats=1)
    held = seated(made.seats.get(), me, now=NOW - timedelta(days=1))
    other = volunteer(house.station, name="罗建国")
    waiting.wait(made, other, by=other.user, now=NOW)

    press(mine, "withdraw", held, **{"from": "mine"})

    assert Assignment.objects.get(profile=other).status == Status.ACCEPTED


def test_name_given_under_another_one_is_not_learnt_here(house, me, mine):
    there = volunteer(house.outsider.posts.get().station, name="欧阳美兰")
    opening = Opening("volunteer", house.station)
    people.enrol(phone=there.user.phone, name="王五", opening=opening, by=house.lead, now=NOW)
    made = seated(shift(house.station, seats=1).seats.get(), there)
    standins.seek(made, by=there.user, now=NOW)

    seen = page(mine, "open_seats") + page(mine, "shift", made.seat.shift_id)

    assert "欧**" in seen and "欧阳美兰" not in seen
    assert "欧**找替班" in Notice.objects.get(recipient=house.volunteer).text


def test_lead_answers_for_others_only_in_the_third_person_and_folded(house, client_of):
    row = seated(shift(house.station).seats.first(), volunteer(house.station, name="曹彩云"), verb="propose")

    text = page(client_of(house.lead), "shift", row.seat.shift_id)

    asked = text[text.index("<b>曹彩云</b>") : text.index("</details>", text.index("<b>曹彩云</b>"))]
    assert "代本人办" in asked and "替曹彩云答应" in asked and "曹彩云去不了" in asked
    assert "我来" not in asked and "btn-primary" not in asked
