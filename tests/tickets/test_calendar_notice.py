"""The State Council's notice pasted in: looked at, loaded, taken back; a wrong one keeps what was pasted."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from stations.models import CalendarDay, CalendarYear
from tests.factories import House, at, person
from tests.stations.invented import LONG, NOTICE, days_of
from tests.stations.test_announcement import text_of
from tickets import calendaring
from tickets.models import Clock

pytestmark = pytest.mark.slow

PASTE = reverse("tickets:calendar_notice")
WITHDRAW = reverse("tickets:calendar_withdraw", args=[2027])
TICK = "已经核对，前后一致"
NOW = at("2026-12-30 15:00")
DAYS_OF_2026 = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.fixture(autouse=True)
def day_before_the_last():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dispatcher(house, client_of):
    return client_of(house.dispatcher)


def text(answer):
    return answer.content.decode()


def load(client, notice=LONG, **fields):
    """Paste, look, and press the button under the preview."""
    seen = client.post(PASTE, {"text": notice}).context["plan"].stamp
    return client.post(PASTE, {"text": notice, "seen": seen, "sure": "1", **fields}, follow=True)


def reply_due(ticket):
    return Clock.objects.get(ticket=ticket, kind="reply").due_at


def test_preview_shows_the_notice_and_changes_nothing(house, dispatcher):
    page = dispatcher.post(PASTE, {"text": LONG})

    plan = page.context["plan"]
    assert (plan.year, plan.document, plan.days_off, plan.days_worked) == (
        2027,
        "国办发明电〔2026〕99号",
        30,
        6,
    )
    first, spring = plan.rows[:2]
    assert (first.off, first.worked) == ("2026年12月31日（周四）至1月3日（周日）", "2026年12月27日（周日）")
    assert (spring.off, spring.count, spring.worked) == (
        "2月5日（周五）至13日（周六）", 9, "1月31日（周日）、2月20日（周六）",
    )  # fmt: skip
    assert not CalendarYear.objects.exists()


def test_preview_tells_which_days_change(house, dispatcher):
    changes = dispatcher.post(PASTE, {"text": LONG}).context["plan"].changes

    assert [(change.dates, change.words) for change in changes[:3]] == [
        ("2026年12月27日（周日）", "周末 → 调休上班"),
        ("2026年12月31日（周四）", "暂按上班 → 元旦"),
        ("1月31日（周日）", "暂按周末 → 调休上班"),
    ]


def test_notice_that_is_known_already_changes_no_day(house, dispatcher):
    page = dispatcher.post(PASTE, {"text": text_of(2026)})

    assert page.context["plan"].changes == [] and page.context["moves"].total == 0
    assert "哪天上班、哪天放假都和现在一样，2026年早就有了，不用再录。" in text(page)
    assert 'name="sure"' not in text(page) and f"{reverse('tickets:calendar')}?month=2026-01" in text(page)


def test_year_that_only_awaits_its_notice_is_loaded_by_it(house, dispatcher):
    page = dispatcher.post(PASTE, {"text": NOTICE})

    assert TICK in text(page) and 'name="sure"' in text(page)


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (NOTICE.partition("班。\n节假日")[0], "没有算进去：9月26日（周日）、10月9日（周六）上。"),
        (NOTICE.partition("9月26日")[0], "多出的2天要用周末上班来补，读到的调休上班是0天。"),
        (NOTICE.replace("10月9日（周六）上班", "10月9日（周六）补班"), "没有算进去：9月26日（周日）、"),
    ],
)
def test_notice_that_may_be_cut_off_gets_no_tick(house, dispatcher, cut, sentence):
    page = dispatcher.post(PASTE, {"text": cut})

    assert page.status_code == 200 and TICK not in text(page)
    assert "先对照通知原文看一遍" in text(page) and sentence in text(page)


def test_doubtful_notice_is_loaded_once_it_was_compared(house, dispatcher):
    doubtful = NOTICE.partition("9月26日")[0]

    refused = load(dispatcher, doubtful)
    held = CalendarYear.objects.exists()
    load(dispatcher, doubtful, compared="1")

    assert refused.status_code == 422 and "再勾选“对照原文看过了”" in text(refused)
    assert not held and CalendarYear.objects.get().days.count() == 32


def test_preview_names_the_own_clocks_and_counts_the_others(house, dispatcher):
    ticket, other = house.receive("楼道灯不亮"), House().receive("别处的")

    page = dispatcher.post(PASTE, {"text": LONG})

    moves = page.context["moves"]
    assert [row.number for row in moves.rows] == [ticket.number] * 2
    assert moves.rows[0].after == ("2027年1月4日（周一）", "15:00")
    assert (moves.total, moves.later, moves.elsewhere) == (4, 2, 2)
    assert other.number not in text(page) and reply_due(ticket) == at("2026-12-31 15:00")


def test_admin_sees_numbers_and_no_tickets(house, client_of):
    ticket = house.receive("楼道灯不亮")

    page = client_of(house.admin).post(PASTE, {"text": LONG})

    assert (page.context["moves"].rows, page.context["moves"].elsewhere) == ([], 2)
    assert ticket.number not in text(page)


def test_confirmed_notice_holds_moves_the_clocks_and_is_written_down(house, dispatcher):
    ticket = house.receive("楼道灯不亮")

    answer = load(dispatcher)

    assert "2027年放假安排已录入，2个时限跟着改了" in text(answer)
    assert answer.redirect_chain[0][0] == f"{reverse('tickets:calendar')}?month=2027-01"
    assert reply_due(ticket) == at("2027-01-04 15:00")
    year = CalendarYear.objects.get()
    assert (year.document, year.loaded_by, year.days.count()) == (
        "国办发明电〔2026〕99号",
        house.dispatcher,
        36,
    )
    assert AuditEntry.objects.filter(action="calendar_changed", actor=house.dispatcher).count() == 1


def test_pasting_2026_gives_exactly_the_days_of_the_package(house, dispatcher):
    before = [house.area.calendar.day(day).is_working for day in DAYS_OF_2026]

    load(dispatcher, text_of(2026))

    house.area.refresh_from_db()
    assert [house.area.calendar.day(day).is_working for day in DAYS_OF_2026] == before
    assert CalendarDay.objects.count() == 39


def test_loaded_again_it_changes_nothing(house, dispatcher):
    load(dispatcher)

    answer = load(dispatcher)

    assert "2027年放假安排早已录入，没有变化" in text(answer)
    assert AuditEntry.objects.filter(action="calendar_changed").count() == 1


@pytest.mark.parametrize("seen", ["", "x" * 32])
def test_what_was_not_looked_at_is_not_loaded(house, dispatcher, seen):
    answer = dispatcher.post(PASTE, {"text": LONG, "seen": seen, "sure": "1"})

    assert answer.status_code == 409
    assert "请再看一遍" in text(answer) and answer.context["plan"].year == 2027
    assert not CalendarYear.objects.exists()


def test_calendar_that_changed_meanwhile_is_looked_at_again(house, dispatcher):
    seen = dispatcher.post(PASTE, {"text": LONG}).context["plan"].stamp
    calendaring.apply_notice(days_of(NOTICE), by=None)

    answer = dispatcher.post(PASTE, {"text": LONG, "seen": seen, "sure": "1"})

    assert answer.status_code == 409
    assert calendaring.calendars.rows_of(None).years[2027].days_off == days_of(NOTICE).days_off


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", "把通知全文粘贴进来"),
        ("　\n ", "把通知全文粘贴进来"),
        ("今天天气很好", "没有找到是哪一年的通知"),
        (LONG.replace("共9天", "共8天"), "“春节”写的是共8天，按日期数是9天。"),
        (LONG + "。" * 20_000, "文字太长了"),
        ("国务院办公厅关于2027年部分节假日安排的通知<script>alert(1)</script>", "没有找到“元旦”"),
    ],
)
def test_wrong_notice_is_told_and_kept(house, dispatcher, pasted, sentence):
    answer = dispatcher.post(PASTE, {"text": pasted, "sure": "1"})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert answer.context["form"]["text"].value() == pasted and "<script>alert" not in text(answer)
    assert not CalendarYear.objects.exists()


def test_number_of_a_notice_without_end_is_left_out(dispatcher):
    load(dispatcher, LONG.replace("〕99号", f"〕{'9' * 300}号"))

    assert CalendarYear.objects.get().document == ""


def test_text_with_thousands_of_faults_is_told_the_first_of_them(dispatcher):
    wrong = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：" + "、".join(
        f"13月{n}日" for n in [*range(40, 99)] * 40
    )

    answer = dispatcher.post(PASTE, {"text": wrong})

    told = answer.context["form"].errors["text"]
    assert answer.status_code == 422
    assert len(told) == 13 == len(set(told)) and told[-1].startswith("另外还有49处")


def test_lines_to_look_at_are_quoted(house, dispatcher):
    page = dispatcher.post(PASTE, {"text": LONG.replace("6月9日（周三）", "6月9日（周四）")})

    assert page.context["quotes"] == ["端午节：6月9日（周四）放假1天，不调休。"]


@pytest.mark.parametrize("who", ["volunteer", "lead", "staff", "unit_lead", "secretary", "outsider"])
def test_others_are_refused(house, client_of, who):
    client = client_of(getattr(house, who))

    answers = [
        client.get(PASTE),
        client.post(PASTE, {"text": LONG}),
        client.get(WITHDRAW),
        client.post(WITHDRAW),
    ]

    assert {answer.status_code for answer in answers} == {403}


def test_number_of_queries_does_not_depend_on_what_moves(house, dispatcher, django_assert_max_num_queries):
    house.receive("楼道灯不亮")
    with django_assert_max_num_queries(40) as one:
        dispatcher.post(PASTE, {"text": LONG})
    house.receive("水管漏水")
    house.receive("电梯停了")

    with django_assert_max_num_queries(40) as three:
        dispatcher.post(PASTE, {"text": LONG})

    assert len(three) == len(one)


# The way back ---------------------------------------------------------------------------------------


def test_loaded_year_is_taken_back_after_a_look(house, dispatcher):
    ticket = house.receive("楼道灯不亮")
    load(dispatcher)

    page = dispatcher.get(WITHDRAW)
    answer = dispatcher.post(WITHDRAW, follow=True)

    assert page.context["moves"].sooner == 2 and "2027年又是“暂按”" in text(page)
    assert "2027年放假安排已撤回，2个时限跟着改了" in text(answer)
    assert reply_due(ticket) == at("2026-12-31 15:00")
    assert not CalendarYear.objects.exists() and not CalendarDay.objects.exists()
    assert AuditEntry.objects.filter(detail="撤回2027年放假安排", actor=house.dispatcher).exists()


def test_taking_back_gives_what_was_loaded_before(house, dispatcher):
    load(dispatcher, NOTICE)
    before = calendaring.calendars.rows_of(None).years[2027]
    load(dispatcher, LONG)

    page = dispatcher.get(WITHDRAW)
    dispatcher.post(WITHDRAW)

    assert "回到上一次录入的样子" in text(page)
    assert calendaring.calendars.rows_of(None).years[2027] == before


def test_year_in_the_package_falls_back_to_it(house, dispatcher):
    load(dispatcher, text_of(2026))

    page = dispatcher.get(reverse("tickets:calendar_withdraw", args=[2026]))

    assert "按软件自带的放假安排算" in text(page)


def test_year_taken_back_twice_is_not_found(house, dispatcher):
    load(dispatcher)

    answers = [dispatcher.post(WITHDRAW).status_code for _ in range(2)]

    assert answers == [302, 404]


def test_another_dispatcher_may_not_take_it_back_but_the_admin_may(house, dispatcher, client_of):
    load(dispatcher)
    other, admin = client_of(House().dispatcher), client_of(person("admin"))

    answers = [other.get(WITHDRAW), other.post(WITHDRAW)]

    assert WITHDRAW not in text(other.get(PASTE)) and WITHDRAW in text(dispatcher.get(PASTE))
    assert all(answer.status_code == 403 for answer in answers)
    assert all("何敏录入的，请本人或系统管理员撤回" in text(answer) for answer in answers)
    assert CalendarYear.objects.exists()
    assert admin.post(WITHDRAW).status_code == 302 and not CalendarYear.objects.exists()
